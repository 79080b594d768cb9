#!/usr/bin/env bash
# With curl alone: a set of images sent to a server, a job, its events to the end, its results in every form; the numbers must be those of
# `musc score` to the digit. Writes results/curl.txt. Usage: curl.sh [FOLDER]
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."
root=$PWD
images=$(readlink -f "${1:-../shared/data/aws_cookie/test}")
dotnet build src/Cli -c Release -v q -nologo >/dev/null
musc=$root/artifacts/bin/Cli/release/musc
work=$(mktemp -d)
api=http://127.0.0.1:18082/v1
"$musc" serve --data "$work/data" --listen 18082 --gateway-port 30902 --silo-port 11902 >"$work/server.txt" &
server=$!
trap 'kill $server; wait $server; rm -rf "$work"' EXIT
until curl -sf "$api/me" >/dev/null; do kill -0 $server; sleep 0.2; done

field() { python3 -c "import json, sys; print(json.load(sys.stdin)['$1'])"; }
json='Content-Type: application/json'
set=$(curl -sf "$api/sets" -H "$json" -d '{"name": "cookies"}' | field id)
cd "$images"
began=$(date +%s.%N)
find . -type f -printf '%P\0' | while IFS= read -r -d '' name; do
    curl -sf -T "$name" "$api/sets/$set/images/$(python3 -c 'import sys, urllib.parse; print(urllib.parse.quote(sys.argv[1]))' "$name")" >/dev/null
done
sent=$(date +%s.%N)
body="{\"images\": {\"set\": \"$set\"}}"
job=$(curl -sf "$api/jobs" -H "$json" -H 'Idempotency-Key: once' -d "$body" | field id)
curl -sfN "$api/jobs/$job/events" >"$work/events.txt"
again=$(curl -s -o "$work/again.json" -w '%{http_code}' "$api/jobs" -H "$json" -H 'Idempotency-Key: once' -d "$body")
other=$(curl -s -o /dev/null -w '%{http_code}' "$api/jobs" -H "$json" -H 'Idempotency-Key: once' -d "{\"images\": {\"set\": \"$set\"}, \"size\": 448}")
for form in text/csv application/x-ndjson application/x-msgpack; do
    curl -sf "$api/jobs/$job/results" -H "Accept: $form" >"$work/$(basename "$form")"
done
"$musc" score . -r -o "$work/local" >/dev/null 2>&1
cd "$root"
{
    echo "commit $(git rev-parse --short HEAD)"
    python3 - "$work" "$job" "$again" "$other" "$sent" "$began" <<'CHECK'
import csv, json, pathlib, struct, sys

work, job, again, other, sent, began = pathlib.Path(sys.argv[1]), *sys.argv[2:]
numbers = [int(line[4:]) for line in (work / "events.txt").read_text().splitlines() if line.startswith("id: ")]
words = [json.loads(line[6:])["status"] for line in (work / "events.txt").read_text().splitlines() if line.startswith("data: ")]


def unpack(data, at=0):
    """Just what an array of maps of texts, numbers and nils needs: the value and where the next begins."""
    kind = data[at]
    sizes = {0xD9: (1, ">B"), 0xDA: (2, ">H"), 0xDC: (2, ">H"), 0xDE: (2, ">H"), 0xDD: (4, ">I")}
    if kind < 0x80:
        return kind, at + 1
    if kind in (0xC0, 0xC2, 0xC3):
        return {0xC0: None, 0xC2: False, 0xC3: True}[kind], at + 1
    if kind == 0xCB:
        return struct.unpack_from(">d", data, at + 1)[0], at + 9
    if kind in (0xCC, 0xCD, 0xCE):
        wide = {0xCC: ">B", 0xCD: ">H", 0xCE: ">I"}[kind]
        return struct.unpack_from(wide, data, at + 1)[0], at + 1 + struct.calcsize(wide)
    if kind in sizes:
        length, start = struct.unpack_from(sizes[kind][1], data, at + 1)[0], at + 1 + sizes[kind][0]
    else:
        length, start = kind & (0x1F if kind >= 0xA0 else 0x0F), at + 1
    if 0xA0 <= kind <= 0xBF or kind in (0xD9, 0xDA):
        return data[start:start + length].decode(), start + length
    values = []
    for _ in range(length * (2 if kind == 0xDE or 0x80 <= kind < 0x90 else 1)):
        value, start = unpack(data, start)
        values.append(value)
    return (dict(zip(values[::2], values[1::2])) if kind == 0xDE or 0x80 <= kind < 0x90 else values), start


local = (work / "local/scores.csv").read_bytes()
rows = [json.loads(line) for line in (work / "x-ndjson").read_text().splitlines()]
table = list(csv.DictReader((work / "csv").read_text().splitlines()))
same = {
    "CSV equal to that of musc score, byte for byte": (work / "csv").read_bytes() == local,
    "MessagePack equal to NDJSON": unpack((work / "x-msgpack").read_bytes())[0] == rows,
    "NDJSON equal to CSV, to the digit": [(row["image"], repr(row["score"])) for row in rows] == [(row["image"], row["score"]) for row in table],
    "events in order, each once, to the end": numbers == sorted(set(numbers)) and words[-1] == "completed",
    "repeated key is the same job": again == "200" and json.loads((work / "again.json").read_text())["id"] == job,
    "repeated key with another body is 409": other == "409",
}
print(f"{len(rows)} images sent one by one in {float(sent) - float(began):.1f} s; {len(numbers)} events: {' '.join(dict.fromkeys(words))}")
for what, holds in same.items():
    print(f"{what}: {'yes' if holds else 'NO'}")
print("holds" if all(same.values()) else "THE PROMISE IS BROKEN")
CHECK
} | tee tests/soak/results/curl.txt
tail -1 tests/soak/results/curl.txt | grep -qx holds
