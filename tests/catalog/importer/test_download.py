"""Downloads from a real HTTP server on the loopback: with ranges, broken connections, wrong sums."""

import hashlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from catalog.importer import download as module
from catalog.importer.download import DownloadFailed, download

CONTENT = bytes(range(256)) * 2_000
MD5 = hashlib.md5(CONTENT).hexdigest()


class GroupLens(BaseHTTPRequestHandler):
    """Serves what the server object says; `cut` is how many bytes each answer has at most."""

    def do_GET(self) -> None:
        name = self.path.rsplit("/", 1)[-1]
        self.server.asked.append((name, self.headers.get("Range")))
        if name not in self.server.files:
            return self.send_error(404)
        content, start = self.server.files[name], self.headers.get("Range")
        start = int(start.removeprefix("bytes=").removesuffix("-")) if start and self.server.ranges else 0
        if start and start >= len(content):
            return self.send_error(416)
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        self.wfile.write(content[start : start + self.server.cut])
        return None

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def grouplens() -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), GroupLens) as server:
        server.files = {"ml-32m.zip": CONTENT, "ml-32m.zip.md5": f"{MD5}  ml-32m.zip\n".encode()}
        server.asked, server.ranges, server.cut = [], True, 10**9
        thread = Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def fetch(grouplens, tmp_path):
    """Downloads a release into the test's folder; returns its path and what was shown as progress."""

    def fetch(release="ml-32m"):
        shown = []
        path = download(
            release,
            tmp_path / "datasets",
            lambda *done: shown.append(done),
            address=f"http://127.0.0.1:{grouplens.server_address[1]}",
        )
        return path, shown

    return fetch


def test_an_archive_is_downloaded_with_progress_and_checked(fetch, tmp_path):
    path, shown = fetch()
    assert path == tmp_path / "datasets" / "ml-32m.zip"
    assert path.read_bytes() == CONTENT
    assert shown[-1] == (len(CONTENT), len(CONTENT))
    assert sorted(file.name for file in path.parent.iterdir()) == ["ml-32m.zip", "ml-32m.zip.md5"]


def test_an_archive_that_is_there_needs_no_network(fetch, grouplens):
    fetch()
    grouplens.asked.clear()
    fetch()
    assert grouplens.asked == []


def test_an_archive_that_rotted_is_downloaded_again(fetch):
    path, _ = fetch()
    path.write_bytes(CONTENT[:-1])
    assert fetch()[0].read_bytes() == CONTENT


def test_a_connection_that_breaks_is_taken_up_where_it_broke(fetch, grouplens):
    grouplens.cut = len(CONTENT) // 3
    assert fetch()[0].read_bytes() == CONTENT
    starts = [start for name, start in grouplens.asked if name.endswith(".zip")]
    assert starts == [None, *(f"bytes={grouplens.cut * times}-" for times in (1, 2, 3))]


def test_a_download_that_was_cut_off_goes_on_the_next_time(fetch, grouplens, monkeypatch):
    monkeypatch.setattr(module, "ATTEMPTS", 1)
    grouplens.cut = 100_000
    with pytest.raises(DownloadFailed, match="try again, it will go on"):
        fetch()
    grouplens.cut = 10**9
    assert fetch()[0].read_bytes() == CONTENT
    assert grouplens.asked[-1] == ("ml-32m.zip", "bytes=100000-")


def test_a_server_that_knows_no_ranges_is_asked_for_everything(fetch, grouplens):
    grouplens.ranges = False
    path, _ = fetch()
    path.rename(path.with_suffix(".zip.part")).write_bytes(CONTENT[:1_000])
    assert fetch()[0].read_bytes() == CONTENT


def test_a_part_that_is_already_whole_is_used(fetch, grouplens):
    path, _ = fetch()
    path.rename(path.with_suffix(".zip.part"))
    assert fetch()[0].read_bytes() == CONTENT


def test_nothing_coming_ends_the_tries(fetch, grouplens):
    grouplens.files["ml-25m.zip"], grouplens.cut = CONTENT, 0
    with pytest.raises(DownloadFailed, match="try again"):
        fetch("ml-25m")
    assert [name for name, _ in grouplens.asked] == ["ml-25m.zip"]


@pytest.mark.parametrize("release", ["ml-32m", "ml-25m"])
def test_an_archive_with_the_wrong_md5_is_refused_and_removed(fetch, grouplens, release, tmp_path):
    grouplens.files |= {f"{release}.zip": b"not what was published"}
    with pytest.raises(DownloadFailed, match=f"{release}.zip arrived damaged"):
        fetch(release)
    assert not list((tmp_path / "datasets").glob("*.zip*part")) + list((tmp_path / "datasets").glob("*.zip"))


def test_the_md5_of_frozen_releases_is_known_here(fetch, grouplens, monkeypatch):
    monkeypatch.setitem(module.MD5_OF_RELEASES, "ml-25m", MD5)
    grouplens.files["ml-25m.zip"] = CONTENT
    fetch("ml-25m")
    assert [name for name, _ in grouplens.asked] == ["ml-25m.zip"]


def test_an_older_form_of_published_md5_is_read(fetch, grouplens):
    grouplens.files["ml-32m.zip.md5"] = f"MD5 (ml-32m.zip) = {MD5.upper()}\n".encode()
    assert fetch()[0].read_bytes() == CONTENT


def test_a_published_md5_that_is_none_is_refused(fetch, grouplens):
    grouplens.files["ml-32m.zip.md5"] = b"<html>moved</html>"
    with pytest.raises(DownloadFailed, match="holds no MD5"):
        fetch()


def test_what_the_server_does_not_have_is_said(fetch):
    with pytest.raises(DownloadFailed, match="answered 404 when asked for ml-1m"):
        fetch("ml-1m")


def test_no_server_is_said(tmp_path):
    with pytest.raises(DownloadFailed, match=r"ml-1m could not be downloaded from http://127\.0\.0\.1:9"):
        download("ml-1m", tmp_path, lambda *_: None, address="http://127.0.0.1:9")


def test_a_folder_that_cannot_be_written_is_said(fetch, tmp_path):
    (tmp_path / "datasets").write_text("a file")
    with pytest.raises(DownloadFailed, match="ml-32m could not be kept in"):
        fetch()
