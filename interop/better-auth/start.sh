#!/usr/bin/env bash
# Installs the Better Auth server into the cache folder if needed, then becomes the server:
#   start.sh PORT TOKEN
# It listens on 127.0.0.1:PORT; the base URL is http://127.0.0.1:PORT/api/auth/scim/v2.
set -euo pipefail

if [[ $# -ne 2 ]]; then
    echo "usage: $0 PORT TOKEN" >&2
    exit 2
fi

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
server=$("$here/../npm.sh" better-auth "$here")

exec node "$server" "$1" "$2"
