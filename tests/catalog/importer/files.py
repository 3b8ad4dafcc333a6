"""Small MovieLens files for tests, as bytes: good ones to start from, and folders and zips made of any."""

import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from catalog.importer import ImportResult, Options, import_release

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)

MOVIES_CSV = (
    b"movieId,title,genres\r\n"
    b"1,Toy Story (1995),Adventure|Animation|Children|Comedy|Fantasy\r\n"
    b'11,"American President, The (1995)",Comedy|Drama|Romance\r\n'
    b'858,"Godfather, The (1972)",Crime|Drama\r\n'
    b'4973,"Amelie (Fabuleux destin d\'Am\xc3\xa9lie Poulain, Le) (2001)",Comedy|Romance\r\n'
    b"40697,Babylon 5,(no genres listed)\r\n"
)
RATINGS_CSV = (
    b"userId,movieId,rating,timestamp\r\n"
    b"1,1,4.0,964982703\r\n"
    b"1,858,5.0,964981247\r\n"
    b"2,1,3.5,1445714835\r\n"
    b"2,11,0.5,1445714836\r\n"
    b"3,858,4.5,1306463578\r\n"
)
LINKS_CSV = b"movieId,imdbId,tmdbId\r\n1,0114709,862\r\n11,0112346,9087\r\n858,0068646,238\r\n40697,0105946,\r\n"
TAGS_CSV = (
    b'userId,movieId,tag,timestamp\r\n2,1,pixar,1445714994\r\n2,858,Mafia,1445714996\r\n3,858,"mafia",1306463578\r\n'
)
CSV_FILES = {"movies.csv": MOVIES_CSV, "ratings.csv": RATINGS_CSV, "links.csv": LINKS_CSV, "tags.csv": TAGS_CSV}

GENOME_FILES = {
    "genome-tags.csv": b"tagId,tag\r\n1,mafia\r\n2,toys\r\n",
    "genome-scores.csv": (
        b"movieId,tagId,relevance\r\n1,1,0.02500000000000002\r\n1,2,0.999\r\n858,1,1\r\n858,2,2.5000000000000022E-4\r\n"
    ),
}

ML_100K_FILES = {
    "u.data": b"1\t1\t4\t881250949\n1\t3\t5\t891717742\n2\t2\t1\t878887116\n",
    "u.item": (
        b"1|Toy Story (1995)|01-Jan-1995||http://us.imdb.com/M/title-exact?Toy%20Story%20(1995)"
        b"|0|0|0|1|1|1|0|0|0|0|0|0|0|0|0|0|0|0|0\n"
        b"2|unknown||||1|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0\n"
        b"3|Mis\xe9rables, Les (1995)|01-Jan-1995||http://us.imdb.com/M/title-exact?Miserables"
        b"|0|0|0|0|0|0|0|0|1|0|0|0|1|0|0|0|0|0|0"
    ),
    "u.user": b"1|24|M|technician|85711\n2|53|F|other|94043",
}
ML_1M_FILES = {
    "ratings.dat": b"1::1::5::978300760\n1::3::3::978302109\n2::1::4::978298413\n",
    "movies.dat": b"1::Toy Story (1995)::Animation|Children's|Comedy\n3::Mis\xe9rables, Les (1995)::Drama|Musical\n",
    "users.dat": b"1::F::1::10::48067\n2::M::56::16::70072\n",
}
ML_10M_FILES = {
    "ratings.dat": b"1::1::5::838985046\n1::3::3.5::838983525\n2::1::0.5::838983392",
    "movies.dat": "1::Toy Story (1995)::Adventure|Children\n3::Misérables, Les (1995)::Drama\n".encode(),
    "tags.dat": b"1::1::excellent!::1215184630\n2::3::politics::1188263867\n9::3::never rated::1188263867\n",
}


def folder_of(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Write files into a folder, made if it is not there; return it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def zip_of(path: Path, files: Mapping[str, bytes], *, top: str = "") -> Path:
    """Write files into a zip, in its folder `top` if given; return its path."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(f"{top}/{name}" if top else name, content)
    return path


def imported(source: Path | str, work: Path, **options: bool | int) -> ImportResult:
    """Import a source, with its rejects, downloads and sample below `work`."""
    return import_release(
        str(source),
        datasets_dir=work / "datasets",
        rejects_dir=work / "rejects",
        now=NOW,
        options=Options(**options),  # type: ignore[arg-type]
    )
