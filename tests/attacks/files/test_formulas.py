"""Whatever somebody outside may write, no spreadsheet works it out: in every table that leaves here."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from siaga.db import audit, transaction
from siaga.desk.dashboard.sheets import sheet
from siaga.desk.dashboard.tables import Row, Table
from siaga.people.tables import Person
from siaga.registration import booking
from siaga.registration import export as registrations
from siaga.registration.import_files import Imported, Refusal
from siaga.registration.tables import Facility
from siaga.text.cells import harmless
from tests.desk.conftest import Desk, desk, desk_app  # noqa: F401
from tests.registration.given import NOW, contact, facility, held, submission

FORMULAS = (
    "=1+1", "+62", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠a", " =1", '"=1"', "'=1",
    "\ufeff=1", "\u00a0@a", '=HYPERLINK("https://example.org?"&A1)', "=cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0",
)  # fmt: skip


def is_formula(cell: str) -> bool:
    """Whether a spreadsheet may take it for one: what comes first that is neither space nor quote."""
    return not cell.startswith("'") and cell.lstrip(' "\u00a0\u200b\ufeff\t\r\n')[:1] in tuple("=+-@＝＋－＠")


@pytest.mark.parametrize("cell", FORMULAS)
def test_a_formula_is_text(cell: str) -> None:
    assert harmless(cell) == f"'{cell}".replace("\r", "\n")


@pytest.mark.parametrize("cell", ["", "Puskesmas Uji", "35.78", "a=b", "2026-11-22", "'petik'", "1-2"])
def test_all_else_stays(cell: str) -> None:
    assert harmless(cell) == cell


@given(st.text())
def test_nothing_is_lost_and_nothing_is_worked_out(cell: str) -> None:
    made = harmless(cell)
    assert made.removeprefix("'").split() == cell.removeprefix("'").split() or made[1:].split() == cell.split()
    assert not is_formula(made)


def test_names_in_the_export_of_registrations(database: str) -> None:
    with transaction() as session:
        booking.register(session, submission(contact(session), held(session, facility(session))))
        session.execute(update(Person).values(name='=HYPERLINK("https://example.org")'))
        session.execute(update(Facility).values(name=" @SUM(A1)"))
        out = io.StringIO()
        registrations.export(session, out, actor="uji", day=NOW.date(), names=True, reason="=1+1")
    rows = list(csv.DictReader(io.StringIO(out.getvalue())))
    assert rows and rows[0]["name"].startswith("'=") and rows[0]["facility"] == "' @SUM(A1)"
    assert [cell for row in rows for cell in row.values() if is_formula(cell)] == []


@pytest.mark.parametrize("words", FORMULAS)
def test_what_was_refused_of_a_file(words: str) -> None:
    made = Imported(refusals=[Refusal(2, words, "name", "empty")]).report()
    assert [cell for row in csv.reader(io.StringIO(made)) for cell in row if is_formula(cell)] == []


def test_the_audit_log(desk: Desk) -> None:  # noqa: F811
    with transaction() as session:
        for words in FORMULAS:
            audit.note(session, words[:60], words[:60], {words: words})
    made = desk("programme").get("/catatan/csv").content.decode("utf-8-sig")
    assert [cell for row in csv.reader(io.StringIO(made)) for cell in row if is_formula(cell)] == []


def test_the_tables_of_the_dashboard() -> None:
    table = Table("uji", "Uji", "", FORMULAS, tuple(Row(words, ()) for words in FORMULAS))
    made = sheet(table).removeprefix("\ufeff")
    assert [cell for row in csv.reader(io.StringIO(made)) for cell in row if is_formula(cell)] == []
