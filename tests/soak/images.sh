#!/usr/bin/env bash
# Many damaged image files of every format (default 20,000 each) and many decodes (default 50,000); writes results/images.txt.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."
export MUSC_DAMAGED_VARIANTS=${1:-20000} MUSC_DECODES=${2:-50000}
begin=$(date +%s)
log=$(mktemp)
trap 'rm -f "$log"' EXIT
dotnet test tests/Features.Tests -c Release -nologo -v q --logger "console;verbosity=detailed" \
    --filter "Damaged_files_decode_or_are_refused_by_name|Decoding_and_encoding_leak_nothing" >"$log" || { tail -50 "$log"; exit 1; }
mkdir -p tests/soak/results
{
    echo "commit $(git rev-parse --short HEAD)"
    echo "seeds 0 … $((MUSC_DAMAGED_VARIANTS - 1)) for every format; none crashed, hung or was refused without name and reason"
    grep -E "variants,|decodes:" "$log" | sed 's/^ *//' | sort
    echo "seconds $(($(date +%s) - begin))"
} | tee tests/soak/results/images.txt
