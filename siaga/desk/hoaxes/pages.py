"""``/kabar``: claims that citizens asked about, which known claim each is, and who is told then."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Path, Query, Request, Response
from sqlalchemy.orm import Session

from siaga.db import transaction
from siaga.desk import access, handing, showing
from siaga.desk.handing import CannotHand
from siaga.desk.render import go, render
from siaga.desk.sessions import Here
from siaga.hoaxes import matching, queue
from siaga.hoaxes.claims import CLAIM, Claim
from siaga.hoaxes.queue import UnknownClaim, UnknownQuestion, Waiting

router = APIRouter(prefix="/kabar")
WRITERS = ("editor", "reviewer")
Viewer = Annotated[Here, Depends(access.for_roles("volunteer", "editor", "reviewer", "programme"))]
Writer = Annotated[Here, Depends(access.for_roles(*WRITERS))]
Text = Annotated[str, Form()]
Number = Annotated[int, Path(ge=1, lt=2**63)]
Count = Annotated[int, Query(ge=0, le=1_000_000)]

_BACK = "/kabar"


@router.get("")
def page(request: Request, here: Viewer, dikabari: Count | None = None, ditutup: bool = False) -> Response:
    """The open questions."""
    with transaction() as session:
        questions = queue.waiting(session)
    return render(
        request, "kabar.html", here, title="Cek kabar", questions=questions, told=dikabari, dropped=ditutup
    )  # fmt: skip


@router.get("/{number}")
def question(request: Request, here: Viewer, number: Number) -> Response:
    """One question, with the claims that come nearest."""
    with transaction() as session:
        return _question(request, here, session, _one(session, number))


@router.get("/{number}/jawab")
def confirm(request: Request, here: Writer, number: Number, klaim: str = "") -> Response:
    """What is told, and to how many, before it is."""
    claim = _claim(klaim)
    with transaction() as session:
        asked = _one(session, number)
    return render(request, "kabar_jawab.html", here, title="Ini kabarnya?", asked=asked, claim=claim)


@router.post("/{number}/jawab")
def answer(request: Request, here: Writer, number: Number, klaim: Text = "") -> Response:
    """The question is this claim: who wanted to know is told."""
    with transaction() as session:
        try:
            told = queue.answer(session, number, klaim, here.login, showing.now())
        except (UnknownQuestion, UnknownClaim):
            raise HTTPException(404) from None
    return go(request, f"{_BACK}?dikabari={told}")


@router.post("/{number}/tutup")
def drop(request: Request, here: Writer, number: Number) -> Response:
    """It is no question: nobody is told."""
    with transaction() as session:
        try:
            queue.drop(session, number, here.login, showing.now())
        except UnknownQuestion:
            raise HTTPException(404) from None
    return go(request, f"{_BACK}?ditutup=1")


@router.post("/{number}/tulis")
def write(request: Request, here: Writer, number: Number, nama: Text = "", berkas: Text = "") -> Response:
    """Begin a new claim with the citizen's words, and go on in the editor."""
    key = nama.strip()
    with transaction() as session:
        asked = _one(session, number)
        values = {"claim": " ".join(asked.text.split())[:CLAIM]}
        try:
            handing.begin(session, "hoax", key, berkas, values, by=here.login, remark=f"Dari antrean kabar {number}.")
        except CannotHand as problem:
            return _question(request, here, session, asked, problem=str(problem), typed=(nama, berkas))
    return go(request, f"/isi/hoax/{key}/tulis")


def _question(
    request: Request,
    here: Here,
    session: Session,
    asked: Waiting,
    *,
    problem: str | None = None,
    typed: tuple[str, str] = ("", ""),
) -> Response:
    checker = matching.checker()
    may_write = here.may(*WRITERS)
    return render(
        request, "kabar_satu.html", here, status=422 if problem else 200, title="Cek kabar", asked=asked,
        nearest=checker.nearest(asked.text), alike=queue.alike(asked, queue.waiting(session)),
        claims=sorted(checker.claims, key=lambda claim: claim.claim.casefold()) if may_write else [],
        may_write=may_write, files=handing.files_of(session, "hoax") if may_write else [],
        problem=problem, typed=typed,
    )  # fmt: skip


def _one(session: Session, number: int) -> Waiting:
    try:
        return queue.one(session, number)
    except UnknownQuestion:
        raise HTTPException(404) from None


def _claim(claim_id: str) -> Claim:
    claim = matching.checker().by_id(claim_id)
    if claim is None:
        raise HTTPException(404)
    return claim
