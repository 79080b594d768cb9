#!/usr/bin/env bash
# Three silo processes on PostgreSQL: 30 seeded runs in which silos are killed (about a minute each), then
# a database that stops for 20 s, a silo that joins and a rolling restart. Writes results/cluster-kills.txt as it goes.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."
runs=${1:-30}
report=$PWD/tests/soak/results/cluster-kills.txt
{
    echo "commit $(git rev-parse --short HEAD)"
    echo "sets: aws_cookie (77 images) and 200 synthetic ones, both at once, size 112; three silos of one thread each"
} >"$report"
MUSC_CLUSTER_RUNS=$runs MUSC_CLUSTER_REPORT=$report MUSC_CLUSTER_DATABASE_PAUSE=20 \
    dotnet test tests/Cluster.Tests -c Release -nologo --filter KilledSilosTests
cat "$report"
