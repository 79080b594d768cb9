#!/usr/bin/env bash
# Each alert of k8s/components/monitoring fires by a fault in a running cluster, and is quiet before, as a Prometheus of this machine sees it.
# Needs root and Debian's packages prometheus and postgresql. Writes results/alerts-by-faults.txt.
exec "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/reported.sh" alerts-by-faults AlertFaultTests
