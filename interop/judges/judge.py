#!/usr/bin/env python3
"""Lets a tester judge a server, and holds what it says against excuses.toml.

    judge.py TESTER URL

Runs in the virtual environment of the tester; SCIM_TOKEN holds the bearer token. Prints a line, and what differs.
Exits with 1 if a check neither passed nor is excused, if an excuse is not needed, or if the tester did not do its work.
"""

import json
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
DOCUMENT = HERE.parent.parent / "docs" / "interop.md"
PATIENCE = 120
WORDS = {"excused": {"check", "message", "requirement", "reason"}, "skipped": {"check", "message", "reason"}}


class Outcome(NamedTuple):
    """What a tester says of one check. Whatever is neither passed nor skipped counts as failed."""

    check: str
    result: str
    message: str


def scim2_tester(url, token):
    """scim2-tester through scim2-cli. A line with status and name, then what it has to say, indented at first."""
    environment = {"SCIM_CLI_HEADERS": f"Authorization: Bearer {token}"}
    answer = run(["scim2", "--url", url, "test"], environment)
    results = {"SUCCESS": "passed", "SKIPPED": "skipped"}
    head = re.compile(r"(SUCCESS|COMPLIANT|ACCEPTABLE|DEVIATION|ERROR|CRITICAL|SKIPPED) (\S+)")
    outcomes = []
    for line in answer.stdout.splitlines()[1:]:
        if found := head.fullmatch(line):
            outcomes.append(Outcome(found[2], results.get(found[1], "failed"), ""))
        elif outcomes:
            last = outcomes[-1]
            outcomes[-1] = last._replace(message=f"{last.message}\n{line}".strip())
    return answer, outcomes


def scim_sanity(url, token):
    """scim-sanity, strict as it is unless told otherwise. Its warnings count as failed, too."""
    answer = run(
        ["scim-sanity", "probe", url, "--token", token, "--strict", "--json-output", "--i-accept-side-effects"]
    )
    results = {"pass": "passed", "skip": "skipped"}
    try:
        told = json.loads(answer.stdout)["results"]
    except (ValueError, KeyError):
        told = []
    return answer, [
        Outcome(one["name"], results.get(one["status"], "failed"), one.get("message", "")) for one in told
    ]


TESTERS = {"scim2-tester": scim2_tester, "scim-sanity": scim_sanity}


def run(command, environment=None):
    """Runs a program of the virtual environment, without a terminal and past any proxy."""
    program = Path(sys.executable).with_name(command[0])
    return subprocess.run(
        [program, *command[1:]],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env=os.environ | {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"} | (environment or {}),
    )


def differences(known, outcomes, document):
    """What the excuses and the outcomes do not agree on, a line each."""
    lines = []
    covered = set()
    for kind, result in (("excused", "failed"), ("skipped", "skipped")):
        for entry in known.get(kind, []):
            if set(entry) != WORDS[kind] or not all(entry.values()):
                lines.append(f"an entry under {kind} must have {', '.join(sorted(WORDS[kind]))}: {entry}")
                continue
            met = [
                index
                for index, it in enumerate(outcomes)
                if (it.check, it.result) == (entry["check"], result) and re.fullmatch(entry["message"], it.message)
            ]
            if len(met) != 1:
                lines.append(f"{kind}, but it came out so {len(met)} times: {entry['check']}: {entry['message']}")
            covered.update(met)
            words = (f"`{entry['check']}`", entry.get("requirement", ""))
            if not any(all(word in line for word in words) for line in document):
                lines.append(f"not told in {DOCUMENT.name}: {' '.join(words)}")
    for index, it in enumerate(outcomes):
        if it.result != "passed" and index not in covered:
            lines.append(f"{it.result}: {it.check}: {it.message}")
    if len(outcomes) < known["checks"]:
        lines.append(f"{known['checks']} checks were looked for, {len(outcomes)} were made")
    return lines


def main(tester, url):
    with open(HERE / "excuses.toml", "rb") as file:
        known = tomllib.load(file)[tester]
    document = DOCUMENT.read_text(encoding="utf-8").splitlines()
    try:
        answer, outcomes = TESTERS[tester](url, os.environ["SCIM_TOKEN"])
    except subprocess.TimeoutExpired:
        print(f"{tester} {version(tester)}: no end after {PATIENCE} s")
        return 1
    lines = differences(known, outcomes, document)
    # Both end with 1 if something failed.
    if answer.returncode not in (0, 1) or answer.returncode == 1 and all(it.result == "passed" for it in outcomes):
        lines.append(f"it ended with {answer.returncode}")
    counts = {word: sum(it.result == word for it in outcomes) for word in ("passed", "failed", "skipped")}
    said = f"{len(outcomes)} checks, {counts['passed']} passed"
    said += f", {counts['skipped']} skipped" if counts["skipped"] else ""
    if lines:
        print(f"{tester} {version(tester)}: {said}, {counts['failed']} failed; {len(lines)} differences")
        for line in lines:
            print("  " + line.replace("\n", "\n    "))
        if not outcomes:
            print("  " + answer.stderr[-2000:].strip().replace("\n", "\n  "))
        return 1
    print(f"{tester} {version(tester)}: {said}, {counts['failed']} excused")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in TESTERS:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
