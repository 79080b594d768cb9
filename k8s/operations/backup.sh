#!/usr/bin/env bash
# Backs up a cluster that may be busy: backup.sh RESULTS_ROOT FOLDER
# The database is that of libpq's variables (PGHOST, PGPORT, PGUSER, PGDATABASE, PGPASSFILE). Files come after the database, so that
# they hold at least what it knows. FOLDER appears when it is complete. Keys of the HTTP API are not among them.
set -euo pipefail
root=$1 target=$2
[ -d "$root" ] || { echo "There is no results root $root." >&2; exit 2; }
[ ! -e "$target" ] || { echo "$target is there already." >&2; exit 2; }
aside=$target.partial
rm -rf "$aside"
mkdir -p "$aside"
pg_dump --format=custom --file="$aside/database.dump"
# Jobs write and delete while files are read: what is gone meanwhile (1) belongs to a job that was not whole anyway.
tar --create --file="$aside/results.tar" --directory="$root" --warning=no-file-changed --warning=no-file-removed . || [ $? -eq 1 ]
sync -f "$aside"
mv "$aside" "$target"
echo "$target: $(du -sh "$target" | cut -f1)"
