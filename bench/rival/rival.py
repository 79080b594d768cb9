#!/usr/bin/env python3
"""Times the authors' mutual scoring (compute_scores_fast) against ours, interleaved, one thread each.

    python3 bench/rival/rival.py --authors DIR [--tokens TOKENS.npy --map 4,5 | --images 5 --patches 1369 --channels 1024]
        [--rounds 5] [--kernel plain|chosen] [--before MuSc.Bench]

TOKENS.npy comes from `musc extract`; --map 4,5 takes its fourth stage at r = 5. --before names the same program of another commit,
which then takes its turn in every round, so that the two can be compared.

DIR is a checkout of the authors' code (it is only read). Needs Python with torch and numpy; on Debian: python3-torch,
libopenblas0. All times are processor time of one thread, for each ordered pair of images, so that others on the machine matter
little; the ratio is that of the medians.
"""
import argparse
import ctypes
import importlib.util
import os
import statistics
import subprocess
import sys
import tempfile
import time
import types

for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

# OpenBLAS does not know every virtual processor and would take a kernel from 2004; it is to do its best, whatever the environment says.
os.environ.pop("OPENBLAS_L2_SIZE", None)
os.environ["OPENBLAS_CORETYPE"] = "SKYLAKEX" if "avx512f" in open("/proc/cpuinfo", encoding="ascii").read() else "Haswell"

import numpy as np
import torch

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BENCH = os.path.join(ROOT, "artifacts", "bin", "Bench", "release", "MuSc.Bench")


def authors_function(folder):
    """Loads only the module with the mutual scoring; its progress bar is not needed."""
    sys.modules.setdefault("tqdm", types.SimpleNamespace(tqdm=lambda items: items))
    spec = importlib.util.spec_from_file_location("msm", os.path.join(folder, "models", "modules", "_MSM.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.compute_scores_fast


def openblas_kernel():
    """The processor whose kernel OpenBLAS runs."""
    name = ctypes.CDLL("libopenblas.so.0").openblas_get_corename
    name.restype = ctypes.c_char_p
    return name().decode()


def read_map(tokens, stage, degree):
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "map.npy")
        subprocess.run([BENCH, "map", tokens, stage, degree, file], check=True)
        return np.load(file)


class Ours:
    """A process of ours that scores the map each time it is asked to."""

    def __init__(self, program, file, kernel):
        self.process = subprocess.Popen([program, "rival", file, kernel], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        print(self.process.stdout.readline().strip())

    def score(self):
        """The time of an ordered pair in ms, and the mean score."""
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        return [float(value) for value in self.process.stdout.readline().split()]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--authors", required=True)
    parser.add_argument("--tokens")
    parser.add_argument("--map", default="1,1", metavar="STAGE,R")
    parser.add_argument("--images", type=int, default=5)
    parser.add_argument("--patches", type=int, default=1369)
    parser.add_argument("--channels", type=int, default=1024)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--kernel", choices=("plain", "chosen"), default="plain")
    parser.add_argument("--before", metavar="PROGRAM")
    options = parser.parse_args()

    torch.set_num_threads(1)
    score = authors_function(options.authors)
    if options.tokens:
        tokens = torch.from_numpy(read_map(options.tokens, *options.map.split(",")))
    else:
        tokens = torch.randn(options.images, options.patches, options.channels, generator=torch.Generator().manual_seed(1))
    tokens = tokens / tokens.norm(dim=-1, keepdim=True)
    images, patches, channels = tokens.shape
    flop = 2 * patches * patches * channels

    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "map.npy")
        np.save(file, tokens.numpy())
        programs = {"ours": BENCH} | ({"before": options.before} if options.before else {})
        ours = {name: Ours(program, file, options.kernel) for name, program in programs.items()}
        times = {name: [] for name in ("authors", "sgemm", *ours)}
        means = {}
        for turn in range(options.rounds + 1):
            start = time.thread_time()
            scores = torch.cat([score(tokens, image, "cpu") for image in range(images)])
            now = {"authors": (time.thread_time() - start) * 1e3 / (images * (images - 1))}
            start = time.thread_time()
            for other in range(1, images):
                tokens[0] @ tokens[other].T
            now["sgemm"] = (time.thread_time() - start) * 1e3 / (images - 1)
            for name, process in ours.items() if turn % 2 else reversed(ours.items()):
                now[name], means[name] = process.score()
            if turn > 0:  # the first warms up
                for name, value in now.items():
                    times[name].append(value)
        for process in ours.values():
            process.close()

    median = {name: statistics.median(values) for name, values in times.items()}
    print(f"OpenBLAS runs its kernel for {openblas_kernel()}, torch {torch.__version__}")
    print(f"mean score: authors {scores.double().mean().item():.7f}, ours {means['ours']:.7f}")
    print(f"authors' compute_scores_fast  {median['authors']:8.3f} ms an ordered pair")
    print(f"ours                          {median['ours']:8.3f} ms an ordered pair, ratio {median['authors'] / median['ours']:.2f}")
    if "before" in median:
        print(f"before                        {median['before']:8.3f} ms an ordered pair, ratio {median['authors'] / median['before']:.2f}; "
              f"ours takes {median['ours'] / median['before']:.3f} of it, {statistics.median(a / b for a, b in zip(times['ours'], times['before'])):.3f} by rounds")
    print(f"sgemm (one product)           {median['sgemm']:8.3f} ms = {flop / median['sgemm'] / 1e6:.0f} GFLOP/s")
    print(f"ours: {flop / (2 * median['ours']) / 1e6:.0f} GFLOP/s over everything, {median['sgemm'] / (2 * median['ours']):.2f} of sgemm's")


if __name__ == "__main__":
    main()
