"""A whole site in a folder, worked on by real processes, and what happens to it."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

from django.conf import settings

MANAGE = [sys.executable, str(settings.BASE_DIR / "manage.py")]


class Site:
    """A site of its own, in a folder, worked on by real processes."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.database = folder / "db.sqlite3"
        others = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
        self.environment = others | {"VAR_DIR": str(folder)} | settings

    def manage(self, *command: str) -> str:
        done = subprocess.run([*MANAGE, *command], env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def worker(self) -> subprocess.Popen[bytes]:
        command = [
            sys.executable,
            "-m",
            "celery",
            "--app",
            "config",
            "worker",
            "--concurrency",
            "1",
            "--loglevel",
            "ERROR",
        ]
        return subprocess.Popen(command, env=self.environment, cwd=settings.BASE_DIR, start_new_session=True)

    def row(self, query: str) -> tuple[object, ...] | None:
        with sqlite3.connect(self.database, timeout=20) as connection:
            found: tuple[object, ...] | None = connection.execute(query).fetchone()
        return found

    def live(self) -> object:
        found = self.row("SELECT run_id FROM recommendations_liverun")
        return found and found[0]
