"""Writing: a form or YAML, looked at while it is typed, kept as one's own draft, and handed on."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Query, Request, Response
from sqlalchemy.orm import Session

from siaga.content import store
from siaga.content.files import ContentError
from siaga.content.kinds import Kind
from siaga.content.store import StoreError
from siaga.db import transaction
from siaga.desk.access import NotAllowed
from siaga.desk.editor import asking, looking
from siaga.desk.editor.asking import CAN_BE_ASKED, CannotAsk
from siaga.desk.editor.checks import Look, Mistake, entry_of, full_check, look
from siaga.desk.editor.common import NEWS, STATES, Form, OfKind, Writer, is_reviewer, names_of, why
from siaga.desk.editor.diffs import Change, changes
from siaga.desk.editor.entry import State, links_to, state_of
from siaga.desk.editor.fields import FRONT_LABELS
from siaga.desk.editor.forms import NoForm, Posted, Shown, filled, shown
from siaga.desk.editor.patching import PatchError
from siaga.desk.editor.telling import told
from siaga.desk.editor.writing import FRONT_FILES, Clash, Opened, files_of, first_text, keep, may_be_new, wrong_key
from siaga.desk.render import go, render
from siaga.desk.sessions import Here
from siaga.desk.showing import now
from siaga.settings import settings

router = APIRouter(prefix="/isi")
LONGEST = 60_000
"""Characters of a text that is taken: the longest of ours has a third of it, and each step takes two seconds or so."""
_TOO_LONG = f"Naskahnya terlalu panjang: paling banyak {LONGEST:_} huruf.".replace("_", ".")
Text = Annotated[str, Query(max_length=200)]


class TooLong(ValueError):
    """More was sent than any entry has."""


# ------------------------------------------------------------------ new entries
@router.get("/{kind}/baru")
def new(request: Request, here: Writer, kind: OfKind) -> Response:
    """Ask what a new entry is called, and where it belongs."""
    return _new(request, here, kind, {})


def _new(request: Request, here: Here, kind: Kind, given: dict[str, str], problem: str = "") -> Response:
    if not may_be_new(kind.name):
        raise HTTPException(404)
    with transaction() as session:
        return render(
            request,
            "isi_baru.html",
            here,
            status=422 if problem else 200,
            title=f"Naskah baru: {kind.label}",
            kind=kind,
            files=_examples(session, kind.name),
            fronts=FRONT_LABELS if kind.name == "front" else {},
            given=given,
            problem=problem,
        )


def _examples(session: Session, kind: str) -> dict[str, str]:
    """The files of a kind, each with what one of its entries is called: their names alone say little."""
    if kind == "front":
        return {}
    titles: dict[str, str] = {}
    for line in looking.listed(session, kind, now()):
        titles.setdefault(line.file, line.title)
    return {file: titles.get(file, "") for file in files_of(session, kind)}


@router.post("/{kind}/baru")
def begin(request: Request, here: Writer, kind: OfKind, form: Form) -> Response:
    """Go and write it; nothing is kept yet."""
    given = dict(form)
    key = given.get("nama", "").strip()
    with transaction() as session:
        state = state_of(session, kind.name, key)
        files = files_of(session, kind.name)
        problem = wrong_key(state)
        file = FRONT_FILES.get(given.get("jenis", ""), "") if kind.name == "front" else given.get("berkas", "")
        if problem is None and files and file not in files:
            problem = "Pilih dulu bagiannya."
    if problem is not None:
        return _new(request, here, kind, given, problem)
    query = {"berkas": file} if files else {}
    if kind.name == "front":
        query["jenis"] = given.get("jenis", "")
    return go(request, f"/isi/{kind.name}/{key}/tulis{'?' if query else ''}{urlencode(query)}")


# ------------------------------------------------------------------ the page
@router.get("/{kind}/{key}/tulis")
def write(
    request: Request,
    here: Writer,
    kind: OfKind,
    key: str,
    dari: int = 0,
    berkas: Text = "",
    jenis: Text = "",
    bentuk: Text = "form",
    kabar: Text = "",
) -> Response:
    """Write an entry: on with one's own draft, or with what stands, or with another version (``dari``)."""
    with transaction() as session:
        state = state_of(session, kind.name, key)
        mine = state.mine(here.login)
        source = state.version(dari) if dari else mine
        if source is not None and source.body is None:
            source = None
        body = str(source.body) if source is not None else state.body
        if body is None:
            if wrong_key(state) is not None or not may_be_new(kind.name):
                raise HTTPException(404)
            body = first_text(session, kind.name, key, jenis, now())
        file = berkas if berkas in files_of(session, kind.name) and state.last is None else _file_of(state)
        page = _Page(request, here, session, state, body, Opened.of(state, here.login), file)
        return page.shown(
            bentuk, told=NEWS.get(kabar, ""), source=dari if source is not None and source is not mine else 0
        )


def _file_of(state: State) -> str:
    """Where what is open of a new entry stands: it says so nowhere else."""
    return str(state.open[0].file) if state.last is None and state.open else ""


class _Page:
    """The page on which an entry is written."""

    def __init__(
        self, request: Request, here: Here, session: Session, state: State, body: str, opened: Opened, file: str
    ) -> None:
        self._request = request
        self._here = here
        self._session = session
        self._state = state
        self._body = body
        self._opened = opened
        self._file = file

    def shown(
        self,
        mode: str,
        *,
        told: str = "",
        problem: str = "",
        status: int = 200,
        clash: Clash | None = None,
        source: int = 0,
        remark: str = "",
        mistakes: list[Mistake] | None = None,
    ) -> Response:
        """The page, as a form where there is one and it is wanted."""
        fields: list[Shown] = []
        has_form = True
        try:
            fields = shown(self._state.kind.name, self._body)
        except NoForm:
            has_form = False
        except ContentError:
            # Until it can be read again there is nothing that a form could show.
            mode = "yaml"
        if mode != "form" or not fields:
            mode = "yaml"
        state, kind = self._state, self._state.kind.name
        mine = state.mine(self._here.login)
        stale = mine is not None and clash is None and self._opened.base != (int(state.last.id) if state.last else 0)
        return render(
            self._request,
            "isi_tulis.html",
            self._here,
            status=status,
            title=f"Tulis: {state.title}",
            state=state,
            kind=state.kind,
            body=self._body,
            fields=fields,
            mode=mode,
            has_form=has_form,
            opened=clash.now if clash else self._opened,
            file=self._file,
            mine=mine,
            others=[version for version in state.open if version.made_by != self._here.login],
            entries=self._entries("ids" in {one.field.shape for one in fields}, kind),
            answers=self._entries(any(one.field.shape == "rows" for one in fields) and kind == "front", "answer"),
            clash=clash,
            clash_changes=self._against(clash.version.body if clash and clash.version else None) if clash else [],
            stale_changes=changes(kind, mine.body if mine else None, state.body) if stale else [],
            stale=stale,
            source=state.version(source) if source else None,
            remark=remark or (str(mine.remark) if mine is not None and mine.reviewed_at is None else ""),
            sent_back=mine if mine is not None and mine.state == "draft" and mine.reviewed_at is not None else None,
            mistakes=mistakes or [],
            can_ask=kind in CAN_BE_ASKED,
            preview_numbers=settings().preview_numbers,
            names=names_of(self._session),
            states=STATES,
            told=told,
            problem=problem,
        )

    def _against(self, body: str | None) -> list[Change]:
        return changes(self._state.kind.name, body, self._body)

    def _entries(self, wanted: bool, kind: str) -> list[looking.Line]:
        return looking.listed(self._session, kind, now()) if wanted else []


# ------------------------------------------------------------------ what is sent
def _text(kind: str, form: Posted) -> str:
    """The text that a page sends: that of its YAML, with what was typed into its form.

    Raises:
        ContentError, NoForm, PatchError: the form and its text do not fit each other.
        TooLong: it is longer than any entry.
    """
    given = dict(form)
    body = given.get("yaml", "").replace("\r\n", "\n").replace("\r", "\n")
    if len(body) > LONGEST or sum(len(value) for _, value in form) > 2 * LONGEST:
        raise TooLong
    return filled(kind, body, form) if given.get("bentuk") == "form" else body


def _opened(given: dict[str, str]) -> Opened:
    typed = (given.get(name, "") for name in ("draf", "dasar"))
    return Opened(*(int(value) if value.isdecimal() and len(value) < 19 else 0 for value in typed))


@router.post("/{kind}/{key}/tulis")
def save(request: Request, here: Writer, kind: OfKind, key: str, form: Form) -> Response:
    """Keep what was written as one's own draft (``aksi`` simpan), and have it looked at (ajukan); or show it as YAML or
    as a form (bentuk-yaml, bentuk-form), and keep nothing."""
    given = dict(form)
    action, mode = given.get("aksi", "simpan"), given.get("bentuk", "yaml")
    remark, opened = given.get("catatan", "").strip()[:2000], _opened(given)
    with transaction() as session:
        state = state_of(session, kind.name, key)
        if not state.exists and (wrong_key(state) is not None or not may_be_new(kind.name)):
            raise HTTPException(404)
        file = given.get("berkas", "")
        file = file if file in files_of(session, kind.name) and state.last is None else ""
        try:
            body = _text(kind.name, form)
        except (ContentError, NoForm, PatchError, TooLong) as error:
            page = _Page(request, here, session, state, given.get("yaml", "")[:LONGEST], opened, file)
            problem = "Isian ini tidak bisa disatukan dengan naskahnya. Ubah lewat YAML."
            problem = f"Belum tersimpan. {_TOO_LONG}" if isinstance(error, TooLong) else problem
            return page.shown("yaml", problem=problem, status=422, remark=remark)
        page = _Page(request, here, session, state, body, opened, file)
        if action in ("bentuk-yaml", "bentuk-form"):
            return _other_mode(page, kind.name, body, action.removeprefix("bentuk-"), remark)
        try:
            kept = keep(session, kind.name, key, body, by=here.login, opened=opened, file=file or None, remark=remark)
        except ContentError as error:
            where = f"Baris {error.line}: {told(error.reason)}"
            return page.shown("yaml", problem=f"Belum tersimpan. {where}", status=422, remark=remark)
        except StoreError as error:
            return page.shown(mode, problem=f"Belum tersimpan. {why(error)}", status=422, remark=remark)
        if isinstance(kept, Clash):
            return page.shown(mode, clash=kept, status=409, remark=remark)
        if action == "ajukan":
            return _hand_on(request, here, session, kind, key, mode, body, file, remark)
    suffix = "" if mode == "form" else "&bentuk=yaml"
    return go(request, f"/isi/{kind.name}/{key}/tulis?kabar={'tersimpan' if kept is not None else 'sama'}{suffix}")


def _other_mode(page: _Page, kind: str, body: str, mode: str, remark: str) -> Response:
    if mode == "form":
        try:
            shown(kind, body)
        except ContentError as error:
            problem = f"Baris {error.line}: {told(error.reason)} Betulkan dulu, baru formulir bisa dibuka."
            return page.shown("yaml", problem=problem, status=422, remark=remark)
        except NoForm:
            return page.shown("yaml", problem="Naskah ini hanya bisa ditulis sebagai YAML.", status=422, remark=remark)
    return page.shown(mode, remark=remark)


def _hand_on(
    request: Request, here: Here, session: Session, kind: Kind, key: str, mode: str, body: str, file: str, remark: str
) -> Response:
    """Have one's own draft looked at, unless it could not be published like this."""
    state = state_of(session, kind.name, key)
    mine = state.mine(here.login)
    page = _Page(request, here, session, state, body, Opened.of(state, here.login), file)
    if mine is None or mine.state != "draft":
        problem = "Belum ada yang berubah, jadi belum ada yang bisa ditinjau."
        return page.shown(mode, problem=problem, status=422, remark=remark)
    found = full_check(session, kind.name, key, str(mine.body), file or None)
    if any(mistake.grave for mistake in found):
        problem = "Draf tersimpan, tetapi belum bisa dikirim: ada yang harus dibetulkan dulu."
        return page.shown(mode, problem=problem, status=422, remark=remark, mistakes=found)
    store.submit(session, int(mine.id), by=here.login)
    return go(request, f"/isi/{kind.name}/{key}?kabar=diajukan")


# ------------------------------------------------------------------ while it is typed
@router.post("/{kind}/{key}/periksa")
def check(request: Request, here: Writer, kind: OfKind, key: str, form: Form) -> Response:
    """What is wrong with what stands on the page now, and what a phone would show of it."""
    given, body = dict(form), ""
    with transaction() as session:
        try:
            body = _text(kind.name, form)
            seen = look(session, kind.name, key, body, given.get("berkas") or None)
        except (ContentError, NoForm, PatchError):
            seen = Look((Mistake(1, "", "Isian ini tidak bisa dibaca. Ubah lewat YAML.", True),))
        except TooLong:
            seen = Look((Mistake(1, "", _TOO_LONG, True),))
        fields = []
        if given.get("bentuk") == "form":
            with suppress(ContentError, NoForm):
                fields = shown(kind.name, body)
    return render(
        request,
        "bagian/isi_pratinjau.html",
        here,
        kind=kind,
        seen=seen,
        fields=fields,
        at=_at_fields(seen, fields),
        mode=given.get("bentuk", "yaml"),
        preview_numbers=settings().preview_numbers,
    )


def _at_fields(seen: Look, fields: list[Shown]) -> dict[str, list[Mistake]]:
    """The mistakes by the field they are shown at."""
    found: dict[str, list[Mistake]] = {one.field.key: [] for one in fields}
    for mistake in seen.mistakes:
        name = mistake.field
        while name and name not in found:
            name = name.rpartition(".")[0]
        first = next((one.field.key for one in fields if one.field.path[0] == mistake.field), "")
        if name or first:
            found[name or first].append(mistake)
    return found


@router.post("/{kind}/{key}/tanya")
def ask(request: Request, here: Writer, kind: OfKind, key: str, form: Form) -> Response:
    """What the bot would answer to a question with this text in place."""
    given = dict(form)
    question = given.get("pertanyaan", "").strip()[: asking.LONGEST]
    reply, problem = None, ""
    if kind.name not in CAN_BE_ASKED:
        raise HTTPException(404)
    if question:
        try:
            with transaction() as session:
                entry = entry_of(session, kind.name, key, _text(kind.name, form), given.get("berkas") or None)
                reply = asking.ask(session, kind.name, entry, question)
        except CannotAsk as error:
            problem = f"Belum bisa dicoba: {told(str(error))}"
        except (ContentError, StoreError) as error:
            problem = f"Belum bisa dicoba: {why(error)}"
        except TooLong:
            problem = f"Belum bisa dicoba. {_TOO_LONG}"
        except (NoForm, PatchError):
            problem = "Belum bisa dicoba: isian ini tidak bisa dibaca."
    return render(
        request, "bagian/isi_jawab.html", here, kind=kind, question=question, reply=reply, problem=problem
    )  # fmt: skip


# ------------------------------------------------------------------ what becomes of a draft
@router.post("/{kind}/{key}/ajukan/{number}")
def submit(request: Request, here: Writer, kind: OfKind, key: str, number: int) -> Response:
    """Have one's own draft looked at."""
    with transaction() as session:
        version = _own(session, here, kind, key, number)
        grave = version.body is not None and any(
            mistake.grave for mistake in full_check(session, kind.name, key, str(version.body), str(version.file))
        )
        if not grave:
            with suppress(StoreError):  # it was handed on already, in another window
                store.submit(session, number, by=here.login)
    return go(request, f"/isi/{kind.name}/{key}/tulis" if grave else f"/isi/{kind.name}/{key}?kabar=diajukan")


@router.post("/{kind}/{key}/batalkan/{number}")
def drop(request: Request, here: Writer, kind: OfKind, key: str, number: int) -> Response:
    """Give up one's own draft."""
    with transaction() as session:
        _own(session, here, kind, key, number)
        with suppress(StoreError):  # it was given up already, in another window
            store.drop(session, number, by=here.login)
        exists = any(one.state != "dropped" for one in state_of(session, kind.name, key).versions)
    return go(request, f"/isi/{kind.name}/{key}?kabar=dibatalkan" if exists else "/isi?kabar=dibatalkan")


def _own(session: Session, here: Here, kind: Kind, key: str, number: int) -> Any:
    """A version that is somebody's own; a reviewer may also give up what others left lying."""
    version = state_of(session, kind.name, key).version(number)
    if version is None:
        raise HTTPException(404)
    if version.made_by != here.login and not is_reviewer(here):
        raise NotAllowed
    return version


# ------------------------------------------------------------------ taking an entry away
@router.get("/{kind}/{key}/hapus")
def ask_away(request: Request, here: Writer, kind: OfKind, key: str) -> Response:
    """Ask whether an entry is to go, and tell what leads to it."""
    with transaction() as session:
        state = state_of(session, kind.name, key)
        if state.stands is None:
            raise HTTPException(404)
        links = links_to(session, kind.name, key, now())
        return render(
            request, "isi_hapus.html", here, title=f"Hapus: {state.title}", state=state, kind=kind, links=links
        )


@router.post("/{kind}/{key}/hapus")
def away(request: Request, here: Writer, kind: OfKind, key: str, form: Form) -> Response:
    """Keep as one's own draft that it is to go."""
    try:
        with transaction() as session:
            store.take_away(session, kind.name, key, by=here.login, remark=dict(form).get("catatan", "").strip()[:2000])
    except StoreError:
        raise HTTPException(404) from None
    return go(request, f"/isi/{kind.name}/{key}?kabar=dihapus")
