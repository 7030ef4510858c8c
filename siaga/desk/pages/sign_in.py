"""Signing in and out, and the page where an invitation leads."""

from __future__ import annotations

import base64
import binascii
from datetime import timedelta
from typing import Annotated
from urllib.parse import quote

from cryptography.exceptions import InvalidTag
from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from siaga.db import transaction
from siaga.desk import access, accounts, codes, oidc_settings, passwords, signing_in
from siaga.desk.access import Anybody, CodePending, find_here, next_page
from siaga.desk.pages import cookie
from siaga.desk.render import render
from siaga.desk.sessions import Here
from siaga.desk.showing import length, now
from siaga.desk.signing_in import Locked, SignedIn, Wrong
from siaga.privacy import decrypt, encrypt
from siaga.settings import settings

router = APIRouter()

WEAK: dict[passwords.Weakness, str] = {
    "short": f"Kata sandi paling sedikit {passwords.SHORTEST} karakter. Beberapa kata yang Anda ingat sudah cukup.",
    "long": f"Kata sandi paling banyak {passwords.LONGEST} karakter.",
    "named": "Kata sandi ini terlalu mirip dengan nama Anda. Pilih yang lain, ya.",
    "common": "Kata sandi ini termasuk yang paling mudah ditebak. Pilih yang lain, ya.",
}
NOT_THE_SAME = "Keduanya belum sama. Coba ketik ulang."
_WRONG = "Nama masuk atau kata sandi belum cocok. Coba lagi, atau minta tautan baru kepada admin."
_WRONG_CODE = "Kode ini belum cocok, atau sudah dipakai. Tunggu kode berikutnya, lalu coba lagi."
_Ask = Depends(access.public)
Field = Annotated[str, Form()]


def locked_text(wait: timedelta) -> str:
    """What is said to somebody who is locked out."""
    return f"Terlalu banyak percobaan. Coba lagi dalam {length(wait + timedelta(minutes=1))}."


@router.get("/masuk", dependencies=[_Ask])
async def sign_in_page(request: Request, ke: str = "") -> Response:
    """Where one signs in; who is signed in goes on."""
    here = await find_here(request)
    if here is not None:
        return go_on(here.waits_for_code, ke)
    return sign_in_form(request, ke)


def sign_in_form(request: Request, ke: str, *, status: int = 200, login: str = "", problem: str = "") -> Response:
    """The page with the form."""
    return render(
        request,
        "masuk.html",
        None,
        status=status,
        title="Masuk",
        ke=next_page(ke),
        login=login,
        problem=problem,
        by_oidc=settings().desk_oidc_label if oidc_settings.is_on() else "",
    )


def go_on(waits_for_code: bool, ke: str) -> Response:
    """To the code, or to the page that was asked for."""
    to = f"/masuk/kode?ke={quote(next_page(ke))}" if waits_for_code else next_page(ke)
    return RedirectResponse(to, status_code=303)


@router.post("/masuk", dependencies=[_Ask])
def sign_in(request: Request, login: Field = "", password: Field = "", ke: Field = "") -> Response:
    """Sign in with a password."""
    address = request.client.host if request.client else ""
    try:
        signed_in = signing_in.by_password(login, password, address, now())
    except Wrong:
        return sign_in_form(request, ke, status=422, login=login, problem=_WRONG)
    except Locked as problem:
        return sign_in_form(request, ke, status=429, login=login, problem=locked_text(problem.wait))
    return with_cookie(request, go_on(signed_in.waits_for_code, ke), signed_in)


def with_cookie(request: Request, response: Response, signed_in: SignedIn) -> Response:
    """The answer with the new session's cookie; a session of before ends."""
    cookie.end_old(request)
    cookie.put(response, signed_in.token)
    return response


@router.get("/masuk/kode")
def code_page(request: Request, here: CodePending, ke: str = "") -> Response:
    """Where the one-time code is asked for, or an app is set up for them, where the role asks for one."""
    return _code_form(request, here, ke)


def _code_form(
    request: Request, here: Here, ke: str, *, status: int = 200, problem: str = "", secret: str = ""
) -> Response:
    with transaction() as session:
        is_set_up = accounts.get(session, here.account_id).totp_secret is not None
    # Without the head of other pages: nothing of them may be used yet.
    return render(
        request,
        "masuk-kode.html",
        None,
        status=status,
        title="Kode sekali pakai",
        csrf=here.csrf,
        ke=next_page(ke),
        problem=problem,
        set_up=None if is_set_up else set_up_with(here, secret or codes.new_secret()),
    )


def set_up_with(here: Here, secret: str) -> dict[str, str]:
    """What the page that sets an app up shows; the secret comes back sealed, for this account only."""
    sealed = base64.urlsafe_b64encode(encrypt(secret.encode(), _purpose(here))).decode()
    spaced = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    return {"picture": codes.picture(secret, here.login), "secret": spaced, "sealed": sealed}


def opened(here: Here, sealed: str) -> str | None:
    """The secret that a page was given by ``set_up_with``; None: it is none of ours."""
    try:
        return decrypt(base64.urlsafe_b64decode(sealed.encode()), _purpose(here)).decode()
    except (binascii.Error, InvalidTag, KeyError, ValueError):
        return None


def _purpose(here: Here) -> str:
    return f"desk.set_up.{here.account_id}.{here.digest.hex()}"


@router.post("/masuk/kode")
def give_code(request: Request, here: CodePending, kode: Field = "", sealed: Field = "", ke: Field = "") -> Response:
    """Go on with a code."""
    secret = opened(here, sealed) if sealed else None
    try:
        if secret is None:
            signed_in = signing_in.by_code(here, kode, now())
        else:
            signed_in = signing_in.by_first_code(here, secret, kode, now())
    except Wrong:
        return _code_form(request, here, ke, status=422, problem=_WRONG_CODE, secret=secret or "")
    except Locked as problem:
        return _code_form(request, here, ke, status=429, problem=locked_text(problem.wait), secret=secret or "")
    if signed_in.codes:
        page = render(
            request, "masuk-cadangan.html", None, title="Kode cadangan", codes=signed_in.codes, ke=next_page(ke)
        )
        return with_cookie(request, page, signed_in)
    return with_cookie(request, go_on(False, ke), signed_in)


@router.post("/masuk/batal")
def give_up(here: CodePending) -> Response:
    """Leave it at the password."""
    return _signed_out(here)


@router.post("/keluar")
def sign_out(here: Anybody) -> Response:
    """Sign this browser out."""
    return _signed_out(here)


def _signed_out(here: Here) -> Response:
    signing_in.out(here)
    response = RedirectResponse("/masuk", status_code=303)
    cookie.take_away(response)
    return response


@router.get("/undangan/{token}", dependencies=[_Ask])
def invitation(request: Request, token: str) -> Response:
    """Where somebody who was invited chooses a password."""
    with transaction() as session:
        account = accounts.invited(session, token, now())
        login, name = (account.login, account.name) if account else ("", "")
    if not login:
        return _no_invitation(request)
    return _password_form(request, login, name)


def _no_invitation(request: Request) -> Response:
    return render(
        request,
        "masalah.html",
        None,
        status=404,
        title="Tautan ini sudah tidak berlaku",
        text="Tautan undangan hanya bisa dipakai sekali, dalam 3 hari. Minta yang baru kepada admin.",
    )


def _password_form(request: Request, login: str, name: str, *, status: int = 200, problem: str = "") -> Response:
    return render(
        request,
        "masuk-undangan.html",
        None,
        status=status,
        title="Pilih kata sandi",
        login=login,
        name=name,
        problem=problem,
        shortest=passwords.SHORTEST,
    )


@router.post("/undangan/{token}", dependencies=[_Ask])
def accept_invitation(request: Request, token: str, password: Field = "", again: Field = "") -> Response:
    """Choose a password; the invitation is used up."""
    with transaction() as session:
        account = accounts.invited(session, token, now())
        login, name = (account.login, account.name) if account else ("", "")
    if not login:
        return _no_invitation(request)
    weak = passwords.weakness(password, (login, name))
    problem = WEAK[weak] if weak else NOT_THE_SAME if password != again else ""
    if problem:
        return _password_form(request, login, name, status=422, problem=problem)
    hashed = passwords.hashed(password)
    with transaction() as session:
        account = accounts.invited(session, token, now(), lock=True)
        if account is not None:
            accounts.set_password(session, account, hashed, now(), by=account.login)
    if account is None:
        return _no_invitation(request)
    return render(request, "masuk-siap.html", None, title="Kata sandi tersimpan", login=login)
