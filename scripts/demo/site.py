"""What `make demo` was asked for: which ratings, in which folder, at which address. Wrong wishes are refused here."""

import errno
import fcntl
import os
import re
import socket
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent.parent
SAMPLE = "sample"
EVERYWHERE = {"0.0.0.0", "::"}  # noqa: S104  # asked for by HOST, never our own choice


class Refused(Exception):
    """The demo cannot start; the message is one sentence for whoever typed the command."""


@dataclass(frozen=True)
class Site:
    """One demo.

    Attributes:
        source: what `import_movielens` is given: "sample", a release's name, or the path of a zip or folder.
        folder: where this site keeps everything.
        host: where the web server listens.
        port: likewise.
        url: the address that people type.
    """

    source: str
    folder: Path
    host: str
    port: int
    url: str

    @classmethod
    def wanted(cls, environment: Mapping[str, str]) -> "Site":
        """Return the site that DATASET, PORT, HOST, SITE_URL and VAR_DIR ask for, or raise Refused."""
        source, name = _source(environment.get("DATASET") or SAMPLE)
        host, port = environment.get("HOST") or "127.0.0.1", _port(environment.get("PORT") or "8000")
        shown = "127.0.0.1" if host in EVERYWHERE else f"[{host}]" if ":" in host else host
        return cls(
            source=source,
            folder=Path(environment.get("VAR_DIR") or ROOT / "var" / name).resolve(),
            host=host,
            port=port,
            url=environment.get("SITE_URL") or f"http://{shown}:{port}",
        )

    def environment(self, inherited: Mapping[str, str]) -> dict[str, str]:
        """Return the environment of the site's processes: embedded, whatever `inherited` and .env say of servers."""
        foreign = {"DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "SECRET_KEY", "ALLOWED_HOSTS"}
        ours = {
            "ENV_FILE": os.devnull,
            "VAR_DIR": str(self.folder),
            "SITE_URL": self.url,
            "DEMO": "1",
            "DEBUG": "0",
            "GRANIAN_HOST": self.host,
            "GRANIAN_PORT": str(self.port),
            "GRANIAN_WORKERS": "2",
            "PYTHONUNBUFFERED": "1",
        }
        if self.host in EVERYWHERE and self.url.startswith("http:"):
            ours["ALLOWED_HOSTS"] = "*"
        return {name: value for name, value in inherited.items() if name not in foreign} | ours

    def check_port(self) -> None:
        """Raise Refused when the web server could not listen."""
        try:
            family, _, _, _, address = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)[0]
            with closing(socket.socket(family)) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(address)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                other = f"make demo PORT={self.port + 1}"
                raise Refused(f"Port {self.port} is in use: stop what listens there, or try `{other}`.") from error
            raise Refused(f"The site cannot listen on {self.host}, port {self.port}: {error.strerror}.") from error

    def lock(self) -> IO[str]:
        """Return a lock on the folder, which lasts as long as the file is open; raise Refused when another has it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        file = (self.folder / "demo.lock").open("w")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Refused(f"A demo with the data in {self.folder} is running already.") from error
        return file


def _source(dataset: str) -> tuple[str, str]:
    """Return what to import and the name of its folder below var/. As in the importer, paths come before names."""
    path = Path(dataset).expanduser()
    if not path.exists():
        return dataset, _folder_name(dataset)
    name = _folder_name(path.resolve().name)
    return str(path.resolve()), f"{name}-files" if name == SAMPLE else name


def _folder_name(text: str) -> str:
    return re.sub(r"[^\w.-]+", "-", text).removesuffix(".zip").lstrip(".") or SAMPLE


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 0 < int(text) < 2**16):
        raise Refused(f"PORT={text} is no port: it is a number from 1 to 65535.")
    return int(text)
