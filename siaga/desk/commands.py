"""``siaga desk``."""

from __future__ import annotations

import json
import logging
import socket
import sys
from datetime import datetime, timezone
from typing import Annotated, Optional

import typer

from siaga.db import transaction
from siaga.db.audit import note
from siaga.desk import accounts, address, attempts, passwords
from siaga.settings import settings

app = typer.Typer(help="The desk in the browser: run it, and its accounts.")
admin = typer.Typer(help="Accounts that manage the others.")
app.add_typer(admin, name="admin")

_BY = "command"
_REFUSED = {
    "login": "A login has 3 to 40 small letters, digits and . _ @ + -, and none of the system's own names.",
    "taken": "There is an account of this login already.",
    "name": f"A name has 1 to {accounts.NAME_LENGTH} characters.",
    "roles": "There is no such role.",
    "last_admin": "This is the last admin who can sign in: make another first.",
    "not_open": "This account is closed.",
}
_WEAK: dict[passwords.Weakness, str] = {
    "short": f"A password has at least {passwords.SHORTEST} characters.",
    "long": f"A password has at most {passwords.LONGEST} characters.",
    "named": "This password is little more than the login or the name.",
    "common": "This password is among the first that anybody tries.",
}

# Typer reads these at run time, where Python 3.10 and it agree on Optional only.
Text = Optional[str]  # noqa: UP045


def _refuse(text: str) -> typer.Exit:
    typer.echo(text, err=True)
    return typer.Exit(1)


def _now() -> datetime:
    return datetime.now(timezone.utc)


@app.command()
def run(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on; SIAGA_DESK_PORT unless given.")] = 0,
) -> None:
    """Run the desk, until stopped."""
    from siaga.content import live
    from siaga.desk.server import DeskServer, NotReady, check
    from siaga.watch.logs import set_up
    from siaga.watch.process import watched

    chosen = port or settings().desk_port
    try:
        check()
    except NotReady as problem:
        raise _refuse(str(problem)) from None
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, chosen))
        except OSError:
            raise _refuse(f"Port {chosen} is in use; give another with --port or SIAGA_DESK_PORT.") from None
    live.watch()
    server = DeskServer(host=host, port=chosen, watch=watched("desk"))
    # After uvicorn has set up its own.
    set_up("desk", logging.WARNING)
    with address.known(settings(), chosen):
        server.run()


@admin.command("create")
def create_admin(
    login: Annotated[Text, typer.Option(help="What to sign in with; asked for unless given.")] = None,
    name: Annotated[Text, typer.Option(help="What citizens and colleagues read; asked for unless given.")] = None,
    password_stdin: Annotated[bool, typer.Option(help="Read the password from standard input.")] = False,
) -> None:
    """Make an account with the role admin; the password is asked for, twice, and not shown."""
    login = accounts.plain_login(login or typer.prompt("Login"))
    name = name or typer.prompt("Name")
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else _asked()
    weak = passwords.weakness(password, (login, name))
    if weak is not None:
        raise _refuse(_WEAK[weak])
    hashed = passwords.hashed(password)
    try:
        with transaction() as session:
            account = accounts.create(session, login, name, ["admin"], by=_BY)
            accounts.set_password(session, account, hashed, _now(), by=_BY)
    except accounts.Refused as problem:
        raise _refuse(_REFUSED[problem.why]) from None
    desk = address.address(settings())
    typer.echo(f"'{login}' can sign in at {desk}/masuk, and makes the other accounts at {desk}/akun.")


def _asked() -> str:
    while True:
        password: str = typer.prompt(f"Password (at least {passwords.SHORTEST} characters)", hide_input=True)
        if typer.prompt("The same again", hide_input=True) == password:
            return password
        typer.echo("The two are not the same.", err=True)


@app.command("accounts")
def list_accounts() -> None:
    """Who has an account, one JSON line each."""
    with transaction() as session:
        found = accounts.everybody(session)
        note(session, _BY, "desk.accounts", {"entries": len(found)})
        for account in found:
            told = {
                "login": account.login,
                "name": account.name,
                "roles": account.roles,
                "state": _state(account.disabled_at is not None, account.password_hash, account.oidc_subject),
                "code": account.totp_secret is not None,
                "last_sign_in_at": account.last_sign_in_at,
            }
            typer.echo(json.dumps(told, ensure_ascii=False, default=str))


def _state(closed: bool, *ways_in: str | None) -> str:
    if closed:
        return "closed"
    return "open" if any(ways_in) else "invited"


@app.command()
def invite(login: str) -> None:
    """Print a link with which somebody chooses a password, a new or a forgotten one; it works once, for 72 hours."""
    try:
        with transaction() as session:
            token = accounts.invite(session, accounts.by_login(session, login, lock=True), _now(), by=_BY)
    except accounts.UnknownAccount:
        raise _refuse("There is no account of this login.") from None
    except accounts.Refused as problem:
        raise _refuse(_REFUSED[problem.why]) from None
    typer.echo(f"{address.address(settings())}{accounts.path_of(token)}")


@app.command()
def disable(login: str) -> None:
    """Close an account: its owner is signed out at once."""
    try:
        with transaction() as session:
            accounts.disable(session, accounts.by_login(session, login, lock=True), _now(), by=_BY)
    except accounts.UnknownAccount:
        raise _refuse("There is no account of this login.") from None
    except accounts.Refused as problem:
        raise _refuse(_REFUSED[problem.why]) from None


@app.command()
def unlock(login: str) -> None:
    """Let somebody try again at once who was locked out by wrong passwords or codes."""
    with transaction() as session:
        try:
            account = accounts.by_login(session, login, lock=True)
        except accounts.UnknownAccount:
            raise _refuse("There is no account of this login.") from None
        attempts.clear(session, attempts.of_login(account.login))
        attempts.clear(session, attempts.of_code(account.id))
        note(session, _BY, "desk.unlock", {"login": account.login})
