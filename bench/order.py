#!/usr/bin/env python3
"""How many images are searched for a patch's maximum with floors, by the order in which the images are visited.

    python3 bench/order.py MAP.npy ...

MAP.npy [N x P x C], unit tokens, from `MuSc.Bench map`. An image is searched where the maximum in it exceeds the patch's floor, its k-th largest maximum so
far (k = 30 % of the others, what the interval average takes), less the margin of the bounds. Printed are shares of all, for each patch of each image: in the order
of the set; with the images whose mean token is most like this one's first; and the least that any order leaves, each patch's largest maxima first. Each image
visits the others by itself here, so a run of pairs, which serve two images at once, gains less.
"""
import math
import sys

import numpy as np

MARGIN = 5e-4
SHARE = 0.3


def maxima(tokens):
    """[N x N x P] the largest dot product of each patch with each other image's."""
    images, patches, _ = tokens.shape
    largest = np.zeros((images, images, patches), np.float32)
    for one in range(images):
        for other in range(one):
            dots = tokens[one] @ tokens[other].T
            largest[one, other], largest[other, one] = dots.max(1), dots.max(0)
    return largest


def searched(values, kept):
    """How many of the values [N - 1 x P], visited from the first to the last, exceed what is known when their turn comes."""
    best = np.full((kept, values.shape[1]), -np.inf, np.float32)
    count = 0
    for value in values:
        count += (value + MARGIN > best[0]).sum()
        best[0] = np.maximum(best[0], value)
        best.sort(axis=0)
    return count


def main():
    for file in sys.argv[1:]:
        tokens = np.load(file)
        images, patches, _ = tokens.shape
        kept = math.ceil(SHARE * (images - 1))
        largest = maxima(tokens)
        means = tokens.mean(1)
        means /= np.linalg.norm(means, axis=1, keepdims=True)
        counts = {"order of the set": 0, "most alike first": 0, "least": 0}
        for image in range(images):
            others = np.delete(np.arange(images), image)
            alike = others[np.argsort(-(means[others] @ means[image]), kind="stable")]
            counts["order of the set"] += searched(largest[image, others], kept)
            counts["most alike first"] += searched(largest[image, alike], kept)
            counts["least"] += searched(-np.sort(-largest[image, others], axis=0), kept)
        whole = images * (images - 1) * patches
        print(f"{file}: {images} images, P = {patches}: " + ", ".join(f"{name} {count / whole:.3f}" for name, count in counts.items()))


if __name__ == "__main__":
    main()
