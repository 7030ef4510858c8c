"""What holds for every Sanic server of ours: answers that say nothing of how they were made."""

from __future__ import annotations

import logging
import traceback

from sanic import Sanic
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import BaseHTTPResponse, HTTPResponse, text

from siaga.doors.seldom import Seldom

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}

log = logging.getLogger(__name__)


def be_plain(app: Sanic) -> None:
    """Errors are a status and nothing else, whatever is asked for, and nothing is guessed or kept by browsers.

    What went wrong is logged without what the exception says, and without the address: both may hold what somebody
    wrote. Once a minute, as anybody may send what cannot be read.
    """
    if getattr(app.ctx, "plain", False):
        return
    app.ctx.plain = True
    seldom = Seldom()

    async def add_headers(_: Request, answer: BaseHTTPResponse) -> None:
        for name, value in HEADERS.items():
            answer.headers.setdefault(name, value)

    async def told(request: Request, error: Exception) -> HTTPResponse:
        if isinstance(error, SanicException) and error.status_code:
            return text("", status=error.status_code)
        if often := seldom():
            where = "".join(traceback.format_tb(error.__traceback__)[-6:])
            log.error("%s in a request (%d since the last such line)\n%s", type(error).__name__, often, where)
        # Without a route it has not been read to its end.
        return text("", status=500 if request.route else 400)

    app.register_middleware(add_headers, "response")
    app.exception(SanicException, Exception)(told)
