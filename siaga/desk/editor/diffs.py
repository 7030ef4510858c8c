"""What differs between two versions, word by word: under the names that the form has for what was changed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, Literal

from siaga.content.files import ContentError, parse_entry
from siaga.desk.editor.fields import labels_of
from siaga.desk.editor.patching import same

What = Literal["same", "out", "in"]
_WORD = re.compile(r"\S+\s*|\s+")
_AROUND = 3
"""Lines that are shown around a change of a whole text."""
_MOST_PAIRS = 1_000_000
"""Of the same word here and there: difflib looks at each of them, again and again. Two of our longest texts have a
twentieth of it."""
Opcode = tuple[str, int, int, int, int]


@dataclass(frozen=True)
class Part:
    """A stretch of text that stayed, went out, or came in."""

    what: What
    text: str


@dataclass(frozen=True)
class Change:
    """What became of one thing: its name, and its text in parts."""

    label: str
    parts: tuple[Part, ...]


def words(old: str, new: str) -> tuple[Part, ...]:
    """Two texts in parts: words, each with the space behind it, that stayed, went out or came in."""
    one, other = _WORD.findall(old), _WORD.findall(new)
    parts: list[Part] = []
    for what, a, a_end, b, b_end in _opcodes(one, other):
        if what == "equal":
            parts.append(Part("same", "".join(one[a:a_end])))
            continue
        if a_end > a:
            parts.append(Part("out", "".join(one[a:a_end])))
        if b_end > b:
            parts.append(Part("in", "".join(other[b:b_end])))
    return tuple(parts)


def _opcodes(one: Sequence[Hashable], other: Sequence[Hashable]) -> Sequence[Opcode]:
    """As ``SequenceMatcher`` tells them; of what would take it long, all between the first and the last difference."""
    here, there = Counter(one), Counter(other)
    if sum(count * there[each] for each, count in here.items()) <= _MOST_PAIRS:
        return SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    shorter = min(len(one), len(other))
    begin = next((at for at in range(shorter) if one[at] != other[at]), shorter)
    end = next((at for at in range(shorter - begin) if one[-1 - at] != other[-1 - at]), shorter - begin)
    a, b = len(one) - end, len(other) - end
    found = [("equal", 0, begin, 0, begin), ("replace", begin, a, begin, b), ("equal", a, len(one), b, len(other))]
    return [each for each in found if each[1] < each[2] or each[3] < each[4]]


class _Known(SequenceMatcher[str]):
    """One that is told what differs, and groups it."""

    def __init__(self, opcodes: Sequence[Opcode]) -> None:
        super().__init__()
        self._known = list(opcodes)

    def get_opcodes(self) -> list[Any]:
        return self._known


def changes(kind: str, old: str | None, new: str | None) -> list[Change]:
    """What differs between two texts of an entry; None: it is not there.

    Named by the form's names where both can be read; else, and where only comments or the layout differ, as YAML.
    """
    if old == new:
        return []
    try:
        one = dict(parse_entry(old, Path("isi.yml"))) if old is not None else {}
        other = dict(parse_entry(new, Path("isi.yml"))) if new is not None else {}
    except ContentError:
        return [Change("YAML", _lines(old or "", new or ""))]
    labels = {**labels_of(kind, one), **labels_of(kind, other)}
    found: list[Change] = []
    for key in dict.fromkeys([*one, *other]):
        if not same(one.get(key), other.get(key)):
            found += _of_value(key, one.get(key), other.get(key), labels)
    return found or [Change("YAML", _lines(old or "", new or ""))]


def _of_value(key: str, old: Any, new: Any, labels: Mapping[str, str]) -> list[Change]:
    if isinstance(old, Mapping | None) and isinstance(new, Mapping | None) and (old or new):
        one, other = old or {}, new or {}
        inner = [name for name in dict.fromkeys([*one, *other]) if not same(one.get(name), other.get(name))]
        return [
            change for name in inner for change in _of_value(f"{key}.{name}", one.get(name), other.get(name), labels)
        ]
    label = labels.get(key, key)
    if isinstance(old, list | None) and isinstance(new, list | None):
        return [Change(label, _items(old or [], new or []))]
    return [Change(label, words(_text(old), _text(new)))]


def _items(old: Sequence[Any], new: Sequence[Any]) -> tuple[Part, ...]:
    """Lists: items that went out or came in; of one that was reworded its words; what stayed is only counted."""
    one, other = [_text(each) for each in old], [_text(each) for each in new]
    parts: list[Part] = []
    for what, a, a_end, b, b_end in _opcodes(one, other):
        if what == "equal":
            kept = a_end - a
            parts.append(Part("same", f"• {one[a]}\n" if kept == 1 else f"• … ({kept} tetap)\n"))
            continue
        paired = min(a_end - a, b_end - b)
        for place in range(paired):
            parts += [Part("same", "• "), *words(one[a + place], other[b + place]), Part("same", "\n")]
        parts += [Part("out", f"• {each}\n") for each in one[a + paired : a_end]]
        parts += [Part("in", f"• {each}\n") for each in other[b + paired : b_end]]
    return tuple(parts)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_text(each)}" for key, each in value.items())
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    return str(value)


def _lines(old: str, new: str) -> tuple[Part, ...]:
    """Two texts as YAML: the lines that differ, word by word, with some around."""
    one, other = old.splitlines(keepends=True), new.splitlines(keepends=True)
    parts: list[Part] = []
    for group in _Known(_opcodes(one, other)).get_grouped_opcodes(_AROUND):
        if parts:
            parts.append(Part("same", "⋯\n"))
        for what, a, a_end, b, b_end in group:
            if what == "equal":
                parts.append(Part("same", "".join(one[a:a_end])))
            else:
                parts += words("".join(one[a:a_end]), "".join(other[b:b_end]))
    return tuple(parts)
