"""Looks at what DATASET names, before anything is made for it.

A process of its own, because the importer brings pandas along, which the demo need not carry for as long as it runs.
"""

import sys
from pathlib import Path

from catalog.archive import open_source
from catalog.importer.datasets import MD5_OF_RELEASES, SAMPLE, detect
from catalog.refusal import ImportRefused


def main() -> int:
    """Say what is wrong with the dataset that the argument names, if anything is; return the exit status."""
    try:
        check(sys.argv[1])
    except ImportRefused as refused:
        print(refused, file=sys.stderr)
        return 1
    return 0


def check(source: str) -> None:
    """Raise ImportRefused unless `source` is a zip or folder with a release, or a release's name."""
    names = [SAMPLE, *MD5_OF_RELEASES]
    if Path(source).exists():
        with open_source(Path(source)) as opened:
            detect(opened)
    elif source not in names:
        raise ImportRefused(f"DATASET={source} is no zip and no folder that is there, and none of {', '.join(names)}.")


if __name__ == "__main__":
    sys.exit(main())
