"""Finding hand-offs that are long over: by number, label, reason, day, or whose phone number it is."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from siaga.db import audit, transaction
from siaga.desk.inbox.queue import listing
from siaga.desk.inbox.who import Volunteer
from siaga.desk.render import render
from siaga.desk.showing import day_of
from siaga.front.hours import ZONES
from siaga.handoffs import queue
from siaga.handoffs.queue import Search
from siaga.handoffs.reasons import REASONS
from siaga.settings import settings

router = APIRouter()


def phone_of(typed: str) -> str | None:
    """A phone number as it is kept, in digits with its country code: ``0812-…`` and ``+62 812 …`` are one."""
    digits = re.sub(r"\D", "", typed)
    if digits.startswith("0"):
        digits = "62" + digits[1:]
    return digits if 8 <= len(digits) <= 15 else None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZONES[settings().desk_zone])


@router.post("/cari")
def search(
    request: Request,
    here: Volunteer,
    nomor: Annotated[str, Form()] = "",
    label: Annotated[str, Form()] = "",
    alasan: Annotated[str, Form()] = "",
    dari: Annotated[str, Form()] = "",
    sampai: Annotated[str, Form()] = "",
    telepon: Annotated[str, Form()] = "",
) -> Response:
    """The newest that fit all that was filled in; who looks for somebody's phone number is written down."""
    since, until = day_of(dari), day_of(sampai)
    number = int(nomor) if nomor.strip().isdecimal() and len(nomor.strip()) < 18 else None
    phone = phone_of(telepon)
    unread = [
        words
        for words, typed, read in (
            ("Nomor percakapan", nomor, number),
            ("Nomor telepon", telepon, phone),
            ("Tanggal mulai", dari, since),
            ("Tanggal akhir", sampai, until),
        )
        if typed.strip() and read is None
    ]
    wanted = Search(
        number=number,
        label=" ".join(label.split()) or None,
        reason=alasan if alasan in REASONS else None,
        since=_midnight(since) if since else None,
        until=_midnight(until + timedelta(days=1)) if until else None,
        phone=phone,
    )
    with transaction() as session:
        found = [] if unread else queue.find(session, wanted)
        if phone is not None:
            audit.note(session, here.login, "inbox.search", {"by": "phone", "found": [row.id for row in found]})
        given = listing(session, here)
    typed = {"nomor": nomor, "label": label, "alasan": alasan, "dari": dari, "sampai": sampai, "telepon": telepon}
    return render(
        request,
        "kotak_cari.html",
        here,
        title="Cari percakapan",
        status=422 if unread else 200,
        found=found,
        typed=typed,
        unread=unread,
        is_empty=not wanted,
        reasons=given["reasons"],
        known_labels=given["known_labels"],
    )


@router.get("/cari")
def form(request: Request, here: Volunteer) -> Response:
    """The form alone."""
    with transaction() as session:
        given = listing(session, here)
    typed = dict.fromkeys(("nomor", "label", "alasan", "dari", "sampai", "telepon"), "")
    return render(
        request,
        "kotak_cari.html",
        here,
        title="Cari percakapan",
        found=[],
        typed=typed,
        unread=[],
        is_empty=True,
        reasons=given["reasons"],
        known_labels=given["known_labels"],
    )
