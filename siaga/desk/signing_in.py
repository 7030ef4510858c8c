"""Signing in: a password, and a one-time code where the account or its roles ask for one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from siaga.db import transaction
from siaga.db.audit import note
from siaga.desk import accounts, attempts, codes, passwords, sessions
from siaga.desk.roles import EVERYBODY
from siaga.desk.sessions import Here
from siaga.desk.tables import DeskAccount
from siaga.settings import settings

NOBODY = "unknown"
"""The audit log's actor where there is no such account: what was typed may be a password, and is kept nowhere."""


class Wrong(Exception):
    """The login, the password or the code is not right, or the account is closed: which of these is not told."""


class Locked(Exception):
    """Too many tries were wrong; ``wait`` is how long none is looked at."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__()
        self.wait = wait


@dataclass(frozen=True)
class SignedIn:
    """``token`` is for the browser's cookie; ``codes`` are new recovery codes, to be shown once."""

    token: str
    waits_for_code: bool = False
    codes: tuple[str, ...] = ()


def required_roles() -> frozenset[str]:
    """Roles that sign in with a one-time code; a name that is no role's is an operator's slip.

    Raises:
        ValueError: one is no role.
    """
    named = frozenset(role.strip() for role in settings().desk_totp_required_roles.split(",") if role.strip())
    if unknown := named - set(EVERYBODY):
        raise ValueError(f"SIAGA_DESK_TOTP_REQUIRED_ROLES: no such roles: {', '.join(sorted(unknown))}")
    return named


def needs_code(roles: Collection[str]) -> bool:
    """Whether somebody with these roles must have one-time codes."""
    return not required_roles().isdisjoint(roles)


def by_password(login: str, password: str, address: str, now: datetime) -> SignedIn:
    """Sign in with login and password.

    Raises:
        Wrong: it is not right; the work and the answer are the same whatever it is.
        Locked: by this login, or from this address, it was wrong too often.
    """
    login = accounts.plain_login(login)[:200]
    counts = (attempts.of_login(login), attempts.of_address(address))
    _count(counts, now)
    # No transaction is open while the password is hashed.
    account_id, kept = _kept_of(login)
    right = passwords.is_right(password, kept)
    renewed = passwords.hashed(password) if right and kept and passwords.is_outdated(kept) else None
    with transaction() as session:
        account = accounts.get(session, account_id, lock=True) if right and account_id is not None else None
        if account is not None and account.disabled_at is None and account.password_hash == kept:
            attempts.clear(session, counts[0])
            attempts.give_back(session, counts[1])
            account.password_hash = renewed or kept
            signed_in = begin(session, account, "password", now)
        else:
            actor = NOBODY if account_id is None else login
            note(session, actor, "desk.sign_in_failed", {})
            if any(attempts.is_locked(session, count, now) for count in counts):
                note(session, actor, "desk.locked", {})
            signed_in = None
    if signed_in is None:
        raise Wrong
    return signed_in


def _count(counts: Collection[attempts.Count], now: datetime) -> None:
    with transaction() as session:
        wait = attempts.take(session, list(counts), now)
    if wait is not None:
        raise Locked(wait)


def _kept_of(login: str) -> tuple[int | None, str | None]:
    with transaction() as session:
        try:
            account = accounts.by_login(session, login)
        except accounts.UnknownAccount:
            return None, None
        return account.id, account.password_hash


def begin(session: Session, account: DeskAccount, how: str, now: datetime) -> SignedIn:
    """Sign an account in whose owner has shown who they are, but for the code that may still be asked for."""
    waits = account.totp_secret is not None or needs_code(account.roles)
    token = sessions.begin(session, account.id, now, waits_for_code=waits)
    if not waits:
        _done(session, account, how, now)
    return SignedIn(token, waits)


def _done(session: Session, account: DeskAccount, how: str, now: datetime) -> None:
    account.last_sign_in_at = now
    note(session, account.login, "desk.sign_in", {"by": how})


def by_code(here: Here, code: str, now: datetime) -> SignedIn:
    """Go on after the password, with a code of the app or a recovery code; a session of its own begins.

    Raises:
        Wrong: it is none, or was used before.
        Locked: it was wrong too often.
    """
    count = attempts.of_code(here.account_id)
    _count([count], now)
    with transaction() as session:
        account = accounts.get(session, here.account_id, lock=True)
        how = _used(account, code, now)
        if how is None:
            _note_wrong_code(session, account, count, now)
            signed_in = None
        else:
            signed_in = _after_code(session, here, account, how, now)
    if signed_in is None:
        raise Wrong
    return signed_in


def _used(account: DeskAccount, code: str, now: datetime) -> str | None:
    if account.totp_secret is None:
        return None
    step = codes.step_of(account.totp_secret, code, now, account.totp_step)
    if step is not None:
        account.totp_step = step
        return "code"
    left = codes.without(account.recovery or [], code)
    if left is None:
        return None
    account.recovery = left
    return "recovery"


def by_first_code(here: Here, secret: str, code: str, now: datetime) -> SignedIn:
    """Go on after the password with the first code of an app that was set up just now, since the role asks for one.

    Raises:
        Wrong: it is not the code, or there was an app already.
        Locked: it was wrong too often.
    """
    count = attempts.of_code(here.account_id)
    _count([count], now)
    with transaction() as session:
        account = accounts.get(session, here.account_id, lock=True)
        step = codes.step_of(secret, code, now, None)
        if account.totp_secret is not None or step is None:
            _note_wrong_code(session, account, count, now)
            signed_in = None
        else:
            recovery = accounts.turn_codes_on(session, account, secret, step)
            token = _after_code(session, here, account, "code", now).token
            signed_in = SignedIn(token, codes=tuple(recovery))
    if signed_in is None:
        raise Wrong
    return signed_in


def _note_wrong_code(session: Session, account: DeskAccount, count: attempts.Count, now: datetime) -> None:
    note(session, account.login, "desk.code_failed", {})
    if attempts.is_locked(session, count, now):
        note(session, account.login, "desk.locked", {})


def _after_code(session: Session, here: Here, account: DeskAccount, how: str, now: datetime) -> SignedIn:
    attempts.clear(session, attempts.of_code(account.id))
    sessions.end(session, here.digest)
    token = sessions.begin(session, account.id, now)
    _done(session, account, how, now)
    return SignedIn(token)


def is_own_password(here: Here, password: str, now: datetime) -> bool:
    """Whether somebody who is signed in knows the password, asked before what only its owner may do.

    Raises:
        Locked: it was wrong too often.
    """
    count = attempts.of_code(here.account_id)
    _count([count], now)
    with transaction() as session:
        kept = accounts.get(session, here.account_id).password_hash
    right = passwords.is_right(password, kept)
    with transaction() as session:
        if right:
            attempts.clear(session, count)
        else:
            note(session, here.login, "desk.password_failed", {})
    return right


def out(here: Here) -> None:
    """Sign one browser out."""
    with transaction() as session:
        sessions.end(session, here.digest)
        if not here.waits_for_code:
            note(session, here.login, "desk.sign_out", {})
