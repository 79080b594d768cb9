#!/usr/bin/env bash
# Three silo processes on PostgreSQL score aws_cookie and 200 synthetic images at the backbone's own size, both at once: undisturbed, with a
# database that stops for 20 s, with a silo that joins, and with all silos restarted in turn. Every score is compared by bits with
# what one machine makes of the same images. Writes results/cluster-disturbed.txt as it goes.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."
report=$PWD/tests/soak/results/cluster-disturbed.txt
{
    echo "commit $(git rev-parse --short HEAD)"
    echo "sets: aws_cookie (77 images) and 200 synthetic ones, both at once, size 224; three silos of one thread each"
} >"$report"
MUSC_CLUSTER_FULL=1 MUSC_CLUSTER_REPORT=$report MUSC_CLUSTER_DATABASE_PAUSE=20 \
    dotnet test tests/Cluster.Tests -c Release -nologo --filter DisturbedClusterTests
cat "$report"
