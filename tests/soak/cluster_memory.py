#!/usr/bin/env python3
"""The memory of silos as a promise: three on this machine score random tokens as `musc score` does, bit for bit, and each stays below a
limit as the operating system counts it.

    cluster_memory.py [IMAGES] [MEMORY MiB] [LIMIT MiB]      writes results/cluster-memory.txt
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
MUSC = ROOT / "artifacts/bin/Cli/release/musc"
SILOS, SEED, STAGES, GRID, CHANNELS = 3, 1, 2, 14, 192
SETTINGS, DEGREES = ["--degrees", "1,3"], 2


def metrics(address):
    with urllib.request.urlopen(address + "/metrics", timeout=30) as answer:
        return answer.read().decode()


def total(texts, name):
    return sum(float(value) for text in texts for value in re.findall(rf"^{name}(?:\{{.*\}})? (\S+)", text, re.M))


def peak(process):
    status = pathlib.Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+) kB", status).group(1)) / 1024


def run(images, memory, limit, work):
    tokens = work / "tokens.npy"
    subprocess.run([sys.executable, ROOT / "tests/soak/random_tokens.py", tokens, *map(str, (SEED, STAGES, images, GRID, CHANNELS))], check=True)
    up = subprocess.Popen([MUSC, "up", "--silos", str(SILOS), "--memory", f"{memory}M", "--threads", "1", "--data", work / "data",
                           "--listen", "127.0.0.1:18080", "--gateway-port", "30900", "--silo-port", "11900", "--until-input-ends"],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        line = up.stdout.readline()
        addresses = re.findall(r"http://[\w.]+:\d+", line)
        silos = line.partition("processes ")[2].strip().split(", ")
        began = time.monotonic()
        job = json.loads(subprocess.run([MUSC, "submit", "--tokens", tokens, *SETTINGS, "--watch", "--json", "--cluster", "localhost:30900"],
                                        check=True, stdout=subprocess.PIPE, text=True).stdout)
        took = time.monotonic() - began
        texts = [metrics(address) for address in addresses]
        peaks = [peak(silo) for silo in silos]
    finally:
        up.stdin.close()
        up.wait(timeout=120)

    subprocess.run([MUSC, "score", "--tokens", tokens, *SETTINGS, "--out", work / "one"], check=True, stdout=subprocess.DEVNULL)
    results = next((work / "data").rglob("patch_scores.npy"))
    same = results.read_bytes() == (work / "one/patch_scores.npy").read_bytes()
    snapshots, sent = (total(texts, f"musc_{name}_bytes_total") for name in ("snapshots", "minima_delivered"))
    minima = images * (images - 1) * GRID * GRID * STAGES * DEGREES * 4
    good = same and max(peaks) < limit and snapshots < minima / 10
    yield f"{images} token images (P {GRID * GRID}, C {CHANNELS}, {STAGES} stages, degrees 1,3), {SILOS} silos of 1 thread and {memory} MiB, job {job['job']}: {took:.0f} s"
    yield f"peaks: {', '.join(f'{one:.0f} MiB' for one in peaks)} (limit {limit} MiB)"
    yield f"snapshots {snapshots / 1e6:.0f} MB, {snapshots / minima:.2%} of {minima / 1e6:.0f} MB of minima, of which {sent / 1e6:.0f} MB were sent"
    yield "patch scores: " + ("the same bits as one machine" if same else "OTHER BITS than one machine")
    yield "holds" if good else "THE PROMISE IS BROKEN"


def main():
    images, memory, limit = (int(value) for value in (sys.argv[1:] + ["1500", "400", "700"][len(sys.argv) - 1:]))
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    results = ROOT / "tests/soak/results"
    results.mkdir(exist_ok=True)
    subprocess.run(["dotnet", "build", ROOT / "src/Cli", "-c", "Release", "-v", "q", "-nologo"], check=True, stdout=subprocess.DEVNULL)
    with tempfile.TemporaryDirectory() as work, open(results / "cluster-memory.txt", "w", encoding="utf-8") as report:
        for line in (f"commit {commit}, seed {SEED}", *run(images, memory, limit, pathlib.Path(work))):
            print(line, flush=True)
            report.write(line + "\n")
    sys.exit(0 if line == "holds" else 1)


main()
