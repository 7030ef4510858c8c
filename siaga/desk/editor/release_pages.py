"""A second pair of eyes, publication, and the way back."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request, Response
from sqlalchemy.orm import Session

from siaga.content import store
from siaga.content.files import ContentError
from siaga.content.kinds import KINDS
from siaga.content.store import StoreError
from siaga.content.tables import ContentRelease, ContentVersion
from siaga.content.times import TimeError, moment
from siaga.db import transaction
from siaga.desk.access import NotAllowed
from siaga.desk.editor.checks import shown_on_phone
from siaga.desk.editor.common import NEWS, STATES, Form, Viewer, Writer, is_reviewer, is_writer, names_of, why
from siaga.desk.editor.diffs import changes
from siaga.desk.editor.entry import is_outdated, may_approve, state_of
from siaga.desk.editor.looking import line_of
from siaga.desk.editor.telling import told
from siaga.desk.render import go, render
from siaga.desk.sessions import Here
from siaga.desk.showing import now
from siaga.settings import settings

router = APIRouter(prefix="/isi")
Text = Annotated[str, Query(max_length=200)]


# ------------------------------------------------------------------ looking at what others wrote
@router.get("/tinjau")
def queue(request: Request, here: Viewer, kabar: Text = "") -> Response:
    """What waits to be looked at, the oldest first, each with what it changes."""
    return _queue(request, here, told=NEWS.get(kabar, ""))


def _queue(request: Request, here: Here, *, told: str = "", problem: str = "", status: int = 200) -> Response:
    with transaction() as session:
        waiting = [version for version in store.open_versions(session) if version.state == "review"]
        return render(
            request,
            "isi_tinjau.html",
            here,
            status=status,
            title="Menunggu ditinjau",
            waiting=[_looked_at(session, here, version) for version in waiting],
            kinds=KINDS,
            names=names_of(session),
            states=STATES,
            reviews=is_reviewer(here),
            writes=is_writer(here),
            told=told,
            problem=problem,
        )


def _looked_at(session: Session, here: Here, version: ContentVersion) -> dict[str, object]:
    state = state_of(session, version.kind, version.key)
    return {
        "line": line_of(version),
        "title": state.title,
        "version": version,
        "changes": changes(version.kind, state.body, version.body),
        "is_new": state.body is None,
        "outdated": is_outdated(version, state.last),
        "bubbles": shown_on_phone(session, version.kind, version.key, version.body),
        "mine": version.made_by == here.login,
        "may_approve": may_approve(here.login, is_reviewer(here), version),
    }


@router.post("/tinjau/{number}/setujui")
def approve(request: Request, here: Writer, number: int) -> Response:
    """Somebody finds right what another wrote."""
    if not is_reviewer(here):
        raise NotAllowed
    try:
        with transaction() as session:
            store.approve(session, number, by=here.login)
    except StoreError as error:
        return _queue(request, here, problem=why(error), status=422)
    return go(request, "/isi/tinjau?kabar=disetujui")


@router.post("/tinjau/{number}/kembalikan")
def send_back(request: Request, here: Writer, number: int, form: Form) -> Response:
    """What is not right yet goes back to who wrote it, with a remark."""
    if not is_reviewer(here):
        raise NotAllowed
    remark = dict(form).get("catatan", "").strip()[:2000]
    if not remark:
        return _queue(request, here, problem="Tulis dulu apa yang perlu diubah, supaya penulisnya tahu.", status=422)
    try:
        with transaction() as session:
            store.send_back(session, number, by=here.login, remark=remark)
    except StoreError as error:
        return _queue(request, here, problem=why(error), status=422)
    return go(request, "/isi/tinjau?kabar=dikembalikan")


# ------------------------------------------------------------------ publishing
@router.get("/terbitkan")
def ready(request: Request, here: Writer) -> Response:
    """What may be published: approved, or, where one person does all, whatever is written."""
    return _ready(request, here, {}, [])


def _ready(
    request: Request, here: Here, given: dict[str, str], chosen: list[str], *, problem: str = "", status: int = 200
) -> Response:
    states = ("draft", "review", "approved") if settings().content_one_person else ("approved",)
    with transaction() as session:
        versions = [version for version in store.open_versions(session) if version.state in states]
        return render(
            request,
            "isi_terbitkan.html",
            here,
            status=status,
            title="Terbitkan",
            versions=[_looked_at(session, here, version) for version in versions],
            kinds=KINDS,
            names=names_of(session),
            states=STATES,
            given=given,
            chosen=chosen,
            zone=settings().desk_zone,
            problem=problem,
        )


@router.post("/terbitkan")
def publish(request: Request, here: Writer, form: Form) -> Response:
    """Let what was chosen stand, all of it or nothing, now or from a time, for good or until a time."""
    given = dict(form)
    chosen = [value for name, value in form if name == "naskah" and value.isdecimal() and len(value) < 19]
    try:
        starts = _moment(given.get("mulai", ""))
        ends = _moment(given.get("sampai", ""))
        with transaction() as session:
            release = store.publish(
                session,
                [int(each) for each in chosen],
                by=here.login,
                starts_at=starts,
                ends_at=ends,
                remark=given.get("catatan", "").strip()[:2000],
            )
    except TimeError as error:
        return _ready(request, here, given, chosen, problem=told(str(error)), status=422)
    except (StoreError, ContentError) as error:
        return _ready(request, here, given, chosen, problem=why(error), status=422)
    return go(request, f"/isi/terbitan/{release}?kabar=terbit")


def _moment(written: str) -> datetime | None:
    """A time as a browser sends it, by the desk's clock."""
    written = written.strip()
    return moment(f"{written.replace('T', ' ')} {settings().desk_zone}", with_time=True) if written else None


# ------------------------------------------------------------------ releases, and back
@router.get("/terbitan")
def releases(request: Request, here: Viewer) -> Response:
    """What was published, the newest first."""
    with transaction() as session:
        found = [(release, len(store.released(session, int(release.id)))) for release in store.releases(session, 100)]
        return render(
            request, "isi_terbitan.html", here, title="Terbitan", releases=found, names=names_of(session)
        )  # fmt: skip


@router.get("/terbitan/{number}")
def release(request: Request, here: Viewer, number: int, kabar: Text = "", tanya: bool = False) -> Response:
    """One release; with ``tanya`` what would stand without it (again with it) is shown, to be confirmed."""
    return _release(request, here, number, told=NEWS.get(kabar, ""), asks=tanya)


def _release(
    request: Request, here: Here, number: int, *, told: str = "", problem: str = "", asks: bool = False
) -> Response:
    with transaction() as session:
        found = session.get(ContentRelease, number)
        if found is None:
            raise HTTPException(404)
        asks = asks and is_writer(here) and not problem
        after: list[dict[str, object]] = []
        if asks:
            after, problem = _after(session, found, here.login)
        return render(
            request,
            "isi_terbitan_satu.html",
            here,
            status=422 if problem else 200,
            title=f"Terbitan {number}",
            release=found,
            lines=[line_of(version) for version in store.released(session, number)],
            asks=asks and not problem,
            after=after,
            kinds=KINDS,
            names=names_of(session),
            writes=is_writer(here),
            told=told,
            problem=problem,
        )


def _after(session: Session, found: ContentRelease, login: str) -> tuple[list[dict[str, object]], str]:
    """What would become of each of a release's entries if it were taken back (or, taken back, stood again), or why it
    cannot be. It is tried out, and nothing of it is kept."""
    number = int(found.id)
    entries = [(version.kind, version.key) for version in store.released(session, number)]
    before = _bodies(session)
    trial = session.begin_nested()
    try:
        (store.redo if found.undone_at is not None else store.undo)(session, number, login)
        after = _bodies(session)
    except (StoreError, ContentError) as error:
        return [], why(error)
    finally:
        trial.rollback()
        session.expire_all()
    return [
        {
            "kind": kind,
            "key": key,
            "gone": (kind, key) not in after,
            "changes": changes(kind, before.get((kind, key)), after.get((kind, key))),
        }
        for kind, key in entries
    ], ""


def _bodies(session: Session) -> dict[tuple[str, str], str]:
    """The texts that stand now."""
    return {(version.kind, version.key): str(version.body) for version in store.standing(session, now()).versions}


@router.post("/terbitan/{number}/tarik")
def undo(request: Request, here: Writer, number: int) -> Response:
    """Take a release back: what stood before stands again."""
    return _back(request, here, number, undone=True)


@router.post("/terbitan/{number}/pulihkan")
def redo(request: Request, here: Writer, number: int) -> Response:
    """Let a release stand again."""
    return _back(request, here, number, undone=False)


def _back(request: Request, here: Here, number: int, *, undone: bool) -> Response:
    try:
        with transaction() as session:
            if session.get(ContentRelease, number) is None:
                raise HTTPException(404)
            (store.undo if undone else store.redo)(session, number, here.login)
    except (StoreError, ContentError) as error:
        return _release(request, here, number, problem=why(error))
    return go(request, f"/isi/terbitan/{number}?kabar={'ditarik' if undone else 'dipulihkan'}")
