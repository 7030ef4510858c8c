"""Whoever follows a page gets somewhere: links, headings, files, commands and settings that are named are there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

from siaga.cli import GROUPS
from siaga.settings import ROOT, Settings
from tests.docs.pages import anchors, code, links, pages, read, shown, spans

FOLDERS = sorted(path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith("."))
MADE = (
    *("results/", "models/", "content/sentences", "deploy/compose/secrets/", "deploy/compose/siaga.env"),
    "deploy/compose/alertmanager.yml",
)
"""Named in pages, and there once something has been run: tests, a training, an export of other words, a script."""


@lru_cache
def _code(path: Path) -> tuple[str, ...]:
    return tuple(code(read(path)))


# ---------------------------------------------------------------------- links
def broken(path: Path, text: str) -> Iterator[str]:
    """The links of a page that lead nowhere, with their lines."""
    for line, link in links(text):
        if re.match(r"[a-z][a-z0-9+.-]*:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        if not target.exists():
            yield f"{shown(path)}:{line}: {link}: no such file"
        elif anchor and target.suffix == ".md" and anchor not in anchors(text if target == path else read(target)):
            yield f"{shown(path)}:{line}: {link}: no such heading"


def test_every_link_leads_somewhere() -> None:
    assert len(pages()) > 30
    assert [wrong for path in pages() for wrong in broken(path, read(path))] == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("# One & two: `x`\n[a](#one--two-x) [b](README.md) [c](docs/turns.md#order)", []),
        ("[a](nowhere.md)", ["nowhere.md: no such file"]),
        ("[![picture](docs/images/none.png)](README.md)", ["docs/images/none.png: no such file"]),
        ("# A\n# A\n[a](#a-1) [b](#a-2)", ["#a-2: no such heading"]),
        ("`[a](none.md)` [b](https://example.org/none)\n```\n[c](none.md)\n```\n", []),
        ("```\n# in code\n```\n[a](#in-code)", ["#in-code: no such heading"]),
        ("[a](docs/turns.md#none)", ["docs/turns.md#none: no such heading"]),
    ],
)
def test_a_link_that_leads_nowhere_is_found(text: str, wrong: list[str]) -> None:
    found = list(broken(ROOT / "README.md", text))
    assert [one.split(": ", 1)[1] for one in found] == wrong


# ---------------------------------------------------------------------- files
_PATH = re.compile(rf"(?:{'|'.join(map(re.escape, FOLDERS))})/[\w./*{{}},-]*")


def absent(text: str) -> list[str]:
    """Files and folders of the project that are named in backticks, and are not there. Stars stand for anything."""
    named = (span.rstrip("/.,") for span in spans(text) if _PATH.fullmatch(span) and not span.startswith(MADE))
    return sorted({one for one in named if not any(_there(name) for name in _spread(one))})


def _spread(name: str) -> list[str]:
    """``a/{b,c}.py`` as the shell reads it."""
    found = re.search(r"\{([^{}]*)\}", name)
    if not found:
        return [name]
    return [
        each for part in found[1].split(",") for each in _spread(name[: found.start()] + part + name[found.end() :])
    ]


def _there(name: str) -> bool:
    return any(ROOT.glob(name)) if "*" in name else (ROOT / name).exists()


def test_every_file_that_is_named_is_there() -> None:
    assert {shown(path): gone for path in pages() if (gone := absent(read(path)))} == {}


def test_a_file_that_is_not_there_is_found() -> None:
    assert absent("`siaga/none.py` `siaga/cli.py` `tests/*/test_worker.py` `docs/{turns,none}.md` `siaga.x/y`") == [
        "siaga/none.py"
    ]


# ---------------------------------------------------------------------- commands
_COMMAND = re.compile(r"(?:^\s*|[;&|(]\s*|[$=] ?\S*\s*)(?:exec )?(?:\.venv/bin/)?siaga ([a-z][a-z_-]*)")
_MAKE = re.compile(r"(?:^\s*|[;&|(]\s*|\$ )make ([a-z][a-z-]*)")
_BENCH = re.compile(r"\bpython -m (bench[\w.]*|actions|siaga[\w.]*)")


def test_every_command_that_is_named_is_there() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    wrong = []
    for path in pages():
        for line in _code(path):
            if line.lstrip().startswith("#"):
                continue
            wrong += [f"{shown(path)}: siaga {name}" for name in _COMMAND.findall(line) if name not in GROUPS]
            wrong += [f"{shown(path)}: make {name}" for name in _MAKE.findall(line) if name not in targets]
            wrong += [f"{shown(path)}: python -m {name}" for name in _BENCH.findall(line) if not _module(name)]
    assert wrong == []


def _module(name: str) -> bool:
    place = ROOT.joinpath(*name.split("."))
    return place.with_suffix(".py").exists() or (place / "__main__.py").exists()


# ---------------------------------------------------------------------- settings
_SETTING = re.compile(r"\bSIAGA_([A-Z0-9_]+)\b")


def known() -> set[str]:
    """What may follow ``SIAGA_``: a setting, a file that holds one, or a name that scripts and the Procfile read."""
    own = {name.upper() for name in Settings.__fields__}
    read_elsewhere: set[str] = set()
    for place in (
        "Procfile",
        "scripts",
        "siaga/start",
        "siaga/secret_files.py",
        "tests/conftest.py",
        "bench",
        "deploy",
    ):
        files = [ROOT / place] if (ROOT / place).is_file() else (ROOT / place).rglob("*")
        for file in files:
            if file.is_file() and file.suffix in ("", ".sh", ".py", ".yml", ".yaml"):
                read_elsewhere |= set(_SETTING.findall(file.read_text(encoding="utf-8", errors="replace")))
    return own | {f"{name}_FILE" for name in own} | read_elsewhere


def test_every_setting_that_is_named_is_one() -> None:
    names = known()
    named = {(shown(path), name) for path in pages() for line in _code(path) for name in _SETTING.findall(line)}
    assert len(named) > 40
    assert sorted(one for one in named if one[1].rstrip("_") not in names and not one[1].endswith("_")) == []
