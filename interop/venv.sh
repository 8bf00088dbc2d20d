#!/usr/bin/env bash
# Installs pinned Python packages into the cache folder if needed, and prints their virtual environment:
#   venv.sh NAME REQUIREMENTS
set -euo pipefail

if [[ $# -ne 2 ]]; then
    echo "usage: $0 NAME REQUIREMENTS" >&2
    exit 2
fi
requirements=$2

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cache=${INTEROP_CACHE:-$root/target/interop}/$1
mkdir -p "$cache"
cache=$(cd "$cache" && pwd -P)
venv=$cache/venv
stamp=$cache/stamp

# The first interpreter that is new enough; PYTHON names another one to try first.
find_python() {
    local candidate
    for candidate in ${PYTHON:+"$PYTHON"} python3 python3.14 python3.13 python3.12 python3.11 python; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    echo "$0: no Python 3.11 or newer found" >&2
    return 1
}

is_current() {
    [[ -f $stamp ]] && [[ $(<"$stamp") == "$checksum" ]] && "$venv/bin/python" -c '' 2>/dev/null
}

install_packages() {
    local python
    python=$(find_python)
    rm -rf "$venv" "$stamp"
    "$python" -m venv "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$requirements"
    echo "$checksum" >"$stamp"
}

# Commands in a virtual environment know where it stands, so one that was moved is no more use.
checksum="$(cksum <"$requirements") $venv"

# Two at once must not install over each other.
exec 9>"$cache/lock"
if command -v flock >/dev/null; then
    flock 9
fi
if ! is_current; then
    install_packages >&2
fi
echo "$venv"
