#!/usr/bin/env bash
# Kills runs at random moments with SIGKILL and resumes them: the same bits as an undisturbed run, and work done again within
# its bound.
# resume.sh [kills] [images] [size]; writes results/resume.txt.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."
kills=${1:-20} images=${2:-120} size=${3:-224} seed=3
dotnet build src/Cli -c Release -v q -nologo >/dev/null
musc=$PWD/artifacts/bin/Cli/release/musc
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 tests/soak/random_images.py "$work/images" $seed "$images" 160
score() { "$musc" score "$work/images" --size "$size" --save-patch-scores --maps none --no-overlays --no-report --force "$@"; }
mkdir -p tests/soak/results
{
    echo "commit $(git rev-parse --short HEAD), seed $seed, $images images at $size"
    began=$(date +%s%N)
    score --out "$work/calm" >/dev/null 2>&1
    length=$((($(date +%s%N) - began) / 1000000))
    RANDOM=$seed
    for kill in $(seq "$kills"); do
        rm -rf "$work/out" "$work/.out.musc-work"
        pause=$((length * (RANDOM % 90 + 5) / 100))
        "$musc" score "$work/images" --size "$size" --save-patch-scores --maps none --no-overlays --no-report --force --resume \
            --out "$work/out" >"$work/log" 2>&1 &
        pid=$!
        sleep "$(printf '%d.%03d' $((pause / 1000)) $((pause % 1000)))"
        kill -9 $pid 2>/dev/null || true
        wait $pid 2>/dev/null || true
        score --resume --out "$work/out" >/dev/null 2>&1
        cmp "$work/calm/patch_scores.npy" "$work/out/patch_scores.npy"
        cmp "$work/calm/scores.csv" "$work/out/scores.csv"
        redone=$(python3 tests/soak/redone.py "$work/out/run.json")
        echo "killed after $pause of $length ms; $(grep -E '[0-9]' "$work/log" | tail -1 | tr -s ' ' | cut -c1-60); same bits; $redone"
    done
    echo "every run: same bits, and no more done again than came after the last snapshot, one block and the tiles in hand"
} | tee tests/soak/results/resume.txt
