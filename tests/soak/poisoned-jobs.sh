#!/usr/bin/env bash
# A healthy job beside a poisoned one of each kind, several times in a row: the healthy one must end within 1.5 times its time alone and the
# poisoned one fail with its reason within 120 s. Writes results/poisoned-jobs.txt as it goes. Usage: poisoned-jobs.sh [turns, at least 2]
MUSC_POISON_TURNS=${1:-10} exec "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/reported.sh" poisoned-jobs PoisonedJobsTests
