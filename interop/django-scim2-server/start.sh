#!/usr/bin/env bash
# Installs django-scim2-server into the cache folder if needed, then becomes the server:
#   start.sh PORT TOKEN
# It listens on 127.0.0.1:PORT; the base URL is http://127.0.0.1:PORT/scim/v2.
set -euo pipefail

if [[ $# -ne 2 ]]; then
    echo "usage: $0 PORT TOKEN" >&2
    exit 2
fi

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
venv=$("$here/../venv.sh" django-scim2-server "$here/requirements.txt")

exec env PYTHONDONTWRITEBYTECODE=1 "$venv/bin/python" "$here/server.py" "$1" "$2"
