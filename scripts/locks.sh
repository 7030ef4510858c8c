#!/bin/sh
# Makes requirements.lock anew from pyproject.toml, and from it the two that the images are made of (docs/deploy.md).
# Packages that are in requirements.lock already keep their versions; `scripts/locks.sh --upgrade` looks for newer ones.
set -eu
cd "$(dirname "$0")/.."
uv=$(command -v uv || echo .siaga/tools/uv/bin/uv)
lock() { "$uv" pip compile --quiet --python .venv/bin/python --generate-hashes --no-annotate --no-header "$@"; }

lock --extra dev "$@" -o requirements.lock pyproject.toml
# What a laptop runs and the tests have seen is what the images hold: a part of it, version for version.
lock --constraint requirements.lock --upgrade -o deploy/light.lock pyproject.toml
# Rasa's image has the same TensorFlow without what only graphics cards need, which goes by another name, and without
# JAX and clang, which TensorFlow asks for and imports only to convert models: 900 MB less.
version=$(sed -n 's/^tensorflow==\([^ ]*\).*/\1/p' requirements.lock)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for away in tensorflow jax jaxlib libclang; do echo "$away; sys_platform == 'never'"; done >"$work/away.txt"
echo "tensorflow-cpu==$version" >"$work/instead.in"
lock --extra rasa --constraint requirements.lock --override "$work/away.txt" --upgrade -o deploy/rasa.lock \
    pyproject.toml "$work/instead.in"
