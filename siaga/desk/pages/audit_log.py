"""The audit log: who did what, and when."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response, StreamingResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from siaga.db import transaction
from siaga.db.audit import Audit, note
from siaga.db.audit.verifying import verify
from siaga.desk import access, audit_words
from siaga.desk.render import render
from siaga.desk.sessions import Here
from siaga.desk.showing import day_of, local
from siaga.front.hours import ZONES
from siaga.settings import settings
from siaga.text.cells import harmless

router = APIRouter(prefix="/catatan")

Reader = Annotated[Here, Depends(access.for_roles("programme", "admin"))]
PAGE = 50
MOST_LINES = 20_000
"""In one CSV; a day's filter gives the rest."""
CHECKED = 1_000
"""The last lines of the chain, which each view checks; `siaga audit verify` walks the whole."""
_DISTINCT = 500


@router.get("")
def audit_log(
    request: Request, here: Reader, siapa: str = "", apa: str = "", hari: str = "", sebelum: int = 0
) -> Response:
    """The log, newest first; ``sebelum`` is the number of the last line of the page before."""
    with transaction() as session:
        query = _filtered(siapa, apa, day_of(hari))
        if 0 < sebelum < 2**63:
            query = query.where(Audit.id < sebelum)
        found = list(session.execute(query.limit(PAGE + 1)).scalars())
        lines, has_more = found[:PAGE], len(found) > PAGE
        return render(
            request,
            "catatan.html",
            here,
            title="Catatan",
            lines=lines,
            words=audit_words,
            actors=_known(session, Audit.actor),
            actions=sorted(_known(session, Audit.action), key=audit_words.action),
            chosen={"siapa": siapa, "apa": apa, "hari": hari if day_of(hari) else ""},
            older=lines[-1].id if has_more else None,
            is_first=not sebelum,
            chain=None if sebelum else verify(session, last=CHECKED),
        )


def _filtered(actor: str, action: str, day: date | None) -> Any:
    query = select(Audit).order_by(Audit.id.desc())
    if actor:
        query = query.where(Audit.actor == actor)
    if action:
        query = query.where(Audit.action == action)
    if day is not None:
        begins = datetime.combine(day, time(), ZONES[settings().desk_zone])
        query = query.where(Audit.at >= begins, Audit.at < begins + timedelta(days=1))
    return query


def _known(session: Session, column: Any) -> list[str]:
    return list(session.execute(select(column).distinct().order_by(column).limit(_DISTINCT)).scalars())


@router.get("/csv")
def as_csv(here: Reader, siapa: str = "", apa: str = "", hari: str = "") -> Response:
    """The same lines as a table; that they were taken along is a line itself."""
    with transaction() as session:
        found = list(session.execute(_filtered(siapa, apa, day_of(hari)).limit(MOST_LINES)).scalars())
        note(session, here.login, "audit.csv", {"entries": len(found)})
    return StreamingResponse(
        _written(found),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="catatan.csv"'},
    )


def _written(lines: list[Audit]) -> Iterator[str]:
    yield "\ufeff" + _row(["waktu", "siapa", "apa", "tindakan", "rincian"])
    for line in lines:
        moment = local(line.at).isoformat(sep=" ", timespec="seconds")
        yield _row([moment, line.actor, line.action, audit_words.action(line.action), audit_words.detail(line.detail)])


def _row(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(map(harmless, cells))
    return out.getvalue()
