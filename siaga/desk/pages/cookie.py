"""The cookie that holds a session's token."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import Response

from siaga.db import transaction
from siaga.desk import sessions
from siaga.desk.access import cookie_name
from siaga.settings import settings


def put(response: Response, token: str) -> None:
    """Hand the browser its token: until it is closed, out of scripts' reach, not from other sites' forms."""
    response.set_cookie(cookie_name(), token, httponly=True, secure=settings().desk_https, samesite="lax", path="/")


def take_away(response: Response) -> None:
    """Have the browser forget its token."""
    response.delete_cookie(cookie_name(), httponly=True, secure=settings().desk_https, samesite="lax", path="/")


def end_old(request: Request) -> None:
    """End the session of before, if the browser has one: a new one begins."""
    token = request.cookies.get(cookie_name())
    if token:
        with transaction() as session:
            sessions.end(session, sessions.digest_of(token))
