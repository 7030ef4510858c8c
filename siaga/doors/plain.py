"""What holds for every Sanic server of ours: answers that say nothing of how they were made."""

from __future__ import annotations

from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}


def be_plain(app: Sanic) -> None:
    """Errors are answered in a line of text, whatever is asked for, and nothing is guessed or kept by browsers."""
    if getattr(app.ctx, "plain", False):
        return
    app.ctx.plain = True
    app.config.FALLBACK_ERROR_FORMAT = "text"

    async def add_headers(_: Request, answer: HTTPResponse) -> None:
        for name, value in HEADERS.items():
            answer.headers.setdefault(name, value)

    app.register_middleware(add_headers, "response")
