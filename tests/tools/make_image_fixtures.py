#!/usr/bin/env python3
"""Makes tests/Features.Tests/Fixtures: small synthetic images of every kind, and what Pillow says they hold.

Needs Debian's python3-pil and python3-numpy. Usage: make_image_fixtures.py [folder]. Running it again gives the same
files as long as Pillow and its codecs are the same. decode.json: for each file its size and the SHA-256 of its RGB
bytes, as stored and (upright) turned by its EXIF orientation. resize.json: SHA-256 of Pillow's resized pixels for images
whose bytes come from a linear congruential generator, so that no image needs to be stored.
"""
import hashlib
import json
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

HERE = Path(__file__).resolve().parent
OUT = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parent / "Features.Tests" / "Fixtures"
W, H = 37, 23
expected = {}


def picture(seed=1):
    """[H x W x 3] uint8: gradients, an edge and some noise."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:H, 0:W]
    rgb = np.stack([x * 255 // (W - 1), y * 255 // (H - 1), (x * y * 7) % 256], axis=2)
    rgb[H // 3: H // 2, W // 4: W // 2] = (250, 20, 60)
    return np.clip(rgb + rng.integers(-9, 10, rgb.shape), 0, 255).astype(np.uint8)


RGB = picture()
GREY = RGB[:, :, 0]
ALPHA = RGB[:, :, 2]
WIDE = (RGB.astype(np.uint16) << 8) | RGB[::-1, ::-1].astype(np.uint16)


def sha(pixels):
    return hashlib.sha256(np.ascontiguousarray(pixels, dtype=np.uint8).tobytes()).hexdigest()


def note(name, truth=None):
    """Records what a file holds: by Pillow's word, unless the truth is given because Pillow does not read this kind right."""
    seen = np.asarray(Image.open(OUT / name).convert("RGB")) if truth is None else truth
    upright = seen
    if truth is None and not name.endswith(".tif"):  # Pillow turns TIFF files whenever it loads them
        upright = np.asarray(ImageOps.exif_transpose(Image.open(OUT / name)).convert("RGB"))
    if seen.ndim == 2:
        seen = np.repeat(seen[:, :, None], 3, axis=2)
    if upright.ndim == 2:
        upright = np.repeat(upright[:, :, None], 3, axis=2)
    expected[name] = {
        "width": seen.shape[1], "height": seen.shape[0], "sha256": sha(seen),
        "uprightWidth": upright.shape[1], "uprightHeight": upright.shape[0], "uprightSha256": sha(upright),
    }


def raw(name, data, truth=None):
    (OUT / name).write_bytes(data)
    note(name, truth)


def by_pillow(name, array, mode=None, truth=None, **options):
    image = array if isinstance(array, Image.Image) else Image.fromarray(array, mode)
    image.save(OUT / name, **options)
    note(name, truth)


def exif(orientation):
    data = Image.Exif()
    data[0x0112] = orientation
    return data.tobytes()


# ---- PNG: an own writer, because Pillow writes neither all depths nor interlaced files
def png_rows(samples, depth):
    """[h x w x bands] to packed rows, each with filter byte 0."""
    rows = b""
    for row in samples.reshape(samples.shape[0], -1):
        if depth == 16:
            packed = row.astype(">u2").tobytes()
        elif depth == 8:
            packed = row.astype(np.uint8).tobytes()
        else:
            bits = ((row[:, None] >> np.arange(depth - 1, -1, -1)) & 1).astype(np.uint8).reshape(-1)
            packed = np.packbits(bits).tobytes()
        rows += b"\0" + packed
    return rows


def png(samples, depth, colour, palette=None, transparency=None, interlaced=False):
    if samples.ndim == 2:
        samples = samples[:, :, None]
    h, w = samples.shape[:2]
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    body = png_rows(samples, depth)
    if interlaced:
        passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
        body = b"".join(png_rows(samples[y::dy, x::dx], depth) for x, y, dx, dy in passes if samples[y::dy, x::dx].size)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", w, h, depth, colour, 0, 0, int(interlaced)))
    if palette is not None:
        data += chunk(b"PLTE", palette.astype(np.uint8).tobytes())
    if transparency is not None:
        data += chunk(b"tRNS", transparency)
    return data + chunk(b"IDAT", zlib.compress(body, 9)) + chunk(b"IEND", b"")


def make_png():
    palette = picture(2).reshape(-1, 3)[:256]
    for depth in (1, 2, 4):
        step = 255 // (2 ** depth - 1)
        indices = GREY >> (8 - depth)
        raw(f"grey{depth}.png", png(indices, depth, 0), (indices * step).astype(np.uint8))
        raw(f"palette{depth}.png", png(indices, depth, 3, palette[: 2 ** depth]))
    raw("grey8.png", png(GREY, 8, 0))
    raw("grey16.png", png(WIDE[:, :, 0], 16, 0), GREY)
    raw("grey8-alpha.png", png(np.dstack([GREY, ALPHA]), 8, 4))
    raw("grey16-alpha.png", png(np.dstack([WIDE[:, :, 0], WIDE[:, :, 1]]), 16, 4), GREY)
    raw("grey8-transparent.png", png(GREY, 8, 0, transparency=struct.pack(">H", int(GREY[0, 0]))), GREY)
    raw("palette8.png", png(GREY, 8, 3, palette))
    raw("palette8-transparent.png", png(GREY, 8, 3, palette, transparency=bytes(range(200))))
    raw("rgb8.png", png(RGB, 8, 2))
    raw("rgb16.png", png(WIDE, 16, 2))
    raw("rgb8-alpha.png", png(np.dstack([RGB, ALPHA]), 8, 6))
    raw("rgb16-alpha.png", png(np.dstack([WIDE, WIDE[:, :, 0]]), 16, 6))
    raw("rgb8-interlaced.png", png(RGB, 8, 2, interlaced=True))
    raw("palette4-interlaced.png", png(GREY >> 4, 4, 3, palette[:16], interlaced=True))
    raw("one-pixel.png", png(RGB[:1, :1], 8, 2))
    by_pillow("orientation6.png", RGB, exif=exif(6))
    by_pillow("with-profile.png", RGB, icc_profile=bytes.fromhex("00") * 128)


# ---- JPEG
def make_jpeg():
    by_pillow("grey.jpg", GREY, quality=90)
    for name, sampling in (("444", 0), ("422", 1), ("420", 2)):
        by_pillow(f"rgb-{name}.jpg", RGB, quality=85, subsampling=sampling)
    by_pillow("rgb-progressive.jpg", RGB, quality=85, progressive=True)
    by_pillow("grey-progressive.jpg", GREY, quality=60, progressive=True)
    by_pillow("rgb-low.jpg", RGB, quality=5)
    by_pillow("one-pixel.jpg", RGB[:1, :1], quality=90)
    by_pillow("cmyk.jpg", Image.fromarray(np.dstack([RGB, GREY // 2]), "CMYK"), quality=90)
    for orientation in range(1, 9):
        by_pillow(f"orientation{orientation}.jpg", RGB, quality=92, exif=exif(orientation))


# ---- TIFF: Pillow's writer, and an own one for 16-bit RGB, tiles, the other byte order and BigTIFF
def tiff(samples, photometric, order="<", big=False, tile=None, private=False):
    if samples.ndim == 2:
        samples = samples[:, :, None]
    h, w, bands = samples.shape
    data = samples.astype(samples.dtype.newbyteorder(order))
    if tile:
        padded = np.zeros((-(-h // tile) * tile, -(-w // tile) * tile, bands), data.dtype)
        padded[:h, :w] = data
        parts = [padded[y:y + tile, x:x + tile].tobytes() for y in range(0, h, tile) for x in range(0, w, tile)]
    else:
        parts = [data[y:y + 5].tobytes() for y in range(0, h, 5)]
    offset_type, header = (16, 16) if big else (4, 8)
    body, offsets = b"", []
    for part in parts:
        offsets.append(header + len(body))
        body += part
    body += b"\0" * (len(body) % 2)
    bits = samples.dtype.itemsize * 8
    tags = [(256, 3, [w]), (257, 3, [h]), (258, 3, [bits] * bands), (259, 3, [1]), (262, 3, [photometric]), (277, 3, [bands])]
    if bands in (2, 4):
        tags.append((338, 3, [2]))
    if private:
        tags.append((65000, 3, [7]))
    if tile:
        tags += [(322, 3, [tile]), (323, 3, [tile]), (324, offset_type, offsets), (325, 4, [len(p) for p in parts])]
    else:
        tags += [(273, offset_type, offsets), (278, 3, [5]), (279, 4, [len(p) for p in parts])]
    codes = {3: "H", 4: "I", 16: "Q"}
    room, count_code, entry = (8, "Q", 20) if big else (4, "I", 12)
    start = header + len(body)
    values_at = start + (8 if big else 2) + entry * len(tags) + room
    directory, values = struct.pack(order + ("Q" if big else "H"), len(tags)), b""
    for tag, kind, numbers in sorted(tags):
        packed = struct.pack(order + codes[kind] * len(numbers), *numbers)
        directory += struct.pack(order + "HH" + count_code, tag, kind, len(numbers))
        if len(packed) <= room:
            directory += packed.ljust(room, b"\0")
        else:
            directory += struct.pack(order + count_code, values_at + len(values))
            values += packed
    directory += b"\0" * room
    mark = b"II" if order == "<" else b"MM"
    head = struct.pack(order + "HHHQ", 43, 8, 0, start) if big else struct.pack(order + "HI", 42, start)
    return mark + head + body + directory + values


def make_tiff():
    by_pillow("grey1.tif", Image.fromarray(GREY).convert("1"))
    by_pillow("grey8.tif", GREY)
    by_pillow("rgb8.tif", RGB)
    by_pillow("rgb8-alpha.tif", np.dstack([RGB, ALPHA]))
    by_pillow("palette8.tif", Image.fromarray(RGB).quantize(40))
    by_pillow("cmyk.tif", Image.fromarray(np.dstack([RGB, GREY // 2]), "CMYK"))
    for compression in ("tiff_lzw", "tiff_adobe_deflate", "packbits"):
        by_pillow(f"rgb8-{compression.split('_')[-1]}.tif", RGB, compression=compression)
    by_pillow("rgb8-jpeg.tif", RGB, compression="jpeg", quality=90)
    by_pillow("grey1-fax.tif", Image.fromarray(GREY).convert("1"), compression="group4")
    by_pillow("orientation6.tif", RGB, tiffinfo={0x0112: 6})
    raw("grey16.tif", tiff(WIDE[:, :, 0], 1), GREY)
    raw("grey8-white-is-zero.tif", tiff(255 - GREY, 0), GREY)
    raw("grey8-alpha.tif", tiff(np.dstack([GREY, ALPHA]), 1), GREY)
    raw("rgb16.tif", tiff(WIDE, 2), RGB)
    raw("rgb16-big-endian.tif", tiff(WIDE, 2, order=">"), RGB)
    raw("rgb16-alpha.tif", tiff(np.dstack([WIDE, WIDE[:, :, 0]]), 2), RGB)
    raw("rgb8-tiled.tif", tiff(RGB, 2, tile=16), RGB)
    raw("rgb8-private-tag.tif", tiff(RGB, 2, private=True), RGB)
    raw("rgb8-bigtiff.tif", tiff(RGB, 2, big=True), RGB)
    Image.fromarray(RGB).save(OUT / "two-pages.tif", save_all=True, append_images=[Image.fromarray(RGB[::-1])])
    note("two-pages.tif")


# ---- WebP
def make_webp():
    by_pillow("lossless.webp", RGB, lossless=True)
    by_pillow("lossless-alpha.webp", np.dstack([RGB, ALPHA]), lossless=True, exact=True)
    by_pillow("lossy.webp", RGB, quality=80)
    by_pillow("lossy-alpha.webp", np.dstack([RGB, np.maximum(ALPHA, 1)]), quality=80)
    by_pillow("orientation6.webp", RGB, lossless=True, exif=b"Exif\0\0" + exif(6).removeprefix(b"Exif\0\0"))
    Image.fromarray(RGB).save(OUT / "two-frames.webp", save_all=True, append_images=[Image.fromarray(RGB[::-1])], lossless=True)
    note("two-frames.webp")


# ---- BMP: an own writer for what Pillow does not write
def bmp(pixels, w, h, bits, compression=0, palette=None, masks=None, header=40, top_down=False, colours=0):
    info = struct.pack("<IiiHHIIiiII", header, w, -h if top_down else h, 1, bits, compression, len(pixels), 2835, 2835, colours, 0)
    if header == 12:
        info = struct.pack("<IHHHH", 12, w, h, 1, bits)
    if header > 40:
        info += struct.pack("<III", *(masks or (0xFF0000, 0xFF00, 0xFF)))
        info = info.ljust(header, b"\0")
    elif masks:
        info += struct.pack("<III", *masks)
    table = b""
    if palette is not None:
        entries = palette[:, ::-1].astype(np.uint8)
        table = entries.tobytes() if header == 12 else np.pad(entries, ((0, 0), (0, 1))).tobytes()
    offset = 14 + len(info) + len(table)
    return struct.pack("<2sIHHI", b"BM", offset + len(pixels), 0, 0, offset) + info + table + pixels


def bmp_rows(rows, flip=True):
    rows = [bytes(row) + b"\0" * (-len(row) % 4) for row in rows]
    return b"".join(reversed(rows) if flip else rows)


def packed(indices, bits):
    expanded = ((indices[:, :, None] >> np.arange(bits - 1, -1, -1)) & 1).astype(np.uint8).reshape(len(indices), -1)
    return [np.packbits(row).tobytes() for row in expanded]


def run_lengths(indices, nibbles):
    """Alternates encoded runs and literals, ends every row; the last row but one is left by a jump."""
    data = b""
    for y, row in enumerate(indices[::-1]):
        x = 0
        while x < len(row):
            n = 1
            while x + n < len(row) and row[x + n] == row[x] and n < 255:
                n += 1
            if n >= 2 or len(row) - x < 3:
                data += bytes([n, int(row[x]) * (17 if nibbles else 1)])
                x += n
            else:
                n = min(len(row) - x, 7)
                literal = [int(v) for v in row[x:x + n]]
                body = bytes(a << 4 | b for a, b in zip(literal[::2], literal[1::2] + [0])) if nibbles else bytes(literal)
                data += bytes([0, n]) + body + b"\0" * (len(body) % 2)
                x += n
        data += b"\0\0"
    return data + b"\0\1"


def make_bmp():
    palette = picture(3).reshape(-1, 3)[:256]
    eight, four, one = GREY, GREY >> 4, GREY >> 7
    by_pillow("grey8.bmp", GREY)
    by_pillow("rgb24.bmp", RGB)
    by_pillow("one-pixel.bmp", RGB[:1, :1])
    raw("palette1.bmp", bmp(bmp_rows(packed(one, 1)), W, H, 1, palette=palette[:2]), palette[one])
    raw("palette4.bmp", bmp(bmp_rows(packed(four, 4)), W, H, 4, palette=palette[:16]), palette[four])
    raw("palette8.bmp", bmp(bmp_rows(eight), W, H, 8, palette=palette), palette[eight])
    raw("palette8-short.bmp", bmp(bmp_rows(eight % 40), W, H, 8, palette=palette[:40], colours=40), palette[eight % 40])
    raw("palette8-os2.bmp", bmp(bmp_rows(eight), W, H, 8, palette=palette, header=12), palette[eight])
    raw("rle8.bmp", bmp(run_lengths(eight & 0xF0, False), W, H, 8, 1, palette), palette[eight & 0xF0])
    raw("rle4.bmp", bmp(run_lengths(four & 0xC, True), W, H, 4, 2, palette[:16]), palette[four & 0xC])
    jumped = np.zeros((H, W), np.uint8)
    jumped[H - 1, 0:3] = 9
    jumped[H - 4, 5:9] = 7
    raw("rle8-jumps.bmp", bmp(b"\x03\x09\0\2\x02\x03\x04\x07\0\1", W, H, 8, 1, palette), palette[jumped])
    blue_green_red = RGB[:, :, ::-1]
    raw("rgb24-top-down.bmp", bmp(bmp_rows([r.tobytes() for r in blue_green_red], False), W, H, 24, top_down=True), RGB)
    raw("rgb24-os2.bmp", bmp(bmp_rows([r.tobytes() for r in blue_green_red]), W, H, 24, header=12), RGB)
    four_bytes = np.dstack([blue_green_red, ALPHA])
    raw("rgb32.bmp", bmp(bmp_rows([r.tobytes() for r in four_bytes]), W, H, 32), RGB)
    swapped = np.dstack([ALPHA, RGB])
    raw("rgb32-fields.bmp", bmp(bmp_rows([r.tobytes() for r in swapped]), W, H, 32, 3, masks=(0xFF00, 0xFF0000, 0xFF000000)), RGB)
    raw("rgb32-v5.bmp", bmp(bmp_rows([r.tobytes() for r in four_bytes]), W, H, 32, 3, header=124), RGB)
    r, g, b = (RGB[:, :, i].astype(np.uint16) for i in range(3))
    raw("rgb16-555.bmp", bmp(bmp_rows([row.astype("<u2").tobytes() for row in (r >> 3) << 10 | (g >> 3) << 5 | b >> 3]), W, H, 16))
    raw("rgb16-565.bmp", bmp(bmp_rows([row.astype("<u2").tobytes() for row in (r >> 3) << 11 | (g >> 2) << 5 | b >> 3]), W, H, 16, 3, masks=(0xF800, 0x7E0, 0x1F)))


# ---- resizing
def noise(width, height, seed):
    state, values = seed, bytearray()
    for _ in range(width * height * 3):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        values.append(state >> 24)
    return np.frombuffer(bytes(values), np.uint8).reshape(height, width, 3)


def make_resized():
    cases = []
    sizes = [(300, 300, 224, 224), (576, 320, 224, 224), (37, 23, 224, 224), (37, 23, 14, 14), (5, 3, 64, 64), (1, 1, 28, 28), (224, 150, 224, 224),
             (150, 224, 224, 224), (64, 64, 64, 64), (401, 399, 1, 1), (1000, 20, 20, 40), (3, 500, 100, 7), (96, 80, 95, 81), (2, 2, 3, 3), (640, 100, 518, 518)]
    for number, (width, height, to_width, to_height) in enumerate(sizes):
        image = Image.fromarray(noise(width, height, number + 1))
        # Half of the cases saturate, so that clipping after overshoot is seen.
        if number % 2:
            image = image.point(lambda v: 255 if v >= 128 else 0)
        for name, kind in (("bicubic", Image.Resampling.BICUBIC), ("bilinear", Image.Resampling.BILINEAR)):
            result = np.asarray(image.resize((to_width, to_height), kind))
            cases.append({"width": width, "height": height, "seed": number + 1, "saturated": bool(number % 2), "toWidth": to_width,
                          "toHeight": to_height, "filter": name, "sha256": sha(result)})
    return cases


OUT.mkdir(parents=True, exist_ok=True)
for make in (make_png, make_jpeg, make_tiff, make_webp, make_bmp):
    make()
write = lambda name, rows: (OUT / name).write_text("\n".join(rows) + "\n")
write("decode.json", ["{"] + [",\n".join(f"  {json.dumps(name)}: {json.dumps(expected[name])}" for name in sorted(expected))] + ["}"])
write("resize.json", ["["] + [",\n".join(f"  {json.dumps(case)}" for case in make_resized())] + ["]"])
print(f"{len(expected)} images in {OUT}")
