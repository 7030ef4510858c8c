"""``/publik``: a page and a file of figures that anybody may read, and keep for some minutes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from siaga.db.replica import reading
from siaga.desk import access, showing
from siaga.desk.dashboard.keeping import Kept
from siaga.desk.dashboard.tables import Table
from siaga.desk.public.figures import Figures, gather
from siaga.desk.render import render
from siaga.settings import settings
from siaga.tallies.hiding import TEN

SECONDS = 300
SOURCE = "Dihitung otomatis dari percakapan dan pendaftaran di Siaga."
LICENCE = "CC BY 4.0"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/deed.id"
kept: Kept[Figures] = Kept(SECONDS, most=2)

router = APIRouter(prefix="/publik", dependencies=[Depends(access.public)])


def switched_on() -> None:
    """Let through where the programme publishes figures at all.

    Raises:
        HTTPException: it does not: there is no such page.
    """
    if not settings().desk_public:
        raise HTTPException(404)


On = Annotated[None, Depends(switched_on)]


@router.get("")
def page(request: Request, on: On) -> Response:
    """The figures as a page."""
    found = figures()
    shown = render(
        request,
        "publik.html",
        None,
        title="Angka Siaga",
        found=found,
        source=SOURCE,
        licence=LICENCE,
        licence_url=LICENCE_URL,
        zone=settings().desk_zone,
    )
    return _to_keep(request, shown)


@router.get("/data.json")
def data(request: Request, on: On) -> Response:
    """The figures for programs; null is hidden."""
    return _to_keep(request, JSONResponse(_data(figures())))


def figures() -> Figures:
    """The figures, no older than ``SECONDS``."""
    today, now = showing.today(), showing.now()
    return kept.get(today, lambda: reading(lambda session: gather(session, today, now)))


def _data(found: Figures) -> Mapping[str, Any]:
    return {
        "diperbarui": found.at.isoformat(timespec="seconds"),
        "zona": settings().desk_zone,
        "sumber": SOURCE,
        "lisensi": LICENCE_URL,
        "catatan": f"Dibulatkan ke bawah ke puluhan; null: kurang dari {TEN}.",
        "sejak_awal": {
            "orang": found.people,
            "percakapan": found.conversations,
            "pendaftaran_vaksinasi": found.registrations,
        },
        "kabar_sudah_dicek": found.hoaxes,
        "masa": {"dari": found.period.first.isoformat(), "sampai": found.period.last.isoformat()},
        **{table.id: _rows(table) for table in found.tables},
    }


def _rows(table: Table) -> list[dict[str, Any]]:
    names = [name.lower() for name in table.columns]
    return [dict(zip(names, (row.key or row.label, *row.cells), strict=True)) for row in table.rows]


def _to_keep(request: Request, response: Response) -> Response:
    """The response as anybody may keep it for a while; nothing but its mark for whoever has it already."""
    mark = f'"{hashlib.sha256(response.body).hexdigest()[:32]}"'
    headers = {"ETag": mark, "Cache-Control": f"public, max-age={SECONDS}"}
    known = (one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(","))
    if mark in known:
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return response
