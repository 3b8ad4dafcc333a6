#!/bin/sh
# Installs the servers and the browser that the tests start, or those that are named, from the packages of Debian or
# Ubuntu, when it may (as root or with a sudo that asks nothing). What is missing afterwards: its tests are skipped and
# named at pytest's end; with CI=true that is a failure.
set -eu

has() {
    case $1 in
        postgresql) command -v postgres || ls /usr/lib/postgresql/*/bin/postgres ;;
        chromium) command -v chromium || command -v chromium-browser || command -v google-chrome ;;
        postgresql-driver) ls /usr/share/java/postgresql.jar ;;
        *) command -v "$1" ;;
    esac >/dev/null 2>&1
}

package() {
    case $1 in
        java) echo openjdk-17-jre-headless ;;
        postgresql-driver) echo libpostgresql-jdbc-java ;;
        *) echo "$1" ;;
    esac
}

needed=${*:-redis-server postgresql chromium}

missing() { for server in $needed; do has "$server" || printf ' %s' "$server"; done; }

as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi; }

apt() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 "$@" </dev/null >"$log" 2>&1
}

wanted=$(missing)
[ -n "$wanted" ] || exit 0

log=$(mktemp)
trap 'rm -f "$log"' EXIT
if command -v apt-get >/dev/null 2>&1 && as_root true 2>/dev/null; then
    echo "Installing$wanted for the tests, from this system's packages."
    apt update || true
    for server in $wanted; do
        apt install --yes --no-install-recommends "$(package "$server")" || tail -n 3 "$log" >&2
    done
fi

wanted=$(missing)
[ -n "$wanted" ] || exit 0
echo "Not installed, and their tests will not run:$wanted." >&2
[ "${CI:-}" != true ]
