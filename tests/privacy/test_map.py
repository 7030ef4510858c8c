"""The map of personal data is the schema's, the sweeps' and the settings', and docs/privacy.md is the map's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, MetaData

from siaga.privacy.map import READABLE, TELLING, DataMap, Kept, MapError, Table, data_map, markdown, read
from siaga.retention.rules import BY_NAME, in_words
from siaga.schema import Base
from siaga.settings import ROOT, Settings

SCHEMA: MetaData = Base.metadata


# ---------------------------------------------------------------------- what is wrong with a map, in words
def absent(known: DataMap) -> list[str]:
    """What only the schema has, and what only the map has."""
    there = {f"{table.name}.{column.name}" for table in SCHEMA.tables.values() for column in table.columns}
    mapped = {f"{table.name}.{column.name}" for table in known.tables.values() for column in table.columns}
    return [f"{name} is not on the map" for name in sorted(there - mapped)] + [
        f"{name} is not in the schema" for name in sorted(mapped - there)
    ]


def unlike_types(known: DataMap) -> list[str]:
    """Columns that are not protected as the map says."""
    wrong = []
    for table in known.tables.values():
        for column in table.columns:
            kind = SCHEMA.tables[table.name].columns[column.name].type
            encrypted = type(kind).__name__.startswith("Encrypted")
            if encrypted != (column.protected == "encrypted"):
                wrong.append(f"{table.name}.{column.name} is {type(kind).__name__}, on the map {column.protected}")
            if column.name.endswith("_index") and (column.protected != "index" or not isinstance(kind, LargeBinary)):
                wrong.append(f"{table.name}.{column.name} is no blind index")
    return wrong


def unexplained(known: DataMap) -> list[str]:
    """What somebody can read in the database without a reason; and what is of somebody in a table that is nobody's."""
    return [
        f"{table.name}.{column.name} is {column.kind}, {column.protected}, of {table.of}"
        for table in known.tables.values()
        for column in table.columns
        if (column.kind in TELLING and column.protected in READABLE and not (column.why and column.reason))
        or (table.of == "nobody" and column.kind not in ("content", "technical"))
    ]


def unkept(known: DataMap) -> list[str]:
    """Tables of somebody that stay for ever without a reason, and rules that are of no such table."""
    wrong = [
        f"{table.name}: for how long?" for table in known.tables.values() if table.of != "nobody" and not table.kept
    ]
    for table in known.tables.values():
        for kept in table.kept:
            problem = _wrong_rule(table, kept) if kept.rule else _not_taken_along(table, kept, known.tables)
            if problem:
                wrong.append(f"{table.name}: {problem}")
    return wrong


def untold(known: DataMap) -> list[str]:
    """Rules of retention that the map does not name."""
    named = {(table.name, kept.rule) for table in known.tables.values() for kept in table.kept}
    return [f"{rule.table_name}: {name}" for name, rule in BY_NAME.items() if (rule.table_name, name) not in named]


def _wrong_rule(table: Table, kept: Kept) -> str | None:
    rule = BY_NAME.get(kept.rule)
    return f"no rule {kept.rule}" if rule is None or rule.table_name != table.name else None


def _not_taken_along(table: Table, kept: Kept, tables: Mapping[str, Table]) -> str | None:
    if not kept.with_table:
        return None if kept.reason else "no reason"
    keys = SCHEMA.tables[table.name].foreign_keys
    along = {key.column.table.name for key in keys if key.ondelete == "CASCADE" and not key.parent.nullable}
    if kept.with_table not in along or not tables[kept.with_table].kept:
        return f"does not go with {kept.with_table}"
    return None


# ---------------------------------------------------------------------- this house
def test_each_column_is_on_the_map_and_each_of_the_maps_is_there() -> None:
    assert absent(data_map()) == []


def test_what_the_map_calls_encrypted_is_and_nothing_else() -> None:
    assert unlike_types(data_map()) == []


def test_nothing_personal_is_readable_without_a_reason() -> None:
    assert unexplained(data_map()) == []


def test_what_is_of_somebody_goes_by_a_rule_that_is_there_or_has_a_reason_to_stay() -> None:
    assert unkept(data_map()) == []


def test_each_rule_of_retention_is_on_the_map() -> None:
    assert untold(data_map()) == []


def test_what_rules_say_of_settings_is_so() -> None:
    """Where a rule's words name a setting with its number, that is the setting's own."""
    defaults = Settings.construct()
    told = [pair for rule in BY_NAME.values() for pair in re.findall(r"`(\w+)` \((\d+)\)", rule.when)]
    assert {name for name, _ in told} == {"certificate_hours", "desk_session_hours", "unclear_days"}
    assert all(getattr(defaults, name) == int(number) for name, number in told)
    assert {rule.setting for rule in BY_NAME.values() if rule.setting} <= set(Settings.__fields__)


def test_what_leads_to_a_contact_or_a_person_is_not_called_technical() -> None:
    leading = {
        f"{table.name}.{key.parent.name}"
        for table in SCHEMA.tables.values()
        for key in table.foreign_keys
        if key.column.table.name in ("contact", "person")
    }
    called = {
        f"{table.name}.{column.name}"
        for table in data_map().tables.values()
        for column in table.columns
        if table.of == "citizen" and column.kind == "pseudonymous"
    }
    assert leading and leading <= called


def test_each_audience_sees_something() -> None:
    assert {name for table in data_map().tables.values() for name in table.seen} == set(data_map().seen)


def test_the_page_shows_the_map() -> None:
    page = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
    assert page.endswith(markdown(data_map(), in_words())), "`siaga privacy map` prints what belongs at the page's end"


# ---------------------------------------------------------------------- the tests above can fail
def _with(table: str, **changes: object) -> DataMap:
    known = data_map()
    return replace(known, tables={**known.tables, table: replace(known.tables[table], **changes)})


def _column(table: str, name: str, **changes: object) -> DataMap:
    columns = data_map().tables[table].columns
    return _with(table, columns=tuple(replace(one, **changes) if one.name == name else one for one in columns))


def test_a_new_column_or_a_column_that_is_gone_is_told() -> None:
    columns = data_map().tables["person"].columns
    fewer = _with("person", columns=tuple(one for one in columns if one.name != "nik"))
    assert absent(fewer) == ["person.nik is not on the map"]
    more = _with("person", columns=(*columns, replace(columns[0], name="mother")))
    assert absent(more) == ["person.mother is not in the schema"]


@pytest.mark.parametrize(
    ("column", "protected"), [("nik", "clear"), ("sex", "encrypted"), ("nik_index", "hash"), ("nik", "masked")]
)
def test_another_protection_than_the_types_is_told(column: str, protected: str) -> None:
    assert unlike_types(_column("person", column, protected=protected))


def test_what_is_readable_without_a_reason_is_told() -> None:
    assert unexplained(_column("person", "sex", reason=""))
    assert unexplained(_column("hoax_question", "text", protected="masked", reason=""))
    assert unexplained(_column("facility", "phone", kind="personal", why="to call", reason="it is public"))


@pytest.mark.parametrize(
    "kept",
    [
        (),
        (Kept(rule="drafts"),),
        (Kept(rule="nothing"),),
        (Kept(with_table="person"),),
        (Kept(with_table="media"),),
        (Kept(),),
    ],
)
def test_a_rule_that_is_not_so_is_told(kept: tuple[Kept, ...]) -> None:
    assert unkept(_with("identity_check", kept=kept))


def test_a_rule_that_the_map_leaves_out_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert untold(_with("report", kept=(Kept(reason="it may stay"),))) == ["report: reports"]
    more = replace(BY_NAME["reports"], name="reports_too")
    monkeypatch.setitem(BY_NAME, "reports_too", more)
    assert untold(data_map()) == ["report: reports_too"]


@pytest.mark.parametrize(
    "table",
    [
        "{of: somebody, why: x, seen: [a], columns: {technical: [id]}}",
        "{of: nobody, why: x, seen: [b], columns: {technical: [id]}}",
        "{of: nobody, why: x, seen: [a], columns: {secretive: [id]}}",
        "{of: nobody, why: x, seen: [a], columns: {technical: [id, id]}}",
        "{of: nobody, why: x, seen: [a], columns: {id: {kind: technical, protected: somehow}}}",
        "{of: nobody, why: x, seen: [a], kept: [{rule: a, reason: b}], columns: {technical: [id]}}",
        "{of: nobody, why: x, seen: [a], kept: [{days: 3}], columns: {technical: [id]}}",
        "{of: nobody, why: x, seen: [a], kept: [{rule: a, days: 3}], columns: {technical: [id]}}",
    ],
)
def test_a_map_that_says_something_unknown_is_refused(tmp_path: Path, table: str) -> None:
    file = tmp_path / "map.yml"
    file.write_text(f"seen: {{a: x}}\ntables:\n  t: {table}\n", encoding="utf-8")
    with pytest.raises(MapError):
        read(file)
