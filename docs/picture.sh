#!/usr/bin/env bash
# Makes docs/report.png, the picture in the README: the demonstration's report as Chromium shows it.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
../musc demo --out "$work/flanges" >/dev/null
chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
    --disable-component-update --disable-sync --user-data-dir="$work/profile" --hide-scrollbars --window-size=1200,1185 \
    --screenshot="$PWD/report.png" "file://$work/flanges/results/report.html" 2>/dev/null
