#!/usr/bin/env bash
# Installs scim2-server into the cache folder if needed, then becomes the server:
#   start.sh PORT TOKEN
# It listens on 127.0.0.1:PORT; the base URL is http://127.0.0.1:PORT/v2.
set -euo pipefail

if [[ $# -ne 2 ]]; then
    echo "usage: $0 PORT TOKEN" >&2
    exit 2
fi
port=$1
token=$2

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
venv=$("$here/../venv.sh" scim2-server "$here/requirements.txt")

exec "$venv/bin/python" "$venv/bin/scim2-server" --hostname 127.0.0.1 --port "$port" --bearer-token="$token"
