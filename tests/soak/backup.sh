#!/usr/bin/env bash
# The backup of a busy cluster, restored into an empty one: every job listed, results verified. Writes results/backup.txt.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."
report=$PWD/tests/soak/results/backup.txt
echo "commit $(git rev-parse --short HEAD)" >"$report"
MUSC_SOAK=1 MUSC_CLUSTER_REPORT=$report dotnet test tests/Cluster.Tests -c Release -nologo --filter BackupTests
cat "$report"
