#!/usr/bin/env bash
# The ViT-Tiny on all four real sets, from checkpoint to scores, against the golden values; writes results/golden-real.txt.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."
begin=$(date +%s)
{
    echo "commit $(git rev-parse --short HEAD)"
    MUSC_SOAK=1 dotnet test tests/Cli.Tests -c Release -nologo --filter FullyQualifiedName~VitTinyScoringTests --logger "console;verbosity=detailed" |
        grep -E "patch scores|^Test Run|Failed"
    echo "seconds $(($(date +%s) - begin))"
} | tee tests/soak/results/golden-real.txt
