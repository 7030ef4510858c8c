"""The accounts, for admins: who has one, what they may do, and the links with which they open it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from siaga.db import transaction
from siaga.desk import access, accounts
from siaga.desk.accounts import Refused, UnknownAccount
from siaga.desk.render import go, render
from siaga.desk.sessions import Here
from siaga.desk.showing import now
from siaga.desk.signing_in import needs_code
from siaga.desk.tables import DeskAccount
from siaga.settings import settings

router = APIRouter(prefix="/akun")

Admin = Annotated[Here, Depends(access.for_roles("admin"))]
Field = Annotated[str, Form()]
Fields = Annotated[list[str], Form()]

REFUSED = {
    "login": "Nama masuk memakai 3 sampai 40 huruf kecil, angka, atau . _ @ + - dan bukan nama milik sistem.",
    "taken": "Nama masuk ini sudah dipakai. Pilih yang lain, ya.",
    "name": f"Nama perlu diisi, paling banyak {accounts.NAME_LENGTH} huruf.",
    "roles": "Pilih paling sedikit satu tugas.",
    "last_admin": "Ini satu-satunya admin yang bisa masuk. Jadikan orang lain admin dulu.",
    "not_open": "Akun ini sedang ditutup. Buka dulu sebelum mengundang.",
}


@router.get("")
def everybody(request: Request, here: Admin) -> Response:
    """Who has an account."""
    with transaction() as session:
        return render(request, "akun.html", here, title="Akun", accounts=accounts.everybody(session), state=state_of)


def state_of(account: DeskAccount) -> str:
    """``closed``, ``open`` for signing in, or ``invited``, ``waiting`` for an invitation that still holds."""
    if account.disabled_at is not None:
        return "closed"
    if account.password_hash or account.oidc_subject:
        return "open"
    holds = account.invite_until is not None and account.invite_until > now()
    return "invited" if holds else "waiting"


@router.get("/baru")
def new(request: Request, here: Admin) -> Response:
    """The form for a new account."""
    return _new_form(request, here)


def _new_form(
    request: Request, here: Here, *, login: str = "", name: str = "", roles: list[str] | None = None, problem: str = ""
) -> Response:
    return render(
        request,
        "akun-baru.html",
        here,
        status=422 if problem else 200,
        title="Akun baru",
        login=login,
        name=name,
        roles=roles or [],
        problem=problem,
    )


@router.post("/baru")
def create(
    request: Request,
    here: Admin,
    login: Field = "",
    name: Field = "",
    roles: Fields = [],  # noqa: B006 - FastAPI makes a new one
) -> Response:
    """Make an account; its link is shown once."""
    try:
        with transaction() as session:
            account = accounts.create(session, login, name, roles, by=here.login)
            token = accounts.invite(session, account, now(), by=here.login)
    except Refused as problem:
        return _new_form(request, here, login=login, name=name, roles=roles, problem=REFUSED[problem.why])
    return _link(request, here, account, token)


def _link(request: Request, here: Here, account: DeskAccount, token: str) -> Response:
    base = (settings().desk_url or str(request.base_url)).rstrip("/")
    return render(
        request,
        "akun-tautan.html",
        here,
        title="Tautan undangan",
        account=account,
        link=f"{base}{accounts.path_of(token)}",
    )


@router.get("/{account_id}")
def one(request: Request, here: Admin, account_id: int) -> Response:
    """One account, to change it."""
    return _one(request, here, account_id)


def _one(request: Request, here: Here, account_id: int, *, problem: str = "", done: str = "") -> Response:
    with transaction() as session:
        account = _get(session, account_id)
        return render(
            request,
            "akun-satu.html",
            here,
            status=422 if problem else 200,
            title=account.name,
            account=account,
            state=state_of(account),
            must_have_code=needs_code(account.roles),
            problem=problem,
            done=done,
        )


def _get(session: Session, account_id: int, *, lock: bool = False) -> DeskAccount:
    if account_id >= 2**63:
        raise HTTPException(404)
    try:
        return accounts.get(session, account_id, lock=lock)
    except UnknownAccount:
        raise HTTPException(404) from None


@router.post("/{account_id}")
def change(
    request: Request,
    here: Admin,
    account_id: int,
    name: Field = "",
    roles: Fields = [],  # noqa: B006 - FastAPI makes a new one
) -> Response:
    """Change name and roles."""

    def both(session: Session, account: DeskAccount) -> None:
        accounts.rename(session, account, name, by=here.login)
        accounts.set_roles(session, account, roles, by=here.login)

    return _changed(request, here, account_id, both, "Tersimpan.")


def _changed(
    request: Request, here: Here, account_id: int, change: Callable[[Session, DeskAccount], None], done: str
) -> Response:
    try:
        with transaction() as session:
            change(session, _get(session, account_id, lock=True))
    except Refused as problem:
        return _one(request, here, account_id, problem=REFUSED[problem.why])
    with transaction() as session:
        own = _get(session, account_id).id == here.account_id
    # What was changed of oneself may have ended this session.
    return go(request, "/akun") if own else _one(request, here, account_id, done=done)


@router.post("/{account_id}/undang")
def invite(request: Request, here: Admin, account_id: int) -> Response:
    """A new link, for who has lost the password or the link before."""
    try:
        with transaction() as session:
            account = _get(session, account_id, lock=True)
            token = accounts.invite(session, account, now(), by=here.login)
    except Refused as problem:
        return _one(request, here, account_id, problem=REFUSED[problem.why])
    return _link(request, here, account, token)


@router.post("/{account_id}/tutup")
def disable(request: Request, here: Admin, account_id: int) -> Response:
    """Close an account."""
    return _changed(
        request,
        here,
        account_id,
        lambda session, account: accounts.disable(session, account, now(), by=here.login),
        "Akun ditutup. Pemiliknya sudah dikeluarkan dari semua perangkat.",
    )


@router.post("/{account_id}/buka")
def enable(request: Request, here: Admin, account_id: int) -> Response:
    """Open a closed account."""
    return _changed(
        request,
        here,
        account_id,
        lambda session, account: accounts.enable(session, account, by=here.login),
        "Akun dibuka lagi.",
    )


@router.post("/{account_id}/lepas-kode")
def reset_codes(request: Request, here: Admin, account_id: int) -> Response:
    """Ask somebody who has lost the phone for no code any more."""
    return _changed(
        request,
        here,
        account_id,
        lambda session, account: accounts.turn_codes_off(session, account, by=here.login),
        "Kode sekali pakai dilepas.",
    )


@router.post("/{account_id}/keluarkan")
def sign_out(request: Request, here: Admin, account_id: int) -> Response:
    """Sign somebody out everywhere."""
    return _changed(
        request,
        here,
        account_id,
        lambda session, account: accounts.sign_out(session, account, by=here.login),
        "Sudah dikeluarkan dari semua perangkat.",
    )
