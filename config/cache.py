"""Caches that hold JSON. Django's own would unpickle whatever somebody managed to write into them."""

import json
import logging
import time
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.filebased import FileBasedCache

logger = logging.getLogger(__name__)

_MISSING = object()


class JSONSerializer:
    """What RedisCache calls to turn values into bytes and back. Integers stay integers so that INCR works."""

    def dumps(self, value: Any) -> bytes | int:
        """Return `value` as JSON; raises TypeError for what JSON cannot hold."""
        if type(value) is int:
            return value
        return json.dumps(value).encode()

    def loads(self, data: bytes) -> Any:
        """Return the value that `dumps` was given (tuples come back as lists)."""
        return json.loads(data)


class JSONFileCache(FileBasedCache):
    """Django's cache in files, shared by every process of the embedded set-up, with JSON in place of pickle.

    A file holds the time at which it expires (null: never) and the value. A damaged file is as if there were none.
    """

    cache_suffix = ".json"

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """Return the value kept under `key`, or `default` when there is none or it has expired."""
        value = self._read(key, version)
        return default if value is _MISSING else value

    def has_key(self, key: str, version: int | None = None) -> bool:
        """Return whether there is a value under `key`."""
        return self._read(key, version) is not _MISSING

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Keep a value if there is none yet; of many who try at once one succeeds, so that locks can rest on it."""
        if self.has_key(key, version):
            return False
        path = self._path(key, version)
        path.parent.mkdir(0o700, parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, suffix=".tmp") as file:
            self._write_content(file, timeout, value)
            file.flush()
            try:
                path.hardlink_to(file.name)
            except FileExistsError:
                return False
        return True

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Give `key` a new time to expire; False when it is not there."""
        value = self._read(key, version)
        if value is _MISSING:
            return False
        self.set(key, value, timeout, version)
        return True

    def _path(self, key: str, version: int | None) -> Path:
        return Path(self._key_to_file(key, version))  # type: ignore[attr-defined]

    def _read(self, key: str, version: int | None) -> Any:
        path = self._path(key, version)
        try:
            expires, value = json.loads(path.read_bytes())
            if expires is None or expires >= time.time():
                return value
        except FileNotFoundError:
            return _MISSING
        except (ValueError, TypeError):
            logger.warning("A damaged file was removed from the cache")
        path.unlink(missing_ok=True)
        return _MISSING

    def _write_content(self, file: IO[bytes], timeout: Any, value: Any) -> None:
        file.write(json.dumps([self.get_backend_timeout(timeout), value]).encode())
