#!/usr/bin/env bash
# A Prometheus of this machine scrapes a server; its answer to the query that scorers are scaled by, while a job runs and after it was cancelled.
# Takes Debian's package prometheus. Writes results/prometheus.txt.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."
command -v prometheus >/dev/null || { echo "prometheus is not installed (apt-get install prometheus)."; exit 1; }
dotnet build src/Cli -c Release -v q -nologo >/dev/null
musc=$PWD/artifacts/bin/Cli/release/musc
work=$(mktemp -d)
mkdir -p tests/soak/results
"$musc" serve --data "$work/data" --listen 127.0.0.1:18098 --silo-port 18096 --gateway-port 18095 >"$work/serve.log" 2>&1 &
server=$!
cat >"$work/prometheus.yml" <<CONFIG
global: { scrape_interval: 1s }
scrape_configs: [{ job_name: musc, static_configs: [{ targets: ["127.0.0.1:18098"] }] }]
CONFIG
prometheus --config.file="$work/prometheus.yml" --storage.tsdb.path="$work/tsdb" --web.listen-address=127.0.0.1:18097 >"$work/prometheus.log" 2>&1 &
scraper=$!
trap 'kill $server $scraper 2>/dev/null || true; wait $server $scraper 2>/dev/null || true; rm -rf "$work"' EXIT
query=$(sed -n 's/.*query: //p' k8s/components/scaling/scaling.yaml)
ask() { curl -sfG http://127.0.0.1:18097/api/v1/query --data-urlencode "query=$1" | python3 -c 'import json,sys; r=json.load(sys.stdin)["data"]["result"]; print(r[0]["value"][1] if r else "none")'; }
until_is() { # QUERY CONDITION: asks for up to two minutes
    for _ in $(seq 240); do value=$(ask "$1" || echo none); [ "$value" != none ] && python3 -c "import sys; sys.exit(not ($value $2))" && { echo "$value"; return; }; sleep 0.5; done
    echo "never ($value)" >&2; return 1
}
{
    echo "commit $(git rev-parse --short HEAD), $(prometheus --version 2>&1 | head -1)"
    value=$(until_is up '== 1')
    echo "up: $value"
    python3 tests/soak/random_images.py "$work/images" 1 400 96
    until curl -sf http://127.0.0.1:18098/health/ready >/dev/null; do kill -0 $server; sleep 0.2; done
    job=$("$musc" submit "$work/images" --cluster http://127.0.0.1:18098 --json 2>/dev/null | python3 -c 'import json,sys; print(json.load(sys.stdin)["job"])')
    value=$(until_is "$query" '> 0')
    echo "$query, while the job runs: $value"
    curl -sf -X POST "http://127.0.0.1:18098/v1/jobs/$job:cancel" >/dev/null
    value=$(until_is "$query" '== 0')
    echo "$query, after it was cancelled: $value"
    echo "metrics of silos that Prometheus has: $(ask 'count(count by (__name__) ({__name__=~"musc_.*"}))')"
    echo holds
} | tee tests/soak/results/prometheus.txt
tail -1 tests/soak/results/prometheus.txt | grep -qx holds
