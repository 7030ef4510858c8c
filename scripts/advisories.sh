#!/usr/bin/env bash
# Asks PyPI's advisory database about every package of requirements.lock; docs/dependencies.md says what to do with the answer.
# Exit code 1: there are advisories. 2: it could not be asked, which is not the same as "there are none".
set -euo pipefail
cd "$(dirname "$0")/.."
uv=.siaga/tools/uv/bin/uv
[ -x "$uv" ] || uv=uv
# Hashed requirements need nothing resolved; --strict: a package that nobody knows of is a failure, not a line that is skipped.
audit() { "$uv" tool run pip-audit@2.10.1 --strict --disable-pip --no-deps --progress-spinner off "$@"; }

# A version whose advisory is known (CVE-2024-49375): who does not find that one has been asked in vain.
known=$(mktemp)
trap 'rm -f "$known"' EXIT
echo "rasa==3.6.20" >"$known"
found=$(audit --requirement "$known" --format json 2>/dev/null || true)
if ! grep -q "CVE-2024-49375\|GHSA-cpv4-ggrr-7j9v" <<<"$found"; then
    echo "The advisory database cannot be asked from here, or does not know what it should: nothing was checked." >&2
    exit 2
fi
audit --requirement requirements.lock "$@"
