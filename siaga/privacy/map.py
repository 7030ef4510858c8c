"""The map of personal data: what each column holds, why, how it is protected, how long it stays; and as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).with_name("map.yml")
KINDS = ("personal", "health", "words", "pseudonymous", "staff", "secret", "content", "technical")
PROTECTIONS = ("encrypted", "index", "hash", "masked", "clear")
READABLE = ("masked", "clear")
"""Whoever reads the database reads these."""
TELLING = frozenset({"personal", "health", "words", "secret"})
"""What needs a reason to be readable."""
OF = ("citizen", "staff", "nobody")
_KEPT = frozenset({"rule", "with", "reason"})


class MapError(ValueError):
    """The map cannot be read: where, and what is wrong."""


@dataclass(frozen=True)
class OnMap:
    """One column; ``why`` is empty where its kind says it all, ``reason`` why it may be readable."""

    name: str
    kind: str
    protected: str = "clear"
    why: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Kept:
    """How long: by a ``rule`` of retention, ``with_table`` whose rows take it along, or a ``reason`` without a rule."""

    rule: str = ""
    with_table: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Table:
    """One table; ``seen`` are names of audiences."""

    name: str
    of: str
    why: str
    seen: tuple[str, ...]
    kept: tuple[Kept, ...]
    columns: tuple[OnMap, ...]


@dataclass(frozen=True)
class DataMap:
    """All tables by name, and what each name of an audience means."""

    seen: Mapping[str, str]
    tables: Mapping[str, Table]


def read(path: Path = FILE) -> DataMap:
    """The map in a file.

    Raises:
        MapError
    """
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    tables = {name: _table(name, given) for name, given in raw["tables"].items()}
    for table in tables.values():
        _among(f"{table.name}: seen", table.seen, raw["seen"])
    return DataMap(raw["seen"], tables)


@lru_cache(maxsize=1)
def data_map() -> DataMap:
    """The map of this house, read once."""
    return read()


def _table(name: str, given: Mapping[str, Any]) -> Table:
    _among(name, given, ("of", "why", "seen", "kept", "columns"))
    _among(f"{name}: of", [given["of"]], OF)
    columns = tuple(_columns(name, given["columns"]))
    twice = [column.name for column in columns if [one.name for one in columns].count(column.name) > 1]
    if twice:
        raise MapError(f"{name}: more than once: {', '.join(sorted(set(twice)))}")
    kept = tuple(_kept(name, each) for each in given.get("kept", ()))
    return Table(name, given["of"], given["why"], tuple(given["seen"]), kept, columns)


def _columns(table: str, given: Mapping[str, Any]) -> Iterator[OnMap]:
    for name, value in given.items():
        if isinstance(value, list):
            _among(f"{table}: a list of", [name], KINDS)
            yield from (OnMap(column, name) for column in value)
            continue
        where = f"{table}.{name}"
        _among(where, value, ("kind", "protected", "why", "reason"))
        column = OnMap(name, **value)
        _among(where, [column.kind], KINDS)
        _among(where, [column.protected], PROTECTIONS)
        yield column


def _kept(table: str, given: Mapping[str, Any]) -> Kept:
    _among(f"{table}: kept", given, _KEPT)
    if len(given) != 1:
        raise MapError(f"{table}: kept: one of rule, with, reason")
    return Kept(**{"with_table" if key == "with" else key: value for key, value in given.items()})


def _among(where: str, values: Any, known: Any) -> None:
    unknown = [value for value in values if value not in known]
    if unknown:
        raise MapError(f"{where}: {', '.join(map(str, unknown))}")


# ---------------------------------------------------------------------- as Markdown
def markdown(known: DataMap, rules: Mapping[str, str]) -> str:
    """The tables of docs/privacy.md; ``rules`` are the rules of retention in words, by name."""
    somebody = [table for table in known.tables.values() if table.of != "nobody"]
    nobody = [f"`{table.name}`" for table in known.tables.values() if table.of == "nobody"]
    lines = ["### Tables: why, how long, who sees them", ""]
    lines += ["| table | of | why | kept | seen by |", "|---|---|---|---|---|"]
    lines += [
        _row(f"`{table.name}`", table.of, table.why, _how_long(table, rules), ", ".join(table.seen))
        for table in somebody
    ]
    lines += ["", f"Of nobody: {', '.join(nobody)}.", "", "Seen by:", ""]
    lines += [f"* **{name}**: {meaning}." for name, meaning in known.seen.items()]
    lines += ["", "### Columns that tell of somebody", ""]
    lines += ["| column | kind | protected | why | why it may be readable |", "|---|---|---|---|---|"]
    lines += [
        _row(f"`{table.name}.{column.name}`", column.kind, column.protected, column.why, column.reason)
        for table in somebody
        for column in table.columns
        if column.why
    ]
    lines += ["", "### The other columns of these tables, in clear", ""]
    lines += ["| table | pseudonymous | staff | technical and content |", "|---|---|---|---|"]
    lines += [
        _row(
            f"`{table.name}`",
            *(_plain(table, kinds) for kinds in (("pseudonymous",), ("staff",), ("technical", "content"))),
        )
        for table in somebody
    ]
    return "\n".join(lines) + "\n"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _how_long(table: Table, rules: Mapping[str, str]) -> str:
    return "; ".join(_one(kept, rules) for kept in table.kept)


def _one(kept: Kept, rules: Mapping[str, str]) -> str:
    if kept.with_table:
        return f"with `{kept.with_table}`"
    if kept.reason:
        return f"no rule: {kept.reason}"
    return f"`{kept.rule}`: {rules[kept.rule]}"


def _plain(table: Table, kinds: tuple[str, ...]) -> str:
    return ", ".join(column.name for column in table.columns if column.kind in kinds and not column.why)
