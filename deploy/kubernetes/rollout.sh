#!/bin/sh
# A first installation, or an update under load: database, then everything but Rasa, then Rasa.
#   deploy/kubernetes/rollout.sh province
# Stops at the first step that does not succeed; what ran before goes on as it was. Run it again when the cause is gone.
set -eu
cd "$(dirname "$0")"
overlay=${1:-province}
[ -f "$overlay/this/kustomization.yaml" ] || { echo "rollout.sh: there is no overlay $overlay here." >&2; exit 2; }
namespace=$(sed -n 's/^namespace: *//p' "$overlay/this/kustomization.yaml")
[ -n "$namespace" ] || { echo "rollout.sh: $overlay/this/kustomization.yaml names no namespace." >&2; exit 2; }
wait=${ROLLOUT_WAIT:-15m}
in_it() { kubectl -n "$namespace" "$@"; }

in_it get secret siaga >/dev/null || {
    echo "rollout.sh: the secret siaga is not there in $namespace: docs/deploy.md says how to make it." >&2
    exit 1
}

echo "1. The database of $namespace: migrations and content of this version"
in_it delete job prepare --ignore-not-found
kubectl apply -k "$overlay/prepare"
in_it wait --for=condition=complete job/prepare --timeout=30m

# A new model may name an action that only the new action server has.
echo "2. Everything but Rasa"
kubectl apply -k "$overlay" -l 'app.kubernetes.io/name!=rasa'
for name in $(in_it get deployments -l 'app.kubernetes.io/part-of=siaga,app.kubernetes.io/name!=rasa' -o name); do
    in_it rollout status "$name" --timeout="$wait"
done

echo "3. Rasa, with its model"
kubectl apply -k "$overlay"
in_it rollout status deployment/rasa --timeout="$wait"
