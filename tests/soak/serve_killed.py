#!/usr/bin/env python3
"""A server alone on one machine, killed in the middle of a job and started anew in the same data folder: the job ends by itself with the bits
of `musc score`, and `musc jobs` lists it.

    serve_killed.py [FOLDER] [KILLS]      writes results/serve-killed.txt; FOLDER of images, subfolders included
"""
import itertools
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

from server import MUSC, ask, build, report, same_bits, start, submit

SEED = 1


def run(folder, kills, work):
    draw = random.Random(SEED)
    began = time.monotonic()
    subprocess.run([MUSC, "score", folder, "-r", "--out", work / "one"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    alone = time.monotonic() - began
    yield f"{folder}: musc score {alone:.1f} s"

    data = work / "data"
    server = start(data)
    try:
        began = time.monotonic()
        ask("submit", folder, "-r", "--watch")
        whole = time.monotonic() - began
        listed = {job["job"] for job in ask("jobs")["jobs"]}
        good, files = same_bits(work / "one", next(path.parent for path in data.rglob("scores.csv")))
        yield f"submit --watch, undisturbed: {whole:.1f} s, {files} files {'the same bits' if good else 'OTHER BITS'}"

        for turn in range(kills):
            job = submit(folder)
            after = whole * (turn + draw.random()) / kills
            time.sleep(after)
            server.send_signal(signal.SIGKILL)
            server.wait()
            killed = time.monotonic()
            server = start(data)
            state = next(one for one in ask("jobs")["jobs"] if one["job"] == job)["state"]
            ask("watch", job)
            results = next(path.parent for path in data.rglob("scores.csv") if job in str(path))
            same, files = same_bits(work / "one", results)
            listed.add(job)
            known = listed <= {one["job"] for one in ask("jobs")["jobs"]}
            good = good and same and known
            yield (f"killed after {after:.1f} s, then {state}: ended {time.monotonic() - killed:.1f} s after the kill, {files} files "
                   f"{'the same bits' if same else 'OTHER BITS'}, {'all jobs listed' if known else 'A JOB IS MISSING'}")
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=120)
    yield "holds" if good else "THE PROMISE IS BROKEN"


def main():
    folder, kills = (sys.argv[1:] + ["../shared/data/aws_cookie/test", "6"][len(sys.argv) - 1:])
    with tempfile.TemporaryDirectory() as work:
        last = report("serve-killed.txt", itertools.chain([f"commit {build()}, seed {SEED}"], run(folder, int(kills), pathlib.Path(work))))
    sys.exit(0 if last == "holds" else 1)


main()
