"""The list: who waits, whom one has oneself, whom colleagues have, and what is over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from siaga.db import transaction
from siaga.desk import showing
from siaga.desk.inbox.stream import place_of
from siaga.desk.inbox.who import Volunteer, is_away, seen
from siaga.desk.render import go, is_htmx, render
from siaga.desk.sessions import Here
from siaga.handoffs import attendants, labels, queue
from siaga.handoffs.queue import Row
from siaga.handoffs.reasons import ENDS, REASONS, URGENCIES

TABS: Mapping[str, str] = {
    "saya": "Percakapan saya",
    "menunggu": "Menunggu",
    "rekan": "Dipegang rekan",
    "selesai": "Selesai",
}

router = APIRouter()


def tab_of(row: Row, login: str) -> str:
    """In which list of somebody's a row belongs."""
    if row.state == "closed":
        return "selesai"
    if row.state == "waiting":
        return "menunggu"
    return "saya" if row.held_by == login else "rekan"


def listing(session: Session, here: Here, tab: str = "", reason: str = "") -> dict[str, Any]:
    """What the list shows: the rows of a tab, how many each has, who is there."""
    rows = queue.open_rows(session)
    counts = {name: sum(tab_of(row, here.login) == name for row in rows) for name in TABS}
    if tab not in TABS:
        tab = "saya" if counts["saya"] else "menunggu"
    chosen = queue.closed_rows(session) if tab == "selesai" else [r for r in rows if tab_of(r, here.login) == tab]
    if tab == "menunggu":
        # What a colleague has sent to somebody stands first with them.
        chosen.sort(key=lambda row: row.wanted_login != here.login)
    return {
        "tab": tab,
        "tabs": TABS,
        "counts": counts,
        "rows": [row for row in chosen if not reason or row.reason == reason],
        "places": [place_of(row) for row in rows],
        "reason": reason,
        "reasons": REASONS,
        "urgencies": URGENCIES,
        "row_ends": ENDS,
        "known_labels": labels.known(session),
        **presence(session, here),
    }


def presence(session: Session, here: Here) -> dict[str, Any]:
    """Which colleagues are there, and whether one rests oneself."""
    there = [one.name for one in attendants.present(session, showing.now()) if one.login != here.login]
    return {"there": there, "away": is_away(session, here.login)}


@router.get("")
def page(request: Request, here: Volunteer, tab: str = "", alasan: str = "") -> Response:
    """The list alone, on a laptop with room for a conversation beside it."""
    with transaction() as session:
        seen(session, here)
        given = listing(session, here, tab, alasan)
    return render(request, "kotak.html", here, title="Percakapan", panel=False, **given)


@router.get("/daftar")
def listed(request: Request, here: Volunteer, tab: str = "", alasan: str = "") -> Response:
    """The list anew, for a page that may have missed something, or shows another tab."""
    with transaction() as session:
        given = listing(session, here, tab, alasan)
    return render(request, "kotak_daftar.html", here, **given)


@router.post("/istirahat")
def away(request: Request, here: Volunteer, istirahat: Annotated[str, Form()] = "") -> Response:
    """Take no new conversations, or take them again."""
    with transaction() as session:
        attendants.seen(session, here.login, here.name, showing.now())
        attendants.set_away(session, here.login, istirahat == "ya")
        given = presence(session, here)
    if is_htmx(request):
        return render(request, "kotak_hadir.html", here, **given)
    return go(request, "/kotak")


@router.get("/hadir")
def present(request: Request, here: Volunteer) -> Response:
    """Who is there, for a page that has been open for a while."""
    with transaction() as session:
        given = presence(session, here)
    return render(request, "kotak_hadir.html", here, **given)
