"""A web worker holds what answers need, and nothing that only training and importing need."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("sklearn", "pandas", "numba", "scipy.stats", "scipy.optimize", "pyarrow", "mlflow")
START = f"""
import sys
import config.wsgi
from django.urls import get_resolver
assert get_resolver().url_patterns
print([name for name in {HEAVY} if name in sys.modules])
"""


def test_a_web_worker_loads_no_library_that_only_training_needs() -> None:
    done = subprocess.run([sys.executable, "-c", START], cwd=ROOT, env=os.environ, check=True, stdout=subprocess.PIPE)
    assert done.stdout.decode().strip() == "[]"


def test_a_request_computes_in_one_thread() -> None:
    code = "import os, config.wsgi; print(os.environ['OPENBLAS_NUM_THREADS'])"
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE)
    assert done.stdout.decode().strip() == "1"
