"""Every route is asked as everybody: whoever adds one is asked here too, without a word.

The handlers themselves are taken out, so that nothing happens, and what is left is who is let through to them.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.responses import Response
from fastapi.routing import APIRoute
from starlette.routing import Mount

from siaga.db import transaction
from siaga.desk import access, sessions
from siaga.desk.access import ForRoles, Public, cookie_name
from siaga.desk.app import create_app
from siaga.desk.menu import MENU
from siaga.desk.roles import EVERYBODY
from tests.desk.conftest import Desk, account

REACHED = 299
"""Said by what stands in for the handlers."""
OTHER_SITE = {"Sec-Fetch-Site": "cross-site", "Origin": "https://example.org"}


@dataclass(frozen=True)
class Asked:
    """A route, and one of its methods."""

    method: str
    path: str
    guards: tuple[Any, ...]

    @property
    def roles(self) -> frozenset[str] | None:
        """Who may come; None: everybody, signed in or not."""
        guards = [guard for guard in self.guards if isinstance(guard, ForRoles)]
        return frozenset.intersection(*(guard.roles for guard in guards)) if guards else None

    @property
    def waits_for_code(self) -> bool:
        return any(isinstance(guard, ForRoles) and guard.code_pending for guard in self.guards)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def guards_of(dependant: Dependant) -> Iterator[Any]:
    for inner in dependant.dependencies:
        if isinstance(inner.call, ForRoles | Public):
            yield inner.call
        yield from guards_of(inner)


def reached(**_: Any) -> Response:
    return Response(status_code=REACHED)


async def reached_async(**_: Any) -> Response:
    return Response(status_code=REACHED)


@pytest.fixture(scope="module")
def hollow() -> tuple[FastAPI, list[Asked]]:
    """The application without its handlers, and all that can be asked of it."""
    app = create_app()
    asked = []
    for route in app.routes:
        if isinstance(route, Mount):
            assert route.path == "/static", route.path
            continue
        assert isinstance(route, APIRoute), route
        guards = tuple(guards_of(route.dependant))
        handler = route.dependant.call
        route.dependant.call = reached_async if inspect.iscoroutinefunction(handler) else reached
        path = re.sub(r"{[^}]+}", "987654", route.path)
        asked += [Asked(method, path, guards) for method in sorted(route.methods - {"HEAD"})]
    return app, asked


class Somebody:
    """A browser that asks quickly; ``csrf`` is its session's."""

    def __init__(self, app: FastAPI, role: str | None, *, waits_for_code: bool = False) -> None:
        self.csrf = ""
        cookies = {}
        if role is not None:
            now = datetime.now(timezone.utc)
            account_id = account(role, role)
            with transaction() as session:
                token = sessions.begin(session, account_id, now, waits_for_code=waits_for_code)
            with transaction() as session:
                here = sessions.find(session, token, now)
            assert here is not None
            cookies[cookie_name()], self.csrf = token, here.csrf
        transport = httpx.ASGITransport(app=app)
        self._client = httpx.AsyncClient(transport=transport, base_url="http://desk.test", cookies=cookies)

    async def asks(self, what: Asked, *, csrf: bool = True, **headers: str) -> httpx.Response:
        if csrf and self.csrf:
            headers["X-CSRF-Token"] = self.csrf
        return await self._client.request(what.method, what.path, headers=headers)


def is_sent_to_sign_in(answer: httpx.Response) -> bool:
    to = answer.headers.get("location", "")
    return answer.status_code == 303 and re.fullmatch(r"/masuk(/kode)?(\?ke=.*)?", to) is not None


@pytest.fixture
async def everybody(database: str, hollow: tuple[FastAPI, list[Asked]]) -> AsyncIterator[dict[str | None, Somebody]]:
    app, _ = hollow
    yield {role: Somebody(app, role) for role in (None, *EVERYBODY)}


Everybody = dict[str | None, Somebody]


def test_every_route_says_who_may_come(hollow: tuple[FastAPI, list[Asked]]) -> None:
    assert [str(asked) for asked in hollow[1] if not asked.guards] == []
    assert len(hollow[1]) > 30


def test_a_route_is_either_for_everybody_or_for_some(hollow: tuple[FastAPI, list[Asked]]) -> None:
    both = [asked for asked in hollow[1] if asked.roles is not None and access.public in asked.guards]
    assert [str(asked) for asked in both] == []


async def test_each_role_is_let_through_to_its_own_pages_only(
    hollow: tuple[FastAPI, list[Asked]], everybody: Everybody
) -> None:
    wrong = []
    for asked in hollow[1]:
        for role in EVERYBODY:
            answer = await everybody[role].asks(asked)
            if asked.waits_for_code:
                right = is_sent_to_sign_in(answer)
            elif asked.roles is None or role in asked.roles:
                right = answer.status_code != 403 and not is_sent_to_sign_in(answer)
            else:
                right = answer.status_code == 403
            if not right:
                wrong.append(f"{asked} as {role}: {answer.status_code}")
    assert wrong == []


async def test_nobody_gets_anywhere_without_signing_in(
    hollow: tuple[FastAPI, list[Asked]], everybody: Everybody
) -> None:
    wrong = []
    for asked in hollow[1]:
        answer = await everybody[None].asks(asked)
        if is_sent_to_sign_in(answer) is not (asked.roles is not None):
            wrong.append(f"{asked}: {answer.status_code}")
    assert wrong == []


async def test_without_the_one_time_code_nothing_else_is_reached(
    hollow: tuple[FastAPI, list[Asked]], database: str
) -> None:
    app, everything = hollow
    half = Somebody(app, "admin", waits_for_code=True)
    for asked in everything:
        if asked.roles is not None:
            answer = await half.asks(asked)
            assert is_sent_to_sign_in(answer) is not asked.waits_for_code, f"{asked}: {answer.status_code}"


async def test_no_change_without_the_token_of_its_page(
    hollow: tuple[FastAPI, list[Asked]], everybody: Everybody
) -> None:
    app, everything = hollow
    half = Somebody(app, "volunteer", waits_for_code=True)
    wrong = []
    for asked in everything:
        if asked.method == "GET" or asked.roles is None:
            continue
        who = half if asked.waits_for_code else everybody[min(asked.roles)]
        for told in ({}, {"X-CSRF-Token": "x" * 32}):
            answer = await who.asks(asked, csrf=False, **told)
            if answer.status_code != 403:
                wrong.append(f"{asked}: {answer.status_code}")
    assert wrong == []


async def test_no_change_from_another_site(hollow: tuple[FastAPI, list[Asked]], everybody: Everybody) -> None:
    wrong = []
    for asked in hollow[1]:
        if asked.method == "GET":
            continue
        for told in (OTHER_SITE, {"Origin": "https://example.org"}, {"Sec-Fetch-Site": "same-site"}):
            answer = await everybody[min(asked.roles) if asked.roles else None].asks(asked, **told)
            if answer.status_code != 403 and not (asked.waits_for_code and is_sent_to_sign_in(answer)):
                wrong.append(f"{asked}: {answer.status_code}")
    assert wrong == []


def test_each_page_of_the_menu_is_for_whom_it_says(hollow: tuple[FastAPI, list[Asked]]) -> None:
    at = {asked.path: asked.roles for asked in hollow[1] if asked.method == "GET"}
    there = [entry for entry in MENU if entry.path in at]
    assert there
    assert {entry.path: at[entry.path] for entry in there} == {entry.path: frozenset(entry.roles) for entry in there}


def test_the_token_may_come_in_the_form(desk: Desk) -> None:
    browser = desk("volunteer")
    del browser.headers["X-CSRF-Token"]
    assert browser.post("/saya/nama", data={"name": "Petugas Baru", "csrf": "salah"}).status_code == 403
    assert browser.post("/saya/nama", data={"name": "Petugas Baru", "csrf": browser.csrf}).status_code == 303


@pytest.mark.parametrize(
    ("given", "leads_to"),
    [
        ("/kotak/7", "/kotak/7"),
        ("/isi?jenis=kabar", "/isi?jenis=kabar"),
        (None, "/"),
        ("", "/"),
        ("https://example.org", "/"),
        ("//example.org", "/"),
        ("/\\example.org", "/"),
        ("\\\\example.org", "/"),
        ("/\t/example.org", "/"),
        ("/\n/example.org", "/"),
        ("/ /example.org", "/"),
        ("javascript:alert(1)", "/"),
        ("/masuk", "/"),
        ("/keluar", "/"),
    ],
)
def test_after_signing_in_one_stays_here(given: str | None, leads_to: str) -> None:
    assert access.next_page(given) == leads_to
