#!/usr/bin/env bash
# Memory as a promise: jobs at and without a limit give the same bits, and the peak that the operating system counts stays
# below the limit. memory.sh [images] [MiB] [token images] [MiB]; writes results/memory.txt.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."
images=${1:-1000} image_limit=${2:-512} tokens=${3:-5000} token_limit=${4:-600} seed=1
dotnet build src/Cli -c Release -v q -nologo >/dev/null
musc=$PWD/artifacts/bin/Cli/release/musc
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 tests/soak/random_images.py "$work/images" $seed "$images" 160
python3 tests/soak/random_tokens.py "$work/tokens.npy" $seed 2 "$tokens" 8 64

job() { # NAME LIMIT ARGUMENTS...: a job with the limit and one without, compared
    local name=$1 limit=$2
    shift 2
    "$musc" score "$@" --out "$work/$name-free" --maps none --no-report --no-overlays >/dev/null 2>&1
    line=$(python3 tests/soak/peak.py "$musc" score "$@" --memory "${limit}MiB" --out "$work/$name" --maps none --no-report --no-overlays 2>/dev/null | tail -1)
    peak=$(sed -E 's/peak ([0-9]+).*/\1/' <<<"$line")
    cmp "$work/$name/patch_scores.npy" "$work/$name-free/patch_scores.npy"
    echo "$name under $limit MiB: $line, $(python3 -c "import json;p=json.load(open('$work/$name/run.json'))['plan'];print(p['strips'],'strips,',p['pairs'],'pairs')"), same bits as without a limit"
    [ "$peak" -lt "$limit" ] || { echo "the promise is broken"; exit 1; }
}

mkdir -p tests/soak/results
{
    echo "commit $(git rev-parse --short HEAD), seed $seed"
    job "$images-images" "$image_limit" "$work/images" --size 160 --save-patch-scores
    job "$tokens-token-images" "$token_limit" --tokens "$work/tokens.npy" --degrees 1,3
} | tee tests/soak/results/memory.txt
