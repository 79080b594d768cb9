#!/usr/bin/env bash
# Three silo processes on PostgreSQL: 30 seeded runs in which silos are killed, one in two of three runs and two in the third (about
# a minute each). Writes results/cluster-kills.txt as it goes.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."
runs=${1:-30}
report=$PWD/tests/soak/results/cluster-kills.txt
{
    echo "commit $(git rev-parse --short HEAD)"
    echo "sets: aws_cookie (77 images) and 200 synthetic ones, both at once, size 112; three silos of one thread each"
} >"$report"
MUSC_CLUSTER_RUNS=$runs MUSC_CLUSTER_REPORT=$report \
    dotnet test tests/Cluster.Tests -c Release -nologo --filter KilledSilosTests
cat "$report"
