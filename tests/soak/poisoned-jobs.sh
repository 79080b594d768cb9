#!/usr/bin/env bash
# A healthy job beside a poisoned one of each kind, several times in a row: the healthy one must end within 1.5 times its time alone and the
# poisoned one fail with its reason within 120 s. Writes results/poisoned-jobs.txt as it goes. Usage: poisoned-jobs.sh [turns, at least 2]
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."
report=$PWD/tests/soak/results/poisoned-jobs.txt
echo "commit $(git rev-parse --short HEAD)" >"$report"
MUSC_POISON_TURNS=${1:-10} MUSC_CLUSTER_REPORT=$report dotnet test tests/Cluster.Tests -c Release -nologo --filter PoisonedJobsTests
cat "$report"
