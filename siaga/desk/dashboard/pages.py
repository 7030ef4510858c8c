"""``/angka``: figures of a period, and each of its tables as a file."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from siaga.db import audit, transaction
from siaga.db.replica import reading
from siaga.desk import access, showing
from siaga.desk.dashboard.figures import Figures, gather
from siaga.desk.dashboard.keeping import Kept
from siaga.desk.dashboard.period import LABELS, USUAL, Period, WrongPeriod, chosen
from siaga.desk.dashboard.sheets import sheet
from siaga.desk.dashboard.tables import FEWEST, cards, tables
from siaga.desk.render import render
from siaga.desk.sessions import Here
from siaga.settings import settings

SECONDS = 60
"""So old may figures be."""
DOWNLOADED = "figures.csv"
kept: Kept[Figures] = Kept(SECONDS)

router = APIRouter(prefix="/angka")
Steers = Annotated[Here, Depends(access.for_roles("programme", "admin", "reviewer"))]
Word = Annotated[str, Query(max_length=20)]


@router.get("")
def page(request: Request, here: Steers, periode: Word = "", dari: Word = "", sampai: Word = "") -> Response:
    """All tables of a period."""
    problem = ""
    try:
        period = chosen(showing.today(), periode, dari, sampai)
    except WrongPeriod as wrong:
        problem, period = str(wrong), chosen(showing.today(), USUAL)
    found = figures(period)
    return render(
        request,
        "angka.html",
        here,
        status=400 if problem else 200,
        title="Angka",
        problem=problem,
        period=period,
        labels=LABELS,
        zone=settings().desk_zone,
        at=found.at,
        cards=cards(found),
        tables=tables(found, words=_may_read(here)),
        query=_query(period),
        questions=here.may("editor", "reviewer"),
        fewest=FEWEST,
    )


@router.get("/csv/{table}")
def download(here: Steers, table: str, periode: Word = "", dari: Word = "", sampai: Word = "") -> Response:
    """One table of a period as CSV; it is written down who has taken it."""
    try:
        period = chosen(showing.today(), periode, dari, sampai)
    except WrongPeriod as wrong:
        raise HTTPException(400) from wrong
    found = next((one for one in tables(figures(period), words=_may_read(here)) if one.id == table), None)
    if found is None:
        raise HTTPException(404)
    first, last = period.first.isoformat(), period.last.isoformat()
    with transaction() as session:
        audit.note(session, here.login, DOWNLOADED, {"table": table, "first": first, "last": last})
    name = f"siaga-{table}-{first}-{last}.csv"
    return Response(
        sheet(found),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def figures(period: Period) -> Figures:
    """The figures of a period, no older than ``SECONDS``."""
    return kept.get((period.first, period.last), lambda: _gathered(period, showing.now()))


def _gathered(period: Period, now: datetime) -> Figures:
    return reading(lambda session: gather(session, period, now))


def _may_read(here: Here) -> bool:
    """Whether they may read what citizens asked, as on the pages that are about it."""
    return here.may("programme", "reviewer")


def _query(period: Period) -> str:
    if period.choice:
        return urlencode({"periode": period.choice})
    return urlencode({"dari": period.first.isoformat(), "sampai": period.last.isoformat()})
