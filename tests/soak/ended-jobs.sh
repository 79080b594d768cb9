#!/usr/bin/env bash
# Two silo processes on a PostgreSQL server that flushes: seeded kills at the end of a job (half of them with the database), then many jobs
# in a row. Writes results/ended-jobs.txt as it goes. Usage: ended-jobs.sh [kills] [jobs]
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."
report=$PWD/tests/soak/results/ended-jobs.txt
echo "commit $(git rev-parse --short HEAD)" >"$report"
MUSC_END_RUNS=${1:-100} MUSC_END_JOBS=${2:-200} MUSC_CLUSTER_REPORT=$report \
    dotnet test tests/Cluster.Tests -c Release -nologo --filter EndedJobsTests
cat "$report"
