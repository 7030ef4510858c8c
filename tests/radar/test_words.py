"""The files that staff write for the radar: a mistake is refused with its line, and what stands there is whole."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from siaga.radar.diseases import DiseaseFileError, disease_named, diseases, find_disease, load_diseases
from siaga.radar.figures import Colour
from siaga.radar.levels import all_levels
from siaga.radar.question import COVID, Beyond
from siaga.radar.words import DIRECTORY, RadarWordsError, load_radar_tips, load_words, radar_tips, words


def changed(tmp_path: Path, file: str, old: str, new: str) -> Path:
    text = (DIRECTORY / file).read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / file
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def test_every_level_colour_and_subject_has_its_words() -> None:
    assert sorted(words().levels) == [1, 2, 3, 4]
    assert set(words().colours) == set(get_args(Colour))
    assert set(words().beyond) == set(get_args(Beyond))


def test_diseases_with_levels_and_covid_first() -> None:
    assert diseases()[0].id == COVID
    known = {disease.id for disease in diseases()}
    assert {disease for levels in all_levels() for disease in levels} <= known
    assert {disease for tip in radar_tips() for disease in tip.diseases} <= known


@pytest.mark.parametrize(
    ("file", "old", "new", "marked", "reason"),
    [
        ("words.yml", "  - level: 4", "  - level: 5", "level: 5", "must be one of 1, 2, 3, 4"),
        ("words.yml", "  - level: 4", "  - level: 3", "  - level: 3", "each once"),
        ("words.yml", "colour: red", "colour: merah", "colour: merah", "must be one of green"),
        ("words.yml", "  beds:", "  bedz:", "bedz", "is not known here"),
        ("words.yml", 'means: "risiko rendah"', "means: 3", "means: 3", "is not text"),
        ("words.yml", 'means: "risiko rendah"', f'means: "{"x" * 121}"', "xxx", "at most 120"),
        ("tips.yml", "levels: [3, 4]", "levels: [3, 5]", "[3, 5]", "must be a list of: 1, 2, 3, 4"),
        ("tips.yml", "trends: [up]", "trends: [naik]", "[naik]", "must be a list of: up"),
        ("tips.yml", "diseases: [rabies]", "diseases: [rabbies]", "rabbies", "must be a list of: covid19"),
        ("tips.yml", "diseases: [rabies]", "diseases: []", "diseases: []", "must be a list of"),
        ("tips.yml", "    kinds: [safe]", "    kind: [safe]", "    kind: [safe]", "is not known here"),
        ("tips.yml", "checked: 2026-11-22", "checked: kemarin", "kemarin", "must be a date"),
    ],
)
def test_a_mistake_in_the_words_is_refused_with_its_line(
    tmp_path: Path, file: str, old: str, new: str, marked: str, reason: str
) -> None:
    path = changed(tmp_path, file, old, new)
    with pytest.raises(RadarWordsError, match=reason) as caught:
        load_words(path) if file == "words.yml" else load_radar_tips(path)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert marked in lines[caught.value.line - 1]


def test_a_level_without_words_is_missed(tmp_path: Path) -> None:
    path = tmp_path / "words.yml"
    text = (DIRECTORY / "words.yml").read_text(encoding="utf-8")
    start = text.index("  - level: 4")
    path.write_text(text[:start] + text[text.index("colours:") :], encoding="utf-8")
    with pytest.raises(RadarWordsError, match="has nothing for 4"):
        load_words(path)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("words: [malaria]", "words: []", "at least one word"),
        ("words: [malaria]", "words: [polio]", "belongs to another disease"),
        ("words: [malaria]", "words: [Malaria]", "written with capitals"),
        ("id: malaria", "id: a_disease_with_a_long_id", "at most 20"),
    ],
)
def test_a_mistake_in_the_diseases_is_refused(tmp_path: Path, old: str, new: str, reason: str) -> None:
    with pytest.raises(DiseaseFileError, match=reason):
        load_diseases(changed(tmp_path, "diseases.yml", old, new))


@pytest.mark.parametrize(
    ("written", "disease"),
    [("DBD", "dengue"), ("demam berdarah", "dengue"), ("Demam  Berdarah Dengue", "dengue"), ("covid19", "covid19"),
     ("COVID-19", "covid19"), ("Campak", "measles"), ("demam", None), ("", None), ("campak jerman", None)],
)  # fmt: skip
def test_an_office_names_a_disease(written: str, disease: str | None) -> None:
    found = disease_named(written)
    assert (found.id if found else None) == disease


@pytest.mark.parametrize(
    ("text", "disease"),
    [("kasus dbd sby", "dengue"), ("campaknya gimana", "measles"), ("flu singapura di malang", "hfmd"),
     ("korona apa dbd", "covid19"), ("demam tinggi", None), ("berapa kasusnya", None)],
)  # fmt: skip
def test_a_citizen_names_a_disease(text: str, disease: str | None) -> None:
    found = find_disease(text)
    assert (found.disease.id if found else None) == disease
