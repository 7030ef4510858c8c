"""``siaga radar`` as staff and others call it."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from click.testing import Result
from sqlalchemy import func, select
from typer.testing import CliRunner

from siaga.db import transaction
from siaga.radar import commands
from siaga.radar.commands import app
from siaga.radar.diseases import load_diseases
from siaga.radar.importing import Known, read
from siaga.radar.tables import RadarFigure, RadarImport
from siaga.settings import ROOT, settings

run = CliRunner()

TODAY = datetime.now(ZoneInfo("Asia/Jakarta")).date()
YESTERDAY = TODAY - timedelta(days=1)


def _lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def _line(*arguments: str, code: int = 0, stdin: str | None = None) -> dict[str, Any]:
    result = run.invoke(app, list(arguments), input=stdin)
    assert result.exit_code == code, result.output
    (line,) = _lines(result)
    return line


def _csv(path: Path, *rows: tuple[str, str, int, int]) -> Path:
    """A file of an office: code, measure, days before yesterday, total."""
    written = ["kode,wilayah,tanggal,penyakit,ukuran,jenis,jumlah"]
    written += [
        f"{code},,{YESTERDAY - timedelta(days=back)},covid19,{measure},total,{total}"
        for code, measure, back, total in rows
    ]
    path.write_text("\n".join(written) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def surabaya(tmp_path: Path, database: str) -> Path:
    """Two weeks of Surabaya: 10 a day, then 20."""
    totals = [1000 + 10 * day for day in range(8)] + [1070 + 20 * day for day in range(1, 8)]
    rows = [("35.78", "positif", 14 - day, total) for day, total in enumerate(totals)]
    return _csv(tmp_path / "surabaya.csv", *rows)


def _kept() -> int:
    with transaction() as session:
        return session.scalar(select(func.count()).select_from(RadarFigure)) or 0


# ---------------------------------------------------------------------- import, list, undo
def test_a_file_is_taken_in_listed_shown_and_taken_back(surabaya: Path) -> None:
    line = _line("import", str(surabaya), "--source", "uji", "--said-by", "Dinas Uji")
    assert (line["file"], line["source"], line["said_by"], line["already"]) == (
        "surabaya.csv", "uji", "Dinas Uji", False)  # fmt: skip
    assert (line["figures"], line["regions"], line["last_day"]) == (15, 1, YESTERDAY.isoformat())
    (listed,) = _lines(run.invoke(app, ["list"]))
    assert (listed["id"], listed["file"], listed["said_by"]) == (line["import"], "surabaya.csv", "Dinas Uji")

    shown = _line("show", "surabaya")
    assert (shown["code"], shown["name"], shown["day"]) == ("35.78", "Kota Surabaya", YESTERDAY.isoformat())
    assert (shown["total"], shown["new"]) == ({"confirmed": 1210}, {"confirmed": 20})
    assert (shown["week"], shown["week_before"], shown["change"], shown["trend"]) == (140, 70, 1.0, "up")
    assert (shown["stale"], shown["days_old"]) == (False, 1)
    assert (shown["source"]["said_by"], shown["source"]["sample"]) == ("Dinas Uji", False)
    assert shown["level"]["known"] == ["confirmed"] and shown["level"]["complete"] is False

    assert run.invoke(app, ["undo", str(line["import"])]).exit_code == 0
    assert _line("show", "35.78")["day"] is None
    again = run.invoke(app, ["undo", str(line["import"])])
    assert again.exit_code == 1 and "taken back before" in again.output


def test_the_same_file_again_changes_nothing(surabaya: Path) -> None:
    first = _line("import", str(surabaya))
    second = _line("import", str(surabaya))
    assert (second["already"], second["import"]) == (True, first["import"])
    assert _kept() == 15


def test_a_dry_run_keeps_nothing(surabaya: Path) -> None:
    line = _line("import", "--dry-run", str(surabaya))
    assert (line["import"], line["figures"]) == (None, 15)
    assert _kept() == 0
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(RadarImport)) == 0


def test_a_refused_file_tells_why_and_the_others_are_taken(surabaya: Path, tmp_path: Path) -> None:
    wrong = _csv(tmp_path / "salah.csv", ("35.99", "positif", 0, 5))
    missing = tmp_path / "tidak-ada.csv"
    result = run.invoke(app, ["import", str(wrong), str(missing), str(surabaya)])
    assert result.exit_code == 1
    first, second, third = _lines(result)
    assert first["file"] == "salah.csv" and "35.99" in " ".join(first["refused"])
    assert second["file"] == "tidak-ada.csv" and second["refused"]
    assert third["figures"] == 15
    assert _kept() == 15


def test_an_import_that_nobody_knows_cannot_be_taken_back(database: str) -> None:
    result = run.invoke(app, ["undo", "4711"])
    assert result.exit_code == 1 and "4711" in result.output


def test_a_disease_that_nobody_knows_is_told_before_anything_is_read(surabaya: Path) -> None:
    result = run.invoke(app, ["import", str(surabaya), "--disease", "masuk angin"])
    assert result.exit_code == 2 and _kept() == 0


# ---------------------------------------------------------------------- where
def test_a_pin_in_the_south_is_no_option() -> None:
    found = _line("where", "-7.2459,112.7378")
    assert found["found"] is True
    assert found["province"] == {"code": "35", "name": "Jawa Timur"}
    assert found["regency"] == {"code": "35.78", "name": "Kota Surabaya"}


def test_pins_in_lines_and_one_that_is_none() -> None:
    lines = ['{"lat": -7.2501, "lon": 112.7502}', '{"lat": "x", "lon": 1}', "nonsense", '{"lat": 48.1, "lon": 11.5}',
             '{"lat": 999, "lon": 0}']  # fmt: skip
    result = run.invoke(app, ["where"], input="\n".join(lines) + "\n")
    assert result.exit_code == 1
    told = _lines(result)
    assert [each.get("found") for each in told] == [True, None, None, False, None]
    assert all("error" in told[n] for n in (1, 2, 4))
    # Where somebody is goes nowhere, not even back.
    assert "112.7502" not in result.output


@pytest.mark.parametrize("pin", ["-7.25", "surabaya", "-7.25 112.75", "nan,112"])
def test_what_is_no_pin_is_told(pin: str) -> None:
    assert run.invoke(app, ["where", pin]).exit_code != 0


# ---------------------------------------------------------------------- show
def test_what_is_not_known_is_null_and_never_zero(database: str) -> None:
    shown = _line("show", "sby")
    assert shown["code"] == "35.78"
    unknown = ("day", "days_old", "source", "week", "week_before", "change", "per_100k", "level", "colour")
    assert [shown[name] for name in unknown] == [None] * len(unknown)
    assert (shown["total"], shown["new"], shown["now"], shown["trend"]) == ({}, {}, {}, "unknown")


def test_a_name_of_two_places_gives_both(database: str) -> None:
    choices = _line("show", "malang")["choices"]
    assert {each["code"] for each in choices} == {"35.73", "35.07"}
    assert _line("show", "kota malang")["code"] == "35.73"


@pytest.mark.parametrize(
    ("place", "code"), [("jatim", "35"), ("Indonesia", "ID"), ("35.15", "35.15"), ("kab sidoarjo", "35.15")]
)
def test_places_in_any_way(place: str, code: str, database: str) -> None:
    assert _line("show", place)["code"] == code


def test_a_kecamatan_without_figures_is_told_with_those_of_its_city(surabaya: Path) -> None:
    run.invoke(app, ["import", str(surabaya)])
    shown = _line("show", "wonokromo surabaya")
    assert (shown["asked"]["name"], shown["code"], shown["total"]) == ("Wonokromo", "35.78", {"confirmed": 1210})


def test_lines_by_name_and_by_pin_with_a_disease(surabaya: Path) -> None:
    run.invoke(app, ["import", str(surabaya)])
    lines = ['{"place": "surabaya"}', '{"lat": -7.2459, "lon": 112.7378}', '{"place": "surabaya", "disease": "dbd"}',
             '{"place": "atlantis"}', '{"place": "77.77"}', "[]", "{}",
             '{"place": "surabaya", "disease": "masuk angin"}']  # fmt: skip
    result = run.invoke(app, ["show"], input="\n".join(lines) + "\n")
    assert result.exit_code == 1
    told = _lines(result)
    assert [each.get("code") for each in told[:3]] == ["35.78"] * 3
    assert [each["disease"] for each in told[:3]] == ["covid19", "covid19", "dengue"]
    assert [each["total"] for each in told[:3]] == [{"confirmed": 1210}, {"confirmed": 1210}, {}]
    assert all("error" in each for each in told[3:])


# ---------------------------------------------------------------------- sample
def test_samples_are_marked_and_can_be_taken_away(database: str) -> None:
    assert run.invoke(app, ["sample"]).exit_code == 0
    shown = _line("show", "surabaya")
    assert shown["source"]["sample"] is True and shown["total"]["confirmed"] > 0
    assert shown["level"]["complete"] is True and shown["colour"]["source"]["sample"] is True
    assert run.invoke(app, ["sample", "--drop"]).exit_code == 0
    assert _line("show", "surabaya")["source"] is None


def test_production_gets_no_samples(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIAGA_ENVIRONMENT", "production")
    settings.cache_clear()
    try:
        result = run.invoke(app, ["sample"])
    finally:
        monkeypatch.undo()
        settings.cache_clear()
    assert result.exit_code == 1 and "production" in result.output
    assert _kept() == 0


# ---------------------------------------------------------------------- what staff read and change
def test_the_examples_of_the_documentation_are_taken_as_they_stand() -> None:
    page = (ROOT / "docs" / "radar.md").read_text(encoding="utf-8")
    examples = re.findall(r"```csv\n(.*?)```", page, re.DOTALL)
    assert len(examples) == 2
    tables = [read(example.encode(), today=date(2026, 11, 22), known=Known()) for example in examples]
    assert [(len(table.rows), len(table.colours), table.disease) for table in tables] == [
        (2, 0, "covid19"), (2, 1, "dengue")]  # fmt: skip
    assert tables[0].said_by == "Dinas Kesehatan Jawa Timur"


def test_all_that_staff_may_change_is_checked_by_one_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run.invoke(app, ["check"]).exit_code == 0
    wrong = tmp_path / "diseases.yml"
    wrong.write_text("diseases:\n  - id: dengue\n", encoding="utf-8")
    monkeypatch.setattr(commands, "load_diseases", partial(load_diseases, wrong))
    result = run.invoke(app, ["check"])
    assert result.exit_code == 1 and "diseases.yml" in result.output
