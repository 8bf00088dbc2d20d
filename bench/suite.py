"""Measures scimprove beside other testers on the same server; see bench/suite.

    suite.py ROUNDS SCIMPROVE DOCUMENT TESTER=VENV…

In every round each of them meets a new server. What is counted: checks and how many of them passed, the requests that the
server saw, and the wall time from start to end. Times are medians.
"""

import json
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

JUDGES = Path(__file__).resolve().parent.parent / "interop" / "judges"
BEGIN, END = "<!-- suite: written by bench/suite -->", "<!-- end of suite -->"
# Runs a tester in its own environment; only its own time counts.
TESTER = """
import json, sys, time
sys.path.insert(0, sys.argv[1])
import judge
start = time.monotonic()
_, outcomes = judge.TESTERS[sys.argv[2]](sys.argv[3], sys.argv[4])
print(json.dumps([time.monotonic() - start, len(outcomes), sum(it.result == "passed" for it in outcomes)]))
"""


class Server:
    """A new reference server, which writes down what it is asked."""

    def __init__(self, scimprove, folder):
        self.token = secrets.token_hex(16)
        self.log = open(Path(folder) / "log", "w+", encoding="utf-8")
        command = [scimprove, "serve", "--mode", "rfc", "--token", self.token, "--log", "--log-format", "json"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log, text=True)
        self.url = next(line.split()[1] for line in self.process.stdout if line.startswith("SCIM "))

    def stop(self):
        """Ends it, and tells how many requests it answered."""
        self.process.terminate()
        self.process.wait()
        self.log.seek(0)
        return sum(1 for line in self.log if line.startswith("{"))


def scimprove_run(scimprove, server, folder):
    """Wall time, checks, passed checks of scimprove with every rulebook of the RFCs and of Okta."""
    report = Path(folder) / "report.json"
    command = [scimprove, "check", "--url", server.url, "--token", server.token, "--json", report]
    start = time.monotonic()
    subprocess.run(command, cwd=folder, capture_output=True, check=False)
    wall = time.monotonic() - start
    checks = json.loads(report.read_text())["checks"]
    decided = [it for it in checks if it["result"] != "unsupported"]
    return wall, len(decided), sum(it["result"] in ("passed", "noted") for it in decided)


def tester_run(name, venv, server):
    """The same of another tester."""
    command = [f"{venv}/bin/python", "-c", TESTER, JUDGES, name, server.url, server.token]
    answer = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ | {"NO_PROXY": "127.0.0.1"})
    return json.loads(answer.stdout)


def main(rounds, scimprove, document, *testers):
    scimprove = str(Path(scimprove).resolve())
    venvs = dict(tester.split("=", 1) for tester in testers)
    told = {name: [] for name in ("scimprove", *venvs)}
    for _ in range(int(rounds)):
        for name, rows in told.items():
            with tempfile.TemporaryDirectory() as folder:
                server = Server(scimprove, folder)
                run = tester_run(name, venvs[name], server) if name in venvs else scimprove_run(scimprove, server, folder)
                rows.append((*run, server.stop()))
    table = ["| tester | checks | passed | exchanges | wall, s | exchanges/s |", "|---|---:|---:|---:|---:|---:|"]
    for name, rows in told.items():
        wall = statistics.median(row[0] for row in rows)
        _, checks, passed, exchanges = rows[-1]
        table.append(f"| {name} | {checks} | {passed} | {exchanges:,} | {wall:.2f} | {exchanges / wall:,.0f} |")
    print("\n".join(table))
    text = Path(document).read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    Path(document).write_text(f"{before}{BEGIN}\n\n" + "\n".join(table) + f"\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) < 5:
        sys.exit(__doc__)
    main(*sys.argv[1:])
