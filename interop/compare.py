#!/usr/bin/env python3
"""Holds a JSON report of scimprove against the verdicts on one server.

    compare.py VERDICTS.toml SERVER REPORT.json

Prints what came out, and what differs. Exits with 1 if a finding has no verdict, or a verdict no finding.
"""

import json
import sys
import tomllib

WORDS = {"checks", "failed", "warned", "left", "curl", "answer", "verdict"}
UNDECIDED = ("blocked", "inconclusive", "error")


def pairs_of(report):
    """Each (check, rule) that failed or warned, with its result."""
    return {
        (check["id"], verdict["rule"]): verdict["result"]
        for check in report["checks"]
        for verdict in check["verdicts"]
        if verdict["result"] in ("failed", "warned")
    }


def differences(entries, report):
    """What the verdicts and the report do not agree on, a line each."""
    findings = pairs_of(report)
    left = report["summary"]["cleanup"]["left"]
    covered = set()
    lines = []
    for number, entry in enumerate(entries, 1):
        checks = entry.get("checks", [])
        rules = [(rule, result) for result in ("failed", "warned") for rule in entry.get(result, [])]
        name = f"entry {number} ({', '.join(checks)})"
        if "left" in entry and all(it["reason"] != entry["left"] for it in left):
            lines.append(f"{name}: nothing was left behind for that reason")
        if unknown := set(entry) - WORDS:
            lines.append(f"{name}: unknown keys {', '.join(sorted(unknown))}")
        for word in ("curl", "answer", "verdict"):
            if not entry.get(word, "").strip():
                lines.append(f"{name}: {word} is missing")
        met = {
            (check, rule, result) for check in checks for rule, result in rules if findings.get((check, rule)) == result
        }
        covered |= {(check, rule) for check, rule, _ in met}
        lines += [f"{name}: no finding of {check}" for check in checks if all(check != it[0] for it in met)]
        lines += [
            f"{name}: no finding for {rule} ({result})"
            for rule, result in rules
            if all((rule, result) != it[1:] for it in met)
        ]
    for check, rule in sorted(set(findings) - covered):
        lines.append(f"no entry for {check} {rule} ({findings[check, rule]})")
    for check in report["checks"]:
        # A story that ends half-way may have judged something before: its reason tells.
        if check["result"] in UNDECIDED:
            lines.append(f"{check['id']} is {check['result']}: {check['reason']}")
    known = [entry["left"] for entry in entries if "left" in entry]
    lines += [f"left behind: {it['place']}: {it['reason']}" for it in left if it["reason"] not in known]
    return lines


def main(verdicts_file, server, report_file):
    with open(verdicts_file, "rb") as file:
        entries = tomllib.load(file).get(server, [])
    with open(report_file, encoding="utf-8") as file:
        report = json.load(file)
    table = " · ".join(f"{row['name']} {row['state']}" for row in report["features"])
    counts = ", ".join(
        f"{report['summary'][word]} {word}"
        for word in ("passed", "failed", "warned", "noted", "unsupported", *UNDECIDED)
        if report["summary"][word]
    )
    lines = differences(entries, report)
    print(f"{table} | {counts} | {f'{len(lines)} differences' if lines else 'complete verdicts'}")
    for line in lines:
        print(f"  {line}")
    return 1 if lines else 0


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
