#!/usr/bin/env bash
# Installs pinned npm packages into the cache folder if needed, puts the server beside them, and prints where it lies:
#   npm.sh NAME FOLDER
# FOLDER holds package.json and server.mjs.
set -euo pipefail

if [[ $# -ne 2 ]]; then
    echo "usage: $0 NAME FOLDER" >&2
    exit 2
fi
folder=$2

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cache=${INTEROP_CACHE:-$root/target/interop}/$1
mkdir -p "$cache"
cache=$(cd "$cache" && pwd -P)
stamp=$cache/stamp

is_current() {
    [[ -f $stamp ]] && [[ $(<"$stamp") == "$checksum" ]] && [[ -d $cache/node_modules ]]
}

install_packages() {
    rm -rf "$cache/node_modules" "$stamp"
    cp "$folder/package.json" "$cache/package.json"
    (cd "$cache" && npm install --no-package-lock --no-audit --no-fund)
    echo "$checksum" >"$stamp"
}

checksum=$(cksum <"$folder/package.json")

# Two at once must not install over each other.
exec 9>"$cache/lock"
if command -v flock >/dev/null; then
    flock 9
fi
if ! is_current; then
    install_packages >&2
fi
# Node finds the packages from where the script lies, so the script goes beside them.
if ! cmp -s "$folder/server.mjs" "$cache/server.mjs"; then
    cp "$folder/server.mjs" "$cache/server.mjs.new"
    mv "$cache/server.mjs.new" "$cache/server.mjs"
fi
echo "$cache/server.mjs"
