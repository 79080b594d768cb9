#!/usr/bin/env bash
# The cluster simulation over many seeds (default 10,000); writes results/cluster-simulation.txt.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."
seeds=${1:-10000}
begin=$(date +%s)
MUSC_SIMULATION_SEEDS=$seeds dotnet test tests/Engine.Tests -c Release -nologo -v q --filter No_tile_is_lost_or_counted_twice_whatever_fails
{
    echo "commit $(git rev-parse --short HEAD)"
    echo "seeds 0 … $((seeds - 1)), with floors of any age and epoch: every block's scores equal the plain computation by bits; none failed"
    echo "seconds $(($(date +%s) - begin))"
} | tee tests/soak/results/cluster-simulation.txt
