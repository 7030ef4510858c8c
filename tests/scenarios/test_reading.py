"""Scenario files: what they may say, and how one is told what is wrong."""

from __future__ import annotations

import random
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.scenarios.persons import PersonUnclear, Wanted, fill_in, make, wanted_in
from siaga.scenarios.reading import ScenarioUnclear, read_file


def write(tmp_path: Path, content: str) -> Path:
    file = tmp_path / "contoh.yml"
    file.write_text(content, encoding="utf-8")
    return file


def test_a_whole_file(tmp_path: Path) -> None:
    (tmp_path / "ktp.png").write_bytes(b"x")
    file = write(
        tmp_path,
        """
- name: semua
  contact: "628000000001"
  turns:
    - user: 12345
      bot: ["NIK", 'ke-\\d']
      never: maaf
      options: ["Batal"]
    - forward: "INFO {nik}"
    - tap: "Ya"
    - location: [-7.25, 112.75]
    - image: sample
    - image: {file: ktp.png, caption: KTP}
    - audio:
    - wait: 25h
- name: lain
  turns: [{user: no}]
""",
    )
    first, second = read_file(file)
    assert (first.name, first.contact, first.line, first.moves_clock) == ("semua", "628000000001", 2, True)
    actions = ["user", "forward", "tap", "location", "image", "image", "audio", "wait"]
    assert [turn.action for turn in first.turns] == actions
    said = first.turns[0]
    assert (said.value, said.line, said.options) == ("12345", 5, ("Batal",))
    assert said.bot[1].search("KE-3")
    assert said.never[0].search("Maaf")
    assert re.fullmatch(r"INFO \d{16}", first.turns[1].value)
    assert first.turns[3].value == [-7.25, 112.75]
    assert first.turns[4].value == {}
    assert first.turns[5].value == {"file": str(tmp_path / "ktp.png"), "caption": "KTP"}
    assert (second.contact, second.moves_clock, second.turns[0].value) == (None, False, "no")


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        ("- name: a\n  turns:\n    - user: 'x", 3, "not YAML"),
        ("name: a", 1, "a list"),
        ("- turns: [{user: x}]", 1, "needs a name"),
        ("- name: a", 1, "list of turns"),
        ("- name: a\n  turns: []", 1, "list of turns"),
        ("- name: a\n  turns:\n    - usr: x", 3, "no 'usr'"),
        ("- name: a\n  turns:\n    - user: x\n      tap: y", 3, "exactly one"),
        ("- name: a\n  turns:\n    - bot: [x]", 3, "exactly one"),
        ("- name: a\n  turns:\n    - user: x\n      forward: y", 3, "exactly one"),
        ("- name: a\n  turns:\n    - forward: [x]", 3, "forward is a text"),
        ("- name: a\n  turns:\n    - user: x\n      user: y", 4, "stands twice"),
        ("- name: a\n  turns:\n    - user: x\n      bot: ['(']", 4, "regular expression"),
        ("- name: a\n  turns:\n    - user: x\n      options: {a: b}", 4, "list of texts"),
        ("- name: a\n  turns:\n    - location: Surabaya", 3, "latitude"),
        ("- name: a\n  turns:\n    - location: [112.75, -7.25]", 3, "latitude"),
        ("- name: a\n  turns:\n    - wait: besok", 3, "25h"),
        ("- name: a\n  turns:\n    - image: {file: tidak.png}", 3, "no file"),
        ("- name: a\n  contact: budi\n  turns:\n    - user: x", 2, "phone number"),
        ("- name: a\n  kontak: 1\n  turns:\n    - user: x", 2, "no 'kontak'"),
        ("- name: a\n  turns:\n    - user: '{nik:umur=3}'", 1, "tahun=1954"),
        ("- name: a\n  turns: [{user: x}]\n- name: a\n  turns: [{user: x}]", 3, "line 1 already"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence_with_its_line(
    tmp_path: Path, content: str, line: int, says: str
) -> None:
    file = write(tmp_path, content)
    with pytest.raises(ScenarioUnclear) as problem:
        read_file(file)
    assert str(problem.value).startswith(f"{file}:{line}: ")
    assert says in str(problem.value)
    assert "\n" not in str(problem.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ScenarioUnclear, match="cannot be read"):
        read_file(tmp_path / "tidak-ada.yml")


def test_an_empty_file_has_no_scenarios(tmp_path: Path) -> None:
    assert read_file(write(tmp_path, "# nanti\n")) == []


# ---- persons ---------------------------------------------------------------------------------------------------------


def test_placeholders_are_one_person_each_throughout_a_scenario(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        """
- name: dua orang
  turns:
    - user: "NIK saya {nik}"
      bot: ["{lahir}"]
    - user: "ibu {nik2}, lahir {lahir2}"
    - user: "{nik} {nik1} {nik2:tahun=1954,jk=P} /intent{{}} {lain} a{2}"
- name: orang lain
  turns:
    - user: "{nik}"
""",
    )
    one, two = read_file(file)
    nik = one.turns[0].value.removeprefix("NIK saya ")
    assert re.fullmatch(r"3578(0[1-9]|[12]\d|3[01])\d{6}9\d{3}", nik)
    words = one.turns[2].value.split()
    assert words[:2] == [nik, nik]
    assert words[3:] == ["/intent{{}}", "{lain}", "a{2}"]
    mother, born = re.fullmatch(r"ibu (\d{16}), lahir (\d\d-\d\d-1954)", one.turns[1].value).groups()
    assert words[2] == mother
    assert mother[6:12] == f"{int(born[:2]) + 40}{born[3:5]}54"
    assert one.turns[0].bot[0].pattern.endswith(nik[10:12])
    assert two.turns[0].value != nik


@given(st.integers(0, 10**9), st.sampled_from(["L", "P", None]), st.one_of(st.none(), st.integers(1925, 2020)))
def test_every_nik_has_a_date_that_exists(seed: int, sex: str | None, year: int | None) -> None:
    person = make(Wanted(year, sex), random.Random(seed))
    nik = person.nik
    day = int(nik[6:8]) - (40 if sex == "P" else 0)
    assert date(person.born.year, int(nik[8:10]), day) == person.born
    assert nik[10:12] == f"{person.born:%y}"
    assert nik[12] == "9"
    assert year in (None, person.born.year)
    if year is None:
        assert 18 <= 2026 - person.born.year < 60


def test_the_same_nik_hardly_ever_comes_twice() -> None:
    chance = random.Random(1)
    assert len({make(Wanted(), chance).nik for _ in range(1000)}) == 1000


def test_contradictions_are_refused() -> None:
    with pytest.raises(PersonUnclear, match="another person"):
        wanted_in(["{nik:tahun=1954}", "{nik:tahun=1955}"])
    with pytest.raises(PersonUnclear, match="not understood"):
        wanted_in(["{nikk}"])


def test_braces_of_others_stay() -> None:
    assert fill_in('/inform{"x": 1}', {}) == '/inform{"x": 1}'
