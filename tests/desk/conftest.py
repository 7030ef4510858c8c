"""The desk's pages over a real database, asked as somebody with a role."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timezone

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from siaga.db import transaction
from siaga.desk import sessions
from siaga.desk.access import cookie_name
from siaga.desk.app import create_app
from siaga.desk.tables import DeskAccount


class Browser(TestClient):
    """A browser at the desk; ``csrf`` is what its changes must carry, and is sent with them by itself."""

    csrf: str = ""
    login: str = ""
    account_id: int = 0


Desk = Callable[..., Browser]


def account(login: str, *roles: str) -> int:
    """An account for tests; returns its id."""
    with transaction() as session:
        found = session.scalar(select(DeskAccount.id).where(DeskAccount.login == login))
        if found is not None:
            return int(found)
        made = DeskAccount(login=login, name=f"Petugas {login.capitalize()}", roles=list(roles), created_by="tests")
        session.add(made)
        session.flush()
        return int(made.id)


@pytest.fixture(scope="session")
def desk_app() -> object:
    """The application, made once."""
    return create_app()


@pytest.fixture
def desk(database: str, desk_app: object) -> Iterator[Desk]:
    """``desk("volunteer")`` is a browser that is signed in with these roles, ``desk()`` one that is not; ``login=``
    tells several with the same role apart."""
    opened: list[Browser] = []

    def open_(*roles: str, login: str = "") -> Browser:
        browser = Browser(desk_app, base_url="http://desk.test", follow_redirects=False)  # type: ignore[arg-type]
        opened.append(browser)
        if roles:
            browser.login = login or "-".join(roles)
            browser.account_id = account(browser.login, *roles)
            now = datetime.now(timezone.utc)
            with transaction() as session:
                token = sessions.begin(session, browser.account_id, now)
            with transaction() as session:
                here = sessions.find(session, token, now)
            assert here is not None
            browser.csrf = here.csrf
            browser.headers["X-CSRF-Token"] = here.csrf
            browser.cookies.set(cookie_name(), token, domain="desk.test")
        return browser

    yield open_
    for browser in opened:
        browser.close()
