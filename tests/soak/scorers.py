#!/usr/bin/env python3
"""What --scorers promises: time that grows with the number of images alone, in bounded memory, and its accuracy on the real sets of ../shared.

    python3 tests/soak/scorers.py [images]

Scores [images] and a quarter of them, random tokens of P = 196, C = 192, one stage, degree 1, by 200 scorers each, the smaller and the larger in
turns; then evaluates the four sets with the compact backbone, N/3 scorers with five seeds against all. Writes results/scorers.txt.
"""
import json
import os
import statistics
import subprocess
import sys
import tempfile

MUSC = os.path.abspath("artifacts/bin/Cli/release/musc")
DATA = "../shared/data"
LIMIT_MIB, MOST_GROWTH, ROUNDS = 600, 4.4, 3
SETS = ("mvtec_leather_mini", "aws_cookie", "magnetic_tile", "elpv_mono")
ALLOWED = {"AUROC-cls": 1.0, "AUROC-segm": 0.5}


def run(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout


def growth(report, folder, images):
    counts, times, good = (images // 4, images), {}, True
    for count in counts:
        run(sys.executable, "tests/soak/random_tokens.py", f"{folder}/{count}.npy", "1", "1", str(count), "14", "192")
    for turn in range(ROUNDS):
        for count in counts:
            out = f"{folder}/out"
            line = run(sys.executable, "tests/soak/peak.py", MUSC, "score", "--tokens", f"{folder}/{count}.npy", "--degrees", "1", "--scorers", "200",
                       "--memory", f"{LIMIT_MIB}M", "--out", out, "--force", "--maps", "none", "--no-report", "--no-overlays").splitlines()[-1]
            with open(f"{out}/run.json", encoding="utf-8") as file:
                facts = json.load(file)
            peak = float(line.split()[1])
            times.setdefault(count, []).append(facts["seconds"]["score"])
            good &= peak < LIMIT_MIB
            report(f"{count} images, round {turn + 1}: {line}; scoring {facts['seconds']['score']:.1f} s, {facts['plan']['pairs']} pairs")
    ratios = [large / small for small, large in zip(times[counts[0]], times[counts[1]])]
    ratio = statistics.median(ratios)
    report(f"time({counts[1]}) / time({counts[0]}) of scoring, round by round: {' '.join(f'{one:.2f}' for one in ratios)}; median {ratio:.2f}, allowed {MOST_GROWTH}")
    return good and ratio <= MOST_GROWTH


def accuracy(report, folder):
    good = True
    for data in SETS:
        run(MUSC, "evaluate", DATA, "--layout", "mvtec", "-c", data, "--mask-rule", "any", "--ablate", "scorers", "-o", folder)
        with open(f"{folder}/evaluation.json", encoding="utf-8") as file:
            tables = json.load(file)["tables"]
        table = next(table for table in tables if table["rows"][0]["values"] and any("N/3" in str(row) for row in table["rows"]))
        rows = {next(value for value in row.values() if isinstance(value, str)): dict(zip(table["columns"], row["values"])) for row in table["rows"]}
        whole = next(values for name, values in rows.items() if "N/" not in name)
        thirds = [values for name, values in rows.items() if "N/3" in name]
        for column, allowed in ALLOWED.items():
            if whole.get(column) is None:
                continue
            values = [third[column] for third in thirds]
            off = statistics.mean(values) - whole[column]
            good &= abs(off) <= allowed
            report(f"{data} {column}: all {whole[column]:.2f}, N/3 {' '.join(f'{value:.2f}' for value in values)}, mean {off:+.2f}, allowed {allowed}")
    return good


def main():
    os.makedirs("tests/soak/results", exist_ok=True)
    subprocess.run(["dotnet", "build", "src/Cli", "-c", "Release", "-v", "q", "-nologo"], check=True, stdout=subprocess.DEVNULL)
    with open("tests/soak/results/scorers.txt", "w", encoding="utf-8") as file, tempfile.TemporaryDirectory() as folder:
        def report(line):
            print(line, flush=True)
            file.write(line + "\n")

        commit = subprocess.check_output(["git", "rev-parse", "--short", "HEAD"], text=True).strip()
        report(f"commit {commit}")
        good = growth(report, folder, int(sys.argv[1]) if len(sys.argv) > 1 else 8000)
        good &= accuracy(report, f"{folder}/evaluation")
        report("as promised" if good else "the promise is broken")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
