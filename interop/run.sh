#!/usr/bin/env bash
# Runs scimprove against each third-party server, and holds what it finds against verdicts.toml:
#   run.sh [SCIMPROVE]
# SCIMPROVE is the binary; by default that of target/release, else of target/debug. Exits with 1 on any difference.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
root=$(cd "$here/.." && pwd -P)

# Seconds until a server must be ready; the first start installs it.
patience=${INTEROP_PATIENCE:-180}

find_scimprove() {
    local candidate
    for candidate in "$root"/target/{release,debug}/scimprove; do
        if [[ -x $candidate ]]; then
            echo "$candidate"
            return
        fi
    done
    echo "$0: no scimprove in target/release or target/debug; build it, or name it" >&2
    return 1
}

find_python() {
    local candidate
    for candidate in ${PYTHON:+"$PYTHON"} python3 python3.14 python3.13 python3.12 python3.11 python; do
        if "$candidate" -c 'import sys, tomllib; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    echo "$0: no Python 3.11 or newer found" >&2
    return 1
}

scimprove=${1:-$(find_scimprove)}
scimprove=$(cd "$(dirname "$scimprove")" && pwd -P)/$(basename "$scimprove")
python=$(find_python)

work=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; wait; rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

server=
stop_server() {
    if [[ -n $server ]]; then
        kill "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
        server=
    fi
}

free_port() {
    "$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# Starts the server of a folder on a free port, and waits until it says that it serves.
start_server() {
    local name=$1 try deadline
    # Another program may take the port before the server does.
    for try in 1 2 3; do
        port=$(free_port)
        "$here/$name/start.sh" "$port" "$token" >"$work/$name.out" 2>"$work/$name.err" &
        server=$!
        deadline=$((SECONDS + patience))
        while kill -0 "$server" 2>/dev/null && ((SECONDS < deadline)); do
            if grep -qs '^Serving SCIM on' "$work/$name.out"; then
                return
            fi
            sleep 0.1
        done
        stop_server
    done
    echo "$name did not start:" >&2
    tail -n 20 "$work/$name.out" "$work/$name.err" >&2
    return 1
}

# Runs against one server and prints a line; fails if the verdicts differ. For a subshell, which ends with its server.
hold() {
    local name=$1 path=$2 version=$3 port code=0
    local token
    trap stop_server EXIT
    token=$("$python" -c 'import secrets; print(secrets.token_hex(16))')
    start_server "$name" || return 1
    # The ledger of a run lies in the working directory. One check at a time: some servers store an account without a
    # name, which stands in the way of the next one.
    mkdir "$work/$name"
    (cd "$work/$name" && "$scimprove" check --url "http://127.0.0.1:$port$path" --token "$token" --jobs 1 \
        --json "$work/$name.json" >"$work/$name.txt" 2>"$work/$name.log") || code=$?
    stop_server
    if [[ $code -ne 0 && $code -ne 1 ]]; then
        echo "$name $version: scimprove ended with $code" >&2
        tail -n 20 "$work/$name.log" >&2
        return 1
    fi
    printf '%s %s: ' "$name" "$version"
    "$python" "$here/compare.py" "$here/verdicts.toml" "$name" "$work/$name.json"
}

pinned_python() {
    sed -n "s/^$1==//p" "$here/$1/requirements.txt"
}

pinned_node() {
    sed -n "s|.*\"$2\": *\"\([^\"]*\)\".*|\1|p" "$here/$1/package.json"
}

# All at once: they wait for their servers most of the time.
names=()
runs=()
start() {
    (hold "$@") >"$work/$1.line" 2>&1 &
    names+=("$1")
    runs+=("$!")
}
start scim2-server /v2 "$(pinned_python scim2-server)"
start scimmy /scim "$(pinned_node scimmy scimmy)"
start django-scim2-server /scim/v2 "$(pinned_python django-scim2-server)"
start django-scim2 /scim/v2 "$(pinned_python django-scim2)"
start better-auth /api/auth/scim/v2 "$(pinned_node better-auth @better-auth/scim)"

result=0
for at in "${!runs[@]}"; do
    wait "${runs[$at]}" || result=1
    cat "$work/${names[$at]}.line"
done
exit "$result"
