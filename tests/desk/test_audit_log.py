"""The page of the audit log."""

from __future__ import annotations

import ast
import csv
import io
import re
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import select, text

import siaga
from siaga.db import engine, transaction
from siaga.db.audit import Audit, note
from siaga.desk import audit_words
from siaga.desk.pages import audit_log
from tests.desk.conftest import Desk


def noted(*lines: tuple[str, str, dict[str, object], datetime]) -> None:
    with transaction() as session:
        for actor, action, detail, at in lines:
            session.add(Audit(actor=actor, action=action, detail=detail, at=at))
            session.flush()


AT = datetime(2026, 11, 20, 16, 30, tzinfo=timezone.utc)  # 23.30 WIB
LATER = datetime(2026, 11, 20, 17, 30, tzinfo=timezone.utc)  # 00.30 WIB of the next day


@pytest.fixture
def lines(database: str) -> None:
    noted(
        ("kepala", "desk.account_new", {"login": "rini", "roles": ["volunteer", "editor"]}, AT),
        ("rini", "desk.sign_in", {"by": "password"}, LATER),
        ("rini", "sesuatu.baru", {"reset": True, "jumlah": 3}, LATER),
    )


def rows(page: str) -> list[str]:
    body = page[page.index("<tbody>") :] if "<tbody>" in page else ""
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in re.findall(r"<tr>(.*?)</tr>", body, re.S)]


@pytest.mark.usefixtures("lines")
def test_newest_first_in_words(desk: Desk) -> None:
    found = rows(desk("programme").get("/catatan").text)
    assert len(found) == 3
    assert found[0].endswith("rini sesuatu.baru ganti kata sandi: ya; jumlah: 3")
    assert found[1].endswith("WIB rini Masuk dengan: kata sandi")
    assert found[2].endswith("23.30 WIB kepala Akun dibuat akun: rini; tugas: Relawan, Penulis isi")


@pytest.mark.usefixtures("lines")
@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({"siapa": "rini"}, 2),
        ({"apa": "desk.sign_in"}, 1),
        ({"hari": "2026-11-20"}, 1),
        ({"hari": "2026-11-21"}, 2),
        ({"hari": "bukan hari"}, 3),
        ({"siapa": "rini", "apa": "desk.account_new"}, 0),
    ],
)
def test_filters(desk: Desk, asked: dict[str, str], count: int) -> None:
    browser = desk("admin")
    assert len(rows(browser.get("/catatan", params=asked).text)) == count
    told = list(csv.reader(io.StringIO(browser.get("/catatan/csv", params=asked).text.lstrip("\ufeff"))))
    assert len(told) == count + 1


def test_pages_hang_together(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_log, "PAGE", 3)
    with transaction() as session:
        for number in range(8):
            note(session, "rini", "desk.sign_in", {"nomor": number})
    browser = desk("admin")
    path, seen = "/catatan?siapa=rini", []
    for _ in range(5):
        page = browser.get(path).text
        seen += re.findall(r"nomor: (\d)", page)
        older = re.search(r'href="(/catatan\?[^"]*sebelum=[^"]*)"', page)
        if older is None:
            break
        path = older[1].replace("&amp;", "&")
    assert "".join(seen) == "76543210"


def test_a_table_holds_no_formulas(desk: Desk) -> None:
    with transaction() as session:
        note(session, "=HYPERLINK(1)", "desk.sign_in", {})
        note(session, "rini", "@SUM", {})
    answer = desk("admin").get("/catatan/csv")
    assert answer.headers["content-type"].startswith("text/csv")
    cells = [cell for row in csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))) for cell in row]
    assert "'=HYPERLINK(1)" in cells and "'@SUM" in cells
    assert not [cell for cell in cells if cell[:1] in ("=", "@", "+", "-")]


# Of the same form, but a lock, the purpose of a seal, actors, pages.
_OTHERWISE = re.compile(r"desk\.(admins|oidc)|siaga\..*|.*\.(html|json)")


def actions_noted() -> set[str]:
    """What looks like an action in the modules that write the log; those made at run time are not among them."""
    found: set[str] = set()
    for path in Path(siaga.__file__).parent.rglob("*.py"):
        source = path.read_text()
        if re.search(r"from siaga\.db\.audit import|from siaga\.db import (.*, )?audit\b", source):
            nodes = [node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)]
            found |= {one for one in nodes if isinstance(one, str) and re.fullmatch(r"[a-z]+\.[a-z_]+", one)}
    return {one for one in found if not _OTHERWISE.fullmatch(one)}


def test_every_action_has_words() -> None:
    found = actions_noted()
    assert {"desk.sign_in", "turns.drop", "person.erase", "inbox.claim", "unclear.undo"} <= found
    assert found <= set(audit_words.ACTIONS)


def test_the_chain_is_told_to_be_whole_for_as_long_as_it_is(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_log, "CHECKED", 3)
    browser = desk("admin")
    assert "Rantai catatan" not in browser.get("/catatan").text
    for number in range(6):
        with transaction() as session:
            session.add(
                Audit(actor="rini", action="desk.sign_in", detail={"n": number}, at=AT + timedelta(hours=number))
            )
    page = browser.get("/catatan").text
    # The last three of six: the fourth was at 02.30 of the next day.
    assert "3 baris terakhir, sejak" in page and "02.30 WIB" in page[: page.index("saring")]
    assert "Rantai catatan" not in browser.get("/catatan", params={"sebelum": 4}).text

    def change(row: int) -> None:
        with engine().begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            connection.execute(text("UPDATE audit SET actor = 'budi' WHERE place = :row"), {"row": row})

    change(2)
    assert "Rantai catatan utuh" in browser.get("/catatan").text, "older lines are not looked at on each view"
    change(5)
    assert "Rantai catatan terputus" in browser.get("/catatan").text


def test_who_takes_the_table_along_is_noted(desk: Desk) -> None:
    browser = desk("programme")
    browser.get("/catatan/csv")
    with transaction() as session:
        row = session.execute(select(Audit)).scalar_one()
    assert (row.actor, row.action, row.detail, row.place) == ("programme", "audit.csv", {"entries": 0}, 1)
