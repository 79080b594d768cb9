"""Makes tests/Scoring.Tests/Metrics/metrics_cases.json: 200 random cases and what their metrics are.

Needs scikit-learn and scikit-image (Debian: python3-sklearn, python3-skimage). Run from the project's root:
    python3 tests/tools/metrics_fixture.py [--authors .../utils/metrics.py]
AUROC, AP and F1-max are scikit-learn's. PRO in both forms and sPRO are counted region by region and threshold by threshold
from docs/method.md, Metrics. With --authors, the authors' own function is run beside and its answers are compared.
The cases themselves are not stored: MetricCase.cs makes the same ones from the seed.
"""
import argparse
import importlib.util
import json
import math
import warnings

import numpy as np
from skimage.measure import label
from sklearn.metrics import average_precision_score, precision_recall_curve, roc_auc_score

CASES = 200


def draw(seed, index):
    """The index-th number of a seed's stream (splitmix64 as a counter)."""
    with np.errstate(over="ignore"):
        z = (np.uint64(seed) << np.uint64(40)) + np.asarray(index, dtype=np.uint64)
        z = (z + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def make_case(seed):
    number = lambda index, below: int(draw(seed, index)) % below
    images, side = 1 + number(0, 6), 4 + number(1, 21)
    levels = [0, 0, 2, 5, 16, 255][number(2, 6)]
    kind = number(3, 10)  # 0: all normal; 1: all anomalous; 2: masks cover whole images; else mixed
    shift = number(4, 2)
    labels, masks, maps = [], [], []
    for j in range(images):
        anomalous = kind != 0 and (kind == 1 or number(10 + j, 2) == 0)
        mask = np.zeros((side, side), dtype=bool)
        if anomalous:
            for t in range(1 + number(100 + 40 * j, 3)):
                k = 101 + 40 * j + 4 * t
                x, y = number(k, side), number(k + 1, side)
                mask[y:y + 1 + number(k + 2, 1 + side // 3), x:x + 1 + number(k + 3, 1 + side // 3)] = True
            mask |= draw(seed, 1_000 + j * side * side + np.arange(side * side)).reshape(side, side) % np.uint64(15) == 0
            if kind == 2:
                mask[:] = True
        base = (draw(seed, 100_000 + j * side * side + np.arange(side * side)) >> np.uint64(42)).astype(np.int64).reshape(side, side)
        if levels:
            score = ((base * levels >> 22) + mask * (levels // 4)) / 8 - shift
        else:
            score = (base + mask * (1 << 20)) / (1 << 23) - shift / 4
        labels.append(anomalous)
        masks.append(mask)
        maps.append(score.astype(np.float32))
    return np.array(labels), np.array(masks), np.array(maps)


def ranking(labels, scores):
    if labels.all() or not labels.any():
        return [None, None, None]
    precision, recall, _ = precision_recall_curve(labels, scores)
    with np.errstate(invalid="ignore"):
        f1 = 2 * precision * recall / (precision + recall)
    return [roc_auc_score(labels, scores), average_precision_score(labels, scores), float(np.max(f1[np.isfinite(f1)]))]


def regions_of(masks):
    return [(j, labelled == r) for j, labelled in enumerate(label(m, connectivity=2) for m in masks) for r in range(1, labelled.max() + 1)]


def point(maps, masks, regions, threshold, strict, saturation):
    """False-positive rate and mean (saturated) coverage at one threshold."""
    found = maps > threshold if strict else maps >= threshold
    overlap = [min(float((found[j] & r).sum()) / (saturation * r.sum()), 1.0) for j, r in regions]
    return float((found & ~masks).sum() / (~masks).sum()), float(np.mean(overlap))


def exact_pro(masks, maps, limit, saturation=1.0):
    regions = regions_of(masks)
    if not regions or masks.all():
        return None
    points = [(0.0, 0.0)] + [point(maps, masks, regions, t, False, saturation) for t in np.unique(maps)[::-1]]
    area = 0.0
    for (x0, y0), (x1, y1) in zip(points, points[1:]):
        if x0 >= limit:
            break
        if x1 > limit:
            x1, y1 = limit, y0 + (y1 - y0) * (limit - x0) / (x1 - x0)
        area += (x1 - x0) * (y0 + y1) / 2
    return area / limit


def stepped_pro(masks, maps, limit=0.3):
    regions = regions_of(masks)
    maps = maps.astype(np.float64)
    low, high = float(maps.min()), float(maps.max())
    step = (high - low) / 200
    if not regions or masks.all() or step == 0:
        return None
    points = []
    for i in range(300):
        threshold = low + i * step
        if not threshold < high:
            break
        rate, overlap = point(maps, masks, regions, threshold, True, 1.0)
        if rate < limit:
            points.append((rate, overlap))
    if not points or points[0][0] == points[-1][0]:
        return None
    span = points[0][0] - points[-1][0]
    return sum((a[0] - b[0]) / span * (a[1] + b[1]) / 2 for a, b in zip(points, points[1:]))


def authors_pro(function, masks, maps):
    try:
        value = float(function(masks.astype(np.int32), maps.astype(np.float64)))
    except (ValueError, ZeroDivisionError):
        return None
    return None if math.isnan(value) else value


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--authors", help="the authors' utils/metrics.py, to compare with")
    path = parser.parse_args().authors
    authors = None
    if path:
        spec = importlib.util.spec_from_file_location("authors_metrics", path)
        authors = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(authors)
    warnings.simplefilter("ignore")
    cases, compared, same, differ = [], 0, 0, []
    for seed in range(1, CASES + 1):
        labels, masks, maps = make_case(seed)
        case = {
            "seed": seed,
            "pixels": int(maps.size),
            "image": ranking(labels, maps.reshape(len(maps), -1).max(1)),
            "pixel": ranking(masks.ravel(), maps.ravel()),
            "pro": exact_pro(masks, maps, 0.3),
            "pro_authors": stepped_pro(masks, maps),
            "spro": exact_pro(masks, maps, 0.05, saturation=0.4),
        }
        cases.append(case)
        if authors and masks.any():
            theirs = authors_pro(authors.cal_pro_score, masks, maps)
            compared += 1
            if theirs == case["pro_authors"] or (None not in (theirs, case["pro_authors"]) and abs(theirs - case["pro_authors"]) < 1e-6):
                same += 1
            else:
                differ.append((seed, theirs, case["pro_authors"]))
    with open("tests/Scoring.Tests/Metrics/metrics_cases.json", "w", encoding="utf-8") as file:
        file.write("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
    if authors:
        print(f"authors' PRO: {same} of {compared} cases within 1e-6; otherwise:", *differ, sep="\n  ")


if __name__ == "__main__":
    main()
