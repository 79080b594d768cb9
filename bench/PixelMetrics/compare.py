"""Times the pixel metrics of one category, 160 maps of 518 x 518, here and by the authors' code, one after the other in turns.
Ours includes starting the program and reading the maps and masks; on a busy machine compare processor times.

    dotnet build bench/PixelMetrics -c Release
    python3 bench/PixelMetrics/compare.py .../MuSc/utils/metrics.py [--images 160] [--side 518] [--turns 1]

Needs scikit-learn and scikit-image (Debian: python3-sklearn, python3-skimage) and the authors' repository (github.com/xrli-U/MuSc).
"""
import argparse
import importlib.util
import json
import os
import subprocess
import tempfile
import time

import numpy as np

PROGRAM = os.path.join(os.path.dirname(__file__), "..", "..", "artifacts", "bin", "PixelMetrics", "release", "MuSc.PixelMetrics")


def upsample(grid, side):
    at = np.arange(side) * (len(grid) - 1) / (side - 1)
    low = np.minimum(at.astype(int), len(grid) - 2)
    share = at - low
    rows = grid[low] * (1 - share)[:, None] + grid[low + 1] * share[:, None]
    return rows[:, low] * (1 - share) + rows[:, low + 1] * share


def make(images, side):
    random = np.random.default_rng(1)
    y, x = np.mgrid[:side, :side]
    maps, masks = np.empty((images, side, side), np.float32), np.zeros((images, side, side), np.float32)
    for i in range(images):
        patches = 0.35 + 0.05 * random.standard_normal((37, 37))
        for _ in range(random.integers(1, 4) if i % 8 < 5 else 0):
            cx, cy, rx, ry = random.uniform(0.1, 0.9, 2).tolist() + random.uniform(0.02, 0.1, 2).tolist()
            masks[i][((x / side - cx) / rx) ** 2 + ((y / side - cy) / ry) ** 2 < 1] = 1
            py, px = np.mgrid[:37, :37] / 36
            patches += random.uniform(0.05, 0.4) * np.exp(-(((px - cx) / rx) ** 2 + ((py - cy) / ry) ** 2))
        maps[i] = upsample(patches, side)
    return maps, masks


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("authors")
    parser.add_argument("--images", type=int, default=160)
    parser.add_argument("--side", type=int, default=518)
    parser.add_argument("--turns", type=int, default=1)
    options = parser.parse_args()
    spec = importlib.util.spec_from_file_location("authors_metrics", options.authors)
    authors = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(authors)
    maps, masks = make(options.images, options.side)
    with tempfile.TemporaryDirectory() as folder:
        paths = [os.path.join(folder, name) for name in ("maps.npy", "masks.npy")]
        np.save(paths[0], maps)
        np.save(paths[1], masks)
        # As the authors' program has them when it calls its metrics.
        their_maps, their_masks = maps.astype(np.float64), masks.astype(np.int32)
        del maps, masks
        ours = []
        for turn in range(options.turns + 1):
            result = json.loads(subprocess.check_output([PROGRAM, *paths]))
            ours.append(result["seconds"])
            print("ours:   ", result, flush=True)
            if turn < options.turns:
                start, cpu = time.perf_counter(), time.process_time()
                _, (auroc, f1, ap, pro) = authors.compute_metrics(None, None, their_masks, their_maps)
                seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
                print("theirs: ", {"seconds": seconds, "cpu_seconds": cpu, "auroc": float(auroc), "f1_max": float(f1), "ap": float(ap), "pro_authors": float(pro)}, flush=True)
                print(f"ratio {seconds / result['seconds']:.0f}, of processor time {cpu / result['cpu_seconds']:.0f}", flush=True)
    print(f"ours, median of {len(ours)}: {np.median(ours):.2f} s")


if __name__ == "__main__":
    main()
