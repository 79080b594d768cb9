#!/usr/bin/env bash
# Adds 20 images to a gallery of 180, elpv_mono and magnetic_tile mixed: the bits of a full run of 200, and at most 20 % of its pairs;
# then kills the addition at random moments with SIGKILL: the gallery is as before or complete, and the next addition gives the same bits.
# galleries.sh [kills] [data]; writes results/galleries.txt.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."
kills=${1:-20} data=$(readlink -f "${2:-../shared/data}") seed=7
dotnet build src/Cli -c Release -v q -nologo >/dev/null
musc=$PWD/artifacts/bin/Cli/release/musc
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/all" "$work/before" "$work/today"
find "$data/elpv_mono/test" "$data/magnetic_tile/test" -type f | LC_ALL=C sort | shuf --random-source=<(yes $seed) | head -200 | nl -v 100 -w 1 | while read -r number file; do
    name="$number-$(basename "$file")"
    ln -s "$file" "$work/all/$name"
    ln -s "$file" "$work/$([ "$number" -lt 280 ] && echo before || echo today)/$name"
done
score() { "$musc" score "$@" --save-patch-scores --maps none --no-overlays --no-report --no-masks --force; }
state() { sha256sum <"$1/gallery.json"; }
mkdir -p tests/soak/results
{
    echo "commit $(git rev-parse --short HEAD), seed $seed, $(ls "$work/before" | wc -l) images and $(ls "$work/today" | wc -l) more"
    score "$work/all" --out "$work/full" 2>&1 | grep scored
    score "$work/before" --gallery "$work/start" --out "$work/first" 2>&1 | grep -E "scored|Gallery" | sed "s|$work/||"
    began=$(date +%s%N)
    cp -r "$work/start" "$work/gallery"
    score "$work/today" --gallery "$work/gallery" --out "$work/grown" 2>&1 | grep -E "scored|Gallery" | sed "s|$work/||"
    length=$((($(date +%s%N) - began) / 1000000))
    cmp "$work/full/patch_scores.npy" "$work/grown/patch_scores.npy"
    cmp "$work/full/scores.csv" "$work/grown/scores.csv"
    echo "the bits of the full run"
    "$musc" gallery verify "$work/gallery" 2>/dev/null
    RANDOM=$seed
    for kill in $(seq "$kills"); do
        rm -rf "$work/gallery" "$work/out" "$work"/.out.musc-work "$work"/out.partial-*
        cp -r "$work/start" "$work/gallery"
        before=$(state "$work/gallery")
        pause=$((length * (RANDOM % 100 + 3) / 100))
        "$musc" score "$work/today" --gallery "$work/gallery" --out "$work/out" --save-patch-scores --maps none --no-overlays --no-report --no-masks >"$work/log" 2>&1 &
        pid=$!
        sleep "$(printf '%d.%03d' $((pause / 1000)) $((pause % 1000)))"
        kill -9 $pid 2>/dev/null || true
        wait $pid 2>/dev/null || true
        "$musc" gallery verify "$work/gallery" >"$work/verified" 2>/dev/null
        if [ "$(state "$work/gallery")" = "$before" ]; then
            grep -q "^180 images, all whole" "$work/verified" && found="as before"
        else
            grep -q "^200 images, all whole" "$work/verified" && found=complete
        fi
        score "$work/today" --gallery "$work/gallery" --out "$work/out" >"$work/log" 2>&1
        cmp "$work/full/patch_scores.npy" "$work/out/patch_scores.npy"
        echo "killed after $pause of $length ms: $found; then the same bits"
        unset found
    done
} | tee tests/soak/results/galleries.txt
