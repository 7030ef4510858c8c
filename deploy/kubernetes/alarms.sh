#!/bin/sh
# The alarms as the Prometheus Operator reads them:  deploy/kubernetes/alarms.sh | kubectl -n siaga apply -f -
set -eu
cd "$(dirname "$0")/.."
printf 'apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  name: siaga\nspec:\n'
sed 's/^/  /' alarms.yml
