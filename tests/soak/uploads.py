#!/usr/bin/env python3
"""2,000 images of 512 KiB sent by HTTP to a server alone on one machine, with a connection cut in the middle; then 50 clients at once.

    uploads.py [IMAGES]      writes results/uploads.txt; the server must stay below 400 MiB, and no request may fail
"""
import concurrent.futures
import http.client
import json
import os
import signal
import socket
import statistics
import sys
import tempfile
import threading
import time

from server import ADDRESS, build, report, start

BYTES = 512 << 10
LIMIT_MIB = 400
SENDERS = 8
CLIENTS, SECONDS = 50, 20

local = threading.local()
failures = []


def call(method, path, body=None, headers=None):
    """One request over this thread's connection: status and body."""
    if not hasattr(local, "connection"):
        local.connection = http.client.HTTPConnection(ADDRESS, timeout=120)
    local.connection.request(method, f"/v1/{path}", body, headers or {})
    answer = local.connection.getresponse()
    text = answer.read()
    if answer.status >= 400:
        failures.append(f"{method} {path}: {answer.status} {text[:200]}")
    return answer.status, text


def image(number):
    """Bytes that nothing makes smaller, other ones for each number."""
    return (number.to_bytes(8, "little") + bytes(8)) * 4 + os.urandom(BYTES - 64)


def peak_mib(process):
    with open(f"/proc/{process.pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024


def cut(name):
    """Half an image, and then no more."""
    host, port = ADDRESS.split(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(f"PUT /v1/{name} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {BYTES}\r\n\r\n".encode() + bytes(BYTES // 2))


def send_all(set_path, images):
    """Sends what the set has not got; how many were sent."""
    there, after = set(), ""
    while after is not None:
        page = json.loads(call("GET", f"{set_path}/images?limit=500{after and '&after=' + after}")[1])
        there.update(entry["name"] for entry in page["data"])
        after = page["next"]
    missing = [name for name in images if name not in there]
    with concurrent.futures.ThreadPoolExecutor(SENDERS) as senders:
        for _ in senders.map(lambda name: call("PUT", f"{set_path}/images/{name}", images[name]), missing):
            pass
    return len(missing)


def load(set_path, small):
    """50 clients that put small images and read lists, one request after the other."""
    times, until = [], time.monotonic() + SECONDS

    def client(number):
        count = 0
        while time.monotonic() < until:
            began = time.monotonic()
            if count % 2:
                call("GET", f"{set_path}/images?limit=20")
            else:
                call("PUT", f"{set_path}/images/{number}-{count}.png", small + number.to_bytes(4, "big") + count.to_bytes(4, "big"))
            times.append(time.monotonic() - began)
            count += 1

    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(times)


def run(count, data):
    server = start(data, {**os.environ, "Web__RequestsPerSecond": "100000"})
    try:
        images = {f"part-{number:05d}.png": image(number) for number in range(count)}
        made = json.loads(call("POST", "sets", "{}", {"Content-Type": "application/json"})[1])
        path = f"sets/{made['id']}"
        began = time.monotonic()
        first = dict(list(images.items())[: count // 2])
        send_all(path, first)
        cut(f"{path}/images/cut.png")
        sent = send_all(path, images)
        took = time.monotonic() - began
        described = json.loads(call("GET", path)[1])
        peak = peak_mib(server)
        yield (f"{count} images of {BYTES >> 10} KiB from {SENDERS} senders: {took:.1f} s, {count * BYTES / took / 1e6:.0f} MB/s; after a cut the second round sent {sent};"
               f" the set has {described['images']} images of {described['bytes']} bytes; peak of the server {peak:.0f} MiB")
        whole = described["images"] == count and described["bytes"] == count * BYTES and sent == count - count // 2
        times = load(path, os.urandom(20_000))
        yield (f"{CLIENTS} clients at once for {SECONDS} s, half putting images of 20 kB, half listing: {len(times) / SECONDS:.0f} requests a second;"
               f" median {statistics.median(times) * 1e3:.1f} ms, 99 % within {times[int(len(times) * 0.99)] * 1e3:.0f} ms, slowest {times[-1] * 1e3:.0f} ms; errors: {len(failures)}")
        peak = peak_mib(server)
        yield f"peak of the server {peak:.0f} MiB, of at most {LIMIT_MIB}"
        yield from failures[:5]
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=120)
    yield "holds" if whole and not failures and peak < LIMIT_MIB else "THE PROMISE IS BROKEN"


def main():
    commit = build()
    count = int((sys.argv[1:] + ["2000"])[0])
    with tempfile.TemporaryDirectory() as data:
        last = report("uploads.txt", (line for lines in ([f"commit {commit}"], run(count, data)) for line in lines))
    sys.exit(0 if last == "holds" else 1)


main()
