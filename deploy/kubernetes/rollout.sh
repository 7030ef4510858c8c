#!/bin/sh
# A first installation, or an update under load: database, then everything but Rasa, then Rasa.
#   deploy/kubernetes/rollout.sh province
# Stops at the first step that does not succeed; what ran before goes on as it was. Run it again when the cause is gone.
set -eu
cd "$(dirname "$0")"
overlay=${1:-province}
[ -f "$overlay/kustomization.yaml" ] || { echo "rollout.sh: there is no overlay $overlay here." >&2; exit 2; }
wait=${ROLLOUT_WAIT:-15m}

echo "1. The database: migrations and content of this version"
kubectl -n siaga delete job prepare --ignore-not-found
kubectl apply -k prepare
kubectl -n siaga wait --for=condition=complete job/prepare --timeout=30m

# A new model may name an action that only the new action server has.
echo "2. Everything but Rasa"
kubectl apply -k "$overlay" -l 'app.kubernetes.io/name!=rasa'
for name in actions receiver sender fetcher remind radar desk; do
    kubectl -n siaga rollout status "deployment/$name" --timeout="$wait"
done

echo "3. Rasa, with its model"
kubectl apply -k "$overlay"
kubectl -n siaga rollout status deployment/rasa --timeout="$wait"
