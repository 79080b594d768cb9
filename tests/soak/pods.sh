#!/usr/bin/env bash
# The overlay for one node, run without Kubernetes: each pod a host of its own under bubblewrap, policies as nftables, probes, rollouts, a drain.
# Needs root and Debian's packages bubblewrap, nftables, postgresql, iproute2, and kubectl. Writes results/pods.txt.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."
report=$PWD/tests/soak/results/pods.txt
echo "commit $(git rev-parse --short HEAD)" >"$report"
MUSC_SOAK=1 MUSC_CLUSTER_REPORT=$report dotnet test tests/Cluster.Tests -c Release -nologo --filter PodTests
cat "$report"
