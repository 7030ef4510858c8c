"""The desk as an application: its pages, and what holds for all of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import quote

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import PlainTextResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from siaga.desk import access
from siaga.desk.access import NotAllowed, SignInFirst, Stale, find_here
from siaga.desk.menu import menu_of
from siaga.desk.render import STATIC, is_htmx, render
from siaga.settings import settings

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
ROUTERS: Sequence[APIRouter] = ()
"""The pages, each of a package of the desk's."""

Next = Callable[[Request], Awaitable[Response]]


class Assets(StaticFiles):
    """Files whose addresses change with what is in them."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        """As usual, to be kept for good."""
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def create_app() -> FastAPI:
    """The desk as an ASGI application."""
    app = FastAPI(title="Siaga", docs_url=None, redoc_url=None, openapi_url=None)
    app.middleware("http")(_with_headers)
    app.add_exception_handler(SignInFirst, _sign_in_first)  # type: ignore[arg-type]
    app.add_exception_handler(NotAllowed, _not_allowed)
    app.add_exception_handler(Stale, _stale)
    app.add_exception_handler(HTTPException, _http_error)  # type: ignore[arg-type]
    app.mount("/static", Assets(directory=STATIC), name="static")
    app.include_router(_own)
    for router in ROUTERS:
        app.include_router(router)
    return app


_own = APIRouter()


@_own.get("/health", dependencies=[Depends(access.public)])
def health() -> Response:
    """Whether it runs."""
    return PlainTextResponse("ok")


@_own.get("/")
def home(here: access.Anybody) -> Response:
    """The first page of who has come."""
    pages = menu_of(here.roles)
    return RedirectResponse(pages[0].path if pages else "/saya", status_code=303)


async def _with_headers(request: Request, call_next: Next) -> Response:
    response = await call_next(request)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    # What is shown to one is not kept for the next at the same screen.
    response.headers.setdefault("Cache-Control", "no-store")
    if settings().desk_https:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response


async def _sign_in_first(request: Request, problem: SignInFirst) -> Response:
    to = "/masuk/kode" if problem.code else "/masuk"
    if is_htmx(request):
        return Response(status_code=204, headers={"HX-Redirect": to})
    if request.method == "GET" and request.url.path != "/":
        to += f"?ke={quote(request.url.path)}"
    return RedirectResponse(to, status_code=303)


async def _not_allowed(request: Request, problem: Exception) -> Response:
    return await _problem(request, 403, "Bukan bagian Anda", "Halaman ini untuk petugas dengan tugas lain.")


async def _stale(request: Request, problem: Exception) -> Response:
    return await _problem(
        request, 403, "Perlu dimuat ulang", "Halaman ini sudah lama terbuka. Muat ulang, lalu coba lagi."
    )


async def _http_error(request: Request, problem: HTTPException) -> Response:
    if problem.status_code == 404:
        return await _problem(request, 404, "Tidak ada", "Halaman ini tidak ada, atau isinya sudah dihapus.")
    return await _problem(request, problem.status_code, "Tidak bisa", "Permintaan ini tidak bisa dijalankan.")


async def _problem(request: Request, status: int, title: str, text: str) -> Response:
    if is_htmx(request):
        return render(request, "bagian/masalah.html", None, status=status, text=text)
    return render(request, "masalah.html", await find_here(request), status=status, title=title, text=text)
