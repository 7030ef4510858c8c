"""``/isi``: all that staff write, from a draft to its publication and back."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timezone
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request, Response
from sqlalchemy.orm import Session

from siaga.content import editing, store
from siaga.content.checking import stored
from siaga.content.document import write_document
from siaga.content.files import ContentError
from siaga.content.kinds import KINDS
from siaga.content.seeing import from_files
from siaga.content.store import StoreError
from siaga.content.tables import ContentVersion
from siaga.db import transaction
from siaga.desk.editor import looking, release_pages, writing_pages
from siaga.desk.editor.checks import full_check, shown_on_phone
from siaga.desk.editor.common import NEWS, STATES, OfKind, Viewer, Writer, is_reviewer, is_writer, names_of
from siaga.desk.editor.diffs import Change, changes
from siaga.desk.editor.entry import State, is_outdated, may_approve, state_of
from siaga.desk.editor.forms import NoForm, Shown, shown
from siaga.desk.editor.writing import may_be_new
from siaga.desk.render import render
from siaga.desk.showing import local, now
from siaga.settings import settings

router = APIRouter()
_seeing = APIRouter(prefix="/isi")
_DUE = 12
"""Entries due for review that the first page names; the others are counted."""
Text = Annotated[str, Query(max_length=200)]


@_seeing.get("")
def overview(request: Request, here: Viewer, cari: Text = "", kabar: Text = "") -> Response:
    """What waits, what is due, what is planned; or what a search finds."""
    at = now()
    with transaction() as session:
        if cari.strip():
            return render(
                request,
                "isi_cari.html",
                here,
                title=f"Cari “{cari.strip()}”",
                query=cari.strip(),
                lines=looking.search(session, cari, at),
                kinds=KINDS,
                states=STATES,
            )
        return render(
            request,
            "isi.html",
            here,
            title="Isi jawaban",
            kinds=KINDS,
            all=looking.overview(session, here.login, at, local(at).date()),
            most_due=_DUE,
            names=names_of(session),
            states=STATES,
            writes=is_writer(here),
            reviews=is_reviewer(here),
            told=NEWS.get(kabar, ""),
        )


@_seeing.get("/naskah")
def document(here: Viewer, pratinjau: bool = False) -> Response:
    """All that is told about health as one file, for health workers to review."""
    at = datetime.now(timezone.utc)
    with transaction() as session:
        if pratinjau:
            content = stored(session, tuple(KINDS))
        else:
            stands = store.standing(session, at)
            imported = {kind for kind, _ in stands.files}
            # Of a kind that was never imported its files are what is told.
            content = {kind: stands.entries(kind) if kind in imported else from_files(kind) for kind in KINDS}
    text = write_document(content, at, preview=pratinjau)
    name = f"naskah-siaga-{local(at).date().isoformat()}{'-dengan-draf' if pratinjau else ''}.html"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type="text/html; charset=utf-8", headers=headers)


@_seeing.get("/{kind}")
def listed(request: Request, here: Viewer, kind: OfKind) -> Response:
    """A kind's entries."""
    with transaction() as session:
        return render(
            request,
            "isi_daftar.html",
            here,
            title=kind.label,
            kind=kind,
            lines=looking.listed(session, kind.name, now()),
            states=STATES,
            may_add=is_writer(here) and may_be_new(kind.name),
        )


@_seeing.get("/{kind}/{key}")
def entry(
    request: Request,
    here: Viewer,
    kind: OfKind,
    key: str,
    a: int = 0,
    b: int = 0,
    semua: bool = False,
    kabar: Text = "",
) -> Response:
    """An entry: what stands, what is under way, what was there before, and what differs between two versions."""
    with transaction() as session:
        state = state_of(session, kind.name, key)
        if not state.exists:
            raise HTTPException(404)
        return render(
            request,
            "isi_naskah.html",
            here,
            title=state.title,
            state=state,
            kind=kind,
            bubbles=shown_on_phone(session, kind.name, key, state.body),
            sections=_sections(session, state),
            facts=_facts(state),
            open=[
                {
                    "version": version,
                    "changes": changes(kind.name, state.body, version.body),
                    "outdated": is_outdated(version, state.last),
                    "bubbles": shown_on_phone(session, kind.name, key, version.body),
                    "mine": version.made_by == here.login,
                    "may_approve": may_approve(here.login, is_reviewer(here), version),
                }
                for version in state.open
            ],
            history=[one for one in state.versions if semua or one.state != "dropped"],
            hidden=0 if semua else sum(one.state == "dropped" for one in state.versions),
            compared=_compared(state, a, b),
            a=a,
            b=b,
            names=names_of(session),
            states=STATES,
            writes=is_writer(here),
            reviews=is_reviewer(here),
            one_person=settings().content_one_person,
            told=NEWS.get(kabar, ""),
        )


@_seeing.get("/{kind}/{key}/temuan/{number}")
def findings(request: Request, here: Writer, kind: OfKind, key: str, number: int) -> Response:
    """All that is wrong with a version, also beside all other entries."""
    with transaction() as session:
        version = state_of(session, kind.name, key).version(number)
        if version is None:
            raise HTTPException(404)
        found = full_check(session, kind.name, key, version.body, version.file) if version.body is not None else []
    return render(request, "bagian/isi_temuan.html", here, mistakes=found, kind=kind, checked=True)


def _facts(state: State) -> list[Shown]:
    """What the form would show of what stands, but for what the phone does."""
    if state.body is None:
        return []
    with suppress(ContentError, NoForm):
        return [one for one in shown(state.kind.name, state.body) if one.value and not one.on_phone]
    return []


def _sections(session: Session, state: State) -> list[object]:
    """What stands of what no phone shows by itself: rules, as chapters to read."""
    if state.stands is None or not state.kind.whole:
        return []
    try:
        return list(editing.preview(session, state.kind.name, state.key, state.stands.body))
    except (ContentError, StoreError):
        return []


def _compared(state: State, a: int, b: int) -> dict[str, object] | None:
    """What differs between two of an entry's versions; nothing if they are not two of its."""
    one, other = state.version(a), state.version(b)
    if one is None or other is None:
        return None
    old, new = sorted((one, other), key=lambda version: int(version.id))
    found: list[Change] = changes(state.kind.name, old.body, new.body)
    pair: tuple[ContentVersion, ContentVersion] = (old, new)
    return {"old": pair[0], "new": pair[1], "changes": found}


# Addresses with a word of their own come before those with a kind in its place.
router.include_router(release_pages.router)
router.include_router(writing_pages.router)
router.include_router(_seeing)
