#!/usr/bin/env bash
# Has testers that others wrote judge the reference server, and holds what they say against judges/excuses.toml:
#   judges.sh [SCIMPROVE [OPTION…]]
# SCIMPROVE is the binary; by default that of target/release, else of target/debug. The options go to `serve`; without
# any it is `--mode rfc`. Exits with 1 on anything that is neither passed nor excused.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
root=$(cd "$here/.." && pwd -P)

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

scimprove=${1:-$(find_scimprove)}
options=("${@:2}")
if [[ ${#options[@]} -eq 0 ]]; then
    options=(--mode rfc)
fi

work=$(mktemp -d)
server=
stop_server() {
    if [[ -n $server ]]; then
        kill "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
        server=
    fi
}
trap 'stop_server; rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Starts a new server on a port that it picks itself, and waits until it says where it is.
start_server() {
    local deadline=$((SECONDS + 30))
    # Before it starts, so that nobody reads where the last one was.
    : >"$work/serve"
    "$scimprove" serve --token "$token" "${options[@]}" >"$work/serve" 2>"$work/serve.log" &
    server=$!
    while kill -0 "$server" 2>/dev/null && ((SECONDS < deadline)); do
        url=$(awk '$1 == "SCIM" { print $2 }' "$work/serve")
        if [[ -n $url ]]; then
            return
        fi
        sleep 0.1
    done
    echo "$scimprove serve did not start:" >&2
    tail -n 20 "$work/serve" "$work/serve.log" >&2
    return 1
}

# Lets one tester judge, and prints a line.
judge() {
    local name=$1 venv token url code=0
    venv=$("$here/venv.sh" "$name" "$here/judges/$name/requirements.txt") || return 1
    token=$("$venv/bin/python" -c 'import secrets; print(secrets.token_hex(16))')
    start_server || return 1
    SCIM_TOKEN=$token "$venv/bin/python" "$here/judges/judge.py" "$name" "$url" || code=$?
    stop_server
    return "$code"
}

result=0
judge scim2-tester || result=1
judge scim-sanity || result=1
exit "$result"
