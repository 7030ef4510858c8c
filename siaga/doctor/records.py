"""What is kept: content, figures, official lists, accounts, the audit log, backups, the list of the erased."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from siaga.backups import shelf
from siaga.content import ContentError, checking
from siaga.db.audit import Audit, verifying
from siaga.desk.tables import DeskAccount
from siaga.doctor.finding import Finding, broken, look, ok, span
from siaga.radar import watching
from siaga.radar.sources import sources
from siaga.registration.tables import Facility, ImportRun
from siaga.registration.tables import Session as VaccinationSession
from siaga.rights import listed
from siaga.settings import Settings

AUDIT_ROWS = 1_000
"""So many of the last notes are looked at."""
_LIST_DAYS = 60
_MOST_NAMED = 3


# ---------------------------------------------------------------------- content
def content(found: Sequence[checking.Finding] | None) -> Finding:
    """What stands can be told; None: it cannot even be read."""
    do = "`siaga content check --stored` names each; mend it at the desk, or take it back: `siaga content undo`"
    if found is None:
        return broken("content", "it cannot be read", do)
    grave = [one for one in found if one.grave]
    if grave:
        named = "; ".join(f"{one.kind}/{one.key}" for one in grave[:_MOST_NAMED])
        return broken("content", f"{len(grave)} entries have faults: {named}", do)
    if found:
        named = ", ".join(f"{one.kind}/{one.key}" for one in found[:_MOST_NAMED])
        return look("content", f"{len(found)} to review, or to look at: {named}", do)
    return ok("content", "no fault, nothing past its review")


def read_content(session: Session) -> list[checking.Finding] | None:
    """The findings of what stands in the database."""
    try:
        return checking.check_stored(session)
    except ContentError:
        return None


# ---------------------------------------------------------------------- figures, lists, places
def figures(series: Sequence[watching.Series]) -> Finding:
    """The radar's figures still come."""
    stale = [one for one in series if one.watched and one.stale]
    if stale:
        named = ", ".join(f"{one.source} ({one.days_old} days)" if one.days_old else one.source for one in stale)
        return look("figures", f"too old: {named}", "ask who sends them; `siaga radar import`: docs/radar.md")
    return ok("figures", f"{len(series)} series, none too old")


@dataclass(frozen=True)
class Places:
    """Official lists (age of the newest in days), places and sessions, and what of them is made up."""

    list_days: float | None
    real: int
    samples: int
    sessions_ahead: int


def gather_places(session: Session, now: datetime) -> Places:
    """Count."""
    newest = session.scalar(select(func.max(ImportRun.at)).where(ImportRun.kind == "people"))

    def count(*which: object) -> int:
        return int(session.scalar(select(func.count()).select_from(Facility).where(*which)) or 0)

    ahead = select(func.count()).select_from(VaccinationSession).where(VaccinationSession.starts_at > now)
    return Places(
        (now - newest).total_seconds() / 86_400 if newest else None,
        count(~Facility.is_sample),
        count(Facility.is_sample),
        int(session.scalar(ahead) or 0),
    )


def lists(facts: Places) -> Finding:
    """What registrations are compared with is not too old."""
    if facts.list_days is not None and facts.list_days > _LIST_DAYS:
        do = "ask for a new one; `siaga people import`"
        return look("official lists", f"the newest is {facts.list_days:.0f} days old", do)
    return ok("official lists", "none" if facts.list_days is None else f"the newest is {facts.list_days:.0f} days old")


def places(facts: Places, *, production: bool) -> Finding:
    """There is somewhere to go, and it is real."""
    if production and facts.samples:
        do = "`siaga facilities close` them: citizens are told that they are examples"
        return look("places", f"{facts.samples} made-up places", do)
    if not facts.sessions_ahead:
        return look("places", "no session is ahead: nobody can choose one", "`siaga sessions import`")
    return ok("places", f"{facts.real + facts.samples}, {facts.sessions_ahead} sessions ahead")


# ---------------------------------------------------------------------- accounts
@dataclass(frozen=True)
class Admins:
    """Accounts of the desk that are open: admins, and those of them with one-time codes or a province's account."""

    admins: int
    guarded: int


def gather_admins(session: Session) -> Admins:
    """Count."""
    admin = (DeskAccount.roles.contains(["admin"]), DeskAccount.disabled_at.is_(None))
    found = session.execute(select(DeskAccount.totp_secret.is_not(None), DeskAccount.oidc_subject).where(*admin)).all()
    return Admins(len(found), sum(bool(has_code or subject) for has_code, subject in found))


def admins(facts: Admins, *, production: bool) -> Finding:
    """Somebody may manage the desk, and a password alone does not open it."""
    if not facts.admins:
        return look("desk admin", "there is none: nobody can sign in", "`siaga desk admin create`")
    if production and facts.guarded < facts.admins:
        do = "switch it on at the desk (Akun saya), and set SIAGA_DESK_TOTP_REQUIRED_ROLES=admin"
        return look("desk admin", f"{facts.admins - facts.guarded} of {facts.admins} without a one-time code", do)
    return ok("desk admin", f"{facts.admins}, {facts.guarded} with a second factor")


# ---------------------------------------------------------------------- audit
def audit(found: verifying.Verified, loose: bool) -> Finding:
    """The end of the audit log is whole, and somebody seals it."""
    if found.nothing_fits and found.rows:
        return broken("audit log", "no seal fits", "another SIAGA_INDEX_KEY? bring the former one back")
    if found.broken:
        do = "`siaga audit verify`, and docs/operation.md, “Audit”: find out what happened"
        return broken("audit log", found.breaks[0], do)
    if loose:
        return look("audit log", "rows without a seal", "`siaga db migrate` seals those of before")
    return ok("audit log", f"whole, as far as its last {found.rows} notes go; head {found.head or 'none'}")


def has_loose(session: Session) -> bool:
    """Whether notes wait for their seal."""
    return bool(session.scalar(select(exists().where(Audit.seal.is_(None)))))


# ---------------------------------------------------------------------- backups, and who was erased
@dataclass(frozen=True)
class Kept:
    """When a backup was last made (by the folder, or by the audit log), and how old the oldest in the folder is (s)."""

    age: float | None
    oldest: float | None
    same_disk: bool


def gather_kept(session: Session | None, chosen: Settings, now: datetime) -> Kept:
    """Look into the folder, and into the audit log if the database is there."""
    place = shelf.folder()
    newest = shelf.newest(place)
    times = [newest.at] if newest else []
    if session is not None:
        noted = session.scalar(select(func.max(Audit.at)).where(Audit.action == "backup.make"))
        times += [noted] if noted else []
    oldest = min((_time(sheet) for sheet in shelf.sheets(place)), default=None)
    data = chosen.home / "postgres"
    return Kept(
        (now - max(times)).total_seconds() if times else None,
        (now - oldest).total_seconds() if oldest else None,
        data.exists() and place.exists() and data.stat().st_dev == place.stat().st_dev,
    )


def _time(sheet: Path) -> datetime:
    return datetime.fromtimestamp(sheet.stat().st_mtime, timezone.utc)


def backups(facts: Kept, chosen: Settings) -> Finding:
    """There is a recent one, elsewhere, and none that is kept too long."""
    if not chosen.backup_hours:
        return ok("backup", "made by other means (SIAGA_BACKUP_HOURS=0)")
    if facts.age is None:
        return look("backup", "none was ever made", "`siaga backup make --keep 14`, once a day: docs/backup.md")
    if facts.age > chosen.backup_hours * 3600:
        level = broken if facts.age > 3 * chosen.backup_hours * 3600 else look
        return level("backup", f"the newest is {span(facts.age)} old", "`siaga backup make`; what runs it once a day?")
    if facts.oldest and facts.oldest > timedelta(days=chosen.erased_days).total_seconds():
        do = "delete it: who was erased since is not known for longer"
        return look("backup", f"one is {span(facts.oldest)} old, longer than SIAGA_ERASED_DAYS", do)
    if facts.same_disk and chosen.environment == "production":
        return look("backup", "on the database's own disk", "put SIAGA_BACKUPS on another one, or copy them away")
    return ok("backup", f"the newest is {span(facts.age)} old")


@dataclass(frozen=True)
class ErasedList:
    """The file of who was erased: readable line by line, writable, and whether anybody was erased at all."""

    there: bool
    writable: bool
    fits: bool
    anybody: bool


def gather_erased(session: Session | None) -> ErasedList:
    """Look at the file, and whether the database knows of anybody."""
    place = listed.path()
    nearest = place
    while not nearest.exists():
        nearest = nearest.parent
    fits = True
    if place.exists():
        try:
            listed.read(place.read_text(encoding="utf-8").splitlines())
        except (OSError, UnicodeDecodeError, listed.BadLine):
            fits = False
    known = session is not None and next(iter(listed.entries(session)), None) is not None
    return ErasedList(place.exists(), os.access(nearest, os.W_OK), fits, known)


def erased(facts: ErasedList) -> Finding:
    """After a restore, who was erased can be erased again."""
    if not facts.fits:
        do = "`siaga person erased --to COPY` writes it anew from the database"
        return broken("list of the erased", "it has a line that cannot be read", do)
    if not facts.writable:
        return broken("list of the erased", "it cannot be written", "let `siaga remind run` write SIAGA_ERASED_LIST")
    if facts.anybody and not facts.there:
        do = "on another machine? name its place with SIAGA_ERASED_LIST; lost? `siaga person erased --to COPY`"
        return look("list of the erased", "somebody was erased, and it is not here", do)
    return ok("list of the erased", "there, and can be written" if facts.there else "nobody was erased yet")


def check(session: Session, chosen: Settings, now: datetime) -> Iterator[Finding]:
    """All lines that need the database."""
    production = chosen.environment == "production"
    counted = gather_places(session, now)
    yield content(read_content(session))
    yield figures(watching.series(session, sources(), now))
    yield lists(counted)
    yield places(counted, production=production)
    yield admins(gather_admins(session), production=production)
    yield audit(verifying.verify(session, last=AUDIT_ROWS), has_loose(session))
