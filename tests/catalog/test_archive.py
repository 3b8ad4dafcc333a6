"""The hostile archives Z1–Z12 of the corpus, each made here byte by byte, and honest ones."""

import io
import os
import stat
import struct
import zipfile
import zlib

import pytest

from catalog import archive as module
from catalog.archive import ArchiveRefused, open_source
from tests.catalog.importer.files import CSV_FILES, folder_of, zip_of


def entry(name, **facts):
    """A zip's entry of a name, made as no zip program makes it."""
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED
    for fact, value in facts.items():
        setattr(info, fact, value)
    return info


def zip_with(path, *entries):
    """A zip of (entry or name, content)."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for info, content in entries:
            archive.writestr(info, content)
    return path


def declare(path, name, size):
    """Let the table of contents of a zip say that an entry unpacks to `size` bytes."""
    data = bytearray(path.read_bytes())
    place = data.rindex(b"PK\1\2", 0, data.rindex(name.encode()))
    struct.pack_into("<L", data, place + 24, size)
    path.write_bytes(data)
    return path


def content_of(path):
    """Everything in a source, read to the end."""
    with open_source(path) as source:
        return {name: source.open(name).read() for name in source.sizes()}


def bomb(tmp_path):
    """10 MB that unpack to 10 GB would take long to make; 30 kB that unpack to 30 MB have the same ratio."""
    return zip_with(tmp_path / "z1.zip", ("ml/ratings.csv", bytes(30 * 1024**2)))


def lies_small(tmp_path):
    return declare(zip_with(tmp_path / "z2.zip", ("ml/ratings.csv", b"1,1,4.0,1\n" * 9_000)), "ml/ratings.csv", 100)


def lies_large(tmp_path):
    return declare(zip_with(tmp_path / "z2.zip", ("ml/ratings.csv", b"1,1,4.0,1\n")), "ml/ratings.csv", 500)


def too_many_entries(tmp_path):
    return zip_with(tmp_path / "z3.zip", *((f"ml/{number}", b"") for number in range(100_000 // 50)))


def nested(tmp_path):
    return zip_with(tmp_path / "z4.zip", ("ml/ratings.zip", zip_of(tmp_path / "inner.zip", CSV_FILES).read_bytes()))


def overlapping(tmp_path):
    """Two entries in the table of contents, one and the same bytes."""
    path = zip_with(tmp_path / "z5.zip", ("a.csv", b"1" * 1_000), ("b.csv", b"1" * 1_000))
    data = bytearray(path.read_bytes())
    struct.pack_into("<L", data, data.rindex(b"PK\1\2") + 42, 0)
    path.write_bytes(data)
    return path


def climbing(tmp_path):
    return zip_with(tmp_path / "z6.zip", ("../../x/ratings.csv", b"1"))


def absolute(tmp_path):
    return zip_with(tmp_path / "z7.zip", (entry("/etc/ratings.csv"), b"1"))


def drive(tmp_path):
    return zip_with(tmp_path / "z7.zip", ("C:/ratings.csv", b"1"))


def backslashes(tmp_path):
    return zip_with(tmp_path / "z7.zip", ("..\\ratings.csv", b"1"))


def link(tmp_path):
    info = entry("ml/ratings.csv", external_attr=(stat.S_IFLNK | 0o777) << 16)
    return zip_with(tmp_path / "z8.zip", (info, b"/etc/passwd"))


def truncated_contents(tmp_path):
    path = zip_of(tmp_path / "z9.zip", CSV_FILES)
    path.write_bytes(path.read_bytes()[:-40])
    return path


def truncated_half(tmp_path):
    path = zip_of(tmp_path / "z9.zip", CSV_FILES)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


def wrong_checksum(tmp_path):
    """A stored entry with one bit changed."""
    path = tmp_path / "z10.zip"
    zip_with(path, (entry("ml/ratings.csv", compress_type=zipfile.ZIP_STORED), b"1,1,4.0,1\n"))
    path.write_bytes(path.read_bytes().replace(b"1,1,4.0", b"1,1,5.0"))
    return path


def broken_stream(tmp_path):
    path = zip_with(tmp_path / "z10.zip", ("ml/ratings.csv", os.urandom(5_000)))
    data = bytearray(path.read_bytes())
    data[100:140] = bytes(40)
    path.write_bytes(data)
    return path


def encrypted(tmp_path):
    path = zip_with(tmp_path / "z11.zip", ("ml/ratings.csv", b"1"))
    data = bytearray(path.read_bytes())
    struct.pack_into("<H", data, data.rindex(b"PK\1\2") + 8, 1)
    path.write_bytes(data)
    return path


def same_name(tmp_path):
    with pytest.warns(UserWarning, match="Duplicate name"):
        return zip_with(tmp_path / "z12.zip", ("ml/ratings.csv", b"1"), ("ml/ratings.csv", b"2"))


def same_name_but_for_case(tmp_path):
    return zip_with(tmp_path / "z12.zip", ("ml/ratings.csv", b"1"), ("ml/Ratings.csv", b"2"))


def strange_packing(tmp_path):
    return zip_with(tmp_path / "z.zip", (entry("ml/ratings.csv", compress_type=zipfile.ZIP_LZMA), b"1"))


def not_a_zip(tmp_path):
    path = tmp_path / "ml.zip"
    path.write_bytes(b"\x89PNG" + bytes(100))
    return path


def empty(tmp_path):
    path = tmp_path / "ml.zip"
    path.touch()
    return path


def missing(tmp_path):
    return tmp_path / "ml.zip"


HOSTILE = [
    ("Z1", bomb, "unpacks to more than it could hold"),
    ("Z2", lies_small, "cannot be unpacked: the archive is damaged"),
    ("Z2", lies_large, "is shorter than the archive says"),
    ("Z3", too_many_entries, "more than 1,000 entries"),
    ("Z4", nested, "is itself an archive"),
    ("Z5", overlapping, "its entries overlap"),
    ("Z6", climbing, "leads out of the archive"),
    ("Z7", absolute, "leads out of the archive"),
    ("Z7", drive, "leads out of the archive"),
    ("Z7", backslashes, "leads out of the archive"),
    ("Z8", link, "is a link or a device"),
    ("Z9", truncated_contents, "is not a zip file, or it is damaged or cut short"),
    ("Z9", truncated_half, "is not a zip file, or it is damaged or cut short"),
    ("Z10", wrong_checksum, "cannot be unpacked: the archive is damaged"),
    ("Z10", broken_stream, "cannot be unpacked: the archive is damaged"),
    ("Z11", encrypted, "is encrypted"),
    ("Z12", same_name, "two of its entries have the same name"),
    ("Z12", same_name_but_for_case, "two of its entries have the same name"),
    ("other packing", strange_packing, "is packed in an unusual way"),
    ("not a zip", not_a_zip, "is not a zip file"),
    ("empty", empty, "is not a zip file"),
    ("missing", missing, "There is no file or folder"),
]


@pytest.mark.parametrize(("name", "make", "sentence"), HOSTILE, ids=[f"{row[0]} {row[1].__name__}" for row in HOSTILE])
def test_a_hostile_archive_is_refused_and_nothing_is_written(tmp_path, name, make, sentence):
    path = make(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(ArchiveRefused) as refused:
        content_of(path)
    assert sentence in str(refused.value)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_table_of_contents_too_long_to_read_is_not_read(tmp_path, monkeypatch):
    path = too_many_entries(tmp_path)
    monkeypatch.setattr(zipfile, "ZipFile", None)
    with pytest.raises(ArchiveRefused, match="more than 1,000 entries"), open_source(path):
        pass


def test_an_archive_larger_than_any_release_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MOST_BYTES", 400)
    with pytest.raises(ArchiveRefused, match="would unpack to more than"):
        content_of(zip_of(tmp_path / "ml.zip", CSV_FILES))


def test_an_honest_archive_is_read_without_unpacking_it(tmp_path):
    path = zip_of(tmp_path / "ml-tiny.zip", CSV_FILES, top="ml-tiny")
    assert content_of(path) == {f"ml-tiny/{name}": content for name, content in CSV_FILES.items()}
    assert list(tmp_path.iterdir()) == [path]


def test_a_bomb_within_the_limits_is_unpacked_piece_by_piece(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "HIGHEST_RATIO", 10_000)
    with open_source(bomb(tmp_path)) as source, source.open("ml/ratings.csv") as stream:
        assert len(stream.read(1_000)) == 1_000


def test_a_folder_is_read_as_it_is(tmp_path):
    assert content_of(folder_of(tmp_path / "ml-tiny", CSV_FILES)) == CSV_FILES


def test_a_link_out_of_a_folder_is_refused(tmp_path):
    secret = folder_of(tmp_path / "elsewhere", {"secret": b"1"}) / "secret"
    (folder_of(tmp_path / "ml", {}) / "ratings.csv").symlink_to(secret)
    with pytest.raises(ArchiveRefused, match=r"ratings\.csv is a link that leads out of"):
        content_of(tmp_path / "ml")


def test_every_cut_of_an_archive_is_refused(tmp_path):
    whole = zip_of(tmp_path / "whole.zip", {"ratings.csv": zlib.compress(os.urandom(300))}).read_bytes()
    cut = tmp_path / "cut.zip"
    for length in range(0, len(whole), 3):
        cut.write_bytes(whole[:length])
        with pytest.raises(ArchiveRefused):
            content_of(cut)


def test_every_flipped_byte_is_refused_or_harmless(tmp_path):
    whole = zip_of(tmp_path / "whole.zip", {"ratings.csv": b"1,1,4.0,964982703\n" * 20}).read_bytes()
    path = tmp_path / "flipped.zip"
    for place in range(0, len(whole), 2):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        try:
            found = content_of(path)
        except ArchiveRefused:
            continue
        assert list(found.values()) in ([b"1,1,4.0,964982703\n" * 20], [])


def test_the_end_of_a_stream_is_its_end(tmp_path):
    with open_source(zip_of(tmp_path / "ml.zip", {"a.csv": b"12"})) as source, source.open("a.csv") as stream:
        assert (stream.read(), stream.read(), stream.readable()) == (b"12", b"", True)
        assert isinstance(stream, io.BufferedReader)
