"""What contacts are told without having just asked: planned by the capabilities, sent by ``siaga.reminders``.

A notice is written in the transaction of what it is about, so that it exists, moves and goes with it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siaga.people.tables import Notice

KINDS: Mapping[str, tuple[str, ...]] = {
    # A kind's values, of which its words and its template are made; content/notices has a file for each.
    # ``about`` an appointment's code:
    "appointment_day_before": ("nama", "tempat", "hari_tanggal", "jam"),
    "appointment_morning": ("nama", "tempat", "hari_tanggal", "jam"),
    "session_moved": ("nama", "tempat", "jadwal_lama", "jadwal_baru"),
    "session_cancelled": ("nama", "tempat", "jadwal_lama"),
    # about a place that is held for who waits:
    "place_free": ("nama", "tempat", "hari_tanggal", "jam", "batas"),
    # about a person's dose:
    "next_dose": ("nama", "vaksin", "dosis", "mulai_tanggal"),
    # about a registration:
    "validated": ("nama",),
    "not_validated": ("nama", "lanjut"),
    # about somebody who isolates and asked for it ("monitoring:12"): every day, at the end, and after days of silence.
    "isolation_check": ("siapa", "hari"),
    "isolation_over": ("siapa", "mulai_tanggal"),
    "isolation_silent": ("siapa",),
    # about a check of identity: a one-time code, to the phone on record of the person whose data somebody asks for.
    "identity_code": ("kode", "menit"),
    # about a report's number: what has become of it.
    "report_status": ("nomor", "keadaan", "jawaban"),
    # about a place of the radar ("radar:35.78:covid19"), to who asked for it: its level is another one.
    "radar_level": ("penyakit", "kabar", "tanggal", "sumber", "saran"),
    # about a question for a claim and what answers it ("hoax:12:vaksin-chip"), to who asked to have it checked.
    "hoax_answered": ("kabar", "hasil", "sumber"),
    # about a hand-off ("hand_off:12"): who had taken it did not answer in time; and nobody came to it today.
    "hand_off_requeued": (),
    "hand_off_callback": ("jam",),
}
"""Each kind with the values that it needs, in the citizen's words and the place's time: see docs/notices.md."""

CHANNEL = "siaga_notices"
"""Notified when something is planned that is due at once."""

MOST_PUT_OFF = 2
"""How often something may be put off."""

_ABOUT = re.compile(r"[0-9A-Za-z:._-]{1,80}")
_SOON = timedelta(seconds=30)
_ONE = (Notice.contact_id, Notice.kind, Notice.about, Notice.again)


def plan(
    session: Session,
    kind: str,
    about: str,
    *,
    contact_id: int,
    values: Mapping[str, str],
    due_at: datetime,
    until: datetime,
    zone: str,
    person_id: int | None = None,
    urgent: bool = False,
) -> None:
    """Plan a notice, or change it: there is one of a kind about a thing for a contact.

    One that has been sent is sent again only if it is due at another time than it was.

    Args:
        kind: one of ``KINDS``.
        about: what it hangs on, such as an appointment's code: letters, digits, ``: . _ -``; never personal data.
        values: what fills in the words: those of ``KINDS``; more are passed over.
        due_at: from when; ``until``: after that it is of no use, and is not sent any more.
        zone: whose daytime is waited for, such as ``Asia/Makassar``; ``urgent`` does not wait.

    Raises:
        ValueError: no such kind, a value is missing or empty, or ``about`` is not in that form.
        zoneinfo.ZoneInfoNotFoundError: no such zone.
    """
    if kind not in KINDS:
        raise ValueError(f"there is no kind of notice {kind!r}")
    missing = [name for name in KINDS[kind] if not str(values.get(name) or "").strip()]
    if missing:
        raise ValueError(f"a notice {kind} needs {', '.join(missing)}")
    if not _ABOUT.fullmatch(about):
        raise ValueError(f"what a notice {kind} is about must be letters, digits and : . _ -")
    ZoneInfo(zone)
    row = insert(Notice).values(
        contact_id=contact_id,
        person_id=person_id,
        kind=kind,
        about=about,
        values={name: str(value) for name, value in values.items()},
        zone=zone,
        urgent=urgent,
        due_at=due_at,
        until=until,
    )
    changed = {name: row.excluded[name] for name in ("person_id", "values", "zone", "urgent", "due_at", "until")}
    planned = session.execute(
        row.on_conflict_do_update(
            index_elements=_ONE,
            set_={**changed, "status": "planned", "status_at": func.now()},
            where=(Notice.status != "sent") | (Notice.due_at != row.excluded.due_at),
        )
    )
    if planned.rowcount:
        # It is told anew: what was put off before is a matter of the past.
        which = (Notice.contact_id == contact_id, Notice.kind == kind, Notice.about == about, Notice.again > 0)
        _cancel(session, *which)
    # Not for what is due later: who is notified looks at the table, and all who notify wait for each other.
    session.execute(select(func.pg_notify(CHANNEL, "")).where(due_at <= func.now() + _SOON))


def take_back(session: Session, about: str, *, contact_id: int | None = None) -> None:
    """Cancel all that is still planned about something, for one contact or for all."""
    _cancel(session, Notice.about == about, *([] if contact_id is None else [Notice.contact_id == contact_id]))


def take_back_of(session: Session, contact_id: int, people: Collection[int]) -> None:
    """Cancel all that a contact was still to be told about these people."""
    _cancel(session, Notice.contact_id == contact_id, Notice.person_id.in_(list(people)))


def next_about(session: Session, about: str) -> datetime | None:
    """When the next notice about something is due; None if none is planned."""
    query = select(func.min(Notice.due_at)).where(Notice.about == about, Notice.status == "planned")
    at: datetime | None = session.scalar(query)
    return at


def put_off(session: Session, kind: str, about: str, *, contact_id: int, again: int, due_at: datetime) -> bool:
    """Tell once more at ``due_at`` what has been told; the same once more changes nothing.

    Args:
        again: the how manieth repetition it is to be, 1 for the first.

    Returns:
        Whether it will be told: not beyond ``MOST_PUT_OFF``, where it was never told before, or has been again already.
    """
    if not 1 <= again <= MOST_PUT_OFF:
        return False
    this = [Notice.contact_id == contact_id, Notice.kind == kind, Notice.about == about]
    told = session.execute(
        select(Notice).where(*this, Notice.again == again - 1, Notice.status == "sent")
    ).scalar_one_or_none()
    if told is None:
        return False
    kept = ("contact_id", "person_id", "kind", "about", "values", "zone", "urgent")
    # What it was of use for is not over because somebody was busy that day.
    until = max(told.until, due_at + timedelta(days=1))
    row = insert(Notice).values(**{name: getattr(told, name) for name in kept}, again=again, due_at=due_at, until=until)
    changed = {name: row.excluded[name] for name in ("person_id", "values", "zone", "urgent", "due_at", "until")}
    session.execute(
        row.on_conflict_do_update(
            index_elements=_ONE,
            set_={**changed, "status": "planned", "status_at": func.now()},
            # One that was put off before this was told is of an earlier time, as of the dose before.
            where=Notice.due_at < told.due_at,
        )
    )
    status = session.scalar(select(Notice.status).where(*this, Notice.again == again))
    return bool(status == "planned")


def _cancel(session: Session, *which: Any) -> None:
    session.execute(
        update(Notice)
        .where(*which, Notice.status == "planned")
        .values(status="cancelled", status_at=func.now())
        .execution_options(synchronize_session=False)
    )
