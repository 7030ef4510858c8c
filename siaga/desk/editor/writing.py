"""Keeping what somebody writes: as their own draft, and never silently over what another page or person has kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from siaga.content import store
from siaga.content.drafting import file_of, tidied
from siaga.content.kinds import KINDS
from siaga.content.tables import ContentVersion
from siaga.desk.editor.entry import State, state_of
from siaga.desk.showing import local

KEY = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
LONGEST_KEY = 60
FRONT_FILES = {"notice": "notices.yml", "greeting": "greeting.yml", "menu": "menu.yml", "hours": "hours.yml"}
"""Where each of the front stands."""
_REVIEW = timedelta(days=180)


@dataclass(frozen=True)
class Opened:
    """Upon what somebody writes: their own open version, and what was published last (0: none)."""

    mine: int = 0
    base: int = 0

    @classmethod
    def of(cls, state: State, login: str) -> Opened:
        """What is there now; an own draft was written upon what it was written upon."""
        mine = state.mine(login)
        if mine is not None:
            return cls(int(mine.id), int(mine.base_id or 0))
        return cls(0, int(state.last.id) if state.last else 0)


@dataclass(frozen=True)
class Clash:
    """Something else was kept meanwhile: in another window by the same person (``own``), or published by others.

    ``now`` is what to write upon from here on, for who has seen the difference.
    """

    own: bool
    version: ContentVersion | None
    now: Opened


def keep(
    session: Session,
    kind: str,
    key: str,
    body: str,
    *,
    by: str,
    opened: Opened,
    file: str | None,
    remark: str,
) -> int | Clash | None:
    """Keep a text as somebody's draft.

    Returns:
        The version; None if it says what is there already; or with what it would clash, and nothing is kept.

    Raises:
        StoreError, ContentError: as ``store.draft``.
    """
    # Two windows of one person keep one after the other.
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"isi/{kind}/{key}/{by}"))))
    state = state_of(session, kind, key)
    mine = state.mine(by)
    there = Opened(int(mine.id) if mine else 0, int(state.last.id) if state.last else 0)
    if opened.mine != there.mine:
        return Clash(True, mine, there)
    if opened.base != there.base:
        return Clash(False, state.last, there)
    name = file_of(session, kind, key, file)
    text = tidied(kind, key, name, body)
    there_now = mine.body if mine else state.body
    if there_now is not None and text == tidied(kind, key, name, there_now):
        return None
    return store.draft(session, kind, key, text, by=by, file=file, remark=remark)


# ------------------------------------------------------------------ new entries
def files_of(session: Session, kind: str) -> list[str]:
    """The files of a kind that a new entry may stand in; none where each is a file of its own."""
    if KINDS[kind].whole:
        return []
    if kind == "front":
        return list(FRONT_FILES.values())
    return sorted({name for of_kind, name in store.file_texts(session) if of_kind == kind})


def wrong_key(state: State) -> str | None:
    """Why a new entry cannot be called so; None if it can."""
    kind, key = state.kind, state.key
    if kind.whole:
        try:
            date.fromisoformat(key)
        except ValueError:
            return "Beri nama tanggal mulai berlakunya, misalnya 2027-01-01."
    elif not KEY.fullmatch(key) or len(key) > LONGEST_KEY:
        return f"Nama hanya huruf kecil, angka, dan tanda hubung, paling banyak {LONGEST_KEY}, misalnya vaksin-flu."
    if state.open or state.stands:
        return f"“{key}” sudah ada. Buka naskah itu, atau pilih nama lain."
    return None


def may_be_new(kind: str) -> bool:
    """Whether a kind may get entries that were not there: what is sent, signs of danger and the bot's sentences are
    those that the program knows."""
    return kind not in ("notice", "emergency", "sentence")


def first_text(session: Session, kind: str, key: str, is_: str, now: datetime) -> str:
    """The text that a new entry begins with; of dated rules that of the latest file, to be changed."""
    if KINDS[kind].whole:
        dated = [version for version in store.standing(session, now).of(kind) if re.match(r"\d{4}-", version.key)]
        last = max(dated, key=lambda version: version.key, default=None)
        return str(last.body) if last else ""
    today = local(now).date()
    lines = [f"id: {key}"]
    if kind == "front":
        lines.append(f"is: {is_ or 'notice'}")
    if kind in ("answer", "hoax", "tip"):
        lines += [f"checked: {today.isoformat()}", f"review_by: {(today + _REVIEW).isoformat()}"]
    return "\n".join(lines)
