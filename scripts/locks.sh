#!/bin/sh
# Makes requirements.lock anew from pyproject.toml, and from it the two that the images are made of (docs/deploy.md).
# Packages that are in requirements.lock already keep their versions; `scripts/locks.sh --upgrade` looks for newer ones.
set -eu
cd "$(dirname "$0")/.."
uv=$(command -v uv || echo .siaga/tools/uv/bin/uv)
lock() { "$uv" pip compile --quiet --python .venv/bin/python --generate-hashes --no-annotate --no-header "$@" pyproject.toml; }

lock --extra dev "$@" -o requirements.lock
# What a laptop runs and the tests have seen is what the images hold: a part of it, version for version.
lock --constraint requirements.lock --upgrade -o deploy/light.lock
lock --extra rasa --constraint requirements.lock --upgrade -o deploy/rasa.lock
