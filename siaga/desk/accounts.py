"""Accounts: made by an admin, opened by their owner through a link that works once. Each change is in the audit log."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from siaga.db.audit import note
from siaga.desk import attempts, codes, sessions
from siaga.desk.roles import EVERYBODY
from siaga.desk.tables import DeskAccount
from siaga.handoffs.tables import Attendant

INVITED_FOR = timedelta(hours=72)
NAME_LENGTH = 60
# What else stands where the audit log and hand-offs name a login.
RESERVED = frozenset({"bot", "citizen", "command", "desk", "nobody", "oidc", "siaga", "silence", "system", "unknown"})
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@+-]{2,39}")


class UnknownAccount(Exception):
    """There is no such account."""


class Refused(Exception):
    """The change cannot be made. ``why`` is one of a few words, for which whoever shows it has a sentence."""

    def __init__(self, why: Literal["login", "taken", "name", "roles", "last_admin", "not_open"]) -> None:
        super().__init__(why)
        self.why = why


def is_empty(session: Session) -> bool:
    """Whether nobody has an account yet."""
    return session.scalar(select(DeskAccount.id).limit(1)) is None


def everybody(session: Session) -> list[DeskAccount]:
    """All accounts, those that are closed last, by name."""
    order = (DeskAccount.disabled_at.isnot(None), func.lower(DeskAccount.name), DeskAccount.id)
    return list(session.execute(select(DeskAccount).order_by(*order)).scalars())


def get(session: Session, account_id: int, *, lock: bool = False) -> DeskAccount:
    """An account by its number.

    Raises:
        UnknownAccount: there is none.
    """
    query = select(DeskAccount).where(DeskAccount.id == account_id)
    found = session.execute(_locked(query) if lock else query).scalar_one_or_none()
    if found is None:
        raise UnknownAccount
    return found


def by_login(session: Session, login: str, *, lock: bool = False) -> DeskAccount:
    """An account by its login, however it is cased.

    Raises:
        UnknownAccount: there is none.
    """
    query = select(DeskAccount).where(DeskAccount.login == plain_login(login))
    found = session.execute(_locked(query) if lock else query).scalar_one_or_none()
    if found is None:
        raise UnknownAccount
    return found


def _locked(query: Any) -> Any:
    return query.with_for_update().execution_options(populate_existing=True)


def plain_login(login: str) -> str:
    """A login as it is kept."""
    return login.strip().lower()


def create(session: Session, login: str, name: str, roles: Collection[str], *, by: str) -> DeskAccount:
    """Make an account, which nobody can sign in with yet.

    Raises:
        Refused: the login is none or somebody's, there is no name, no role.
    """
    login = plain_login(login)
    if not _LOGIN.fullmatch(login) or login in RESERVED:
        raise Refused("login")
    checked_name, checked_roles = _name(name), _roles(roles)
    if session.scalar(select(DeskAccount.id).where(DeskAccount.login == login)) is not None:
        raise Refused("taken")
    account = DeskAccount(login=login, name=checked_name, roles=checked_roles, created_by=by)
    session.add(account)
    session.flush()
    note(session, by, "desk.account_new", {"login": login, "roles": checked_roles})
    return account


def _name(name: str) -> str:
    tidy = " ".join(name.split())
    if not 1 <= len(tidy) <= NAME_LENGTH or not tidy.isprintable():
        raise Refused("name")
    return tidy


def _roles(roles: Collection[str]) -> list[str]:
    chosen = [role for role in EVERYBODY if role in roles]
    if not chosen or set(roles) - set(chosen):
        raise Refused("roles")
    return chosen


def rename(session: Session, account: DeskAccount, name: str, *, by: str) -> None:
    """Change what citizens and colleagues read.

    Raises:
        Refused: it is empty or too long.
    """
    tidy = _name(name)
    if tidy == account.name:
        return
    account.name = tidy
    session.execute(update(Attendant).where(Attendant.login == account.login).values(name=tidy))
    note(session, by, "desk.account_name", {"login": account.login})


def set_roles(session: Session, account: DeskAccount, roles: Collection[str], *, by: str) -> None:
    """Change what somebody may do; they sign in anew.

    Raises:
        Refused: there is none, or nobody would be admin any more.
    """
    chosen = _roles(roles)
    if chosen == account.roles:
        return
    if "admin" in account.roles and "admin" not in chosen:
        _keep_an_admin(session, account)
    note(session, by, "desk.account_roles", {"login": account.login, "before": list(account.roles), "after": chosen})
    account.roles = chosen
    sessions.end_all(session, account.id)


def disable(session: Session, account: DeskAccount, now: datetime, *, by: str) -> None:
    """Close an account: its owner is signed out at once.

    Raises:
        Refused: nobody would be admin any more.
    """
    if account.disabled_at is not None:
        return
    if "admin" in account.roles:
        _keep_an_admin(session, account)
    account.disabled_at = now
    account.invite_digest = account.invite_until = None
    sessions.end_all(session, account.id)
    note(session, by, "desk.account_close", {"login": account.login})


def _keep_an_admin(session: Session, but: DeskAccount) -> None:
    # Two admins who dismiss each other at the same moment come here one after the other.
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext("desk.admins"))))
    others = select(DeskAccount.id).where(
        DeskAccount.id != but.id,
        DeskAccount.roles.contains(["admin"]),
        DeskAccount.disabled_at.is_(None),
        or_(DeskAccount.password_hash.isnot(None), DeskAccount.oidc_subject.isnot(None)),
    )
    can_sign_in = but.password_hash is not None or but.oidc_subject is not None
    if can_sign_in and but.disabled_at is None and session.scalar(others.limit(1)) is None:
        raise Refused("last_admin")


def enable(session: Session, account: DeskAccount, *, by: str) -> None:
    """Open a closed account again, with the password that it had."""
    if account.disabled_at is not None:
        account.disabled_at = None
        note(session, by, "desk.account_open", {"login": account.login})


def invite(session: Session, account: DeskAccount, now: datetime, *, by: str) -> str:
    """A token with which its owner chooses a password, once, within 72 hours; the one before it is of no use any more.

    Raises:
        Refused: the account is closed.
    """
    if account.disabled_at is not None:
        raise Refused("not_open")
    token = secrets.token_urlsafe(32)
    account.invite_digest = sessions.digest_of(token)
    account.invite_until = now + INVITED_FOR
    note(session, by, "desk.invite", {"login": account.login, "reset": account.password_hash is not None})
    return token


def path_of(token: str) -> str:
    """Where an invitation leads."""
    return f"/undangan/{token}"


def invited(session: Session, token: str, now: datetime, *, lock: bool = False) -> DeskAccount | None:
    """Whose invitation this is, if it still holds."""
    query = select(DeskAccount).where(
        DeskAccount.invite_digest == sessions.digest_of(token),
        DeskAccount.invite_until > now,
        DeskAccount.disabled_at.is_(None),
    )
    return session.execute(_locked(query) if lock else query).scalar_one_or_none()


def set_password(session: Session, account: DeskAccount, password_hash: str, now: datetime, *, by: str) -> None:
    """Give an account its password: invitations end, everybody who is signed in with it is signed out."""
    account.password_hash = password_hash
    account.password_set_at = now
    account.invite_digest = account.invite_until = None
    sessions.end_all(session, account.id)
    attempts.clear(session, attempts.of_login(account.login))
    note(session, by, "desk.password", {"login": account.login})


def turn_codes_on(session: Session, account: DeskAccount, secret: str, step: int) -> list[str]:
    """Ask for a one-time code from now on; returns the recovery codes, which are shown once."""
    account.totp_secret, account.totp_step = secret, step
    note(session, account.login, "desk.code_on", {"login": account.login})
    return renew_recovery(session, account)


def renew_recovery(session: Session, account: DeskAccount) -> list[str]:
    """New recovery codes instead of those that there were."""
    made = codes.new_recovery()
    account.recovery = codes.kept_of(made)
    note(session, account.login, "desk.recovery_new", {"login": account.login})
    return made


def turn_codes_off(session: Session, account: DeskAccount, *, by: str) -> None:
    """Ask for no one-time code any more, as when a phone is lost."""
    account.totp_secret = account.totp_step = account.recovery = None
    note(session, by, "desk.code_off", {"login": account.login})


def sign_out(session: Session, account: DeskAccount, *, by: str) -> None:
    """Sign somebody out everywhere."""
    sessions.end_all(session, account.id)
    note(session, by, "desk.sign_out_all", {"login": account.login})
