"""The words of notices: what a designer may write, and what is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.dialogue.reading import read, typed_option
from siaga.people.notices import KINDS
from siaga.reminders import words as words_module
from siaga.reminders.words import DEEDS, DIRECTORY, LONGEST_VALUE, NoticeFileError, Subject, fit, load, names, words
from siaga.turns.messages import Option
from siaga.turns.offers import Offered
from siaga.whatsapp.limits import BODY
from siaga.whatsapp.templates import BODY as TEMPLATE_BODY

GOOD = (DIRECTORY / "next_dose.yml").read_text(encoding="utf-8")


def test_every_kind_has_words_a_template_and_the_same_buttons_in_both() -> None:
    assert set(words()) == set(KINDS)
    for said in words().values():
        assert tuple(button.label for button in said.buttons) == said.template.buttons


def test_the_voice() -> None:
    for said in words().values():
        assert len(re.findall(r"[🌀-\U0001faff☀-➿]", said.words)) <= 1, said.kind
        assert not re.search(r"\b(kamu|salah|gagal|error|silakan melakukan)\b", said.words, re.IGNORECASE), said.kind


@pytest.mark.parametrize("kind", KINDS)
def test_the_longest_values_still_fit(kind: str) -> None:
    long = fit(dict.fromkeys(KINDS[kind], "x" * 1000))
    long["nama"] = names(["Warga Uji Bernama Panjang Sekali 001"] * 6)

    assert len(words()[kind].said(long)) <= BODY
    assert len(words()[kind].template.filled(words()[kind].of_template(long))) <= TEMPLATE_BODY


@pytest.mark.parametrize(
    ("found", "wrong", "line", "reason"),
    [
        ("{mulai_tanggal}", "{tanggal}", 3, "{tanggal}, which this notice does not have. It has: nama, vaksin"),
        ("{vaksin}", "{vaksin", 3, "belongs to no value"),
        ("dosis_berikutnya", "dosis_kedua", 7, "no template dosis_kedua"),
        ("dosis_berikutnya", "jadwal_berubah", 7, "needs tempat, jadwal_lama, jadwal_baru"),
        ("does: later", "does: kapan", 13, "“does” must be one of come, move"),
        ("label: Nanti saja", "label: Nanti", 8, "must be those of the template dosis_berikutnya, in its order"),
        ("label: Nanti saja", "label: Nanti saja kalau sudah sempat", 12, "at most 20 fit"),
        ("also: [ya, mau, cari, carikan]", "also: ya", 11, "“also” must be a list"),
        ("purpose:", "porpose:", 2, "not known here"),
        ("words: |-", "words: |-\n  " + "x" * 600, 3, "characters; at most"),
    ],
)
def test_a_mistake_is_told_with_file_and_line(tmp_path: Path, found: str, wrong: str, line: int, reason: str) -> None:
    for path in DIRECTORY.glob("*.yml"):
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    assert found in GOOD
    (tmp_path / "next_dose.yml").write_text(GOOD.replace(found, wrong), encoding="utf-8")

    with pytest.raises(NoticeFileError, match=re.escape(reason)) as caught:
        load(tmp_path)

    assert f"next_dose.yml, line {line}: " in str(caught.value)


def test_a_file_that_lacks_or_that_nobody_sends_is_told(tmp_path: Path) -> None:
    for path in DIRECTORY.glob("*.yml"):
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "place_free.yml").rename(tmp_path / "tempat_kosong.yml")
    with pytest.raises(NoticeFileError, match="no such notice"):
        load(tmp_path)
    (tmp_path / "tempat_kosong.yml").unlink()
    with pytest.raises(NoticeFileError, match=r"place_free\.yml, line 1: there is no “place_free”"):
        load(tmp_path)


@pytest.mark.parametrize("does", DEEDS)
@pytest.mark.parametrize("abouts", [("SG-7K3M-9Q",), ("SG-7K3M-9Q", "waiting:12")])
def test_what_every_button_stands_for_is_understood(does: str, abouts: tuple[str, ...]) -> None:
    option = Option("k.1", "Label", DEEDS[does](Subject("next_dose", abouts)))
    found = words_module.Button("Label", does).payload(Subject("next_dose", abouts))

    assert option.payload == found
    from tests.dialogue.test_reading import _message

    understood = read(_message("option", {"id": "k.1", "title": "Label"}), option, None)
    assert understood.kind == "option"


def _offered(kind: str, newest: bool = True) -> Offered:
    subject = Subject(kind, ("SG-7K3M-9Q",))
    buttons = enumerate(words()[kind].buttons, 1)
    return Offered([Option(f"k.{n}", b.label, b.payload(subject), also=b.also) for n, b in buttons], newest)


@pytest.mark.parametrize(
    ("kind", "typed", "label"),
    [
        ("appointment_day_before", "Saya datang", "Saya datang"),
        ("appointment_day_before", "saya datang.", "Saya datang"),
        ("appointment_day_before", "ya", "Saya datang"),
        ("appointment_day_before", "siap min", "Saya datang"),
        ("appointment_day_before", "insya Allah datang", "Saya datang"),
        ("appointment_day_before", "nggak", "Tidak bisa datang"),
        ("appointment_day_before", "2", "Ganti jadwal"),
        ("appointment_day_before", "ganti hari", "Ganti jadwal"),
        ("appointment_day_before", "ga bisa dateng min", "Tidak bisa datang"),
        ("appointment_day_before", "maaf kak gabisa datang", "Tidak bisa datang"),
        ("appointment_day_before", "sy dtg", "Saya datang"),
        ("appointment_day_before", "insyaallah hadir kak", "Saya datang"),
        ("appointment_day_before", "datang?", None),
        ("appointment_day_before", "ibu", None),
        ("appointment_day_before", "jam berapa ya?", None),
        ("appointment_day_before", "saya datang tapi telat", None),
        ("next_dose", "boleh", "Cari jadwal"),
        ("next_dose", "nanti dulu", "Nanti saja"),
        ("place_free", "mau", "Ambil tempat"),
        ("place_free", "tidak usah", "Lewati"),
        ("session_moved", "cocok", "Jadwal baru cocok"),
        ("session_moved", "ga", "Pilih jadwal lain"),
        ("session_cancelled", "ya", "Pilih jadwal lain"),
        ("session_cancelled", "tidak", None),
        ("validated", "status", "Lihat status"),
    ],
)
def test_what_is_typed_in_answer(kind: str, typed: str, label: str | None) -> None:
    found = typed_option(typed, _offered(kind))

    assert (found.label if found else None) == label


@pytest.mark.parametrize("typed", ["ya", "tidak", "1", "hadir"])
def test_later_these_answer_something_else(typed: str) -> None:
    assert typed_option(typed, _offered("appointment_day_before", newest=False)) is None
    assert typed_option("Saya datang", _offered("appointment_day_before", newest=False)) is not None


@given(st.lists(st.text(max_size=300), min_size=1, max_size=8))
def test_values_are_one_line_each_and_not_too_long(values: list[str]) -> None:
    for found in fit({str(number): value for number, value in enumerate(values)}).values():
        assert len(found) <= LONGEST_VALUE
        assert "\n" not in found and "\t" not in found and "    " not in found
    assert fit(fit({"a": values[0]})) == fit({"a": values[0]})


def test_names_of_a_family() -> None:
    assert names(["A"]) == "A"
    assert names(["A", "B"]) == "A dan B"
    assert names(["A", "B", "C"]) == "A, B, dan C"
