"""Evaluates the real sets of ../shared end to end, with the compact backbone and with the imported ViT-Tiny, against the metrics of
the authors' modules; writes results/evaluation.txt. Run from the project's root: python3 tests/soak/evaluation.py
"""
import json
import os
import subprocess
import sys
import tempfile
import time

SHARED = "../shared"
SETS = {"mvtec_leather_mini": (8, 11), "aws_cookie": (45, 32), "magnetic_tile": (60, 80), "elpv_mono": (75, 50)}
PIXEL = {"auroc": "AUROC-segm", "f1_max": "F1-max-segm", "ap": "AP-segm", "aupro_200_steps_fpr_0.3": "PRO-segm (authors)"}


def musc(*arguments):
    subprocess.run(["./musc", *arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def backbones(folder):
    yield "compact", f"{SHARED}/models/compact/expected", lambda name: "compact"
    for size in (224, 448):
        musc("model", "import", f"{SHARED}/models/vit_tiny_patch16_224/model.safetensors", "-o", f"{folder}/vit-{size}.onnx",
             "--stages", "3,6,9,12", "--size", str(size), "--mean", "0.5", "--std", "0.5", "--resize", "bicubic")
    yield "ViT-Tiny, imported", f"{SHARED}/golden/real", lambda name: f"{folder}/vit-{448 if 'leather' in name else 224}.onnx"


def check(lines, what, actual, expected, tolerance):
    good = abs(actual - expected) <= tolerance
    lines.append(f"  {what}: {actual:.5f}, expected {expected:.5f}, allowed {tolerance:.5f}{'' if good else '  WRONG'}")
    return good


def main():
    commit = subprocess.check_output(["git", "rev-parse", "--short", "HEAD"], text=True).strip()
    lines, good = [f"commit {commit}"], True
    begin = time.time()
    with tempfile.TemporaryDirectory() as folder:
        for name, answers, backbone in backbones(folder):
            for data, (normal, anomalous) in SETS.items():
                musc("evaluate", f"{SHARED}/data", "--layout", "mvtec", "-c", data, "--mask-rule", "any", "-b", backbone(data), "-o", f"{folder}/out")
                with open(f"{folder}/out/evaluation.json", encoding="utf-8") as file:
                    table = json.load(file)["tables"][0]
                actual = dict(zip(table["columns"], (v and v / 100 for v in table["rows"][0]["values"])))
                with open(os.path.join(answers, data, "expected.json"), encoding="utf-8") as file:
                    expected = json.load(file)
                lines.append(f"{data}, {name}")
                # One swapped rank end to end.
                good &= check(lines, "AUROC-cls", actual["AUROC-cls"], expected["image_after"]["auroc"], 1 / (normal * anomalous) + 1e-9)
                good &= check(lines, "AP-cls", actual["AP-cls"], expected["image_after"]["ap"], 1e-2)
                good &= check(lines, "F1-max-cls", actual["F1-max-cls"], expected["image_after"]["f1_max"], 1e-2)
                for key, column in PIXEL.items():
                    if "pixel" in expected:
                        good &= check(lines, column, actual[column], expected["pixel"][key], 1e-3)
                    else:
                        good &= actual[column] is None
    lines.append(f"seconds {time.time() - begin:.0f}")
    os.makedirs("tests/soak/results", exist_ok=True)
    with open("tests/soak/results/evaluation.txt", "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    print("\n".join(lines))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
