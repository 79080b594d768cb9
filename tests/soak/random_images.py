#!/usr/bin/env python3
"""Writes seeded BMP images of smooth noise, one in twenty with a bright spot: random_images.py FOLDER SEED IMAGES SIZE"""
import os
import random
import struct
import sys

folder, (seed, images, size) = sys.argv[1], map(int, sys.argv[2:])
os.makedirs(folder, exist_ok=True)
rng = random.Random(seed)
base = rng.randbytes(size * size)
tables = [bytes(min(255, value // 2 + shift) for value in range(256)) for shift in range(0, 64, 4)]
row_bytes = (size * 3 + 3) // 4 * 4
head = b"BM" + struct.pack("<IHHIIiiHHIIiiII", 54 + row_bytes * size, 0, 0, 54, 40, size, size, 1, 24, 0, row_bytes * size, 0, 0, 0, 0)
for image in range(images):
    shift = rng.randrange(size * size)
    grey = bytearray((base[shift:] + base[:shift]).translate(rng.choice(tables)))
    if image % 20 == 0:
        x, y, side = rng.randrange(size // 2), rng.randrange(size // 2), size // 5
        for row in range(y, y + side):
            grey[row * size + x:row * size + x + side] = b"\xf0" * side
    with open(os.path.join(folder, f"{image:05}.bmp"), "wb") as file:
        file.write(head)
        for row in range(size):
            line = bytearray(row_bytes)
            line[0:size * 3:3] = line[1:size * 3:3] = line[2:size * 3:3] = grey[row * size:(row + 1) * size]
            file.write(line)
