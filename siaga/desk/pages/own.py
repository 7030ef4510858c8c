"""One's own account: the name that citizens read, the password, one-time codes, and where one is signed in."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from siaga.db import transaction
from siaga.db.audit import note
from siaga.desk import accounts, codes, passwords, sessions
from siaga.desk.access import Anybody
from siaga.desk.accounts import Refused
from siaga.desk.pages import cookie
from siaga.desk.pages.accounts import REFUSED
from siaga.desk.pages.sign_in import NOT_THE_SAME, WEAK, locked_text, opened, set_up_with
from siaga.desk.render import go, render
from siaga.desk.sessions import Here
from siaga.desk.showing import now
from siaga.desk.signing_in import Locked, is_own_password, needs_code

router = APIRouter(prefix="/saya")

Field = Annotated[str, Form()]
_WRONG_PASSWORD = "Kata sandi sekarang belum cocok."  # noqa: S105 - a sentence
_DONE = {
    "nama": "Nama tersimpan.",
    "sandi": "Kata sandi baru tersimpan. Perangkat lain sudah dikeluarkan.",
    "lepas": "Kode sekali pakai dilepas.",
    "keluar": "Perangkat lain sudah dikeluarkan.",
}


@router.get("")
def own(request: Request, here: Anybody, beres: str = "") -> Response:
    """One's own account."""
    return _own(request, here, done=_DONE.get(beres, ""))


def _own(
    request: Request, here: Here, *, status: int = 200, done: str = "", problem: str = "", about: str = ""
) -> Response:
    """``about``: which part of the page the problem is in."""
    with transaction() as session:
        account = accounts.get(session, here.account_id)
        return render(
            request,
            "saya.html",
            here,
            status=status,
            title="Akun saya",
            account=account,
            signed_in=sessions.of(session, here.account_id, now()),
            must_have_code=needs_code(here.roles),
            codes_left=len(account.recovery or []),
            shortest=passwords.SHORTEST,
            done=done,
            problem=problem,
            about=about,
        )


@router.post("/nama")
def rename(request: Request, here: Anybody, name: Field = "") -> Response:
    """Change the name that citizens and colleagues read."""
    try:
        with transaction() as session:
            accounts.rename(session, accounts.get(session, here.account_id, lock=True), name, by=here.login)
    except Refused as problem:
        return _own(request, here, status=422, problem=REFUSED[problem.why], about="nama")
    return go(request, "/saya?beres=nama")


@router.post("/kata-sandi")
def change_password(
    request: Request, here: Anybody, old: Field = "", password: Field = "", again: Field = ""
) -> Response:
    """Change the password; every browser but this one is signed out."""
    weak = passwords.weakness(password, (here.login, here.name))
    problem = WEAK[weak] if weak else NOT_THE_SAME if password != again else _problem_with(here, old)
    if problem:
        return _own(request, here, status=422, problem=problem, about="sandi")
    hashed = passwords.hashed(password)
    with transaction() as session:
        account = accounts.get(session, here.account_id, lock=True)
        accounts.set_password(session, account, hashed, now(), by=here.login)
        token = sessions.begin(session, account.id, now())
    response = go(request, "/saya?beres=sandi")
    cookie.put(response, token)
    return response


def _problem_with(here: Here, password: str) -> str:
    try:
        return "" if is_own_password(here, password, now()) else _WRONG_PASSWORD
    except Locked as problem:
        return locked_text(problem.wait)


@router.get("/kode")
def set_up(request: Request, here: Anybody) -> Response:
    """Set an app up for one-time codes."""
    return _set_up_form(request, here, codes.new_secret())


def _set_up_form(request: Request, here: Here, secret: str, *, problem: str = "") -> Response:
    asks = _has_password(here)
    return render(
        request,
        "saya-kode.html",
        here,
        status=422 if problem else 200,
        title="Kode sekali pakai",
        set_up=set_up_with(here, secret),
        problem=problem,
        asks_password=asks,
    )


def _has_password(here: Here) -> bool:
    """Whether there is one to ask for; who comes by a province's account may have none."""
    with transaction() as session:
        return accounts.get(session, here.account_id).password_hash is not None


@router.post("/kode")
def turn_on(request: Request, here: Anybody, sealed: Field = "", kode: Field = "", old: Field = "") -> Response:
    """Turn one-time codes on with the first of them; the recovery codes are shown once. Who only has the session would
    lock its owner out: the password is asked for."""
    secret = opened(here, sealed)
    if secret is None:
        return go(request, "/saya/kode")
    if _has_password(here) and (problem := _problem_with(here, old)):
        return _set_up_form(request, here, secret, problem=problem)
    step = codes.step_of(secret, kode, now(), None)
    if step is None:
        return _set_up_form(request, here, secret, problem="Kode ini belum cocok. Pastikan jam di HP Anda tepat.")
    with transaction() as session:
        account = accounts.get(session, here.account_id, lock=True)
        recovery = None if account.totp_secret else accounts.turn_codes_on(session, account, secret, step)
    return _recovery(request, here, recovery) if recovery else go(request, "/saya")


def _recovery(request: Request, here: Here, recovery: list[str]) -> Response:
    return render(request, "saya-cadangan.html", here, title="Kode cadangan", codes=recovery)


@router.post("/kode/cadangan")
def renew_recovery(request: Request, here: Anybody, old: Field = "") -> Response:
    """New recovery codes; those of before are of no use any more."""
    if problem := _problem_with(here, old):
        return _own(request, here, status=422, problem=problem, about="kode")
    with transaction() as session:
        account = accounts.get(session, here.account_id, lock=True)
        recovery = accounts.renew_recovery(session, account) if account.totp_secret else None
    return _recovery(request, here, recovery) if recovery else go(request, "/saya")


@router.post("/kode/lepas")
def turn_off(request: Request, here: Anybody, old: Field = "") -> Response:
    """Turn one-time codes off, where one's roles do not ask for them."""
    problem = "Tugas Anda mewajibkan kode sekali pakai." if needs_code(here.roles) else _problem_with(here, old)
    if problem:
        return _own(request, here, status=422, problem=problem, about="kode")
    with transaction() as session:
        accounts.turn_codes_off(session, accounts.get(session, here.account_id, lock=True), by=here.login)
    return go(request, "/saya?beres=lepas")


@router.post("/keluar-lain")
def sign_out_elsewhere(request: Request, here: Anybody) -> Response:
    """Sign every other browser out."""
    with transaction() as session:
        sessions.end_all(session, here.account_id, but=here.digest)
        note(session, here.login, "desk.sign_out_all", {"login": here.login})
    return go(request, "/saya?beres=keluar")
