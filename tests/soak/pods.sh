#!/usr/bin/env bash
# The overlay for one node, run without Kubernetes: each pod a host of its own under bubblewrap, policies as nftables, probes, rollouts, a drain.
# Needs root and Debian's packages bubblewrap, nftables, postgresql, iproute2, and kubectl. Writes results/pods.txt.
exec "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/reported.sh" pods PodTests
