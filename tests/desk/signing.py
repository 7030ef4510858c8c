"""Accounts with a password, and signing in with it as a browser does."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from functools import lru_cache
from typing import Any

import httpx
import pyotp
from sqlalchemy import select

from siaga.db import transaction
from siaga.db.audit import Audit
from siaga.desk import accounts, passwords
from siaga.desk.tables import DeskAccount
from tests.desk.conftest import Browser, account

PASSWORD = "telaga biru tujuh angin"


@lru_cache
def hashed() -> str:
    """``PASSWORD`` as it is kept."""
    return passwords.hashed(PASSWORD)


def opened(login: str, *roles: str, **columns: Any) -> int:
    """An account that can sign in with ``PASSWORD``; returns its id."""
    account_id = account(login, *roles)
    change(login, password_hash=hashed(), **columns)
    return account_id


def change(login: str, **columns: Any) -> None:
    with transaction() as session:
        found = accounts.by_login(session, login)
        for name, value in columns.items():
            setattr(found, name, value)


def kept(login: str) -> DeskAccount:
    with transaction() as session:
        return accounts.by_login(session, login)


def sign_in(browser: Browser, login: str, password: str = PASSWORD, **form: str) -> httpx.Response:
    """Answer of the form; the browser keeps the cookie."""
    return browser.post("/masuk", data={"login": login, "password": password, **form})


def csrf_of(page: httpx.Response) -> str:
    """The token in a page's form."""
    found = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert found is not None, page.text
    return found[1]


def field(page: httpx.Response, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page.text)
    assert found is not None, page.text
    return found[1]


def code(secret: str) -> str:
    """What the app shows now."""
    return pyotp.TOTP(secret).at(datetime.now(timezone.utc))


def log() -> list[tuple[str, str]]:
    """Who did what, in order."""
    with transaction() as session:
        return [(row.actor, row.action) for row in session.execute(select(Audit).order_by(Audit.id)).scalars()]
