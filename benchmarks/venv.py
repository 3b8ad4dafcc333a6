"""The virtual environment of the peers, so that they meet neither our code nor our versions of anything."""

import subprocess
import sys
import zlib
from pathlib import Path

HERE = Path(__file__).parent
VENV, WANTED = HERE / ".venv", HERE / "requirements.txt"


def peers_python() -> Path:
    """Return the peers' Python; they are installed when they, or these versions of them, are not there yet."""
    python = VENV / "bin" / "python"
    stamp = VENV / f"peers-{zlib.crc32(WANTED.read_bytes())}"
    if not stamp.exists():
        print("Installing the peers into benchmarks/.venv. This is done once.", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)
        pip = [str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
        subprocess.run([*pip, "-r", str(WANTED)], check=True)
        stamp.touch()
    return python
