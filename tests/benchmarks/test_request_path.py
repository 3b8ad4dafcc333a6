"""The benchmark of one request at a time keeps its hands off the site of whoever runs it."""

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from benchmarks import request_path


def test_the_site_that_is_measured_is_not_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://me@host/films")
    monkeypatch.setenv("REDIS_URL", "redis://host:6379/0")
    started: list[Mapping[str, str]] = []

    def refuse(_command: Any, *, env: Mapping[str, str], **_: Any) -> None:
        started.append(env)
        raise subprocess.CalledProcessError(1, "migrate")

    monkeypatch.setattr(subprocess, "run", refuse)
    with pytest.raises(subprocess.CalledProcessError), request_path.site(tmp_path, "sample"):
        pass
    assert not {"DATABASE_URL", "REDIS_URL"} & set(started[0])
    assert (started[0]["VAR_DIR"], started[0]["ENV_FILE"]) == (str(tmp_path), "/dev/null")
