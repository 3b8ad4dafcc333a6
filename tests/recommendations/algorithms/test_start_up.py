"""What scores starts quickly: neither compilers nor scikit-learn are loaded before something is fitted."""

import subprocess
import sys


def test_importing_the_recommenders_loads_neither_numba_nor_scikit_learn() -> None:
    asked = "import sys, recommendations.algorithms; print({'numba', 'sklearn'} & set(sys.modules))"
    answer = subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True, text=True).stdout
    assert answer.strip() == "set()"
