"""``siaga certificate verify``: by its signature alone, or looked up."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from siaga.certificates import CODES, issue, qr_text
from siaga.certificates.commands import app
from siaga.db import transaction
from tests.certificates.given import dose
from tests.identity.given import person
from tests.registration.given import NOW


def verify(*arguments: str, lines: str | None = None) -> tuple[int, list[dict[str, Any]]]:
    ran = CliRunner().invoke(app, ["verify", *arguments], input=lines)
    return ran.exit_code, [json.loads(line) for line in ran.output.splitlines()]


def test_a_signature_is_checked_without_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> None:
        raise AssertionError("the database was asked")

    monkeypatch.setattr("siaga.db.transaction", none)
    code = CODES.new()
    assert verify(qr_text(code)) == (0, [{"code": code, "signed": True, "valid": True}])
    forged = {"code": None, "signed": False, "valid": False}
    assert verify(code) == (1, [forged])
    assert verify(f"{code}.AAAAAAAAAAAAAAAA") == (1, [forged])


def test_several_are_read_from_lines() -> None:
    code = CODES.new()
    exit_code, told = verify(
        "-", lines=f'{qr_text(code)}\n\nbukan kode\n"{qr_text(code)}"\n{{"text": "{qr_text(code)}"}}\n{{}}\n{{\n'
    )
    assert exit_code == 1
    assert [one["valid"] for one in told] == [True, False, True, True, False, False]
    assert verify("-", lines="")[0] == 1


def test_looked_up_it_tells_what_is_on_file(database: str) -> None:
    with transaction() as session:
        someone = person(session)
        dose(session, someone)
        code = issue(session, someone, NOW).certificates[0].code
    on_file = {"dose": 1, "vaccine": "astrazeneca", "given_on": "2021-07-14", "name": "W**** U** 0**"}
    assert verify(qr_text(code), "--online") == (0, [{"code": code, "signed": True, "valid": True, **on_file}])
    typed = code.lower().replace("-", " ")
    assert verify(typed, "--online") == (0, [{"code": code, "signed": False, "valid": True, **on_file}])
    stranger = CODES.new()
    assert verify(qr_text(stranger), "--online") == (1, [{"code": stranger, "signed": True, "valid": False}])
    assert verify(f"{code}.AAAA", "--online")[0] == 1
