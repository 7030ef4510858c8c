#!/bin/sh
# Makes requirements.lock anew from pyproject.toml, and from it the three that the images are made of (docs/deploy.md).
# Packages that are in requirements.lock already keep their versions; `scripts/locks.sh --upgrade` looks for newer ones.
set -eu
cd "$(dirname "$0")/.."
uv=$(command -v uv || echo .siaga/tools/uv/bin/uv)
lock() { "$uv" pip compile --quiet --python .venv/bin/python --generate-hashes --no-annotate --no-header "$@"; }

lock --extra dev "$@" -o requirements.lock pyproject.toml
# What a laptop runs and the tests have seen is what the images hold: a part of it, version for version.
lock --constraint requirements.lock --upgrade -o deploy/light.lock pyproject.toml
# PostgreSQL's programs, as a laptop has them, beside what is in light.lock.
sed -n 's/^laptop = \["\([^"]*\)"\].*/\1/p' pyproject.toml | lock --no-deps --constraint requirements.lock --upgrade -o deploy/backup.lock -
# Rasa's process starts without TensorFlow (siaga/dialogue/lean.py): neither it nor what only it needs is in the image,
# which takes a third of the room.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for away in tensorflow tensorflow-text tensorflow-hub tensorflow-addons tensorflow-io-gcs-filesystem; do
    echo "$away; sys_platform == 'never'"
done >"$work/away.txt"
lock --extra rasa --constraint requirements.lock --override "$work/away.txt" --upgrade -o deploy/rasa.lock pyproject.toml
