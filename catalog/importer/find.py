"""From what the person typed to a path: a zip, a folder, the sample, or a release that is downloaded."""

from functools import partial
from pathlib import Path

from catalog.importer.datasets import MD5_OF_RELEASES, SAMPLE
from catalog.importer.download import download
from catalog.importer.result import Progress
from catalog.refusal import ImportRefused
from catalog.sample import FolderRefused, write_sample


class UnknownSource(ImportRefused):
    """Neither a path nor the name of a release."""


def find_source(source: str, datasets_dir: Path, progress: Progress) -> Path:
    """Return where the release is, after downloading or writing it if need be; paths come before names."""
    path = Path(source).expanduser()
    if path.exists():
        return path
    if source == SAMPLE:
        return _sample(datasets_dir / SAMPLE)
    if source in MD5_OF_RELEASES:
        return download(source, datasets_dir, partial(progress, f"{source}.zip"))
    names = ", ".join([SAMPLE, *MD5_OF_RELEASES])
    raise UnknownSource(f"There is no file or folder {source}, and no release of that name (there are {names}).")


def _sample(folder: Path) -> Path:
    try:
        write_sample(folder)
    except (FolderRefused, OSError) as error:
        raise UnknownSource(f"The sample could not be written to {folder}: {error}") from error
    return folder
