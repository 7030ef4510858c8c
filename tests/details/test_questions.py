"""The questions for planning: the file, and what is read as an answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from siaga.details.questions import FILE, DetailFileError, load

OCCUPATION, COMORBIDITY = load().questions


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("saya guru smp", "teacher"),
        ("perawat di rs", "health_worker"),
        ("Tenaga kesehatan", "health_worker"),
        ("ojol mas", "public_service"),
        ("irt", "household"),
        ("tidak kerja", "household"),
        ("kerja di pabrik", "worker"),
        ("masih kuliah semester 3", "student"),
    ],
)
def test_an_occupation_is_read(text: str, value: str) -> None:
    assert OCCUPATION.read(text) == (value,)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("darah tinggi sama gula", ("hypertension", "diabetes")),
        ("ga ada", ("none",)),
        ("gak ada, sehat", ("none",)),
        ("asma aja, yang lain ga ada", ("lung",)),
        ("ginjal", ("other",)),
        ("kapan vaksinnya?", ()),
    ],
)
def test_illnesses_are_read_and_none_goes_with_no_other(text: str, values: tuple[str, ...]) -> None:
    assert COMORBIDITY.read(text) == values


def test_what_one_may_be_is_only_one() -> None:
    assert len(OCCUPATION.read("guru, dulu perawat")) == 1


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("  - id: occupation", "  - id: Pekerjaan", 9, "small letters"),
        ("  - id: comorbidity", "  - id: occupation", None, "another question"),
        ("{who_start}", "{nama}", None, "no other braces"),
        ('    many: "yes"', '    many: "often"', None, "yes or no"),
        ('teacher: "Guru atau dosen"', 'teacher: "Guru, dosen, dan semua yang mengajar"', None, "fit"),
        ('      household: "ibu', '      farmer: "ibu', None, "not known"),
        ('other: "ginjal', 'other: "asma, ginjal', None, "already stands for"),
        ("purpose:", "purpos:", 5, "not known"),
    ],
)
def test_a_wrong_file_is_refused_with_its_line(
    tmp_path: Path, old: str, new: str, line: int | None, reason: str
) -> None:
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "questions.yml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DetailFileError, match=reason) as refused:
        load(path)
    if line is not None:
        assert refused.value.line == line


def test_the_file_itself_is_right(tmp_path: Path) -> None:
    load()
