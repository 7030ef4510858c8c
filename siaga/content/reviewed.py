"""What stands in the document for health workers: chapters of entries, each with its texts, source and dates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Text:
    """Something that is told: a heading for the reader of the document, and the words."""

    heading: str
    words: str


@dataclass(frozen=True)
class Item:
    """One entry to review. ``asked`` are the ways to ask for it; ``checked`` and ``review_by`` where it has them."""

    id: str
    title: str
    texts: tuple[Text, ...]
    mark: str = ""
    asked: tuple[str, ...] = ()
    source: str = ""
    checked: date | None = None
    review_by: date | None = None
    is_due: bool = False


@dataclass(frozen=True)
class Section:
    """A chapter of the document; ``anchor`` is its name in links."""

    anchor: str
    title: str
    intro: str
    items: tuple[Item, ...] = field(default_factory=tuple)

    @property
    def due(self) -> int:
        """How many entries are due for review."""
        return sum(item.is_due for item in self.items)


def rule(
    id: str, title: str, texts: Iterable[Text], mark: str = "", source: str = "", checked: date | None = None
) -> Item:
    """An entry that nobody asks for in words of their own; texts without words are left out."""
    told = tuple(text for text in texts if text.words)
    return Item(id, title, told, mark, source=source, checked=checked)


def lines(value: Any) -> str:
    """A text, or a list of lines as citizens see them."""
    if isinstance(value, (list, tuple)):
        return "\n".join(f"• {line}" for line in value)
    return str(value or "").strip()
