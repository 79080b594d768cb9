#!/usr/bin/env bash
# Runs a test of tests/Cluster.Tests at a soak run's size, by the settings in its environment: reported.sh NAME TEST; writes results/NAME.txt as it goes.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."
export MUSC_SOAK=1 MUSC_CLUSTER_REPORT=$PWD/tests/soak/results/$1.txt
echo "commit $(git rev-parse --short HEAD)" >"$MUSC_CLUSTER_REPORT"
dotnet test tests/Cluster.Tests -c Release -nologo --filter "$2"
cat "$MUSC_CLUSTER_REPORT"
