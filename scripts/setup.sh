#!/bin/sh
# Makes .venv from requirements.lock: finds Python 3.10, finds or brings uv, installs. Does nothing when nothing has changed.
#
#   SIAGA_PYTHON          the Python 3.10 to use, instead of looking for one
#   UV_PYTHON_DOWNLOADS   "automatic" lets uv fetch a Python when the machine has none; the default is never
set -eu
cd "$(dirname "$0")/.."
root=$(pwd)
tools="$root/.siaga/tools"
stamp="$root/.venv/.installed" # what everything was installed from
locked="$root/.venv/.locked"   # what the packages were installed from
needed_gb=4
export UV_PYTHON_DOWNLOADS="${UV_PYTHON_DOWNLOADS:-never}"
export PIP_ROOT_USER_ACTION=ignore

say() { printf '%s\n' "$*"; }
fail() { printf 'siaga: %s\n' "$*" >&2; exit 1; }

# A name on PATH says little (a pyenv shim is there even if its version is not chosen): only one that runs counts. The
# modules are those that a Python built without its libraries lacks.
runs() {
    [ -n "$1" ] && "$1" -c 'import sys, ctypes, sqlite3, ssl, zlib; sys.exit(sys.version_info[:2] != (3, 10))' >/dev/null 2>&1
}

find_uv() {
    for candidate in "$(command -v uv 2>/dev/null || true)" "$HOME/.local/bin/uv" "$HOME/.cargo/bin/uv" "$tools/uv/bin/uv"; do
        if [ -n "$candidate" ] && "$candidate" --version >/dev/null 2>&1; then
            say "$candidate"
            return 0
        fi
    done
    return 1
}

find_python() {
    if [ -n "${SIAGA_PYTHON:-}" ]; then
        runs "$SIAGA_PYTHON" || fail "SIAGA_PYTHON=$SIAGA_PYTHON is not a working Python 3.10."
        say "$SIAGA_PYTHON"
        return 0
    fi
    for candidate in "$(command -v python3.10 2>/dev/null || true)" \
        "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.10.*/bin/python3.10 "$HOME"/.pyenv/versions/3.10.*/bin/python3.10 \
        "$HOME"/.local/share/uv/python/cpython-3.10.*/bin/python3.10 \
        /usr/bin/python3.10 /usr/local/bin/python3.10 /opt/homebrew/bin/python3.10; do
        if runs "$candidate"; then
            say "$candidate"
            return 0
        fi
    done
    if uv=$(find_uv); then
        for kind in --managed-python --system ""; do
            # shellcheck disable=SC2086 # an empty one is no argument
            candidate=$("$uv" python find $kind 3.10 2>/dev/null || true)
            if runs "$candidate"; then
                say "$candidate"
                return 0
            fi
        done
        if [ "$UV_PYTHON_DOWNLOADS" != never ] && "$uv" python install 3.10 >&2; then
            "$uv" python find --managed-python 3.10
            return 0
        fi
    fi
    return 1
}

# With the pip of any Python there is; the last way needs no pip outside the Python we have found.
bring_uv() {
    say "Bringing uv ..." >&2
    mkdir -p "$tools"
    for base in "$1" python3; do
        if "$base" -m pip --version >/dev/null 2>&1 &&
            "$base" -m pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: --require-hashes \
                --upgrade --target "$tools/uv" -r scripts/uv.txt >&2; then
            return 0
        fi
    done
    "$1" -m venv --clear "$tools/venv" >&2 &&
        "$tools/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: \
            --require-hashes --target "$tools/uv" -r scripts/uv.txt >&2 &&
        rm -rf "$tools/venv"
}

free_gb() { df -Pk "$1" | awk 'NR == 2 { print int($4 / 1048576) }'; }

fingerprint() { cat requirements.lock pyproject.toml scripts/setup.sh | cksum; }

if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(fingerprint)" ] && runs "$root/.venv/bin/python"; then
    exit 0
fi

say "Setting up Siaga (the first time this takes a few minutes) ..."
free=$(free_gb "$root")
[ "$free" -ge "$needed_gb" ] ||
    fail "Not enough disk space in $root: $needed_gb GB are needed to install, $free GB are free."

python=$(find_python) || fail "No working Python 3.10 was found. Install one (pyenv install 3.10, or uv python install 3.10), \
or name it with SIAGA_PYTHON=/path/to/python3.10."
say "Python: $("$python" --version 2>&1)"

uv=$(find_uv) || { bring_uv "$python" && uv=$(find_uv); } ||
    fail "uv is not installed and could not be brought. Install uv, then run this again."
say "$("$uv" --version)"

if ! runs "$root/.venv/bin/python"; then
    rm -rf "$root/.venv"
    "$uv" venv --quiet --python "$python" "$root/.venv"
fi
rm -f "$stamp"
# The environment is named, or an active one elsewhere would be filled instead.
export VIRTUAL_ENV="$root/.venv"
if [ ! -f "$locked" ] || [ "$(cat "$locked")" != "$(cksum <requirements.lock)" ]; then
    say "Installing $(grep -c '^[A-Za-z0-9]' requirements.lock) packages ..."
    rm -f "$locked"
    # Compiled now, or every process would compile TensorFlow anew where Python may not write its caches later.
    "$uv" pip sync --require-hashes --compile-bytecode requirements.lock ||
        fail "Installing the packages failed: the reason stands above."
    cksum <requirements.lock >"$locked"
fi
"$uv" pip install --quiet --no-deps --no-build-isolation -e . || fail "Installing Siaga itself failed: the reason stands above."
# Plain `rasa test` looks for stories in every folder, this one too, and would play those of Rasa's sample bot.
rm -rf "$root"/.venv/lib/python3.10/site-packages/rasa/cli/initial_project/tests
fingerprint >"$stamp"
say "Siaga is installed."
