"""Reviewed messages become examples, each once, and nothing personal does."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
import yaml

from siaga.db import transaction
from siaga.unclear import review
from siaga.unclear.examples import blocks, read
from siaga.unclear.export import Export, export
from siaga.unclear.tables import UnclearMessage
from tests.unclear.given import collected, rows

ONE = """\
version: "3.1"
nlu:
# Jadwal
- intent: check_registration
  examples: |
    - jadwalku kapan
    - cek jadwal dong
- intent: greet
  examples: |
    - halo
"""
TWO = """\
nlu:
- intent: check_registration
  examples: |
    - cek pendaftaran
- intent: ask_next_dose
  examples: |
    - dosis berikutnya kapan
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "one.yml").write_text(ONE)
    (tmp_path / "two.yml").write_text(TWO)
    return tmp_path


def _labelled(text: str, label: str) -> int:
    key = collected(text)
    (row,) = [row for row in rows() if row.message_key == key]
    with transaction() as session:
        review.give_label(session, [row.id], label)
    return int(row.id)


def _exported(folder: Path) -> Export:
    with transaction() as session:
        return export(session, folder)


def _row(number: int) -> UnclearMessage:
    return next(row for row in rows() if row.id == number)


def test_examples_go_where_the_intent_has_most(database: str, folder: Path) -> None:
    for text, label in (("jadwalku piye", "check_registration"), ("suntik kedua kpn", "ask_next_dose")):
        _labelled(text, label)
    _labelled("buang saja", review.DISCARD)
    collected("belum ditinjau")
    report = _exported(folder)
    assert report.written == {
        folder / "one.yml": {"check_registration": ["jadwalku piye"]},
        folder / "two.yml": {"ask_next_dose": ["suntik kedua kpn"]},
    }
    assert (folder / "one.yml").read_text() == ONE.replace("dong\n", "dong\n    - jadwalku piye\n")
    assert (folder / "two.yml").read_text() == TWO + "    - suntik kedua kpn\n"
    assert [(row.label, row.exported_at is not None) for row in rows()] == [
        ("check_registration", True),
        ("ask_next_dose", True),
        (review.DISCARD, False),
        (None, False),
    ]


def test_a_second_export_finds_nothing(database: str, folder: Path) -> None:
    _labelled("jadwalku piye", "check_registration")
    _exported(folder)
    before = (folder / "one.yml").read_bytes()
    report = _exported(folder)
    assert (report.written, report.doubles, report.refused) == ({}, [], [])
    assert (folder / "one.yml").read_bytes() == before


def test_what_was_written_but_not_marked_is_only_marked(database: str, folder: Path) -> None:
    number = _labelled("jadwalku piye", "check_registration")
    with pytest.raises(ZeroDivisionError), transaction() as session:
        export(session, folder)
        _ = 1 / 0
    assert _row(number).exported_at is None
    report = _exported(folder)
    assert [message.id for message in report.doubles] == [number]
    assert read(folder / "one.yml").count("jadwalku piye") == 1
    assert _row(number).exported_at is not None


def test_what_is_there_already_is_not_written_again(database: str, folder: Path) -> None:
    for text in ("Cek  JADWAL dong", "jadwalku piye", "Jadwalku Piye"):
        _labelled(text, "check_registration")
    report = _exported(folder)
    assert report.written == {folder / "one.yml": {"check_registration": ["jadwalku piye"]}}
    assert len(report.doubles) == 2
    assert all(row.exported_at for row in rows())


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("nikku 3578011708549001 kapan", "check_registration"),
        ("tulis ke warga@contoh.id", "check_registration"),
        ("jadwalku piye", "no_such_intent"),
        ("halo", "check_registration"),
    ],
)
def test_what_may_not_be_an_example_goes_back_to_review(database: str, folder: Path, text: str, label: str) -> None:
    number = _labelled(text, label)
    (refused,) = _exported(folder).refused
    assert (refused.message.id, bool(refused.why)) == (number, True)
    assert (folder / "one.yml").read_text() == ONE
    with transaction() as session:
        assert [(message.id, message.label) for message in review.waiting(session)] == [(number, label)]


def test_a_number_that_no_mask_has_met_is_refused(database: str, folder: Path) -> None:
    number = _labelled("kode saya", "check_registration")
    with transaction() as session:
        session.get(UnclearMessage, number).text = "kode saya 123456"
    assert _exported(folder).refused
    assert "123456" not in read(folder / "one.yml")


def test_a_file_keeps_its_rights_and_its_neighbours(database: str, folder: Path) -> None:
    (folder / "one.yml").chmod(0o640)
    _labelled("jadwalku piye", "check_registration")
    _exported(folder)
    assert stat.S_IMODE((folder / "one.yml").stat().st_mode) == 0o640
    assert sorted(path.name for path in folder.iterdir()) == ["one.yml", "two.yml"]


def test_a_broken_file_stops_all_of_it(database: str, folder: Path) -> None:
    (folder / "three.yml").write_text("nlu: [")
    number = _labelled("jadwalku piye", "check_registration")
    with pytest.raises(yaml.YAMLError):
        _exported(folder)
    assert (folder / "one.yml").read_text() == ONE
    assert _row(number).exported_at is None


def test_all_of_it_is_still_what_rasa_reads(database: str, folder: Path) -> None:
    for number in range(20):
        _labelled(f"jadwalku piye {number} #: - 'x' \"y\" {{z}}\nlagi", "check_registration")
    _exported(folder)
    (block,) = [block for block in blocks(read(folder / "one.yml")) if block.intent == "check_registration"]
    assert len(block.examples) == 22
