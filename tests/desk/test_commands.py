"""``siaga desk``: the first admin, and what an operator does to accounts."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path

import httpx
import pytest
from click.testing import Result
from typer.testing import CliRunner

from siaga.db import transaction
from siaga.desk import accounts
from siaga.desk.commands import app
from siaga.settings import settings
from tests.desk.conftest import Desk
from tests.desk.signing import PASSWORD, kept, log, opened, sign_in
from tests.simulator.stub_bot import free_port, until

Run = Callable[..., Result]


@pytest.fixture
def run(database: str) -> Run:
    def run_(*words: str, given: str = "") -> Result:
        return CliRunner().invoke(app, list(words), input=given)

    return run_


def test_the_first_admin_signs_in(run: Run, desk: Desk) -> None:
    with transaction() as session:
        assert accounts.is_empty(session)
    done = run("admin", "create", given=f"Kepala\nKepala Uji\n{PASSWORD}\n{PASSWORD}\n")
    assert done.exit_code == 0, done.output
    assert PASSWORD not in done.output
    assert f"http://127.0.0.1:{settings().desk_port}/masuk" in done.output
    browser = desk()
    assert sign_in(browser, "kepala").status_code == 303
    assert browser.get("/akun").status_code == 200
    with transaction() as session:
        assert not accounts.is_empty(session)
    assert log()[:2] == [("command", "desk.account_new"), ("command", "desk.password")]


def test_a_slip_is_asked_for_again(run: Run) -> None:
    given = f"satu lain sekali\ndua lain sekali\n{PASSWORD}\n{PASSWORD}\n"
    done = run("admin", "create", "--login", "kepala", "--name", "Kepala", given=given)
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize(
    ("login", "password", "why"),
    [
        ("kepala", "pendek", "at least 10"),
        ("kepala", "indonesia2024", "first that anybody tries"),
        ("kepala", "kepala12345", "login or the name"),
        ("k", PASSWORD, "3 to 40"),
    ],
)
def test_what_is_refused(run: Run, login: str, password: str, why: str) -> None:
    done = run("admin", "create", "--login", login, "--name", "Kepala", "--password-stdin", given=f"{password}\n")
    assert done.exit_code == 1
    assert why in done.output
    with transaction() as session:
        assert accounts.is_empty(session)


def test_there_is_no_second_account_of_a_login(run: Run) -> None:
    words = ("admin", "create", "--login", "kepala", "--name", "Uji", "--password-stdin")
    assert run(*words, given=f"{PASSWORD}\n").exit_code == 0
    before = kept("kepala").password_hash
    again = run(*words, given="sungai merah delapan awan\n")
    assert again.exit_code == 1 and "already" in again.output
    assert kept("kepala").password_hash == before


def test_listing_inviting_closing(run: Run, desk: Desk) -> None:
    opened("kepala", "admin")
    opened("rini", "volunteer", totp_secret="A" * 32)
    desk("volunteer", login="budi")
    path = run("invite", "RINI").output.strip().removeprefix(f"http://127.0.0.1:{settings().desk_port}")
    assert "Halo, Petugas Rini" in desk().get(path).text
    assert run("disable", "rini").exit_code == 0
    assert desk().get(path).status_code == 404
    listed = [json.loads(line) for line in run("accounts").output.splitlines()]
    assert [(one["login"], one["state"], one["code"]) for one in listed] == [
        ("budi", "invited", False),
        ("kepala", "open", False),
        ("rini", "closed", True),
    ]
    assert run("unlock", "budi").exit_code == 0
    assert log()[-2:] == [("command", "desk.accounts"), ("command", "desk.unlock")]
    assert run("invite", "rini").exit_code == 1
    last = run("disable", "kepala")
    assert last.exit_code == 1 and "last admin" in last.output
    for command in ("invite", "disable", "unlock"):
        assert "no account" in run(command, "tiada").output


def test_in_production_it_runs_by_https_only(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "environment", "production")
    done = run("run")
    assert done.exit_code == 1
    assert "SIAGA_DESK_HTTPS must be set in production" in done.output


def test_the_start_says_how_to_make_the_first_admin(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    from siaga.start.commands import _say_where
    from siaga.start.ports import Ports
    from siaga.start.system import System

    system = System(settings(), Ports(1, 2, 3, 4, desk=5), database, Path("model"), lambda name, line: None)
    assert "desk" in system.processes.commands
    _say_where(system)
    said = capsys.readouterr().out
    assert "http://127.0.0.1:5/" in said and "desk admin create" in said
    with transaction() as session:
        account = accounts.create(session, "kepala", "Kepala", ["admin"], by="command")
        accounts.set_password(session, account, "x", datetime.now(timezone.utc), by="command")
    _say_where(system)
    assert "desk admin create" not in capsys.readouterr().out


def test_the_command_line_does_not_pay_for_the_web(database: str) -> None:
    web = ("fastapi", "uvicorn", "joserfc")
    script = f"import sys; from siaga.desk import commands; print([name for name in {web} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_it_runs_and_stops_when_told(database: str) -> None:
    port = free_port()
    command = [str(Path(sys.executable).parent / "siaga"), "desk", "run", "--port", str(port)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=dict(os.environ)
    ) as process:
        try:

            def is_up() -> bool:
                try:
                    return httpx.get(f"http://127.0.0.1:{port}/masuk", trust_env=False).status_code == 200
                except httpx.HTTPError:
                    return False

            until(is_up, 20)
            again = subprocess.run(command, capture_output=True, text=True, check=False)
            assert again.returncode == 1 and again.stderr.startswith(f"Port {port} is in use")
        finally:
            process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=10)
    assert said == ""
    assert process.returncode in (0, -signal.SIGTERM)
