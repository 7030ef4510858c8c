"""``/pemahaman``: what citizens wrote and the bot did not understand, and what reviewers make of it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import yaml
from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request, Response
from sqlalchemy.orm import Session

from siaga.db import audit, transaction
from siaga.desk import access, showing
from siaga.desk.render import go, is_htmx, render
from siaga.desk.sessions import Here
from siaga.desk.understanding import clicks, meanings
from siaga.desk.understanding.clicks import NoSuchClick
from siaga.desk.understanding.download import name_of, zipped
from siaga.desk.understanding.groups import Group, ordered, problems, shown
from siaga.unclear import export, review
from siaga.unclear.examples import as_example
from siaga.unclear.export import Changes
from siaga.unclear.review import Message

router = APIRouter(prefix="/pemahaman")
Reviewer = Annotated[Here, Depends(access.for_roles("editor", "reviewer"))]
Text = Annotated[str, Form()]
Page = Annotated[int, Query(ge=1, le=10_000)]


def _chosen(ids: Annotated[list[str] | None, Form()] = None) -> set[int]:
    """The messages that are ticked, or that a form is about."""
    return _numbers(ids or [])


def _whole(semua: Text = "") -> set[int]:
    """All messages of the group that a form stands in."""
    return _numbers([semua])


def _at(hal: Text = "") -> int:
    """The page of the list that a form stands on."""
    return int(hal) if hal.isdecimal() and 0 < len(hal) < 5 else 1


Chosen = Annotated[set[int], Depends(_chosen)]
Whole = Annotated[set[int], Depends(_whole)]
At = Annotated[int, Depends(_at)]

GROUPS, EXAMPLES = 10, 50
"""As many are on a page."""
_BACK = "/pemahaman"
_UNREADABLE = (OSError, UnicodeDecodeError, yaml.YAMLError)


# ---------------------------------------------------------------------- reviewing
@router.get("")
def page(request: Request, here: Reviewer, hal: Page = 1) -> Response:
    """The groups that wait."""
    return _page(request, here, hal)


@router.post("/maksud")
def label(
    request: Request, here: Reviewer, chosen: Chosen, whole: Whole, hal: At, maksud: Text = "", lain: Text = ""
) -> Response:
    """Messages of a group mean this; those that were taken out of it wait on as a group of their own."""
    known = meanings.names()
    intent, fits = (maksud, ()) if maksud else meanings.intent_of(lain, known)
    if intent not in (None, review.DISCARD, *known):
        raise HTTPException(422)
    with transaction() as session:
        waiting = review.waiting_among(session, whole | chosen)
        told = [message for message in waiting if message.id in chosen]
        problem = _objection(intent, fits, told, bool(waiting))
        if problem is None:
            click = clicks.give(session, here.login, [one.id for one in told], str(intent))
            left = [message for message in waiting if message.id not in chosen]
        count, ready = _counts(session)
    if problem is not None:
        return _again(request, here, waiting, problem, hal)
    if not is_htmx(request):
        return go(request, f"{_BACK}?hal={hal}")
    return render(
        request, "bagian/pemahaman_selesai.html", here, click=click, known=known, hal=hal,
        group=shown(left) if left else None, problem=None, count=count, ready=ready,
    )  # fmt: skip


@router.post("/teks")
def rewrite(request: Request, here: Reviewer, chosen: Chosen, whole: Whole, hal: At, teks: Text = "") -> Response:
    """Another wording in the place of what a citizen wrote, without names and numbers."""
    text = as_example(teks)
    with transaction() as session:
        waiting = review.waiting_among(session, whole | chosen)
        told = [message.id for message in waiting if message.id in chosen]
        if text and told:
            review.rewrite(session, told, text)
            audit.note(session, here.login, "unclear.rewrite", {"messages": told})
    with transaction() as session:
        waiting = review.waiting_among(session, whole | chosen)
    if not text:
        return _again(request, here, waiting, "Tulis dulu teks barunya.", hal)
    if not is_htmx(request):
        return go(request, f"{_BACK}?hal={hal}")
    return _card(request, here, waiting, None, hal)


@router.post("/urung")
def undo(request: Request, here: Reviewer, klik: Annotated[int, Form(ge=1, lt=2**63)], hal: At) -> Response:
    """A click was a slip: its messages wait again."""
    with transaction() as session:
        try:
            back = clicks.undo(session, here.login, klik, showing.now())
        except NoSuchClick:
            raise HTTPException(404) from None
        groups = [shown(group) for group in ordered(review.waiting_among(session, back))]
        count, ready = _counts(session)
    if not is_htmx(request):
        return go(request, f"{_BACK}?hal={hal}")
    return render(
        request, "bagian/pemahaman_kembali.html", here, groups=groups, known=meanings.names(), hal=hal,
        problem=None, count=count, ready=ready,
    )  # fmt: skip


def _page(request: Request, here: Here, hal: int, *, problem: str | None = None, status: int = 200) -> Response:
    now = showing.now()
    with transaction() as session:
        groups = ordered(review.waiting(session))
        count, ready = _counts(session)
        click = clicks.last(session, here.login, now)
    pages = max(1, -(-len(groups) // GROUPS))
    hal = min(hal, pages)
    return render(
        request, "pemahaman.html", here, title="Pemahaman", status=status,
        groups=[shown(group) for group in groups[(hal - 1) * GROUPS : hal * GROUPS]],
        hal=hal, pages=pages,
        count=count, ready=ready, click=click, known=meanings.names(), problem=problem,
    )  # fmt: skip


def _again(request: Request, here: Here, waiting: Sequence[Message], problem: str, hal: int) -> Response:
    if is_htmx(request):
        return _card(request, here, waiting, problem, hal)
    return _page(request, here, hal, problem=problem, status=422)


def _card(request: Request, here: Here, waiting: Sequence[Message], problem: str | None, hal: int) -> Response:
    group: Group | None = shown(waiting) if waiting else None
    return render(
        request, "bagian/pemahaman_kelompok.html", here, status=422 if problem else 200,
        group=group, problem=problem, known=meanings.names(), hal=hal,
    )  # fmt: skip


def _objection(intent: str | None, fits: tuple[str, ...], told: Sequence[Message], any_waits: bool) -> str | None:
    """Why messages cannot be given a label, in words for the reviewer."""
    if not told:
        return "Pilih dulu pesannya." if any_waits else "Pesan-pesan ini sudah ditinjau rekan Anda."
    if intent is None:
        return f"Ada beberapa yang cocok: {', '.join(fits)}." if fits else "Maksud itu belum dikenali."
    found = [] if intent == review.DISCARD else problems(told)
    return f"Teksnya {', '.join(found)}. Ubah dulu teksnya, atau pilih “Bukan apa-apa”." if found else None


def _counts(session: Session) -> tuple[int, int]:
    return review.count_waiting(session), review.count_labelled(session)


def _numbers(values: Sequence[str]) -> set[int]:
    """The messages that a form names.

    Raises:
        HTTPException: what it names are no numbers.
    """
    parts = [part for value in values for part in value.split(",") if part]
    if not all(part.isdecimal() and len(part) < 19 for part in parts):
        raise HTTPException(422)
    return {int(part) for part in parts}


# ---------------------------------------------------------------------- examples
@router.get("/contoh")
def examples(request: Request, here: Reviewer, hal: Page = 1) -> Response:
    """What would become examples, and what would not."""
    return _examples(request, here, hal)


@router.post("/contoh/kembali")
def send_back(request: Request, here: Reviewer, chosen: Chosen, hal: At) -> Response:
    """A labelled message is to be looked at once more."""
    with transaction() as session:
        ready = [message.id for message in review.labelled(session) if message.id in chosen]
        review.send_back(session, ready)
        audit.note(session, here.login, "unclear.send_back", {"messages": ready})
    return go(request, f"{_BACK}/contoh?hal={hal}")


@router.post("/contoh/tulis")
def write(request: Request, here: Reviewer) -> Response:
    """Write the examples into the files of this installation."""
    try:
        with transaction() as session:
            report = export.export(session, meanings.FOLDER)
            _note(session, here, "files", report)
    except _UNREADABLE:
        return _examples(request, here, 1, problem="Berkas contoh tidak bisa dibaca atau ditulis.", status=409)
    return _told(request, here, report, written=True)


@router.post("/contoh/unduh")
def download(request: Request, here: Reviewer) -> Response:
    """The changed files to take along; the messages stay until somebody says that they have arrived."""
    try:
        with transaction() as session:
            made = export.changes(session, meanings.FOLDER)
            _note(session, here, "download", made.report)
    except _UNREADABLE:
        return _examples(request, here, 1, problem="Berkas contoh tidak bisa dibaca.", status=409)
    if not made.texts:
        return _examples(request, here, 1, problem="Tidak ada contoh baru untuk diunduh.", status=409)
    name = f"contoh-{showing.today().isoformat()}.zip"
    return Response(
        zipped(made.texts, meanings.FOLDER),
        media_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@router.post("/contoh/selesai")
def arrived(request: Request, here: Reviewer, chosen: Chosen) -> Response:
    """What was taken along is among the examples of the other machine now."""
    try:
        with transaction() as session:
            made = export.changes(session, meanings.FOLDER, chosen)
            export.mark(session, made)
            _note(session, here, "elsewhere", made.report)
    except _UNREADABLE:
        return _examples(request, here, 1, problem="Berkas contoh tidak bisa dibaca.", status=409)
    return _told(request, here, made.report, written=False)


def _examples(request: Request, here: Here, hal: int, *, problem: str | None = None, status: int = 200) -> Response:
    made: Changes | None = None
    with transaction() as session:
        ready = review.labelled(session)
        try:
            made = export.changes(session, meanings.FOLDER)
        except _UNREADABLE:
            problem = problem or "Berkas contoh tidak bisa dibaca."
        count, _ = _counts(session)
    known = meanings.names()
    refused = {one.message.id: meanings.in_words(one.why, known) for one in made.report.refused} if made else {}
    doubles = {message.id for message in made.report.doubles} if made else set()
    pages = max(1, -(-len(ready) // EXAMPLES))
    hal = min(hal, pages)
    return render(
        request, "pemahaman_contoh.html", here, title="Siap diekspor", status=status,
        messages=ready[(hal - 1) * EXAMPLES : hal * EXAMPLES], hal=hal, pages=pages, count=count, ready=len(ready),
        refused=refused, doubles=doubles, known=known, as_example=as_example, problem=problem,
        files=_files(made.report.written) if made else [], new=len(made.done) - len(doubles) if made else 0,
        ids=",".join(str(message.id) for message in ready), may_write=_may_write(meanings.FOLDER),
    )  # fmt: skip


def _told(request: Request, here: Here, report: export.Export, *, written: bool) -> Response:
    return render(
        request, "pemahaman_hasil.html", here, title="Ekspor selesai", report=report, written=written,
        files=_files(report.written), known=meanings.names(), as_example=as_example, in_words=meanings.in_words,
    )  # fmt: skip


def _files(written: dict[Path, dict[str, list[str]]]) -> list[tuple[str, dict[str, list[str]]]]:
    return [(name_of(path, meanings.FOLDER), by) for path, by in written.items()]


def _may_write(folder: Path) -> bool:
    return os.access(folder, os.W_OK)


def _note(session: Session, here: Here, how: str, report: export.Export) -> None:
    detail = {
        "how": how,
        "examples": sum(len(new) for by in report.written.values() for new in by.values()),
        "files": sorted(path.name for path in report.written),
        "doubles": len(report.doubles),
        "refused": len(report.refused),
    }
    audit.note(session, here.login, "unclear.export", detail)
