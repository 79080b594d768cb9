#!/usr/bin/env bash
# Imports a synthetic ViT-L/14 (1.2 GB of random weights) at 518 pixels, watches the memory of the import, and runs the
# result on one image; writes results/import-vit-l.txt. Needs 4 GB of disk below TMPDIR. Usage: import-vit-l.sh [seed]
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."
seed=${1:-1}
limit=300
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
dotnet build src/Cli/Cli.csproj -c Release -v q -nologo
musc=artifacts/bin/Cli/release/musc
dotnet run tests/soak/synthetic-vit.cs -- "$folder/vit-l.safetensors" "$seed"

# VmHWM − RssFile of each moment, in KiB: the largest counts.
watch() {
    local pid=$1 worst=0 peak=0
    while [ -r "/proc/$pid/status" ]; do
        read -r peak_now file_now < <(awk '/^VmHWM/ {p = $2} /^RssFile/ {f = $2} END {print p + 0, f + 0}' "/proc/$pid/status" 2>/dev/null || echo "0 0")
        [ "$peak_now" -gt "$peak" ] && peak=$peak_now
        [ $((peak_now - file_now)) -gt "$worst" ] && worst=$((peak_now - file_now))
        sleep 0.05
    done
    echo "$((peak / 1024)) $((worst / 1024))"
}

import() {
    local begin=$EPOCHREALTIME
    "$musc" model import "$folder/vit-l.safetensors" --activation quick_gelu --size 518 -o "$folder/$1.onnx" "${@:2}" >"$folder/log" &
    local pid=$!
    figures=$(watch "$pid")
    wait "$pid"
    seconds=$(awk -v a="$begin" -v b="$EPOCHREALTIME" 'BEGIN {printf "%.1f", b - a}')
}

{
    echo "commit $(git rev-parse --short HEAD), seed $seed, limit of VmHWM - RssFile $limit MiB"
    for form in "full" "half --fp16"; do
        import $form
        read -r peak worst <<<"$figures"
        echo "$form: $(stat -c %s "$folder/vit-l.safetensors") bytes in, $(stat -c %s "$folder/${form%% *}.onnx") out, $seconds s; VmHWM $peak MiB, VmHWM - RssFile at most $worst MiB"
        [ "$worst" -lt "$limit" ] || { echo "FAILED: $worst MiB"; exit 1; }
    done
    "$musc" inspect "$folder/full.onnx" --json | awk '/"grid"|"channels"|"class_channels"|"size"/ {gsub(/[ ,]/, ""); printf "%s ", $0} END {print ""}'
    base64 -d >"$folder/image.png" <<<iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==
    for form in full half; do
        begin=$EPOCHREALTIME
        "$musc" extract "$folder/image.png" --backbone "$folder/$form.onnx" --out "$folder/tokens-$form" --threads 1 | sed "s|$folder/||"
        awk -v a="$begin" -v b="$EPOCHREALTIME" 'BEGIN {printf "one image, one thread, loading included: %.1f s\n", b - a}'
    done
    echo "load average $(cut -d' ' -f1 /proc/loadavg), $(nproc) cores"
} | tee tests/soak/results/import-vit-l.txt
