#!/usr/bin/env python3
"""What a second thread gains: whole mutual scoring of random tokens and OpenBLAS' sgemm on one thread and on two, in turns.

    python3 bench/rival/threads.py [--rounds 3]

Elapsed time is what counts, so the machine must be quiet; processor time tells on a busy one what the gain would be if neither
thread ever waited. Needs Python with torch on OpenBLAS (Debian: python3-torch, libopenblas0). Fails
where two threads of ours are less than 1.8 times as fast as one.
"""
import argparse
import os
import statistics
import subprocess
import sys
import time

if "avx512f" in open("/proc/cpuinfo", encoding="ascii").read():
    os.environ.setdefault("OPENBLAS_CORETYPE", "SKYLAKEX")

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROMISED = 1.8


def sgemm(threads):
    """In a process of its own: OpenBLAS reads its number of threads once, when it starts."""
    environment = os.environ | {"OPENBLAS_NUM_THREADS": str(threads), "OMP_NUM_THREADS": str(threads)}
    answer = subprocess.run(
        [sys.executable, __file__, "--products", "400"], env=environment, check=True, capture_output=True, text=True).stdout
    return tuple(map(float, answer.split()))


def multiply(products):
    import torch

    generator = torch.Generator().manual_seed(1)
    one, other = torch.randn(1369, 256, generator=generator), torch.randn(256, 1369, generator=generator)
    for _ in range(20):  # wakes the threads
        one @ other
    start, spent = time.perf_counter(), time.process_time()
    for _ in range(products):
        one @ other
    print(time.perf_counter() - start, time.process_time() - spent)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--products", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.products:
        multiply(options.products)
        return 0
    bench = os.path.join(ROOT, "artifacts", "bin", "Bench", "release", "MuSc.Bench")
    ours = subprocess.Popen([bench, "threads"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    print(ours.stdout.readline().strip())

    def score(threads):
        ours.stdin.write(f"{threads}\n")
        ours.stdin.flush()
        return tuple(map(float, ours.stdout.readline().split()))

    score(2)  # warms up
    times = {("ours", 1): [], ("ours", 2): [], ("sgemm", 1): [], ("sgemm", 2): []}
    for _ in range(options.rounds):
        for threads in (1, 2):
            times["ours", threads].append(score(threads))
            times["sgemm", threads].append(sgemm(threads))
    ours.stdin.close()
    ours.wait()
    gain = {}
    for name in ("ours", "sgemm"):
        (single, one_spent), (double, two_spent) = (map(statistics.median, zip(*times[name, threads])) for threads in (1, 2))
        gain[name] = single / double
        print(
            f"{name:6} one thread {single:.2f} s, two {double:.2f} s: {gain[name]:.2f} times as fast; "
            f"processor time {one_spent:.2f} s and {two_spent:.2f} s: at best {2 * one_spent / two_spent:.2f} times")
    print(f"load average {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")
    return 0 if gain["ours"] >= PROMISED else 1


if __name__ == "__main__":
    sys.exit(main())
