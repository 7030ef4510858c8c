"""Who may come to a page: each route says so with one of these, and a test asks each of them as everybody."""

from __future__ import annotations

import re
import secrets
from datetime import datetime, timezone
from typing import Annotated

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from siaga.db import transaction
from siaga.desk import sessions
from siaga.desk.roles import EVERYBODY
from siaga.desk.sessions import Here
from siaga.settings import settings

CSRF_HEADER, CSRF_FIELD = "x-csrf-token", "csrf"
_NOT_TYPED = re.compile("[\0\ud800-\udfff]")
_CHANGES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class SignInFirst(Exception):
    """Nobody is signed in, or the one-time code is still missing (``code``)."""

    def __init__(self, *, code: bool = False) -> None:
        super().__init__()
        self.code = code


class NotAllowed(Exception):
    """Somebody is signed in, but this is not theirs to see or do."""


class Stale(Exception):
    """A change came without the token of its page, as from another site, or from a page of before signing in anew."""


def cookie_name() -> str:
    """The name of the cookie; browsers hold one that begins with ``__Host-`` to this host and to HTTPS."""
    return "__Host-siaga" if settings().desk_https else "siaga_desk"


async def find_here(request: Request) -> Here | None:
    """Who asks, if somebody is signed in."""
    token = request.cookies.get(cookie_name())
    return await run_in_threadpool(_find, token) if token else None


def _find(token: str) -> Here | None:
    with transaction() as session:
        return sessions.find(session, token, datetime.now(timezone.utc))


class ForRoles:
    """A dependency that lets in who has one of ``roles``, and gives who they are.

    Raises:
        SignInFirst, NotAllowed, Stale, HTTPException: the app answers for them.
    """

    def __init__(self, roles: tuple[str, ...], *, code_pending: bool = False) -> None:
        unknown = set(roles) - set(EVERYBODY)
        if not roles or unknown:
            raise ValueError(f"no such roles: {sorted(unknown)}")
        self.roles = frozenset(roles)
        self.code_pending = code_pending

    async def __call__(self, request: Request) -> Here:
        here = await find_here(request)
        if here is None:
            raise SignInFirst
        if here.waits_for_code is not self.code_pending:
            raise SignInFirst(code=here.waits_for_code)
        if request.method in _CHANGES:
            await check_csrf(request, here.csrf)
        if self.roles.isdisjoint(here.roles):
            raise NotAllowed
        await check_readable(request)
        request.state.here = here
        return here


def for_roles(*roles: str) -> ForRoles:
    """These and nobody else: ``Volunteer = Annotated[Here, Depends(for_roles("volunteer", "admin"))]``, which a handler
    takes as the annotation of an argument."""
    return ForRoles(roles)


Anybody = Annotated[Here, Depends(ForRoles(EVERYBODY))]
"""The annotation of a handler's argument that is whoever is signed in."""


CodePending = Annotated[Here, Depends(ForRoles(EVERYBODY, code_pending=True))]
"""... or who has given the password, and the one-time code not yet."""


class Public:
    """A dependency that lets everybody in, signed in or not; a change still needs to come from our own pages."""

    async def __call__(self, request: Request) -> None:
        if request.method in _CHANGES and not same_origin(request):
            raise Stale
        await check_readable(request)


public = Public()


def next_page(given: str | None) -> str:
    """Where to go after signing in, from an address's ``ke=``: one of our own pages, never another site."""
    path = given or "/"
    own = path.startswith("/") and not path.startswith("//") and path.isprintable() and not set(path) & set("\\ ")
    return path if own and not path.startswith(("/masuk", "/keluar", "/undangan")) else "/"


def same_origin(request: Request) -> bool:
    """Whether a browser says that the request comes from a page of ours; one that says nothing is no browser's."""
    fetched_from = request.headers.get("sec-fetch-site")
    if fetched_from is not None:
        return fetched_from in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is None or origin.partition("//")[2] == request.headers.get("host")


async def check_csrf(request: Request, expected: str) -> None:
    """Let through what carries the token of the session, in its header or its form.

    Raises:
        Stale: it does not.
    """
    given = request.headers.get(CSRF_HEADER)
    if given is None:
        field = (await _form_of(request)).get(CSRF_FIELD)
        given = field if isinstance(field, str) else ""
    if not (same_origin(request) and secrets.compare_digest(given.encode(errors="replace"), expected.encode())):
        raise Stale


async def check_readable(request: Request) -> None:
    """Let through what no NUL is in, and no half of a sign, which nobody types and no column holds.

    Raises:
        HTTPException: there is one in the address or in a field of the form.
    """
    typed = [*request.path_params.items(), *request.query_params.multi_items()]
    if request.method in _CHANGES:
        typed += (await _form_of(request)).multi_items()
    if any(isinstance(value, str) and _NOT_TYPED.search(value) for _, value in typed):
        raise HTTPException(400)


async def _form_of(request: Request) -> FormData:
    """The form that was sent.

    Raises:
        HTTPException: it is in no writing that can be read, or whoever sent it was gone before its end.
    """
    try:
        return await request.form()
    except (UnicodeError, ClientDisconnect):
        raise HTTPException(400) from None
