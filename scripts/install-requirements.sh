#!/bin/sh
# Makes .venv when there is none that works, installs the locked requirements given as arguments after the first one,
# and then leaves the first one, a stamp, so that make knows.
set -eu
stamp=$1
shift

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

if ! new_enough .venv/bin/python || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    # The one that this person has put first in PATH, or the newest.
    for python in python3 python3.13 python3.12 python3.11 none; do new_enough "$python" && break; done
    if [ "$python" = none ]; then
        echo "Marquee needs Python 3.11 or newer, and there is none in PATH." >&2
        exit 1
    fi
    if ! problem=$("$python" -m venv --clear .venv 2>&1); then
        rm -rf .venv
        echo "$python could not make .venv (on Debian and Ubuntu: apt-get install python3-venv). $problem" >&2
        exit 1
    fi
fi

echo "Installing what $* lists into .venv. This is done once."
for file in "$@"; do set -- "$@" -r "$file"; shift; done
.venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes "$@"
rm -f "${stamp%-*}"-*
touch "$stamp"
