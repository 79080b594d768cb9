#!/usr/bin/env python3
"""A small job beside one whose network takes seconds for each image, on a server alone on one machine.

    beside.py [TIMES]      writes results/beside.txt; the small job must end within twice its time alone, every time
"""
import signal
import sys
import tempfile
import time

from server import ask, build, report, start, submit

SMALL, LARGE = "../shared/data/aws_cookie/test/cracked", "../shared/data/aws_cookie/test"
SLOW = ["--size", "1792", "--degrees", "1", "--no-overlays", "--no-report"]
LIMIT = 2.0


def timed():
    began = time.monotonic()
    ask("submit", SMALL, "-r", "--watch")
    return time.monotonic() - began


def run(times, data):
    server = start(data)
    try:
        timed()
        alone = sorted(timed() for _ in range(3))[1]
        yield f"{SMALL} alone: {alone:.1f} s, the second of three"
        worst = 0.0
        for after in (2, 10, 40) * times:
            large = submit(LARGE, *SLOW)
            while ask("jobs")["jobs"][0]["state"] != "running":
                time.sleep(0.2)
            time.sleep(after)
            took = timed()
            busy = [one for one in ask("jobs")["jobs"] if one["job"] == large][0]
            ask("cancel", large)
            worst = max(worst, took / alone)
            yield f"beside {LARGE} {' '.join(SLOW)}, {after} s after its start ({busy['state']}): {took:.1f} s, {took / alone:.2f} times"
            if busy["state"] != "running":
                worst = float("inf")
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=120)
    yield "holds" if worst <= LIMIT else "THE PROMISE IS BROKEN"


def main():
    commit = build()
    with tempfile.TemporaryDirectory() as data:
        last = report("beside.txt", (line for lines in ([f"commit {commit}"], run(int((sys.argv[1:] + ["3"])[0]), data)) for line in lines))
    sys.exit(0 if last == "holds" else 1)


main()
