#!/usr/bin/env bash
# Fuzzes each target for a while, and shows that the fuzzer sees: the canary must die, and a faulty server be found out.
#   smoke.sh [SECONDS] [SCIMPROVE]      SEED=7 smoke.sh goes another way
# SECONDS for each target, 20 by default. SCIMPROVE is the binary that serves; by default that of target/release, else of
# target/debug. Nothing is installed; new inputs go to a temporary folder, crashes to fuzz/artifacts.
set -euo pipefail

fuzz=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
root=$(cd "$fuzz/.." && pwd -P)
seconds=${1:-20}
# Seconds until a planted fault must be found.
patience=60
seedless=

if ! cargo fuzz --version >/dev/null 2>&1; then
    echo "cargo-fuzz is missing: cargo install cargo-fuzz --locked --version 0.13.2" >&2
    exit 2
fi

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
scimprove=${2:-$(find_scimprove)}
scimprove=$(cd "$(dirname "$scimprove")" && pwd -P)/$(basename "$scimprove")

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

cd "$root"
# Sequences learn little from compares, and the parsers have a dictionary; without them all is twice as fast. What is built
# to run for seconds is not worth the minutes that the program itself is built for.
CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 cargo fuzz build --sanitizer none --no-trace-compares
host=$(rustc -vV | sed -n 's/^host: //p')
folder=${CARGO_TARGET_DIR:-$root/target}/$host/release

# Runs a target over its seeds and a fresh corpus: run TARGET SECONDS [OPTION…]. Ends with libFuzzer's code.
run() {
    local target=$1 time=$2 code=0 corpus=("$work/$1")
    shift 2
    [[ -z $seedless ]] && corpus+=("$fuzz/seeds/$target")
    mkdir -p "$work/$target" "$fuzz/artifacts/$target"
    # The ledger of a remote run lies in the working directory.
    (cd "$work" && timeout $((time + 60)) "$folder/$target" "${corpus[@]}" \
        -artifact_prefix="$fuzz/artifacts/$target/" -max_total_time="$time" -timeout=10 -rss_limit_mb=1024 \
        -max_len=4096 -len_control=0 -seed="${SEED:-1}" -print_final_stats=1 "$@") >"$work/$target.log" 2>&1 || code=$?
    return "$code"
}

rate() {
    awk '/stat::average_exec_per_sec/ { print $2 }' "$work/$1.log"
}

clean() {
    local target=$1
    if ! run "$@"; then
        tail -n 60 "$work/$target.log" >&2
        echo "$target is not clean" >&2
        exit 1
    fi
    echo "$target: clean, $(rate "$target") executions/s"
}

# A run that must end with a finding: dies TARGET WORD…, where the words must be in what it says.
dies() {
    local target=$1 start=$SECONDS word
    shift
    if run "$target" "$patience" -artifact_prefix="$work/"; then
        tail -n 20 "$work/$target.log" >&2
        echo "$target should have found a fault within $patience s: the fuzzer is blind" >&2
        exit 1
    fi
    for word in "$@"; do
        if ! grep -qF -- "$word" "$work/$target.log"; then
            tail -n 60 "$work/$target.log" >&2
            echo "$target ended without a word of: $word" >&2
            exit 1
        fi
    done
    echo "$target: found the planted fault in $((SECONDS - start)) s"
}

start_server() {
    SCIM_TOKEN=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    "$scimprove" serve --token "$SCIM_TOKEN" "$@" >"$work/serve" 2>&1 &
    server=$!
    for _ in $(seq 50); do
        grep -q '^SCIM' "$work/serve" && break
        sleep 0.1
    done
    SCIM_BASE_URL=$(awk '/^SCIM/ { print $2 }' "$work/serve")
    export SCIM_BASE_URL SCIM_TOKEN
}

# Without a target it says what to set, and stops.
code=0
(unset SCIM_BASE_URL && run ops_remote 5) || code=$?
if [[ $code -ne 2 ]] || ! grep -q 'SCIM_BASE_URL=' "$work/ops_remote.log"; then
    echo "ops_remote without SCIM_BASE_URL ended with $code" >&2
    exit 1
fi

clean filter_parse "$seconds" -dict="$fuzz/dictionaries/scim.dict" -max_len=1024
clean patch_apply "$seconds" -dict="$fuzz/dictionaries/scim.dict" -max_len=1024
clean http_raw "$seconds" -dict="$fuzz/dictionaries/http.dict"
clean ops_inproc "$seconds"
start_server
clean ops_remote "$seconds"
stop_server
# Found from nothing, without the seed that shows it.
seedless=1
dies canary protocol.named-changes 'curl -sS'
start_server --defect patch.pathless-ignored
dies ops_remote protocol.named-changes 'curl -sS' "$SCIM_BASE_URL"
if grep -qF "$SCIM_TOKEN" "$work/ops_remote.log"; then
    echo "the token is in what ops_remote printed" >&2
    exit 1
fi
stop_server
if compgen -G "$work/scimprove-ledger-*" >/dev/null; then
    echo "a ledger was left behind" >&2
    exit 1
fi
