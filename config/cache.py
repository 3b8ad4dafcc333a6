"""Caches that hold JSON. Django's own would unpickle whatever somebody managed to write into them."""

import json
import time
from pathlib import Path
from typing import IO, Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.filebased import FileBasedCache


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

    A file holds a line with the time at which it expires (null: never), then the value.
    """

    cache_suffix = ".json"

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """Return the value kept under `key`, or `default` when there is none or it has expired."""
        try:
            with Path(self._key_to_file(key, version)).open("rb") as file:  # type: ignore[attr-defined]
                if not self._is_expired(file):
                    return json.load(file)
        except (FileNotFoundError, json.JSONDecodeError):
            pass
        return default

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Give `key` a new time to expire; False when it is not there."""
        missing = object()
        value = self.get(key, missing, version)
        if value is missing:
            return False
        self.set(key, value, timeout, version)
        return True

    def _write_content(self, file: IO[bytes], timeout: Any, value: Any) -> None:
        expires = self.get_backend_timeout(timeout)
        file.write(f"{json.dumps(expires)}\n{json.dumps(value)}".encode())

    def _is_expired(self, file: IO[bytes]) -> bool:
        expires = json.loads(file.readline())
        if expires is None or expires >= time.time():
            return False
        file.close()
        self._delete(file.name)  # type: ignore[attr-defined]
        return True
