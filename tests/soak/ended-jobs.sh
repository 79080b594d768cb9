#!/usr/bin/env bash
# Two silo processes on a PostgreSQL server that flushes: seeded kills at the end of a job (half of them with the database), then many jobs
# in a row. Writes results/ended-jobs.txt as it goes. Usage: ended-jobs.sh [kills] [jobs]
MUSC_END_RUNS=${1:-100} MUSC_END_JOBS=${2:-200} exec "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/reported.sh" ended-jobs EndedJobsTests
