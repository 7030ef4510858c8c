"""Signing in by a province's own accounts."""

from __future__ import annotations

import logging
from types import ModuleType

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from siaga.desk import access, oidc_settings
from siaga.desk.access import next_page
from siaga.desk.pages.sign_in import go_on, sign_in_form, with_cookie
from siaga.desk.showing import now
from siaga.settings import settings

log = logging.getLogger(__name__)
router = APIRouter(prefix="/masuk/oidc", dependencies=[Depends(access.public)])

_FAILED = "Masuk dengan akun provinsi belum berhasil. Coba lagi, atau tanyakan kepada admin apakah akun Anda sudah ada."


def _cookie() -> str:
    return "__Host-siaga-oidc" if settings().desk_https else "siaga_oidc"


def _oidc() -> ModuleType:
    """What does the work; imported once somebody needs it.

    Raises:
        HTTPException: there is no provider.
    """
    if not oidc_settings.is_on():
        raise HTTPException(404)
    from siaga.desk import oidc

    return oidc


@router.get("")
def begin(request: Request, ke: str = "") -> Response:
    """Go to the provider."""
    oidc = _oidc()
    try:
        url, begun = oidc.begin(next_page(ke), now())
    except oidc.Failed as problem:
        return _failed(request, problem.why)
    response = RedirectResponse(url, status_code=303)
    response.set_cookie(
        _cookie(),
        begun.sealed(),
        max_age=int(oidc.LASTS.total_seconds()),
        httponly=True,
        secure=settings().desk_https,
        samesite="lax",
        path="/",
    )
    return response


@router.get("/kembali")
def come_back(request: Request, state: str = "", code: str = "") -> Response:
    """Where the provider sends the browser back to."""
    oidc = _oidc()
    try:
        signed_in, to = oidc.finish(request.cookies.get(_cookie(), ""), state, code, now())
    except oidc.Failed as problem:
        return _failed(request, problem.why)
    response = with_cookie(request, go_on(signed_in.waits_for_code, to), signed_in)
    return _without_cookie(response)


def _failed(request: Request, why: str) -> Response:
    log.warning("a sign-in by OpenID Connect failed: %s", why)
    return _without_cookie(sign_in_form(request, "", status=403, problem=_FAILED))


def _without_cookie(response: Response) -> Response:
    response.delete_cookie(_cookie(), httponly=True, secure=settings().desk_https, samesite="lax", path="/")
    return response
