#!/usr/bin/env bash
# The time from `git clone` to the first gallery in a browser: clone, build and serve, send a folder, score it, show its page in Chromium.
# Writes results/first-gallery.txt; the target is 2 minutes. Usage: first-gallery.sh [FOLDER]
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."
root=$PWD
images=$(readlink -f "${1:-../shared/data/aws_cookie/test}")
work=$(mktemp -d)
api=http://127.0.0.1:18083
report=$root/tests/soak/results/first-gallery.txt
began=$(date +%s.%N)
since() { python3 -c "import time; print(f'{time.time() - $began:.0f} s')"; }
echo "commit $(git rev-parse --short HEAD)" >"$report"
git clone -q . "$work/musc"
cd "$work/musc"
./musc serve --data "$work/data" --listen 18083 --gateway-port 30903 --silo-port 11903 >"$work/server.txt" &
server=$!
trap 'pkill -TERM -P $server || kill $server; wait $server || true; rm -rf "$work"' EXIT
until curl -sf "$api/v1/me" >/dev/null; do kill -0 $server; sleep 0.2; done
echo "cloned, built and served: $(since)" >>"$report"
field() { python3 -c "import json, sys; print(json.load(sys.stdin)['$1'])"; }
set=$(curl -sf "$api/v1/sets" -H 'Content-Type: application/json' -d '{}' | field id)
tar -c -C "$images" --transform 's|^\./||' . | curl -sf "$api/v1/sets/$set:import" -H 'Content-Type: application/x-tar' --data-binary @- >/dev/null
job=$(curl -sf "$api/v1/jobs" -H 'Content-Type: application/json' -d "{\"images\": {\"set\": \"$set\"}}" | field id)
curl -sfN "$api/v1/jobs/$job/events" >/dev/null
echo "scored: $(since)" >>"$report"
cards=$(chromium --headless --no-sandbox --disable-gpu --virtual-time-budget=5000 --dump-dom "$api/jobs/$job" 2>/dev/null | grep -o 'class="card[" ]' | wc -l)
took=$(since)
echo "gallery of $cards cards in the browser: $took" >>"$report"
[ "$cards" -gt 0 ] && [ "${took% s}" -lt 120 ] && echo holds >>"$report" || echo "THE PROMISE IS BROKEN" >>"$report"
cat "$report"
tail -1 "$report" | grep -qx holds
