"""``/laporan``: what citizens report, who needs help first, and what has become of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request, Response
from sqlalchemy.orm import Session

from siaga.db import audit, transaction
from siaga.desk import access, showing
from siaga.desk.render import go, render
from siaga.desk.sessions import Here
from siaga.handoffs import state
from siaga.places import regions
from siaga.reports import find_code, kinds_now, staff
from siaga.reports.staff import Row
from siaga.reports.status import ANSWER, STATUSES, UnknownReport, set_status
from siaga.text.cells import harmless

router = APIRouter(prefix="/laporan")
PERSONAL = ("volunteer", "programme")
"""Who reads what was told; an admin sees the list and how things stand."""
Worker = Annotated[Here, Depends(access.for_roles("volunteer", "programme", "admin"))]
Looker = Annotated[Here, Depends(access.for_roles(*PERSONAL))]
Staff = Annotated[Here, Depends(access.for_roles("programme"))]
Page = Annotated[int, Query(ge=1, le=10_000)]

ROWS = 50
"""As many are on a page."""
MOST = 10_000
"""As many are in a file."""
LABELS: Mapping[str, str] = {
    "new": "baru",
    "seen": "sudah dibaca",
    "working": "sedang ditangani",
    "done": "sudah ditangani",
    "closed": "ditutup",
}
"""What the desk calls the statuses of ``siaga.reports.status``."""
_PICTURES = ("image/jpeg", "image/png", "image/webp")


class Filter:
    """What of the reports is looked at; what is none of the choices is passed over."""

    def __init__(self, jenis: str = "", wilayah: str = "", keadaan: str = "") -> None:
        self.kind = jenis if kinds_now().by_id(jenis) else ""
        self.region = wilayah if regions.name(wilayah) else ""
        self.status = keadaan if keadaan in (*STATUSES, "all") else ""

    def apply(self) -> dict[str, Any]:
        """As ``staff.listed`` takes it."""
        status = None if self.status == "all" else self.status or None
        return {
            "kind": self.kind or None,
            "region": self.region or None,
            "status": status,
            "ended": self.status == "all",
        }


Filtered = Annotated[Filter, Depends()]


@router.get("")
def page(request: Request, here: Worker, only: Filtered, hal: Page = 1) -> Response:
    """The list, without what was told."""
    with transaction() as session:
        rows = staff.listed(session, **only.apply(), skip=(hal - 1) * ROWS, limit=ROWS + 1)
        places = {code: regions.short_name(code) or code for code in staff.regencies(session)}
    return render(
        request, "laporan.html", here, title="Laporan", rows=rows[:ROWS], more=len(rows) > ROWS, hal=hal, only=only,
        kinds=_kinds(), places=sorted(places.items(), key=lambda pair: pair[1]), labels=LABELS,
    )  # fmt: skip


@router.get("/unduh.csv")
def download(here: Staff, only: Filtered) -> Response:
    """The list as a table: nothing of what was told, nor who told it."""
    with transaction() as session:
        rows = staff.listed(session, **only.apply(), limit=MOST)
        audit.note(session, here.login, "report.table", {"reports": len(rows)})
    return Response(
        _table(rows).encode("utf-8-sig"),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="laporan-{showing.today().isoformat()}.csv"'},
    )


@router.get("/{number}")
def report(request: Request, here: Worker, number: str) -> Response:
    """One report: the words of the reporter for who may read them, which the audit log notes."""
    return _report(request, here, _code(number))


@router.get("/{number}/gambar")
def picture(here: Looker, number: str) -> Response:
    """The picture of a report."""
    with transaction() as session:
        try:
            found = staff.picture(session, _code(number), actor=here.login)
        except UnknownReport:
            raise HTTPException(404) from None
    if found is None or found[1] not in _PICTURES:
        raise HTTPException(404)
    return Response(found[0], media_type=found[1])


@router.post("/{number}/keadaan")
def change(
    request: Request,
    here: Worker,
    number: str,
    keadaan: Annotated[str, Form()] = "",
    jawaban: Annotated[str, Form()] = "",
    semua: Annotated[bool, Form()] = False,
) -> Response:
    """Say what has become of a report; its reporter is told."""
    code = _code(number)
    if keadaan not in STATUSES:
        raise HTTPException(422)
    said = " ".join(jawaban.split())
    if len(said) > ANSWER:
        problem = f"Jawabannya {len(said)} karakter; paling banyak {ANSWER}."
        return _report(request, here, code, problem=problem, typed=(keadaan, jawaban))
    with transaction() as session:
        try:
            set_status(session, code, keadaan, said or None, actor=here.login, now=showing.now(), whole_group=semua)
        except UnknownReport:
            raise HTTPException(404) from None
    return go(request, f"/laporan/{code}")


def _report(
    request: Request, here: Here, code: str, *, problem: str | None = None, typed: tuple[str, str] | None = None
) -> Response:
    may_read = here.may(*PERSONAL)
    with transaction() as session:
        try:
            shown = staff.show(session, code, actor=here.login, now=showing.now()) if may_read else None
            row = shown.row if shown else staff.row(session, code)
        except UnknownReport:
            raise HTTPException(404) from None
        hand_off = _hand_off(session, here, code)
    return render(
        request, "laporan_satu.html", here, status=422 if problem else 200, title=f"Laporan {code}", row=row,
        shown=shown, hand_off=hand_off, problem=problem, typed=typed or (row.status, ""), labels=LABELS,
        kinds=_kinds(), most=ANSWER, told=STATUSES,
    )  # fmt: skip


def _hand_off(session: Session, here: Here, code: str) -> int | None:
    """The open conversation of who made the report, for who may go there."""
    contact_id = staff.contact_of(session, code) if here.may("volunteer", "admin") else None
    found = None if contact_id is None else state.open_of(session, contact_id)
    return None if found is None else int(found.id)


def _code(number: str) -> str:
    code = find_code(number)
    if code is None:
        raise HTTPException(404)
    return code


def _kinds() -> dict[str, str]:
    return {kind.id: kind.label for kind in kinds_now().all}


def _table(rows: Iterable[Row]) -> str:
    kinds = _kinds()
    head = ("nomor", "jenis", "butuh bantuan", "keadaan", "wilayah", "masuk", "sama dengan", "bergambar", "anonim")
    lines = [
        (
            row.code,
            kinds.get(row.kind, row.kind),
            _yes(row.needs_help),
            LABELS[row.status],
            row.region or "",
            showing.local(row.created_at).strftime("%Y-%m-%d %H:%M"),
            row.same_as or "",
            _yes(row.has_picture),
            _yes(row.is_anonymous),
        )
        for row in rows
    ]
    out = io.StringIO()
    csv.writer(out).writerows([head, *(tuple(map(harmless, line)) for line in lines)])
    return out.getvalue()


def _yes(value: bool) -> str:
    return "ya" if value else "tidak"
