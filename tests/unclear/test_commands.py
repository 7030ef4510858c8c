"""``siaga nlu review``, as a conversation designer meets it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from siaga.nlu.commands import app
from siaga.unclear.examples import read
from siaga.unclear.review import DISCARD
from tests.unclear.given import collected, rows, texts
from tests.unclear.test_export import ONE, TWO


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "one.yml").write_text(ONE)
    (tmp_path / "two.yml").write_text(TWO)
    return tmp_path


def _review(folder: Path, *answers: str, options: tuple[str, ...] = ()) -> str:
    # At the end of its input typer's runner types Enter for ever.
    typed = "".join(f"{answer}\n" for answer in (*answers, "q"))
    result = CliRunner().invoke(app, ["review", "--data", str(folder), *options], input=typed)
    assert result.exit_code == 0, result.output
    return result.output


def _labels() -> list[tuple[str, str | None]]:
    return [(row.text, row.label) for row in rows()]


def test_nothing_to_do_is_said(database: str, folder: Path) -> None:
    assert "Tidak ada pesan yang menunggu" in _review(folder)
    assert "Tidak ada pesan yang menunggu" in _review(folder, options=("--list",))
    assert _review(folder, options=("--json",)) == ""
    assert "Belum ada pesan yang sudah diberi maksud" in _review(folder, options=("--export",))


def test_a_sitting(database: str, folder: Path) -> None:
    collected("jadwalku piye", days=3)
    collected("Jadwalku piye??", days=2)
    collected("suntik kedua kpn", days=1, suggested="ask_next_dose")
    collected("beli pulsa dong")
    collected("halo min")
    shown = _review(folder, "1", "1", "b", "l", options=())
    assert "5 pesan belum dipahami, dalam 4 kelompok" in shown
    assert "1 dari 4 · 2 pesan mirip" in shown
    assert "a) jadwalku piye" in shown
    assert "Cek pendaftaran" in shown
    assert "(dipilih warganya)" in shown
    assert "Selesai: 3 pesan diberi maksud, 1 dibuang, 1 dilewati." in shown
    assert "3 pesan siap menjadi contoh: siaga nlu review --export" in shown
    assert _labels() == [
        ("jadwalku piye", "check_registration"),
        ("Jadwalku piye??", "check_registration"),
        ("suntik kedua kpn", "ask_next_dose"),
        ("beli pulsa dong", DISCARD),
        ("halo min", None),
    ]


def test_what_was_answered_is_kept_when_the_reviewer_leaves(
    database: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    collected("jadwalku piye", days=1)
    collected("suntik kedua kpn")
    assert "Selesai: 1 pesan" in _review(folder, "1", "q")
    collected("beli pulsa dong")
    answers = iter(["next_d"])

    def end(*_: object, **__: object) -> str:
        try:
            return next(answers)
        except StopIteration:
            raise typer.Abort from None

    monkeypatch.setattr(typer, "prompt", end)
    assert "Selesai: 1 pesan" in _review(folder), "Ctrl-C, or the input simply ends"
    assert [label for _, label in _labels()] == ["check_registration", "ask_next_dose", None]


def test_what_cannot_be_read_is_asked_again(database: str, folder: Path) -> None:
    collected("jadwalku piye")
    shown = _review(folder, "e", "zzz", "?", "dosis", "")
    assert "Ada beberapa yang cocok: ask_next_dose, check_registration, greet" in shown
    assert "Belum dikenali. Tulis nomor" in shown
    assert "  ask_next_dose           Dosis berikutnya" in shown
    assert _labels() == [("jadwalku piye", "ask_next_dose")]


def test_a_group_can_be_taken_apart(database: str, folder: Path) -> None:
    for day, text in enumerate(("jadwalku piye", "jadwalku piye?", "jadwalku piye"), start=-3):
        collected(text, days=-day)
    shown = _review(folder, "p", "greet", "p", "next")
    assert "a) jadwalku piye (2 kali)" in shown
    assert "2 dari 2" in shown
    assert "Belum dikenali" in shown, "what reads the same is not taken apart"
    assert [label for _, label in _labels()] == ["greet", "ask_next_dose", "greet"]


def test_of_a_large_group_some_is_shown(database: str, folder: Path) -> None:
    for number in range(30):
        collected("jadwalku piye" + "?" * number)
    shown = _review(folder, "1")
    assert "30 pesan mirip" in shown
    assert "… dan 18 bunyi lain" in shown
    assert {label for _, label in _labels()} == {"check_registration"}


def test_what_masking_missed_is_taken_out(database: str, folder: Path) -> None:
    collected("saya Warga Uji 001, jadwalku piye")
    _review(folder, "u", "jadwalku piye, nik 3578011708549001", "1", "u", "jadwalku piye", "1")
    assert _labels() == [("jadwalku piye", "check_registration")]


def test_an_edited_text_is_masked_and_may_not_be_an_example(database: str, folder: Path) -> None:
    collected("saya Warga Uji 001, jadwalku piye")
    shown = _review(folder, "u", "nik 3578011708549001 jadwalku piye", "1", "q")
    assert "masih memuat bagian yang disamarkan" in shown
    assert "3578011708549001" not in shown.split("Tulis ulang")[-1].split("\n", 1)[1]
    assert _labels() == [("nik 3578********9001 jadwalku piye", None)]


def test_one_of_several_texts_is_edited(database: str, folder: Path) -> None:
    for day, text in enumerate(("jadwalku piye", "jadwalku piye bu", "jadwalku piye bu"), start=-3):
        collected(text, days=-day)
    shown = _review(folder, "u", "x", "u", "b", "jadwalku piye kak", "u", "a", "", "1")
    assert "b) jadwalku piye kak (2 kali)" in shown
    assert texts() == ["jadwalku piye", "jadwalku piye kak", "jadwalku piye kak"]


def test_the_table(database: str, folder: Path) -> None:
    collected("jadwalku piye", days=2)
    collected("jadwalku piye")
    lines = _review(folder, options=("--list",)).splitlines()
    assert len(lines) == 2
    assert lines[1].split() == [*lines[1].split()[:3], "2", "check_registration", "jadwalku", "piye"]


def test_lines_for_other_programs(database: str, folder: Path) -> None:
    collected("jadwalku piye", days=2, asked="consent", suggested="ask_next_dose")
    collected("beli pulsa", ranking=())
    first, second = map(json.loads, _review(folder, options=("--json",)).splitlines())
    assert (first["count"], first["likeliest"]) == (1, ["ask_next_dose", "check_registration"])
    (message,) = first["messages"]
    assert message["text"] == "jadwalku piye"
    assert (message["asked"], message["suggested"], message["label"]) == ("consent", "ask_next_dose", None)
    assert message["ranking"][0] == ["check_registration", 0.41]
    assert (second["likeliest"], second["messages"][0]["text"]) == ([], "beli pulsa")


def test_the_export_tells_what_it_did_and_what_is_next(database: str, folder: Path) -> None:
    for day, text in enumerate(("jadwalku piye", "cek jadwal dong", "cek pendaftaran ya"), start=-3):
        collected(text, days=-day)
    _review(folder, "1", "1", "greet")
    collected("kontak saya: warga@contoh")
    shown = _review(folder, options=("--export",))
    assert f"{folder.name}/one.yml: 1 contoh baru untuk check_registration" in shown
    assert f"{folder.name}/one.yml: 1 contoh baru untuk greet" in shown
    assert "1 pesan sudah ada di antara contoh" in shown
    assert "make train" in shown
    assert "    - jadwalku piye\n" in read(folder / "one.yml")


def test_what_the_export_refuses_comes_back_with_its_label(database: str, folder: Path) -> None:
    collected("halo")
    assert "Disimpan sebagai check_registration" in _review(folder, "check")
    shown = _review(folder, options=("--export",))
    assert '"halo": sudah menjadi contoh greet, bukan check_registration' in shown
    assert "make train" not in shown
    assert "(pernah dipilih di sini)" in _review(folder, "b")


def test_a_broken_file_is_told(database: str, folder: Path) -> None:
    (folder / "three.yml").write_text("nlu: [")
    result = CliRunner().invoke(app, ["review", "--export", "--data", str(folder)])
    assert result.exit_code == 1
    assert "bukan YAML yang benar" in result.output


def test_one_thing_at_a_time(folder: Path) -> None:
    assert CliRunner().invoke(app, ["review", "--list", "--json"]).exit_code == 2


def test_rasa_is_not_loaded(database: str, folder: Path) -> None:
    program = (
        "import sys; from siaga.cli import main\n"
        f"try: main(['nlu', 'review', '--list', '--data', {str(folder)!r}])\n"
        "except SystemExit as end: assert not end.code\n"
        "assert not {'rasa', 'tensorflow', 'sanic'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Tidak ada pesan" in done.stdout
