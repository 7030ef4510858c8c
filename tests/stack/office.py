"""People at the desk, each with a browser of their own, over the running stack."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from sqlalchemy.orm import Session

from siaga.desk import accounts, codes, passwords, sessions
from siaga.desk.access import cookie_name
from tests.stack.conftest import Stack

SECOND = 1000
LAPTOP = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 740}
PASSWORD = "telaga biru tujuh angin"
# What a browser says of an answer that is meant to be one: somebody else was faster, a field is wrong, not theirs.
_ANSWERS = re.compile(r"(status of|Status Error Code) (403|409|422)")


def until(found: Callable[[], Any], seconds: float = 30.0, what: str = "") -> Any:
    """What a function returns once that is something."""
    limit = time.monotonic() + seconds
    while not (value := found()):
        assert time.monotonic() < limit, f"not within {seconds} s {what}"
        time.sleep(0.05)
    return value


@dataclass
class Office:
    """The desk of a running stack, its accounts, and the browsers that are open; faults fail the test at its end."""

    stack: Stack
    browser: Any
    faults: list[str] = field(default_factory=list)
    _contexts: list[Any] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where the desk is."""
        return f"http://127.0.0.1:{self.stack.system.ports.desk}"

    @contextmanager
    def _database(self) -> Iterator[Session]:
        with Session(self.stack.database, future=True) as session, session.begin():
            yield session

    def account(self, login: str, *roles: str, code: bool = False) -> str:
        """An account that signs in with ``PASSWORD``; with ``code`` its secret for one-time codes, else nothing."""
        hashed = passwords.hashed(PASSWORD)
        secret = codes.new_secret() if code else ""
        with self._database() as session:
            name = " ".join(part.capitalize() for part in login.split("."))
            made = accounts.create(session, login, name, roles, by="tests")
            accounts.set_password(session, made, hashed, datetime.now(timezone.utc), by="tests")
            if code:
                accounts.turn_codes_on(session, made, secret, 0)
        return secret

    def token(self, login: str) -> str:
        """The cookie of somebody who has signed in."""
        with self._database() as session:
            account = accounts.by_login(session, login)
            return sessions.begin(session, account.id, datetime.now(timezone.utc))

    def window(self, **options: Any) -> Any:
        """A window of somebody who has not signed in."""
        context = self.browser.new_context(**{"viewport": LAPTOP, **options})
        self._contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30 * SECOND)
        page.on("pageerror", lambda problem: self.faults.append(f"{page.url}: {problem}"))
        page.on("request", lambda request: self._asked(request.url))
        page.on("console", lambda message: self._said(page.url, message))
        return page

    def _asked(self, url: str) -> None:
        if not url.startswith((self.url, "blob:", "data:")):
            self.faults.append(f"a request to {url}")

    def _said(self, url: str, message: Any) -> None:
        if message.type == "error" and not _ANSWERS.search(message.text):
            self.faults.append(f"{url}: {message.text}")

    def enter(self, login: str, *roles: str, path: str = "/kotak", **options: Any) -> Any:
        """A window of somebody with these roles, signed in, at a page."""
        self.account(login, *roles)
        return self.again(login, path, **options)

    def again(self, login: str, path: str, **options: Any) -> Any:
        """Another window of somebody who has an account."""
        page = self.window(**options)
        page.context.add_cookies([{"name": cookie_name(), "value": self.token(login), "url": self.url}])
        page.goto(self.url + path)
        return page

    def close(self) -> None:
        """Close all windows, and leave nobody at the desk nor before it."""
        for context in self._contexts:
            context.close()
        self._contexts.clear()
        with self.stack.database.begin() as connection:
            connection.exec_driver_sql("DELETE FROM attendant")
            connection.exec_driver_sql(
                "UPDATE hand_off SET state = 'closed', closed_why = 'other', closed_at = now(), closed_by = 'system',"
                " held_by = NULL WHERE state <> 'closed'"
            )
            connection.exec_driver_sql("DELETE FROM desk_session; DELETE FROM desk_account")
