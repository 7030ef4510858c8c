"""``/pertanyaan``: what was asked and has no answer, and what becomes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request, Response
from sqlalchemy.orm import Session

from siaga.content.files import ContentError
from siaga.content.standing import standing
from siaga.db import audit, transaction
from siaga.desk import access, handing, showing
from siaga.desk.handing import CannotHand
from siaga.desk.render import go, render
from siaga.desk.sessions import Here
from siaga.knowledge import unanswered
from siaga.knowledge.answers import QUESTION
from siaga.knowledge.feedback import counted
from siaga.unclear.examples import as_example
from siaga.unclear.personal import leftover

router = APIRouter(prefix="/pertanyaan")
Writer = Annotated[Here, Depends(access.for_roles("editor", "reviewer"))]
Text = Annotated[str, Form(max_length=2_000)]
Page = Annotated[int, Query(ge=1, le=10_000)]
Key = Annotated[str, Query(max_length=80)]

GROUPS = 25
"""As many are on a page."""
DISLIKED, LOOKED_BACK = 3, timedelta(days=90)
"""An answer is shown from so many who did not find it helpful, within so long."""
_BACK = "/pertanyaan"


@dataclass(frozen=True)
class Group:
    """Questions that ask the same: their wordings with how often each was used, the usual one first."""

    number: int
    ids: tuple[int, ...]
    wordings: tuple[tuple[str, int], ...] = field(repr=False)
    people: int
    last_at: datetime
    nearest: tuple[str, ...]


@router.get("")
def page(request: Request, here: Writer, hal: Page = 1, naskah: Key = "", dihapus: bool = False) -> Response:
    """The groups, those that most people ask first."""
    with transaction() as session:
        groups = _groups(session)
        titles = _titles(session)
    pages = max(1, -(-len(groups) // GROUPS))
    hal = min(hal, pages)
    return render(
        request, "pertanyaan.html", here, title="Belum terjawab", groups=groups[(hal - 1) * GROUPS : hal * GROUPS],
        hal=hal, pages=pages, count=len(groups), titles=titles, drafted=naskah if naskah in titles else "",
        dismissed=dihapus,
    )  # fmt: skip


@router.get("/kurang-pas")
def disliked(request: Request, here: Writer) -> Response:
    """Answers that many found of no help."""
    with transaction() as session:
        counts = [one for one in counted(session, showing.now() - LOOKED_BACK) if one.did_not >= DISLIKED]
        titles = _titles(session)
    return render(
        request, "pertanyaan_kurang.html", here, title="Kurang pas", counts=counts, titles=titles,
        days=LOOKED_BACK.days, fewest=DISLIKED,
    )  # fmt: skip


@router.get("/{number}")
def group_page(request: Request, here: Writer, number: int) -> Response:
    """One group, and what may become of it."""
    with transaction() as session:
        return _group(request, here, session, _find(session, number))


@router.post("/{number}/cara")
def add_way(
    request: Request, here: Writer, number: int, jawaban: Text = "", lain: Text = "", teks: Text = ""
) -> Response:
    """The question asks for an answer that is there: it becomes a way to ask for it, in a draft."""
    with transaction() as session:
        group = _find(session, number)
        key, way = _key_of(session, jawaban or lain), as_example(teks)
        problem = _objection(way) if key else "Pilih dulu jawabannya."
        if key and problem is None:
            try:
                handing.add_way(session, key, way, by=here.login, remark="Cara bertanya dari pertanyaan warga.")
            except CannotHand as trouble:
                problem = str(trouble)
        if problem is not None:
            return _group(request, here, session, group, problem=problem, typed={"lain": lain, "teks": teks})
        _settle(session, here, group, "way", key)
    return go(request, f"{_BACK}?naskah={key}")


@router.post("/{number}/baru")
def begin(
    request: Request, here: Writer, number: int, nama: Text = "", berkas: Text = "", tanya: Text = ""
) -> Response:
    """A new answer is begun with the question and its wordings, and gone on with in the editor; the question waits
    until somebody dismisses it."""
    key, asked = nama.strip(), as_example(tanya)
    with transaction() as session:
        group = _find(session, number)
        ways = [text for text, _ in group.wordings if text != asked and leftover(text) is None]
        problem = _objection(asked)
        if problem is None:
            values = {"question": asked[:QUESTION], "variants": ways}
            try:
                handing.begin(session, "answer", key, berkas, values, by=here.login, remark="Dari pertanyaan warga.")
            except CannotHand as trouble:
                problem = str(trouble)
        if problem is not None:
            given = {"nama": nama, "berkas": berkas, "tanya": tanya}
            return _group(request, here, session, group, problem=problem, typed=given)
    return go(request, f"/isi/answer/{key}/tulis")


@router.post("/{number}/hapus")
def dismiss(request: Request, here: Writer, number: int) -> Response:
    """It needs no answer."""
    with transaction() as session:
        _settle(session, here, _find(session, number), "dismissed", "")
    return go(request, f"{_BACK}?dihapus=1")


def _groups(session: Session) -> list[Group]:
    return [_shown(group) for group in unanswered.grouped(session)]


def _shown(group: unanswered.Group) -> Group:
    wordings = Counter(as_example(question.text) for question in group.questions)
    near = Counter(each for question in group.questions for each in question.nearest)
    ids = tuple(question.id for question in group.questions)
    return Group(
        min(ids),
        ids,
        tuple(wordings.most_common()),
        group.contacts,
        group.questions[0].at,
        tuple(each for each, _ in near.most_common(unanswered.NEAREST)),
    )


def _find(session: Session, number: int) -> Group:
    """The group that holds this question."""
    found = next((group for group in _groups(session) if number in group.ids), None)
    if found is None:
        raise HTTPException(404)
    return found


def _group(
    request: Request,
    here: Here,
    session: Session,
    group: Group,
    *,
    problem: str | None = None,
    typed: dict[str, str] | None = None,
) -> Response:
    return render(
        request, "pertanyaan_satu.html", here, status=422 if problem else 200, title="Belum terjawab", group=group,
        titles=_titles(session), files=handing.files_of(session, "answer"), problem=problem, typed=typed or {},
        most=QUESTION,
    )  # fmt: skip


def _settle(session: Session, here: Here, group: Group, how: str, answer: str) -> None:
    count = unanswered.dismiss(session, group.ids)
    audit.note(session, here.login, "question.settle", {"how": how, "questions": count, "answer": answer})


def _titles(session: Session) -> dict[str, str]:
    """The question of each answer that stands, by its id."""
    try:
        entries: Sequence = standing(session, showing.now()).entries("answer")
    except ContentError:
        entries = ()
    return {entry.id: str(entry.get("question", entry.id)) for entry in entries}


def _key_of(session: Session, given: str) -> str:
    """The id of an answer by its id or its question, as a list offers it; empty if there is none."""
    titles = _titles(session)
    return given if given in titles else next((key for key, title in titles.items() if title == given.strip()), "")


def _objection(text: str) -> str | None:
    if not any(letter.isalpha() for letter in text):
        return "Tulis dulu pertanyaannya."
    found = leftover(text)
    return f"Teksnya {found}. Ubah dulu." if found else None
