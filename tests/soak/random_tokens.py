#!/usr/bin/env python3
"""Writes an array of random tokens: random_tokens.py FILE SEED STAGES IMAGES GRID CHANNELS"""
import random
import sys

path, (seed, stages, images, grid, channels) = sys.argv[1], map(int, sys.argv[2:])
rng = random.Random(seed)
# The high byte of a float32 is kept to values of moderate size and either sign.
high = bytes((0x3D, 0x3E, 0xBD, 0xBE)[value & 3] for value in range(256))
shape = (stages, images, 1 + grid * grid, channels)
text = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}"
head = b"\x93NUMPY\x01\x00" + (118).to_bytes(2, "little") + text.encode().ljust(117) + b"\n"
with open(path, "wb") as file:
    file.write(head)
    for _ in range(stages * images):
        part = bytearray(rng.randbytes(4 * shape[2] * channels))
        part[3::4] = part[3::4].translate(high)
        file.write(part)
