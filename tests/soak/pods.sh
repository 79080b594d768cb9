#!/usr/bin/env bash
# The overlays local and base (the latter at the size of this machine), run without Kubernetes: each pod a host of its own under bubblewrap, policies as
# nftables, probes, rollouts, a drain, a scale-out; and an extractor whose scratch volume is full. Needs root and Debian's packages bubblewrap, nftables,
# postgresql, iproute2, and kubectl. Writes results/pods.txt.
exec "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/reported.sh" pods PodTests
