#!/usr/bin/env bash
# The backup of a busy cluster, restored into an empty one: every job listed, results verified. Writes results/backup.txt.
exec "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/reported.sh" backup BackupTests
