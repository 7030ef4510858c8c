"""The Markdown pages of the project: their links, their headings, and what stands in them as code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from siaga.settings import ROOT

_FENCED = re.compile(r"^(?P<fence>```+|~~~+)(?P<kind>[^\n]*)\n(?P<code>.*?)^(?P=fence)[ \t]*$", re.S | re.M)
_SPAN = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_LINK = re.compile(r"\]\(\s*<?([^)\s>]+)>?[^)]*\)")
_HEADING = re.compile(r"^(#{1,6}) +(.+?) *#*$", re.M)


@lru_cache
def pages() -> tuple[Path, ...]:
    """Every page, but for those of folders that tools make."""
    found = (path for path in ROOT.rglob("*.md") if not _is_made(path.relative_to(ROOT)))
    return tuple(sorted(found))


def _is_made(path: Path) -> bool:
    return any(part.startswith(".") or part in ("results", "node_modules") for part in path.parts[:-1])


def shown(path: Path) -> str:
    """A file as it is called in the project."""
    return path.relative_to(ROOT).as_posix()


@lru_cache
def read(path: Path) -> str:
    """What stands in a page."""
    return path.read_text(encoding="utf-8")


def prose(text: str) -> str:
    """A page without its blocks of code, which may hold anything; lines keep their numbers."""
    return _FENCED.sub(lambda found: "\n" * found[0].count("\n"), text)


def blocks(text: str, *kinds: str) -> list[str]:
    """The blocks of code of these kinds (``console``, ``mermaid``; "" where none is named)."""
    return [found["code"] for found in _FENCED.finditer(text) if found["kind"].strip() in kinds]


def spans(text: str) -> list[str]:
    """What stands between backticks, outside of blocks."""
    return [found[2] for found in _SPAN.finditer(prose(text))]


def code(text: str) -> list[str]:
    """All code: what stands between backticks, and each line of each block."""
    lines = [line for found in _FENCED.finditer(text) for line in found["code"].splitlines()]
    return spans(text) + lines


def links(text: str) -> Iterator[tuple[int, str]]:
    """Where a page's links and pictures lead, with their lines."""
    for number, line in enumerate(prose(text).splitlines(), 1):
        for found in _LINK.finditer(_SPAN.sub(lambda span: "`" * len(span[0]), line)):
            yield number, found[1]


def headings(text: str) -> list[tuple[int, str]]:
    """A page's headings: how deep, and in which words."""
    return [(len(found[1]), found[2]) for found in _HEADING.finditer(prose(text))]


def anchors(text: str) -> set[str]:
    """What a link may name of a page behind ``#``, as GitHub makes it of the headings."""
    made: set[str] = set()
    times: dict[str, int] = {}
    for _, heading in headings(text):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").replace("*", "").lower()
        anchor = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        made.add(f"{anchor}-{times[anchor]}" if anchor in times else anchor)
        times[anchor] = times.get(anchor, 0) + 1
    return made
