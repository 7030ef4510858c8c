"""All that is kept of somebody, in words, as data, and as files.

The file is for the contact: of others' NIK they get the mask, of those whose name they may not read the mask, and
nothing that others told of a person whom several look after. What goes into a chat (``masked``), where a phone is lent
and backed up, holds the masks of all numbers, their own too, and no files.
"""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Text, select
from sqlalchemy.orm import Session

from siaga.certificates.issuing import issue
from siaga.certificates.pdf import drawn
from siaga.db import EncryptedJSON, EncryptedText
from siaga.hoaxes.tables import HoaxAsker, HoaxQuestion
from siaga.people.tables import Person
from siaga.places.timezone import zone
from siaga.privacy import mask_name, mask_nik, mask_numbers, mask_phone
from siaga.registration.tables import Appointment
from siaga.registration.tables import Session as VaccinationSession
from siaga.rights.subjects import Subject, condition
from siaga.rights.words import COLUMNS, TABLES, TECHNICAL
from siaga.schema import Base

_CAPITAL = "31"
_NIK = re.compile(r"(?<!\d)\d{16}(?!\d)")
_NAMES_OF_OTHERS = {"task": {"data", "remark"}, "registry_write": {"payload"}}
"""What may tell of a person more than the contact knows: left out where they may not read the name."""
_WHAT_OTHERS_KNOW = {"form_draft": ("data", {"official"}), "task": ("data", {"differs"})}
"""What was looked up elsewhere, or found by comparing: it would tell whether a NIK is known. Keys in a column."""
_MASKS = {"nik": mask_nik, "phone": mask_phone, "user_id": mask_phone}
_EVENTS = {"user": "Anda", "bot": "Siaga"}

_HOAX, _SESSION = HoaxQuestion.__table__, VaccinationSession.__table__
_BESIDE: dict[str, tuple[str, Any, tuple[Any, Any]]] = {
    "hoax_asker": ("kabar", _HOAX.c.text, (_HOAX, HoaxAsker.__table__.c.question_id == _HOAX.c.id)),
    "appointment": ("waktu", _SESSION.c.starts_at, (_SESSION, Appointment.__table__.c.session_id == _SESSION.c.id)),
}
"""What belongs to a table's rows and stands in another: what it is called, where it is."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Export:
    """Sections by table, each with its rows (Indonesian label to JSON value), and files by name."""

    made_at: datetime
    sections: dict[str, list[Row]] = field(repr=False)
    files: dict[str, bytes] = field(repr=False)

    @property
    def counts(self) -> dict[str, int]:
        """How many rows of each table."""
        return {table: len(rows) for table, rows in self.sections.items() if rows}


def export(session: Session, subject: Subject, now: datetime, *, masked: bool = False) -> Export:
    """Collect what the subject may have."""
    mine = replace(subject, own=frozenset()) if masked else subject
    own = set(session.execute(select(Person.nik).where(Person.id.in_(mine.own))).scalars())
    names = dict(session.execute(select(Person.id, Person.name).where(Person.id.in_(mine.named))).all())
    sections = {name: _section(session, name, _Reader(mine, own, names, masked)) for name in TABLES}
    return Export(now, sections, {} if masked else _files(session, subject, now))


def as_json(made: Export) -> str:
    """The data, to be read by programs."""
    return json.dumps(
        {"dibuat": _said(made.made_at), **{TABLES[table]: rows for table, rows in made.sections.items()}},
        ensure_ascii=False,
        indent=1,
    )


def as_html(made: Export) -> str:
    """One page in Indonesian that needs nothing else."""
    parts = [
        f"<h2>{html.escape(TABLES[table])}</h2>" + "".join(_table(row) for row in rows)
        for table, rows in made.sections.items()
        if rows
    ]
    files = "".join(f"<li>{html.escape(name)}</li>" for name in sorted(made.files))
    return (
        '<!doctype html><html lang="id"><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        "<title>Data Anda di Siaga</title>"
        "<style>body{font:16px/1.5 sans-serif;max-width:50em;margin:2em auto;padding:0 1em}"
        "table{border-collapse:collapse;margin:0 0 1em;width:100%}"
        "th{width:30%}th,td{border:1px solid #999;padding:.3em .5em;text-align:left;vertical-align:top;"
        "white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:plaintext}</style>"
        f"<h1>Data Anda di Siaga</h1><p>Dibuat {html.escape(_said(made.made_at))}. Semua waktu dalam WIB.</p>"
        f"{''.join(parts) or '<p>Tidak ada data.</p>'}"
        f"{'<h2>Berkas</h2><ul>' + files + '</ul>' if files else ''}</html>"
    )


@dataclass(frozen=True)
class _Reader:
    """For whom it is read: ``own`` are the NIK that may be told, ``names`` those that may be read, by person."""

    subject: Subject
    own: set[str] = field(repr=False)
    names: dict[int, str] = field(repr=False)
    masked: bool


def _section(session: Session, name: str, reader: _Reader) -> list[Row]:
    table = Base.metadata.tables[name]
    keys = list(table.primary_key.columns)
    shown = [column for column in table.c if column.name not in TECHNICAL]
    # Files go into a folder, not into the page.
    shown = [column for column in shown if (name, column.name) != ("received_media", "content")]
    more = [column for column in (table.c.get("person_id"), table.c.get("id")) if column is not None]
    which = condition(table, reader.subject)
    rows = session.execute(select(*shown, *more).select_from(table).where(which).order_by(*keys)).mappings()
    section = [_row(name, shown, row, reader) for row in rows]
    if name in _BESIDE:
        label, value, linked = _BESIDE[name]
        beside = session.execute(select(value).select_from(table).outerjoin(*linked).where(which).order_by(*keys))
        section = [
            {label: _plain(_without_numbers(said) if reader.masked else said, reader.own), **row}
            for said, row in zip(beside.scalars(), section, strict=True)
        ]
    return section


def _row(name: str, shown: list[Any], row: Any, reader: _Reader) -> Row:
    person_id = row["id"] if name == "person" else row.get("person_id")
    hidden = _NAMES_OF_OTHERS.get(name, set()) if person_id is not None and person_id not in reader.names else set()
    values = {
        column.name: row[column.name] for column in shown if row[column.name] is not None and column.name not in hidden
    }
    column_name, left_out = _WHAT_OTHERS_KNOW.get(name, ("", set()))
    if column_name in values:
        values[column_name] = _without(values[column_name], left_out)
    if reader.masked:
        values = {column.name: _masked(column, values[column.name]) for column in shown if column.name in values}
    if name == "person":
        values = _person(person_id, values, reader.subject)
    if name == "tracker":
        values["events"] = _conversation(values["events"])
    whose = {"atas nama": reader.names[person_id]} if name != "person" and person_id in reader.names else {}
    return whose | {COLUMNS[column]: _plain(value, reader.own) for column, value in values.items()}


def _without(value: Any, keys: set[str]) -> Any:
    """A draft holds what it was a turn before, too."""
    if not isinstance(value, dict):
        return value
    return {key: _without(inner, keys) for key, inner in value.items() if key not in keys}


def _masked(column: Any, value: Any) -> Any:
    """A value for a chat: numbers by their masks, and no long number in what is free text."""
    if column.name in _MASKS:
        return _MASKS[column.name](value)
    if column.name == "birth_date" or not isinstance(column.type, (EncryptedText, EncryptedJSON, Text)):
        return value
    return _without_numbers(value)


def _without_numbers(value: Any) -> Any:
    if isinstance(value, str):
        return mask_numbers(value)
    if isinstance(value, dict):
        return {key: _without_numbers(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_without_numbers(inner) for inner in value]
    return value


def _person(person_id: int, values: Row, subject: Subject) -> Row:
    if person_id not in subject.named:
        return {"nik": mask_nik(values["nik"]), "name": mask_name(values["name"])}
    if person_id not in subject.own:
        values["nik"] = mask_nik(values["nik"])
    if person_id not in subject.known:
        values.pop("phone", None)
    return values


def _conversation(events: list[dict[str, Any]]) -> list[str]:
    """Who said what, and what was remembered of it, a line each."""
    lines = []
    for event in events:
        kind, text = event.get("event"), event.get("text")
        if kind in _EVENTS and text:
            lines.append(f"{_EVENTS[kind]}: {text}")
        elif kind == "slot" and event.get("value") is not None:
            lines.append(f"diingat: {event.get('name')} = {json.dumps(event['value'], ensure_ascii=False)}")
    return lines


def _plain(value: Any, own: set[str]) -> Any:
    """A value as JSON has it, times in words, and the NIK of anybody else masked."""
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    if isinstance(value, dict):
        return {key: _plain(inner, own) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner, own) for inner in value]
    if isinstance(value, datetime):
        return _said(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return _NIK.sub(lambda found: found[0] if found[0] in own else mask_nik(found[0]), value)
    return value


def _said(moment: datetime) -> str:
    local = moment.astimezone(zone(_CAPITAL))
    return f"{local:%d-%m-%Y %H.%M} WIB"


def _table(row: Row) -> str:
    cells = "".join(
        f"<tr><th>{html.escape(label)}</th><td>{html.escape(written(value))}</td></tr>" for label, value in row.items()
    )
    return f"<table>{cells}</table>"


def written(value: Any) -> str:
    """A value of a row in words, what it holds line by line."""
    if isinstance(value, dict):
        return "\n".join(f"{key}: {written(inner)}" for key, inner in value.items())
    if isinstance(value, list):
        return "\n".join(map(written, value))
    return str(value)


def _files(session: Session, subject: Subject, now: datetime) -> dict[str, bytes]:
    """Files received and certificates issued, under names of our own: a citizen's file name leads to no path."""
    received = Base.metadata.tables["received_media"]
    files = {
        f"berkas-{row.id}.{_ending(row.mime)}": bytes(row.content)
        for row in session.execute(
            select(received.c.id, received.c.mime, received.c.content).where(
                condition(received, subject), received.c.content.is_not(None)
            )
        )
    }
    certificate, dose = Base.metadata.tables["certificate"], Base.metadata.tables["dose"]
    holders = session.execute(
        select(dose.c.person_id)
        .join(certificate, certificate.c.dose_id == dose.c.id)
        .where(condition(dose, subject))
        .distinct()
    ).scalars()
    known = set(session.execute(select(certificate.c.code).where(condition(certificate, subject))).scalars())
    for person_id in holders:
        with session.begin_nested() as attempt:
            # A dose without a certificate would be given one by the asking.
            sheets = [sheet for sheet in issue(session, person_id, now).certificates if sheet.code in known]
            attempt.rollback()
        files |= {f"sertifikat-{sheet.code}.pdf": drawn(sheet) for sheet in sheets}
    return files


def _ending(mime: str | None) -> str:
    ending = (mime or "").rpartition("/")[2]
    return ending if re.fullmatch(r"[a-z0-9]{1,8}", ending) else "bin"
