#!/usr/bin/env bash
# Counts the instructions of scoring, by callgrind, which knows no AVX-512: everything, packing included, for each pair of images.
#
#   bench/rival/instructions.sh MAP.npy plain|chosen [PROGRAM]
#
# MAP.npy [N × P × C], unit tokens of a few images; PROGRAM: MuSc.Bench of another commit. The count is the difference between scoring twice and
# once, so that starting, compiling and learning do not count.
set -euo pipefail
map=$1 kernel=$2 program=${3:-$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../../artifacts/bin/Bench/release/MuSc.Bench}
export DOTNET_EnableWriteXorExecute=0 DOTNET_TieredCompilation=0 DOTNET_gcServer=0 DOTNET_GCHeapHardLimit=0x20000000

count() {
    printf 'go\n%.0s' $(seq "$1") |
        valgrind --tool=callgrind --smc-check=all-non-file --callgrind-out-file=/dev/null "$program" rival "$map" "$kernel" 2>&1 >/dev/null |
        sed -n 's/.*Collected : //p'
}

images=$(head -c 128 "$map" | grep -ao "'shape': ([0-9]*" | grep -o '[0-9]*$')
echo "$kernel: $((($(count 2) - $(count 1)) * 2 / (images * (images - 1)))) instructions a pair of $images images"
