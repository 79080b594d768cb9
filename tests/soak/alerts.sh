#!/usr/bin/env bash
# Each alert fires where it should and is quiet where nothing is wrong: promtool of Debian's package prometheus. Writes results/alerts.txt.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."
command -v promtool >/dev/null || { echo "promtool is not installed (apt-get install prometheus)."; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# What Prometheus itself reads is the operator's object from "groups" on, four columns to the left.
sed -n '/^  groups:/,$p' k8s/components/monitoring/alerts.yaml | sed 's/^  //' >"$work/rules.yaml"
cp k8s/components/monitoring/alerts.test.yaml "$work/test.yaml"
mkdir -p tests/soak/results
{
    echo "commit $(git rev-parse --short HEAD), $(promtool --version 2>&1 | head -1)"
    promtool check rules "$work/rules.yaml" | sed "s|$work/||"
    promtool test rules "$work/test.yaml" | sed "s|$work/||"
    echo "$(grep -c 'alert: ' "$work/rules.yaml") alerts fire and are quiet as they should"
} | tee tests/soak/results/alerts.txt
