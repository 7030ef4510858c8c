"""``siaga doses``: the next dose without a chat, and lists of doses given."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner

from siaga.db import transaction
from siaga.db.audit import Audit
from siaga.doses import record_told, recorded
from siaga.doses.commands import app
from siaga.people.tables import Person
from siaga.registration import writes
from siaga.registration.people import nik_index
from siaga.registration.tables import ImportRun
from tests.registration.given import nik

RUNNER = CliRunner()
HEADER = "nik,number,vaccine,given_on,place,batch\n"


def run(*words: str, given: str | None = None) -> tuple[int, list[dict[str, object]]]:
    result = RUNNER.invoke(app, list(words), input=given)
    return result.exit_code, [json.loads(line) for line in result.stdout.splitlines()]


def test_options() -> None:
    code, (line,) = run("next", "--dose", "sinovac:2021-07-01", "--dose", "sinovac:2021-08-01", "--birth-date",
                        "1980-01-01", "--day", "2023-03-01")  # fmt: skip
    assert code == 0
    assert (line["next"], line["dose"], line["number"], line["from"]) == ("due", "booster_1", 3, "2021-11-01")
    assert line["brands"] == {
        "astrazeneca": "half", "pfizer": "half", "moderna": "full", "sinopharm": "full", "sinovac": "full",
    }  # fmt: skip
    assert line["sources"] and str(line["version"]).startswith("2023-01-24.")


def test_no_dose_yet() -> None:
    _, (line,) = run("next", "--none", "--birth-date", "1980-01-01", "--day", "2023-03-01")
    assert (line["next"], line["dose"], line["from"]) == ("due", "dose_1", "2023-03-01")


def test_lines_and_what_is_wrong_with_them() -> None:
    given = [
        {"doses": [{"vaccine": "astrazeneca", "given_on": "2023-01-01"}], "birth_date": "1980-01-01",
         "day": "2023-02-01"},
        {"day": "2023-02-01"},
        {"doses": [{"number": 3, "vaccine": "pfizer", "given_on": "2022-01-20"}], "birth_date": "1980-01-01",
         "day": "2022-08-01", "group": "health_worker"},
        {"doses": [{"vaccine": "astra"}], "day": "2023-02-01"},
        {"doses": "two"},
        {"dosis": []},
        {"doses": [], "day": "yesterday"},
        {"doses": [], "day": "2020-01-01"},
        {"doses": [{"given_on": "2024-01-01"}], "day": "2023-02-01"},
    ]  # fmt: skip
    text = "\n".join([*(json.dumps(line) for line in given), "no json", ""])
    code, lines = run("next", given=text)
    assert code == 1
    assert (lines[0]["from"], lines[0]["until"]) == ("2023-02-26", "2023-03-26")
    assert (lines[1]["next"], lines[1]["ask"]) == ("unknown", "doses_received")
    assert (lines[2]["next"], lines[2]["from"]) == ("due", "2022-07-20")
    assert all("error" in line for line in lines[3:]) and len(lines) == 10


def test_check_reads_every_file() -> None:
    result = RUNNER.invoke(app, ["check"])
    assert result.exit_code == 0 and "2023-01-24" in result.stdout


# ---------------------------------------------------------------- import
@pytest.fixture
def people(database: str) -> list[int]:
    with transaction() as session:
        made = [
            Person(
                nik=nik(serial), nik_index=nik_index(nik(serial)), name=f"Warga Uji {serial:03}",
                birth_date="1954-08-17", sex="L", regency_code="35.78",
            )
            for serial in (1, 2)
        ]  # fmt: skip
        session.add_all(made)
        session.flush()
        return [one.id for one in made]


def write(folder: Path, *lines: str) -> Path:
    path = folder / "dosis.csv"
    path.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def doses(person_id: int) -> list[tuple[int, str | None, date | None, bool]]:
    with transaction() as session:
        return [(one.number, one.vaccine, one.given_on, one.told) for one in recorded(session, person_id)]


def test_right_rows_are_kept_and_wrong_ones_reported(people: list[int], tmp_path: Path) -> None:
    with transaction() as session:
        record_told(session, people[0], 1, last_on=date(2021, 7, 1), last_vaccine="pfizer")
    path = write(
        tmp_path,
        f"{nik(1)},1,Sinovac,2021-07-01,Puskesmas Uji,B-1",
        f"{nik(1)},2,CoronaVac,2021-08-01,,",
        f"{nik(1)},2,Sinovac,2021-08-02,,",
        f"{nik(2)},1,Sinovac,2020-12-31,,",
        f"{nik(2)},1,Apa saja,2021-07-01,,",
        f"{nik(2)},0,Sinovac,2021-07-01,,",
        f"{nik(3)},1,Sinovac,2021-07-01,,",
        "123,1,Sinovac,2021-07-01,,",
        f"{nik(1)},3,Pfizer,2021-07-15,,",
        f"{nik(2)},1,Sinovac,2099-01-01,,",
    )
    result = RUNNER.invoke(app, ["import", str(path), "--by", "petugas uji"])
    assert result.exit_code == 1
    assert "2 new" in result.stdout or "2 changed" in result.stdout
    assert "replaced: 1 (lines 2)" in result.stdout
    assert doses(people[0]) == [(1, "sinovac", date(2021, 7, 1), False), (2, "sinovac", date(2021, 8, 1), False)]
    assert doses(people[1]) == []
    report = (tmp_path / "dosis.refused.csv").read_text(encoding="utf-8").splitlines()
    assert [line.split(",")[0] for line in report[1:]] == ["4", "5", "6", "7", "8", "9", "10", "11"]
    assert nik(1) not in "\n".join(report) + result.stdout
    with transaction() as session:
        run = session.execute(select(ImportRun)).scalar_one()
        assert (run.kind, run.actor, run.rows, run.taken, run.refused) == ("doses", "petugas uji", 10, 2, 8)
        audit = session.execute(select(Audit).where(Audit.action == "doses.import")).scalar_one()
        assert audit.actor == "petugas uji" and nik(1) not in json.dumps(audit.detail)


def test_the_same_file_again_changes_nothing(people: list[int], tmp_path: Path) -> None:
    path = write(tmp_path, f"{nik(1)},1,Sinovac,2021-07-01,,")
    RUNNER.invoke(app, ["import", str(path)])
    result = RUNNER.invoke(app, ["import", str(path)])
    assert result.exit_code == 0 and "1 unchanged" in result.stdout
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(ImportRun)) == 2


def test_an_outside_registry_is_told_once(people: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("siaga.registration.gateways.access.is_outside", lambda: True)
    path = write(tmp_path, f"{nik(1)},1,Sinovac,2021-07-01,Puskesmas Uji,B-1")
    for _ in range(2):
        RUNNER.invoke(app, ["import", str(path)])
    with transaction() as session:
        queued = session.execute(select(writes.RegistryWrite)).scalars().all()
        assert [(one.kind, one.payload["vaccine"], one.payload["given_on"]) for one in queued] == [
            ("dose", "sinovac", "2021-07-01")
        ]


def test_what_a_registry_has_said_stays(people: list[int], tmp_path: Path) -> None:
    from siaga.doses import KnownDose, record_known

    with transaction() as session:
        record_known(session, people[0], KnownDose(1, "pfizer", date(2021, 7, 1)), "registry")
    path = write(tmp_path, f"{nik(1)},1,Sinovac,2021-07-01,,")
    result = RUNNER.invoke(app, ["import", str(path)])
    assert result.exit_code == 1
    assert "differs from what the registry has" in (tmp_path / "dosis.refused.csv").read_text(encoding="utf-8")
    assert doses(people[0]) == [(1, "pfizer", date(2021, 7, 1), False)]


def test_a_file_of_which_nothing_can_be_taken(tmp_path: Path, database: str) -> None:
    path = tmp_path / "dosis.csv"
    path.write_text("nik,vaccine\n", encoding="utf-8")
    result = RUNNER.invoke(app, ["import", str(path)])
    assert result.exit_code == 2
