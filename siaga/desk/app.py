"""The desk as an application: its pages, and what holds for all of them."""

from __future__ import annotations

import asyncio
import logging
import os
import traceback
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from urllib.parse import quote

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from siaga.desk import access, passwords
from siaga.desk.access import NotAllowed, SignInFirst, Stale, find_here
from siaga.desk.dashboard import pages as dashboard
from siaga.desk.editor import pages as editor
from siaga.desk.hoaxes import pages as hoaxes
from siaga.desk.inbox import pages as inbox
from siaga.desk.menu import menu_of
from siaga.desk.pages import accounts, audit_log, own, sign_in, sign_in_oidc
from siaga.desk.public import pages as public
from siaga.desk.questions import pages as questions
from siaga.desk.render import STATIC, is_htmx, render
from siaga.desk.reports import pages as reports
from siaga.desk.tasks import pages as tasks
from siaga.desk.understanding import pages as understanding
from siaga.doors.limits import PerAddress, retry_after
from siaga.settings import settings
from siaga.watch.metrics import REFUSED

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    # Not "no-referrer": browsers without Sec-Fetch-Site would then send our own forms with `Origin: null`.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
ROUTERS: Sequence[APIRouter] = (
    inbox.router,
    sign_in.router,
    sign_in_oidc.router,
    own.router,
    accounts.router,
    audit_log.router,
    understanding.router,
    editor.router,
    tasks.router,
    reports.router,
    hoaxes.router,
    questions.router,
    dashboard.router,
    public.router,
)
"""The pages, each of a package of the desk's."""

HEALTH = "/health"
PATH_LENGTH = 500
"""Signs of an address, without what stands behind the question mark; none of ours has a hundred."""
_INVITATIONS = "/undangan/"
FORM_BYTES, FORM_FIELDS = 3_000_000, 5_000
"""In one form without files. Starlette limits those with files only, and takes eight seconds for a megabyte of fields
without a value (PYSEC-2026-249)."""
_NOTHING = "Halaman ini tidak ada, atau isinya sudah dihapus."
_FORM = "application/x-www-form-urlencoded"

log = logging.getLogger(__name__)


class Assets(StaticFiles):
    """Files whose addresses change with what is in them."""

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        """As usual; no file has a NUL in its name."""
        return ("", None) if "\0" in path else super().lookup_path(path)

    def file_response(self, *args: object, **kwargs: object) -> Response:
        """As usual, to be kept for good."""
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def create_app() -> FastAPI:
    """The desk as an ASGI application."""
    app = FastAPI(title="Siaga", lifespan=_life, docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(_Ours, limit=PerAddress(settings().desk_rate, settings().desk_burst))
    app.add_exception_handler(SignInFirst, _sign_in_first)  # type: ignore[arg-type]
    app.add_exception_handler(NotAllowed, _not_allowed)
    app.add_exception_handler(Stale, _stale)
    app.add_exception_handler(HTTPException, _http_error)  # type: ignore[arg-type]
    app.add_exception_handler(RequestValidationError, _malformed)  # type: ignore[arg-type]
    app.mount("/static", Assets(directory=STATIC), name="static")
    app.include_router(_own)
    for router in ROUTERS:
        app.include_router(router)
    return app


_own = APIRouter()


@_own.get(HEALTH, dependencies=[Depends(access.public)])
def health() -> Response:
    """Whether it runs."""
    return PlainTextResponse("ok")


@_own.get("/")
def home(here: access.Anybody) -> Response:
    """The first page of who has come."""
    pages = menu_of(here.roles)
    return RedirectResponse(pages[0].path if pages else "/saya", status_code=303)


@asynccontextmanager
async def _life(app: FastAPI) -> AsyncIterator[None]:
    # Made here, inside the running loop that it belongs to. Whoever holds a stream open ends it once this is set.
    app.state.stopping = asyncio.Event()
    app.state.loop = asyncio.get_running_loop()
    passwords.prepare()
    yield
    app.state.stopping.set()


class _Ours:
    """Puts the headers on each answer, takes nothing that is far too large or comes far too often from one address, and
    has a page of ours in place of a fault that nobody has caught."""

    def __init__(self, app: ASGIApp, limit: PerAddress) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        has_begun = False
        # A little more than the largest document that a volunteer may send.
        most, received = (settings().media_document_mb + 2) * 1_000_000, 0
        is_form = Headers(scope=scope).get("content-type", "").strip().lower().startswith(_FORM)
        most, fields = (FORM_BYTES if is_form else most), 0

        async def limited() -> Message:
            nonlocal received, fields
            message = await receive()
            body = message.get("body", b"")
            received += len(body)
            fields += body.count(b"&") if is_form else 0
            if received > most or fields > FORM_FIELDS:
                raise HTTPException(413)
            return message

        async def with_headers(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                _add_headers(MutableHeaders(scope=message), scope["path"])
            await send(message)

        client = scope.get("client")
        wait = self._limit.knock(client[0] if client else "") if scope["path"] != HEALTH else 0.0
        if wait:
            REFUSED.add("desk", "often")
            await _too_often(Request(scope, receive), wait)(scope, receive, with_headers)
            return
        if len(scope["path"]) > PATH_LENGTH:
            # Python takes no number of so many digits, and no file has such a name.
            await _nowhere(Request(scope, receive))(scope, receive, with_headers)
            return
        try:
            await self._app(scope, limited, with_headers)
        except Exception as problem:
            _log_fault(scope, problem)
            # Once an answer has begun it ends here, cut short: the server would log what the exception says.
            if not has_begun:
                await (await _fault(Request(scope, receive)))(scope, receive, with_headers)


def _add_headers(headers: MutableHeaders, path: str) -> None:
    if path.startswith(_INVITATIONS):
        # The address holds the invitation: a proxy would have it in its log, with each file that the page needs.
        headers["Referrer-Policy"] = "strict-origin"
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    # What is shown to one is not kept for the next at the same screen.
    headers.setdefault("Cache-Control", "no-store")
    if settings().desk_https:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")


def _log_fault(scope: Scope, problem: Exception) -> None:
    """Where it happened. Not the address, and in production not what the exception says: they may hold what somebody
    typed."""
    where = getattr(scope.get("route"), "path", "?")
    stack = "".join(traceback.format_tb(problem.__traceback__)[-10:])
    what = "" if settings().environment == "production" else f": {problem}"
    log.error("%s%s in %s %s\n%s", type(problem).__name__, what, scope["method"], where, stack)


def _too_often(request: Request, wait: float) -> Response:
    text = "Terlalu banyak permintaan dari jaringan Anda. Tunggu sebentar, lalu coba lagi."
    page = "bagian/masalah.html" if is_htmx(request) else "masalah.html"
    answer = render(request, page, None, status=429, title="Terlalu sering", text=text)
    answer.headers.update(retry_after(wait))
    return answer


def _nowhere(request: Request) -> Response:
    page = "bagian/masalah.html" if is_htmx(request) else "masalah.html"
    return render(request, page, None, status=404, title="Tidak ada", text=_NOTHING)


async def _fault(request: Request) -> Response:
    text = "Ada gangguan di pihak kami. Coba lagi sebentar lagi."
    if is_htmx(request):
        return render(request, "bagian/masalah.html", None, status=500, text=text)
    # Without asking who is here: the database may be what is away.
    return render(request, "masalah.html", None, status=500, title="Ada gangguan", text=text)


async def _sign_in_first(request: Request, problem: SignInFirst) -> Response:
    to = "/masuk/kode" if problem.code else "/masuk"
    if is_htmx(request):
        return Response(status_code=204, headers={"HX-Redirect": to})
    if request.method == "GET" and request.scope["path"] != "/":
        to += f"?ke={quote(request.scope['path'])}"
    return RedirectResponse(to, status_code=303)


async def _not_allowed(request: Request, problem: Exception) -> Response:
    return await _problem(request, 403, "Bukan bagian Anda", "Halaman ini untuk petugas dengan tugas lain.")


async def _stale(request: Request, problem: Exception) -> Response:
    return await _problem(
        request, 403, "Perlu dimuat ulang", "Halaman ini sudah lama terbuka. Muat ulang, lalu coba lagi."
    )


async def _http_error(request: Request, problem: HTTPException) -> Response:
    if problem.status_code == 404:
        return await _problem(request, 404, "Tidak ada", _NOTHING)
    if problem.status_code == 413:
        return await _problem(request, 413, "Terlalu besar", "Berkas ini terlalu besar untuk dikirim.")
    if problem.status_code == 429:
        return await _problem(request, 429, "Terlalu banyak", "Halaman ini sudah terbuka di terlalu banyak tempat.")
    return await _problem(request, problem.status_code, "Tidak bisa", "Permintaan ini tidak bisa dijalankan.")


async def _malformed(request: Request, problem: RequestValidationError) -> Response:
    # An address with a word where a number belongs is one that there is not.
    in_path = all(error["loc"][0] == "path" for error in problem.errors())
    return await _http_error(request, HTTPException(404 if in_path else 400))


async def _problem(request: Request, status: int, title: str, text: str) -> Response:
    if is_htmx(request):
        return render(request, "bagian/masalah.html", None, status=status, text=text)
    return render(request, "masalah.html", await find_here(request), status=status, title=title, text=text)
