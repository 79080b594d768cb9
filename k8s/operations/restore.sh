#!/usr/bin/env bash
# Restores a backup into an empty cluster, before any silo of it starts: restore.sh FOLDER RESULTS_ROOT
# The database is that of libpq's variables; its tables are replaced. The results root must be empty.
set -euo pipefail
source=$1 root=$2
[ -f "$source/database.dump" ] && [ -f "$source/results.tar" ] || { echo "$source is no backup." >&2; exit 2; }
mkdir -p "$root"
[ -z "$(ls -A "$root")" ] || { echo "The results root $root is not empty." >&2; exit 2; }
tar --extract --file="$source/results.tar" --directory="$root"
pg_restore --clean --if-exists --no-owner --exit-on-error --dbname="${PGDATABASE:?}" "$source/database.dump"
echo "restored; start the silos, then 'musc jobs' and 'musc jobs verify JOB'"
