#!/usr/bin/env bash
# Installs the SCIMMY server into the cache folder if needed, then becomes the server:
#   start.sh PORT TOKEN
# It listens on 127.0.0.1:PORT; the base URL is http://127.0.0.1:PORT/scim.
set -euo pipefail

if [[ $# -ne 2 ]]; then
    echo "usage: $0 PORT TOKEN" >&2
    exit 2
fi
port=$1
token=$2

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
root=$(cd "$here/../.." && pwd -P)

cache=${INTEROP_CACHE:-$root/target/interop}/scimmy
mkdir -p "$cache"
cache=$(cd "$cache" && pwd -P)
stamp=$cache/stamp

is_current() {
    [[ -f $stamp ]] && [[ $(<"$stamp") == "$checksum" ]] && [[ -d $cache/node_modules ]]
}

install_packages() {
    rm -rf "$cache/node_modules" "$stamp"
    cp "$here/package.json" "$cache/package.json"
    (cd "$cache" && npm install --no-package-lock --no-audit --no-fund)
    echo "$checksum" >"$stamp"
}

checksum=$(cksum <"$here/package.json")

# Two starts at once must not install over each other.
exec 9>"$cache/lock"
if command -v flock >/dev/null; then
    flock 9
fi
if ! is_current; then
    install_packages >&2
fi
# Node finds the packages from where the script lies, so the script goes beside them.
if ! cmp -s "$here/server.mjs" "$cache/server.mjs"; then
    cp "$here/server.mjs" "$cache/server.mjs.new"
    mv "$cache/server.mjs.new" "$cache/server.mjs"
fi
exec 9>&-

exec node "$cache/server.mjs" "$port" "$token"
