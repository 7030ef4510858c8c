"""What is read of somebody's health: told of their own accord, and asked. Beside each, what must not be read from it."""

# ruff: noqa: E501 - a table is read by rows

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.selfcheck import Ask, Result, assess, rules_in_force
from siaga.selfcheck.facts import read_facts
from siaga.selfcheck.reading import UNKNOWN, as_contact, fever_of, mentioned, read_answers, says_unknown

TODAY = date(2022, 2, 16)
RULES = rules_in_force(TODAY)


def _brief(facts: dict[str, Any]) -> dict[str, Any]:
    """Symptoms as "+severe 3d 39.5", a denied one as "-"."""
    brief = {name: value for name, value in facts.items() if name != "symptoms"}
    for name, told in facts.get("symptoms", {}).items():
        parts = ["+" + (told["severity"] or "") if told["present"] else "-"]
        parts += [f"{told['days']}d"] if told["days"] is not None else []
        parts += [str(told["temperature"])] if told["temperature"] else []
        brief[name] = " ".join(parts)
    return brief


# text, who, facts
TOLD: list[tuple[str, str | None, dict[str, Any]]] = [
    # the issue's own
    (
        "demam 3 hari sama anosmia, serumah ada yg positif",
        None,
        {"fever": "+ 3d", "loss_of_smell": "+", "exposure": "household"},
    ),
    ("anak saya 2 th panas 39,5 dari kemarin", "child", {"age": 2, "fever": "+severe 1d 39.5"}),
    ("sudah sembuh", None, {"recovered": True}),
    ("ga demam cuma batuk", None, {"fever": "-", "cough": "+"}),
    ("agak sesak", None, {"breathlessness": "+mild"}),
    ("sesak banget", None, {"breathlessness": "+severe", "danger": ["breath"]}),
    ("kontak erat sama tetangga positif 3 hari lalu", None, {"exposure": "close", "exposure_days": 3}),
    # who
    ("anak saya demam", "child", {"fever": "+"}),
    ("ibu saya demam dari kemarin, saya ukur suhunya 38,5", "mother", {"sex": "P", "fever": "+ 1d 38.5"}),
    ("suami positif, saya demam", None, {"fever": "+", "exposure": "household"}),
    ("suami saya positif, demam 3 hari", "spouse", {"sex": "L", "positive_test": True, "fever": "+ 3d"}),
    ("demam 3 hari, anak saya positif", None, {"fever": "+ 3d", "exposure": "household"}),
    ("ibu saya serumah dengan kakak yang positif", "mother", {"sex": "P", "exposure": "household"}),
    (
        "teman sekantor positif, saya batuk pilek 2 hari",
        None,
        {"cough": "+ 2d", "runny_nose": "+ 2d", "exposure": "close"},
    ),
    (
        "bapak 67 sesek ga kuat ngomong",
        "father",
        {"age": 67, "sex": "L", "breathlessness": "+severe", "danger": ["breath"]},
    ),
    ("demam 3 hari, kmrn temen kantor positif", None, {"fever": "+ 3d", "exposure": "close"}),
    ("35 laki2", None, {"age": 35, "sex": "L"}),
    ("istri hamil 7 bulan, batuk", "spouse", {"sex": "P", "pregnant": True, "pregnancy_weeks": 28, "cough": "+"}),
    ("suhu 38 laki2 35", None, {"age": 35, "sex": "L", "fever": "+ 38.0"}),
    ("suhu 38 laki2", None, {"sex": "L", "fever": "+ 38.0"}),
    # how long
    ("demam dari semalam", None, {"fever": "+ 1d"}),
    ("batuk, pilek, demam 3 hari", None, {"cough": "+ 3d", "runny_nose": "+ 3d", "fever": "+ 3d"}),
    ("demam 3 hari, batuk 1 hari", None, {"fever": "+ 3d", "cough": "+ 1d"}),
    ("sudah 3 hari demam, batuk", None, {"fever": "+ 3d", "cough": "+ 3d"}),
    ("demam tinggi, sudah 4 hari", None, {"fever": "+severe 4d"}),
    ("demam naik turun seminggu", None, {"fever": "+ 7d"}),
    ("saya positif hari ke 3", None, {"positive_test": True, "positive_days": 3}),
    # denied, over, supposed
    ("ga sesak", None, {"breathlessness": "-"}),
    ("tidak ada gejala", None, {"symptoms_asked": True}),
    ("demam kemarin sekarang udah ngga", None, {"fever": "-"}),
    ("kalau demam bahaya ga?", None, {}),
    ("panas dalam", None, {}),
    ("penyintas, sekarang demam lagi", None, {"fever": "+"}),
    # measured
    ("saturasi 93", None, {"oxygen": 93}),
    ("spo2 88%", None, {"oxygen": 88, "danger": ["low_oxygen"]}),
    ("oksigen 2 liter", None, {}),
    ("bapak saya saturasinya 91 napas 28x/menit", "father", {"sex": "L", "oxygen": 91, "breaths": 28}),
    # tests
    ("swab positif kemarin", None, {"positive_test": True, "positive_days": 1}),
    ("pcr positif tgl 10 feb", None, {"positive_test": True, "positive_days": 6}),
    ("pcr positif 5 hari lalu, sudah negatif", None, {"positive_test": False, "recovered": True}),
    ("antigen negatif", None, {"positive_test": False}),
    ("antigen negatif pcr positif", None, {"positive_test": True}),
    ("hasil belum keluar", None, {}),
    ("belum pernah swab", None, {"positive_test": False}),
    ("saya positif covid tanpa gejala", None, {"positive_test": True, "symptoms_asked": True}),
    ("pernah positif tahun lalu", None, {"recovered": True}),
    ("tes pack positif", None, {}),
    ("positif hamil 3 bulan", None, {"pregnant": True, "sex": "P", "pregnancy_weeks": 12}),
    # contact, old and new words
    ("dibilang ODP", None, {"exposure": "close"}),
    ("istri saya PDP", "spouse", {"sex": "P", "exposure": "close"}),
    ("saya OTG", None, {"exposure": "close"}),
    ("saya suspek", None, {"exposure": "close"}),
    ("katanya probable", None, {"exposure": "close"}),
    ("kontak erat", None, {"exposure": "close"}),
    ("lagi isoman hari ke 5", None, {"exposure": "close"}),
    ("sudah selesai isoman", None, {"recovered": True}),
    ("ketularan suami", None, {"exposure": "household"}),
    ("ketemu teman kemarin, ternyata dia positif", None, {"exposure": "close", "exposure_days": 1}),
    ("ga ada kontak sama siapa siapa", None, {"exposure": "none"}),
    ("ga ada yang positif di rumah", None, {"exposure": "none"}),
    ("serumah sehat semua", None, {"exposure": "none"}),
    ("tetangga positif", None, {}),
    ("saya habis dari jakarta", None, {}),
    # the person
    (
        "istri saya hamil 5 bulan demam batuk",
        "spouse",
        {"sex": "P", "pregnant": True, "pregnancy_weeks": 20, "fever": "+", "cough": "+"},
    ),
    (
        "saya 65 tahun darah tinggi sama gula, batuk",
        None,
        {"age": 65, "comorbidity": ["diabetes", "hypertension"], "cough": "+"},
    ),
    ("ga ada komorbid", None, {"comorbidity": []}),
    ("sudah vaksin 2x", None, {"vaccinated": 2}),
    ("sudah booster", None, {"vaccinated": 3}),
    ("belum vaksin", None, {"vaccinated": 0}),
    ("bayi saya 2 bulan panas", "child", {"age": 0, "fever": "+"}),
    # Javanese
    ("mboten demam namung watuk", None, {"fever": "-", "cough": "+"}),
    ("kulo watuk kalih ngelu sampun telung dinten", None, {"cough": "+ 3d", "headache": "+ 3d"}),
    ("sakit gigi", None, {}),
    ("", None, {}),
]


@pytest.mark.parametrize(("text", "whom", "facts"), TOLD, ids=[row[0] for row in TOLD])
def test_what_is_told(text: str, whom: str | None, facts: dict[str, Any]) -> None:
    told = mentioned(text, TODAY)
    assert (told.whom, _brief(told.facts)) == (whom, facts)
    assert not told.others


SEVERAL: list[tuple[str, list[tuple[str | None, dict[str, Any]]]]] = [
    ("suami saya demam, anak saya batuk", [("spouse", {"sex": "L", "fever": "+"}), ("child", {"cough": "+"})]),
    ("saya dan anak saya demam", [("self", {"fever": "+"}), ("child", {"fever": "+"})]),
    ("anak saya demam, saya juga", [("child", {"fever": "+"}), ("self", {"fever": "+"})]),
    (
        "ibu dan bapak saya demam 2 hari",
        [("mother", {"sex": "P", "fever": "+ 2d"}), ("father", {"sex": "L", "fever": "+ 2d"})],
    ),
]


@pytest.mark.parametrize(("text", "people"), SEVERAL, ids=[row[0] for row in SEVERAL])
def test_several_people(text: str, people: list[tuple[str | None, dict[str, Any]]]) -> None:
    told = mentioned(text, TODAY)
    assert [(each.whom, _brief(each.facts)) for each in (told, *told.others)] == people


def test_who_is_told_of_as_a_contact() -> None:
    assert as_contact(mentioned("suami saya positif", TODAY)).facts == {"exposure": "household"}
    assert as_contact(mentioned("suami saya positif", TODAY)).whom is None
    ill = mentioned("suami saya positif, demam 3 hari", TODAY)
    assert as_contact(ill) == ill, "who is ill themselves is who it is about"


def _asked(name: str) -> Ask:
    question = RULES.questions[name]
    return Ask(name, question.kind, question.text, question.options, question.example, question.why)


# question, answer, facts
ANSWERS: list[tuple[str, str, dict[str, Any]]] = [
    ("danger", "tidak ada", {"danger": []}),
    ("danger", "ga ada kak", {"danger": []}),
    ("danger", "alhamdulillah aman", {"danger": []}),
    ("danger", "ga ada yg gawat", {"danger": []}),
    ("danger", "alhamdulillah gak ada yang parah kok min", {"danger": []}),
    ("danger", "ga parah", {}),
    ("danger", "ga ada yg gawat, cuma sesak banget", {"danger": ["breath"]}),
    ("danger", "tidak, cuma batuk", {"danger": []}),
    ("danger", "mboten wonten", {"danger": []}),
    ("danger", "sesak", {"danger": ["breath"]}),
    ("danger", "bibir kebiruan", {"danger": ["blue"]}),
    ("danger", "1 dan 6", {"danger": ["breath", "fit"]}),
    ("danger", "10", {"danger": []}),
    ("danger", "Kejang", {"danger": ["fit"]}),
    ("danger", "tidak, agak sesak aja", {"danger": [], "breathlessness": "+mild"}),
    ("danger", "tidak, tapi sesak", {"danger": ["breath"]}),
    ("danger", "agak sesak", {}),
    ("danger", "ga kuat naik tangga", {}),
    ("danger", "apa itu saturasi?", {}),
    ("danger_child", "ga mau nyusu", {"danger_child": ["not_drinking"]}),
    ("danger_child", "tidak ada", {"danger_child": []}),
    ("danger_pregnant", "gerak bayi berkurang", {"danger_pregnant": ["less_movement"]}),
    ("age", "35 tahun", {"age": 35}),
    ("age", "35", {"age": 35}),
    ("age", "7 bulan", {"age_months": 7, "age": 0}),
    ("age", "17 Agustus 1954", {"age": 67}),
    ("age", "ga tau", {}),
    ("pregnant", "ya hamil 5 bulan", {"pregnant": True, "sex": "P", "pregnancy_weeks": 20}),
    ("pregnant", "enggak", {"pregnant": False}),
    ("pregnant", "saya laki-laki", {"pregnant": False}),
    ("symptoms", "demam 2 hari dan batuk", {"fever": "+ 2d", "cough": "+", "symptoms_asked": True}),
    ("symptoms", "tidak ada", {"symptoms_asked": True}),
    ("symptoms", "sehat", {"symptoms_asked": True}),
    ("symptoms", "1,2", {"fever": "+", "cough": "+", "symptoms_asked": True}),
    ("severity", "ringan kok", {"severity": "mild"}),
    ("severity", "makin parah", {"severity": "worse"}),
    ("severity", "berat banget", {"severity": "severe"}),
    ("severity", "tidak parah", {"severity": "mild"}),
    ("fever_days", "2 hari", {"fever_days": 2}),
    ("fever_days", "2-3 hari", {"fever_days": 3}),
    ("fever_days", "sejak kemarin", {"fever_days": 1}),
    ("fever_days", "hari ini", {"fever_days": 0}),
    ("fever_days", "3", {"fever_days": 3}),
    ("fever_days", "umurnya 30", {}),
    ("fever_days", "39", {}),
    ("positive_test", "belum tes", {"positive_test": False}),
    ("positive_test", "iya kemarin", {"positive_test": True, "positive_days": 1}),
    ("positive_test", "ga tau", {"positive_test": False}),
    ("positive_test", "antigen positif 2 hari lalu", {"positive_test": True, "positive_days": 2}),
    ("positive_test", "suami saya yang positif", {}),
    ("positive_days", "3 hari", {"positive_days": 3}),
    ("oxygen", "97", {"oxygen": 97}),
    ("oxygen", "ga punya alatnya", {"oxygen": "unmeasured"}),
    ("oxygen", "tidak punya", {"oxygen": "unmeasured"}),
    ("comorbidity", "darah tinggi sama asma", {"comorbidity": ["asthma", "hypertension"]}),
    ("comorbidity", "ga ada", {"comorbidity": []}),
    ("exposure", "serumah", {"exposure": "household"}),
    ("exposure", "suami saya positif", {"exposure": "household"}),
    ("exposure", "iya", {"exposure": "household"}),
    ("exposure", "teman kantor", {"exposure": "close"}),
    ("exposure", "tidak", {"exposure": "none"}),
    ("exposure", "ga tau", {"exposure": "none"}),
    ("exposure", "ga tau suhunya", {}),
]


@pytest.mark.parametrize(("name", "text", "facts"), ANSWERS, ids=[f"{row[0]}: {row[1]}" for row in ANSWERS])
def test_an_answer(name: str, text: str, facts: dict[str, Any]) -> None:
    assert _brief(read_answers(_asked(name), text, TODAY)) == facts


@pytest.mark.parametrize("name", RULES.questions)
def test_every_option_can_be_typed(name: str) -> None:
    asked = _asked(name)
    for value, label in asked.options:
        read = read_answers(asked, label, TODAY)
        assert read, (name, label)
        read_facts(read, TODAY)
        if value != "none" and name not in ("symptoms", "comorbidity") and not name.startswith("danger"):
            assert read[name] == value


@pytest.mark.parametrize("name", RULES.questions)
def test_every_example_can_be_typed(name: str) -> None:
    asked = _asked(name)
    for example in asked.example.split("*")[1::2]:
        assert name in read_answers(asked, example, TODAY) or name == "age_months", (name, example)


def test_what_nobody_knows_is_a_fact_that_can_be() -> None:
    read_facts(UNKNOWN, TODAY)
    assert "danger" not in UNKNOWN
    assert says_unknown("ga tau suhunya")
    assert not says_unknown("39")


@given(
    st.sampled_from([row[0] for row in TOLD if row[0]]), st.sampled_from(["sesak banget", "bibirnya biru", "kejang"])
)
def test_a_danger_sign_is_never_lost_in_what_else_is_told(text: str, sign: str) -> None:
    told = mentioned(f"{text}. {sign}", TODAY)
    assert any(person.facts.get("danger") for person in (told, *told.others))


@given(st.sampled_from(["demam", "batuk", "pilek", "diare", "mual"]), st.integers(1, 20))
def test_a_length_belongs_to_what_it_stands_beside(symptom: str, days: int) -> None:
    before = mentioned(f"{symptom} {days} hari", TODAY).facts["symptoms"]
    after = mentioned(f"sudah {days} hari {symptom}", TODAY).facts["symptoms"]
    assert [each["days"] for each in (*before.values(), *after.values())] == [days, days]


@given(st.text(max_size=80))
def test_anything_is_read_into_facts_that_can_be(text: str) -> None:
    for person in (told := mentioned(text, TODAY), *told.others):
        found = assess(RULES, person.facts, TODAY)
        assert isinstance(found, (Ask, Result))
    for name in RULES.questions:
        read_facts(read_answers(_asked(name), text, TODAY), TODAY)


@pytest.mark.parametrize(
    ("text", "celsius"), [("38.5 tadi pagi", 38.5), ("39,2", 39.2), ("38", None), ("35 tahun", None), ("3,5", None)]
)
def test_nothing_but_a_temperature(text: str, celsius: float | None) -> None:
    assert fever_of(text) == celsius
