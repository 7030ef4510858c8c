"""From an entry's text to what a form shows, and from what was typed back to the text: what was not touched stays."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from siaga.content.files import Entry, parse_entry
from siaga.desk.editor.fields import Field, fields_of
from siaga.desk.editor.patching import PatchError, patched
from siaga.text.written import long_date

Posted = Sequence[tuple[str, str]]
"""A form's fields as a browser sends them, in the order of the page."""

_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})[ T](\d{1,2})[.:](\d{2})(?::00)?")
_FROM, _GONE = "asal", "buang"
"""Of a row: its number in the text, and that it is to go."""
_ON_PHONE = ("advice", "lines", "question", "title", "footer", "button")
SPARE = 1
"""Empty rows that a form offers."""


@dataclass(frozen=True)
class Row:
    """A row as a form shows it; ``place`` is its number in the text, none for a new one."""

    number: int
    place: int | None
    cells: tuple[Shown, ...]


@dataclass(frozen=True)
class Shown:
    """A field as a form shows it. ``plain`` is false where the text holds something else than the form can show: then
    it is told, and left alone."""

    field: Field
    name: str
    value: str = ""
    plain: bool = True
    rows: tuple[Row, ...] = ()

    @property
    def on_phone(self) -> bool:
        """Whether the phone's messages show it anyway."""
        return self.field.shape in ("text", "rows", "ids") or self.field.key in _ON_PHONE

    @property
    def told(self) -> str:
        """The value to be read; a day and a time are written out."""
        if self.field.shape == "date" and self.value:
            return long_date(date.fromisoformat(self.value))
        return self.value.replace("T", ", ") if self.field.shape == "moment" else self.value

    @property
    def in_lines(self) -> bool:
        """Whether it needs more than one line to type in."""
        return self.field.shape in ("text", "lines") or "\n" in self.value


class NoForm(ValueError):
    """The entry can only be written as YAML."""


def shown(kind: str, body: str) -> list[Shown]:
    """The form of an entry.

    Raises:
        ContentError: the text cannot be read.
        NoForm: there is none for it.
    """
    entry = _read(body)
    found = fields_of(kind, entry)
    if not found:
        raise NoForm
    try:
        # What cannot be changed value by value has no form.
        patched(body, {**entry, "uji": "uji"})
    except PatchError:
        raise NoForm from None
    return [_shown(one, _at(entry, one.path), one.name) for one in found]


def filled(kind: str, body: str, posted: Posted) -> str:
    """The entry's text with what was typed into its form; the same text if nothing was changed.

    Raises:
        ContentError: the text cannot be read.
        NoForm, PatchError: it has no form, or cannot be changed by one.
    """
    entry = _read(body)
    given = _given(posted)
    wanted: dict[str, Any] = copy.deepcopy(dict(entry))
    fields = shown(kind, body)
    for one in fields:
        if one.plain:
            _take(one, given, wanted)
    return patched(body, _in_order(wanted, entry, [one.field for one in fields]))


def _in_order(wanted: Mapping[str, Any], before: Mapping[str, Any], fields: Sequence[Field]) -> dict[str, Any]:
    """With each new key behind the one that stands above it in the form."""
    order = [key for key in wanted if key in before]
    named = list(dict.fromkeys(one.path[0] for one in fields))
    # What says what the entry is stands above all that the form has.
    top = next((order[at - 1] for at, key in enumerate(order) if at and key in named), order[-1] if order else "")
    for place, key in enumerate(named):
        if key in wanted and key not in order:
            above = next((other for other in reversed(named[:place]) if other in order), top)
            order.insert(order.index(above) + 1 if above else 0, key)
    return {key: wanted[key] for key in order}


def _read(body: str) -> Entry:
    return parse_entry(body, Path("isi.yml"))


def _given(posted: Posted) -> dict[str, str]:
    return {name: _lines(value) for name, value in posted}


def _lines(text: str) -> str:
    """A text with the line ends that browsers send made plain."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


# ------------------------------------------------------------------ showing
def _at(values: Any, path: Iterable[str]) -> Any:
    for key in path:
        if values is None:
            return None
        if not isinstance(values, Mapping):
            return values  # not what is expected there: no form shows it
        values = values.get(key)
    return values


def _shown(one: Field, value: Any, name: str) -> Shown:
    if one.shape == "rows":
        return _shown_rows(one, value, name)
    written = _as_typed(one, value)
    return Shown(one, name, written or "", written is not None)


def _as_typed(one: Field, value: Any) -> str | None:
    """A value as it would be typed; None if it cannot be."""
    if value is None:
        return ""
    if one.shape in ("lines", "ids", "spans") and isinstance(value, list):
        if any(not isinstance(each, str) or "\n" in each or not each.strip() for each in value):
            return None
        return (", " if one.shape == "spans" else "\n").join(each.strip() for each in value)
    if one.shape == "date":
        return value.isoformat() if type(value) is date else None
    if one.shape == "moment":
        return _as_moment(value)
    if one.shape == "number":
        return str(value) if type(value) is int else None
    if one.shape in ("lines", "ids") or not isinstance(value, str):
        return None
    return value


def _as_moment(value: Any) -> str | None:
    if isinstance(value, datetime):
        return None if value.tzinfo else value.strftime("%Y-%m-%dT%H:%M")
    if isinstance(value, date):
        return datetime.combine(value, time()).strftime("%Y-%m-%dT%H:%M")
    if isinstance(value, str) and (match := _MOMENT.fullmatch(value.strip())):
        written = f"{match[1]}T{match[2]:0>2}:{match[3]}"
        with suppress(ValueError):
            return datetime.fromisoformat(written).strftime("%Y-%m-%dT%H:%M")
    return None


def _shown_rows(one: Field, value: Any, name: str) -> Shown:
    given = value if isinstance(value, list) else []
    if (value is not None and not isinstance(value, list)) or not all(isinstance(row, Mapping) for row in given):
        return Shown(one, name, plain=False)
    rows: list[Row] = []
    for place, values in enumerate([*given, *([{}] * SPARE)]):
        cells = tuple(_shown(column, _cell(column, values), f"{name}.{place}.{column.key}") for column in one.columns)
        # A cell has one line: a browser would send another value back.
        if not all(cell.plain and cell.value.isprintable() for cell in cells):
            return Shown(one, name, plain=False)
        rows.append(Row(place, place if place < len(given) else None, cells))
    return Shown(one, name, rows=tuple(rows))


def _cell(column: Field, values: Mapping[str, Any]) -> Any:
    if column.shape == "lead" and isinstance(values.get("answer"), str):
        return f"answer={values['answer']}"
    return values.get(column.key)


# ------------------------------------------------------------------ taking
def _take(one: Shown, given: Mapping[str, str], wanted: dict[str, Any]) -> None:
    """Put what was typed where it belongs, if it was changed."""
    if one.field.shape == "rows":
        rows = _rows(one, given, _at(wanted, one.field.path) or [])
        if rows is not None:
            _put(wanted, one.field.path, rows or None)
        return
    typed = _typed(one, given)
    if typed is not None and typed != _lines(one.value):
        _put(wanted, one.field.path, _value(one.field, typed))


def _typed(one: Shown, given: Mapping[str, str]) -> str | None:
    """What stands in a control; None if the form had none."""
    if one.field.shape != "ids":
        return given.get(one.name)
    found = [value.strip() for name, value in given.items() if name.startswith(f"{one.name}.")]
    return "\n".join(value for value in found if value) if found else None


def _value(one: Field, typed: str) -> Any:
    """A typed text as the value it stands for; None: there is nothing."""
    text = typed.strip()
    if not text:
        return None
    if one.shape in ("lines", "ids"):
        return [line.strip() for line in text.split("\n") if line.strip()]
    if one.shape == "spans":
        spans = [span.strip() for span in text.split(",") if span.strip()]
        return spans[0] if len(spans) == 1 else spans
    if one.shape == "date":
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    if one.shape == "moment":
        return text.replace("T", " ")
    if one.shape == "number":
        return int(text) if re.fullmatch(r"-?\d{1,9}", text) else text
    return text


def _put(values: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    """Set, or without a value take out, what a path leads to; a mapping that is empty then goes, too."""
    key, *rest = path
    if rest:
        inner = values.get(key)
        inner = dict(inner) if isinstance(inner, Mapping) else {}
        _put(inner, tuple(rest), value)
        value = inner or None
    if value is None:
        values.pop(key, None)
    else:
        values[key] = value


def _rows(one: Shown, given: Mapping[str, str], before: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]] | None:
    """The rows in the order of the page; None if nothing in them was changed."""
    numbers = list(dict.fromkeys(
        match[1] for name in given if (match := re.match(rf"{re.escape(one.name)}\.(\d+)\.", name))
    ))  # fmt: skip
    if not numbers:
        return None
    rows = [row for number in numbers if (row := _row(one, f"{one.name}.{number}", given, before)) is not None]
    return None if rows == [dict(row) for row in before] else rows


def _row(one: Shown, name: str, given: Mapping[str, str], before: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """One row: what it was, with what was changed; None if it is to go, or was never filled in."""
    place = given.get(f"{name}.{_FROM}", "")
    was_there = place.isdecimal() and len(place) < 9 and int(place) < len(before)
    old = dict(before[int(place)]) if was_there else {}
    typed = {column: given.get(f"{name}.{column.key}", "") for column in one.field.columns}
    changed = {
        column: value for column, value in typed.items() if value != _lines(_as_typed(column, _cell(column, old)) or "")
    }
    if given.get(f"{name}.{_GONE}"):
        return None
    if not any(value.strip() for value in typed.values()) and (changed or not was_there):
        return None
    for column, value in changed.items():
        _set_cell(old, column, value)
    return old


def _set_cell(row: dict[str, Any], column: Field, typed: str) -> None:
    if column.shape == "lead":
        row.pop("payload", None)
        row.pop("answer", None)
        lead = typed.strip()
        if lead:
            row.update({"answer": lead[7:]} if lead.startswith("answer=") else {"payload": lead})
        return
    _put(row, (column.key,), _value(column, typed))
