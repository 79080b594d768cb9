#!/usr/bin/env python3
"""A server alone on one machine, killed in the middle of a job and started anew in the same data folder: the job ends by itself with the bits
of `musc score`, and `musc jobs` lists it.

    serve_killed.py [FOLDER] [KILLS]      writes results/serve-killed.txt; FOLDER of images, subfolders included
"""
import itertools
import json
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
MUSC = ROOT / "artifacts/bin/Cli/release/musc"
SEED = 1
PORTS = ["--listen", "127.0.0.1:18081", "--gateway-port", "30901", "--silo-port", "11901"]
WHERE = ["--cluster", "localhost:30901"]


def start(data):
    """A server that takes clients."""
    server = subprocess.Popen([MUSC, "serve", "--data", data, *PORTS], stdout=subprocess.PIPE, text=True)
    if "http://" not in server.stdout.readline():
        raise SystemExit("musc serve has not started")
    return server


def ask(*arguments):
    return json.loads(subprocess.run([MUSC, *arguments, *WHERE, "--json"], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout)


def same_bits(one, other):
    """Every file of scores and maps, byte for byte; what names the job or its times is left out."""
    files = sorted(path.relative_to(one) for path in one.rglob("*") if path.suffix in (".csv", ".tiff", ".npy"))
    return len(files) > 1 and all((one / path).read_bytes() == (other / path).read_bytes() for path in files), len(files)


def submit(folder):
    return subprocess.run([MUSC, "submit", folder, "-r", *WHERE], check=True, stdout=subprocess.PIPE, text=True).stdout.split()[0]


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
        server.send_signal(signal.SIGINT)
        server.wait(timeout=120)
    yield "holds" if good else "THE PROMISE IS BROKEN"


def main():
    folder, kills = (sys.argv[1:] + ["../shared/data/aws_cookie/test", "6"][len(sys.argv) - 1:])
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    subprocess.run(["dotnet", "build", ROOT / "src/Cli", "-c", "Release", "-v", "q", "-nologo"], check=True, stdout=subprocess.DEVNULL)
    with tempfile.TemporaryDirectory() as work, open(ROOT / "tests/soak/results/serve-killed.txt", "w", encoding="utf-8") as report:
        for line in itertools.chain([f"commit {commit}, seed {SEED}"], run(folder, int(kills), pathlib.Path(work))):
            print(line, flush=True)
            report.write(line + "\n")
    sys.exit(0 if line == "holds" else 1)


main()
