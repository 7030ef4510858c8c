"""What a message names, and what is no more than an answer."""

# ruff: noqa: E501 - tables of sentences

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.nlu.entities import find_entities, is_bare_answer
from siaga.text.vectors import E5, USE, Encoder, plain

TODAY = date(2026, 11, 18)
NIK = "3578011708549001"


def test_everything_in_one_message() -> None:
    text = (
        f"mau daftarin ibu saya umur 67 th di wonokromo sby, nik {NIK} hp 0812-3456-7890, dosis 2 sinovac senin depan"
    )
    found = [(entity["entity"], entity["value"]) for entity in find_entities(text, TODAY)]
    assert found == [
        ("relation", "mother"),
        ("age", 67),
        ("district", "35.78.04"),
        ("regency", "35.78"),
        ("nik", NIK),
        ("phone", "6281234567890"),
        ("dose_number", 2),
        ("vaccine", "sinovac"),
        ("date", "2026-11-23"),
    ]


def test_a_birth_date_lies_in_the_past() -> None:
    (entity,) = find_entities("lahir 17 agt 54", TODAY)
    assert (entity["entity"], entity["value"], entity["raw"]) == ("date", "1954-08-17", "17 agt 54")


def test_a_name_that_two_regions_carry_gives_both() -> None:
    assert [entity["value"] for entity in find_entities("malang", TODAY)] == ["35.73", "35.07"]


def test_a_duration_is_not_told_twice() -> None:
    assert [entity["entity"] for entity in find_entities("3 hari yang lalu", TODAY)] == ["date"]
    assert [entity["entity"] for entity in find_entities("sudah isolasi 3 hari", TODAY)] == ["duration"]


def told(text: str) -> list[dict[str, object]]:
    """The entities of a message without their places."""
    return [
        {key: value for key, value in entity.items() if key not in ("start", "end")}
        for entity in find_entities(text, TODAY)
    ]


def test_a_symptom_keeps_what_is_said_of_it() -> None:
    assert told("tidak demam tapi batuk parah, suhu 38,5") == [
        {"entity": "symptom", "value": "fever", "present": False, "severity": None},
        {"entity": "symptom", "value": "cough", "present": True, "severity": "severe"},
        {"entity": "symptom", "value": "fever", "present": True, "severity": None, "temperature": 38.5},
    ]


def test_times() -> None:
    assert told("jam 8-10 pagi WIB") == [
        {
            "entity": "time",
            "value": "08:00",
            "part": "morning",
            "precision": "hour",
            "certain": True,
            "zone": "WIB",
            "until": "10:00",
        }
    ]
    assert told("habis maghrib aja") == [
        {"entity": "time", "value": "night", "part": "night", "precision": "part", "certain": True}
    ]


def test_ages_and_groups() -> None:
    assert {"entity": "age", "value": 0, "months": 8} in told("bayi 8 bulan")
    assert {"entity": "age_group", "value": "infant"} in told("bayi 8 bulan")
    assert {"entity": "age_group", "value": "elderly"} in told("vaksin lansia")


def test_since_when_is_a_date_and_a_length() -> None:
    found = {entity["entity"]: entity["value"] for entity in find_entities("demam sejak kemarin", TODAY)}
    assert found == {"symptom": "fever", "duration": 1, "date": "2026-11-17"}


def test_entities_can_be_written_as_json() -> None:
    text = "bayi 8 bulan demam 39 derajat sejak kemarin jam 3 sore di sby, dosis 2 sinovac"
    assert json.loads(json.dumps(find_entities(text, TODAY))) == find_entities(text, TODAY)


@pytest.mark.parametrize("text", ["batuk", "demam", "pagi", "malam", "lansia", "sesak banget", "tidak demam"])
def test_what_starts_something_is_no_bare_answer(text: str) -> None:
    assert not is_bare_answer(text, find_entities(text, TODAY), TODAY)


@pytest.mark.parametrize(
    "text",
    [NIK, f"nik saya {NIK}", "1", "17/08/1954", "lahir 17 agustus 1954", "surabaya", "wonokromo sby", "kec waru, sidoarjo",
     "67 th", "ibu saya", "081234567890", "sinovac", "dosis 2", "besok", "bulan lalu", "3 hari", "jam 9", "pkl 08.30", "jam 3 sore"],
)  # fmt: skip
def test_bare_answers(text: str) -> None:
    assert is_bare_answer(text, find_entities(text, TODAY), TODAY)


@pytest.mark.parametrize(
    "text",
    ["mau daftar vaksin", "data sby", "kasus di malang", f"eh salah, nik nya {NIK}", "dosis 2 kapan", "surabaya?", "saya", "", "🙏",
     "batalkan jadwal besok", "ibu saya demam", "sinovac halal"],
)  # fmt: skip
def test_messages_that_say_more(text: str) -> None:
    assert not is_bare_answer(text, find_entities(text, TODAY), TODAY)


@given(st.text(max_size=120))
def test_offsets_point_into_the_raw_text(text: str) -> None:
    for entity in find_entities(text, TODAY):
        assert 0 <= entity["start"] < entity["end"] <= len(text)
    is_bare_answer(text, [], TODAY)


@pytest.mark.parametrize("encoder", [E5, USE], ids=lambda encoder: encoder.name)
@pytest.mark.parametrize("text", ["", " ", "\0", "\ud83d", "🙏", "a" * 5000, "چطوری", f"nik {NIK}"])
def test_any_text_has_a_finite_vector(encoder: Encoder, text: str) -> None:
    row = encoder.vector(text)
    assert row.shape == (encoder.dimensions,)
    assert abs(float((row**2).sum()) - 1) < 1e-3 or not row.any()


def test_no_long_number_reaches_the_model() -> None:
    assert NIK not in plain(f"nik saya {NIK}")
    assert "2" in plain("dosis 2")


@pytest.mark.parametrize("encoder", [E5, USE], ids=lambda encoder: encoder.name)
def test_meaning_beats_spelling(encoder: Encoder) -> None:
    asked = encoder.vector("gmn cara dftr vaksin")
    near, far = encoder.vector("kepiye carane ndaftar vaksin"), encoder.vector("berapa kasus di surabaya")
    assert float(asked @ near) > float(asked @ far) + 0.2
