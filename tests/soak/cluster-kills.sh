#!/usr/bin/env bash
# Three silo processes on PostgreSQL: 60 seeded runs in which silos are killed, one in two of three runs and two in the third (about
# a minute each). Writes results/cluster-kills.txt as it goes. Usage: cluster-kills.sh [runs, at least 2] [side of the images]
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."
runs=${1:-60}
size=${2:-112}
report=$PWD/tests/soak/results/cluster-kills.txt
{
    echo "commit $(git rev-parse --short HEAD)"
    echo "sets: aws_cookie (77 images) and 200 synthetic ones, both at once, size $size; three silos of one thread each"
} >"$report"
MUSC_CLUSTER_RUNS=$runs MUSC_CLUSTER_SIZE=$size MUSC_CLUSTER_REPORT=$report \
    dotnet test tests/Cluster.Tests -c Release -nologo --filter KilledSilosTests
cat "$report"
