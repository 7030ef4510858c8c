"""The radar's pictures, each drawn once for a state of the data and kept as long as it may be asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast

from sqlalchemy import delete, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

from siaga import media
from siaga.radar import knowing, store
from siaga.radar.diseases import disease_name
from siaga.radar.drawing.png import described, draw
from siaga.radar.drawing.view import View
from siaga.radar.figures import NATION, Measure
from siaga.radar.levels import rules_in_force
from siaga.radar.showing import HISTORY, Known, map_codes, show, which_map
from siaga.radar.tables import RadarPicture

KEPT = timedelta(days=3)
"""So long a picture is kept after somebody asked for it, and what it is of drawn ahead (``siaga.radar.ahead``)."""
UNASKED = timedelta(days=1)
"""So long one that nobody has asked for is kept: it is of one day."""
_TO_SEND = timedelta(days=7)
"""What is on its way may still be sent, after a fault of the channel."""
_DRAWING = "1"
"""Change this when pictures come out otherwise than before: those already drawn are then drawn anew."""
_NOTED = timedelta(hours=1)
"""That it was asked for is noted again only after this: all who ask would wait for each other."""
_LOCKS = 0x52505043
"""The first of the two numbers of our advisory locks; the second is made of what is drawn."""


@dataclass(frozen=True)
class Of:
    """What a picture is of: a place and a disease as they are known on a day of the programme."""

    code: str
    disease: str
    day: date
    measure: Measure = "confirmed"

    @property
    def key(self) -> str:
        return f"{self.code} {self.disease} {self.measure} {self.day}"

    @classmethod
    def read(cls, key: str) -> Of:
        """What a key is of."""
        code, disease, measure, day = key.split(" ")
        return cls(code, disease, date.fromisoformat(day), cast(Measure, measure))


def picture(session: Session, of: Of, *, at: datetime) -> str | None:
    """The reference of a picture (``siaga.media``); None where there is nothing to be drawn.

    Who asks first draws it, in a good third of a second; whoever asks meanwhile waits for it.
    """
    if reference := _asked(session, of, at):
        return reference
    session.execute(text("SELECT pg_advisory_xact_lock(:space, hashtext(:key))"), {"space": _LOCKS, "key": of.key})
    if reference := _asked(session, of, at):
        return reference
    version, shown = seen(session, of)
    if shown is None:
        return None
    return keep(session, of, version, draw(shown), at=at, asked=True)


def is_drawn(session: Session, of: Of, at: datetime) -> bool:
    """Whether a picture of this is there as things stand."""
    return _drawn(session, of, _version(session, of), at) is not None


def seen(session: Session, of: Of) -> tuple[str, View | None]:
    """What is shown, and the state of the data that it is of: the one for ``keep``."""
    version = _version(session, of)
    while True:
        shown = view(session, of)
        # Figures may come while they are read. Noted under the state of before, they would be shown again as soon as
        # they are taken back.
        if (after := _version(session, of)) == version:
            return version, shown
        version = after


def keep(session: Session, of: Of, version: str, png: bytes, *, at: datetime, asked: bool) -> str:
    """Keep a picture; its reference. Old ones are forgotten.

    Args:
        version: from ``seen``.
        asked: somebody waits for it, rather than that it was drawn ahead.
    """
    reference = media.put(session, png, "image/png", until=at + (KEPT + _TO_SEND if asked else UNASKED + _NOTED))
    row = insert(RadarPicture).values(
        of=of.key, version=version, reference=reference, drawn_at=at, asked_at=at if asked else None
    )
    session.execute(
        row.on_conflict_do_update(
            index_elements=[RadarPicture.of, RadarPicture.version],
            set_={
                "reference": row.excluded.reference,
                "drawn_at": row.excluded.drawn_at,
                "asked_at": func.coalesce(row.excluded.asked_at, RadarPicture.asked_at),
            },
        )
    )
    session.execute(delete(RadarPicture).where(~_lasts(at)).execution_options(synchronize_session=False))
    return reference


def asked(session: Session, at: datetime) -> list[Of]:
    """What was asked for of late, the last first; each once, as it was asked for last."""
    rows = session.execute(
        select(RadarPicture.of)
        .where(RadarPicture.asked_at >= at - KEPT)
        .order_by(RadarPicture.asked_at.desc(), RadarPicture.of)
    )
    found: dict[tuple[str, str, str], Of] = {}
    for (key,) in rows:
        of = Of.read(key)
        found.setdefault((of.code, of.disease, of.measure), of)
    return list(found.values())


def alt(session: Session, reference: str) -> str:
    """What a picture shows, in words.

    Raises:
        KeyError: there is no such picture any more.
    """
    return described(media.get(session, reference).content)


def view(session: Session, of: Of) -> View | None:
    """What is shown; None where nothing is known."""
    own = _known(session, of, [of.code], days=HISTORY)[of.code]
    around = _known(session, of, map_codes(of.code))
    if which_map(of.code, around) == NATION != of.code:
        around |= _known(session, of, map_codes(NATION))
    return show(
        of.code,
        own,
        around,
        disease=disease_name(of.disease),
        today=of.day,
        measure=of.measure,
    )


def _known(session: Session, of: Of, codes: Sequence[str], *, days: int | None = knowing.RECENT) -> dict[str, Known]:
    places = knowing.know(session, codes, of.disease, of.day, days=days)
    return {code: Known(place.figures, place.situation) for code, place in places.items()}


def _lasts(at: datetime) -> ColumnElement[bool]:
    """The condition on pictures that may be given out, since they will be there when they are sent."""
    lasts: ColumnElement[bool] = or_(
        RadarPicture.drawn_at >= at - UNASKED, func.coalesce(RadarPicture.asked_at >= at - KEPT, False)
    )
    return lasts


def _drawn(session: Session, of: Of, version: str, at: datetime) -> RadarPicture | None:
    return session.scalar(
        select(RadarPicture).where(RadarPicture.of == of.key, RadarPicture.version == version, _lasts(at))
    )


def _asked(session: Session, of: Of, at: datetime) -> str | None:
    """The picture that is there, with a note that somebody asked for it."""
    version = _version(session, of)
    row = _drawn(session, of, version, at)
    if row is None:
        return None
    if row.asked_at is None or row.asked_at < at - _NOTED:
        media.prolong(session, row.reference, at + KEPT + _TO_SEND)
        noted = update(RadarPicture).where(RadarPicture.of == of.key, RadarPicture.version == version)
        session.execute(noted.values(asked_at=at).execution_options(synchronize_session=False))
    return str(row.reference)


def _version(session: Session, of: Of) -> str:
    """Another one whenever the picture may be another: the data, the thresholds, or how it is drawn."""
    rules = rules_in_force(of.day, of.disease)
    parts = f"{store.version(session)} {rules.version if rules else ''} {_DRAWING}"
    return hashlib.sha256(parts.encode()).hexdigest()[:40]
