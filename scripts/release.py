"""A release: whether version, changelog and tags agree, and what is written when a version gets its number.

    scripts/release.py check [--tag v1.0.0]      what is wrong, a line each; ends with 1 if something is
    scripts/release.py number 1.0.0              write the number wherever it stands, and today's date into CHANGELOG.md

docs/releasing.md tells the steps. Nothing here commits, tags or publishes.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timezone
from pathlib import Path

from packaging.version import InvalidVersion, Version

ROOT = Path(__file__).resolve().parent.parent
CHANGELOG = "CHANGELOG.md"
UNRELEASED = "Unreleased"
PLACES = (
    ("pyproject.toml", r'^version = "([^"]+)"$'),
    ("siaga/__init__.py", r'^__version__ = "([^"]+)"$'),
    ("deploy/kubernetes/*/this/kustomization.yaml", r'newTag: "([^"]+)"'),
    ("deploy/compose/compose.yml", r":-siaga-(?:light|rasa|backup):([^}]+)\}"),
)
"""Where the version stands: files, and what finds it there. The first is the one that the others must agree with; of
those with a star some may name no version."""
KINDS = ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security")
"""What a section of the changelog may have (Keep a Changelog 1.1)."""

_SECTION = re.compile(r"^## \[([^\]]+)\](?: - (.*))?$", re.M)


@dataclass(frozen=True)
class Section:
    """A version of the changelog, the newest first; ``day`` as written, None where there is none."""

    name: str
    day: str | None
    text: str


def sections(changelog: str) -> list[Section]:
    """The versions of a changelog, in its order."""
    found = list(_SECTION.finditer(changelog))
    ends = [one.start() for one in found[1:]] + [len(changelog)]
    return [Section(one[1], one[2], changelog[one.end() : end].strip()) for one, end in zip(found, ends, strict=True)]


def versions(root: Path) -> dict[str, set[str]]:
    """The version as each file has it, by the file's name."""
    told: dict[str, set[str]] = {}
    for pattern, place in PLACES:
        for path in sorted(root.glob(pattern)):
            found = set(re.findall(place, path.read_text(encoding="utf-8"), re.M))
            if found or "*" not in pattern:
                told[path.relative_to(root).as_posix()] = found
    return told


def wrong(root: Path, tags: list[str], tag: str | None = None) -> Iterator[str]:
    """What does not agree; with ``tag``, what keeps this version from being released under it."""
    told = versions(root)
    first = PLACES[0][0]
    current = next(iter(told.get(first, ())), "")
    if not _is_version(current):
        yield f"{first}: {current!r} is no version"
        return
    yield from (f"{file}: {', '.join(sorted(found)) or 'no version'}, where {first} has {current}"
                for file, found in told.items() if found != {current})  # fmt: skip
    written = sections((root / CHANGELOG).read_text(encoding="utf-8"))
    yield from _changelog(written)
    numbered = [one.name for one in written if one.name != UNRELEASED]
    for released in tags:
        if released.removeprefix("v") not in numbered:
            yield f"{CHANGELOG}: the tag {released} has no section"
    if numbered and numbered[0] != current:
        yield f"{CHANGELOG}: the newest version is {numbered[0]}, where {first} has {current}"
    if tag is not None:
        yield from _untaggable(written, current, tags, tag)


def _changelog(written: list[Section]) -> Iterator[str]:
    """What is wrong with the changelog by itself."""
    if not written or written[0].name != UNRELEASED or written[0].day is not None:
        yield f"{CHANGELOG}: it begins with [{UNRELEASED}], without a date"
    numbered = [one for one in written if one.name != UNRELEASED]
    for one in numbered:
        if not _is_version(one.name):
            yield f"{CHANGELOG}: {one.name} is no version"
        if not _is_day(one.day):
            yield f"{CHANGELOG}: {one.name} has no date such as 2026-11-23"
        if not one.text:
            yield f"{CHANGELOG}: {one.name} says nothing"
    for one in written:
        for kind in re.findall(r"^### (.*)$", one.text, re.M):
            if kind not in KINDS:
                yield f"{CHANGELOG}: {one.name}: “{kind}” is none of {', '.join(KINDS)}"
    order = [Version(one.name) for one in numbered if _is_version(one.name)]
    if order != sorted(set(order), reverse=True):
        yield f"{CHANGELOG}: versions stand once each, the newest first"


def _untaggable(written: list[Section], current: str, tags: list[str], tag: str) -> Iterator[str]:
    if tag != f"v{current}":
        yield f"the tag is {tag}, and the version {current}: it would be v{current}"
    if tag in tags:
        yield f"the tag {tag} is there already"
    if current not in [one.name for one in written]:
        yield f"{CHANGELOG}: {current} has no section: scripts/release.py number {current}"
    if written and written[0].name == UNRELEASED and written[0].text:
        yield f"{CHANGELOG}: something is left under [{UNRELEASED}]"


def number(root: Path, version: str, today: date) -> None:
    """Write the version wherever it stands, and put what is unreleased under it.

    Raises:
        ValueError: it is no version, not above the last one that was released, or there is nothing to release.
    """
    if not _is_version(version):
        raise ValueError(f"{version!r} is no version: 1.0.0, or 1.0.0rc1 before it")
    path = root / CHANGELOG
    text = path.read_text(encoding="utf-8")
    written = sections(text)
    last = next((one.name for one in written if one.name != UNRELEASED), None)
    if last is not None and Version(version) <= Version(last):
        raise ValueError(f"{version} does not come after {last}")
    if not written or written[0].name != UNRELEASED or not written[0].text:
        raise ValueError(f"{CHANGELOG} has nothing under [{UNRELEASED}]")
    head = f"## [{UNRELEASED}]"
    path.write_text(text.replace(head, f"{head}\n\n## [{version}] - {today.isoformat()}", 1), encoding="utf-8")
    for pattern, place in PLACES:
        for file in root.glob(pattern):
            file.write_text(_with(file.read_text(encoding="utf-8"), place, version), encoding="utf-8")


def _with(text: str, place: str, version: str) -> str:
    """A text with another version where ``place`` finds one."""

    def put(found: re.Match[str]) -> str:
        begin, end = (at - found.start() for at in found.span(1))
        return found[0][:begin] + version + found[0][end:]

    return re.sub(place, put, text, flags=re.M)


def _is_version(text: str) -> bool:
    try:
        return str(Version(text)) == text and len(Version(text).release) == 3
    except InvalidVersion:
        return False


def _is_day(text: str | None) -> bool:
    try:
        return text is not None and date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def tags_of(root: Path) -> list[str]:
    """The tags of versions; none where this is no git tree."""
    listing = ["git", "tag", "--list", "v[0-9]*"]
    done = subprocess.run(listing, cwd=root, capture_output=True, text=True, check=False)  # noqa: S603 - words of ours
    return done.stdout.split() if done.returncode == 0 else []


def main() -> int:
    """Do what is asked; the exit code."""
    parser = argparse.ArgumentParser(description="Version, changelog and tags.")
    ways = parser.add_subparsers(dest="way", required=True)
    ways.add_parser("check").add_argument("--tag", help="the tag that this version is to get")
    ways.add_parser("number").add_argument("version")
    asked = parser.parse_args()
    if asked.way == "number":
        try:
            number(ROOT, asked.version, datetime.now(timezone.utc).date())
        except ValueError as problem:
            print(problem, file=sys.stderr)
            return 1
        return 0
    found = list(wrong(ROOT, tags_of(ROOT), asked.tag))
    print("\n".join(found) or "Version, changelog and tags agree.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
