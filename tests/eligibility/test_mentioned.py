"""What a message tells of a person without having been asked; and, beside each, what must not be read from it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.eligibility import Outcome, asks_in_general, assess, mentioned, rules_in_force
from siaga.eligibility.facts import COMORBIDITIES, FACTS, read_facts
from siaga.text.comorbidities import COMORBIDITIES as COMORBIDITY_WORDS

TODAY = date(2023, 2, 15)

# text, who, facts
TOLD: list[tuple[str, str | None, dict[str, Any]]] = [
    # the issue's own
    ("ibu saya 67 th darah tinggi, boleh?", "mother", {"age": 67, "sex": "P", "comorbidity": ["hypertension"]}),
    ("lagi hamil 5 bulan", None, {"pregnant": True, "sex": "P", "pregnancy_weeks": 20}),
    ("baru sembuh covid bulan lalu", None, {"health_now": "covid", "covid_recovered_on": "2023-01-31"}),
    ("bulan lalu kena covid, kpn boleh vaksin?", None, {"health_now": "covid"}),
    ("kemarin kena covid, kpn boleh vaksin?", None, {}),
    ("anak 5 tahun", "child", {"age": 5}),
    (
        "sudah astra zeneca sekali 2 bulan lalu",
        None,
        {"doses_received": 1, "last_vaccine": "astrazeneca", "last_dose_on": "2022-12-15"},
    ),
    ("punya asma", None, {"comorbidity": ["asthma"]}),
    ("lagi demam", None, {"health_now": "ill"}),
    ("habis transplantasi", None, {"condition": "immunosuppressed"}),
    ("minum obat imun", None, {"condition": "immunosuppressed"}),
    ("boleh vaksin ga", None, {}),
    ("", None, {}),
    # ages
    ("umur 11 th blm punya ktp bs vaksin?", None, {"age": 11}),
    ("lahir 17 agustus 1954", None, {"age": 68}),
    ("bayi saya 8 bulan boleh?", "child", {"age": 0}),
    ("saya 30 tahun, anak saya 5 tahun boleh?", "child", {"age": 5}),
    ("hamil 5 bulan umur 28", None, {"age": 28, "pregnant": True, "sex": "P", "pregnancy_weeks": 20}),
    ("diabetes 10 tahun, umur 50", None, {"age": 50, "comorbidity": ["diabetes"]}),
    ("ibu saya diabetes 60 tahun", "mother", {"sex": "P", "comorbidity": ["diabetes"]}),
    ("asma dari umur 5", None, {"comorbidity": ["asthma"]}),
    ("vaksin terakhir 2 tahun lalu", None, {"last_dose_on": "2021-02-15"}),
    # who, and man or woman
    ("suami saya umur 45", "spouse", {"age": 45, "sex": "L"}),
    ("bojoku meteng 4 wulan oleh vaksin ta?", "spouse", {"sex": "P", "pregnant": True, "pregnancy_weeks": 16}),
    ("nenek 80 tahun", "grandparent", {"age": 80, "sex": "P"}),
    ("adik saya 20 tahun", "sibling", {"age": 20}),
    ("saya sendiri umur 30", "self", {"age": 30}),
    ("laki-laki 30 tahun", None, {"age": 30, "sex": "L"}),
    # pregnancy
    ("bumil 20 minggu", None, {"pregnant": True, "sex": "P", "pregnancy_weeks": 20}),
    ("usia kandungan 12 minggu", None, {"pregnant": True, "sex": "P", "pregnancy_weeks": 12}),
    ("tidak hamil", None, {"pregnant": False}),
    ("lagi program hamil", None, {}),
    ("baru melahirkan sebulan", None, {"pregnant": False, "sex": "P"}),
    ("busui boleh?", None, {"breastfeeding": True, "sex": "P"}),
    (
        "hamil 5 bulan darah tinggi",
        None,
        {
            "pregnant": True,
            "sex": "P",
            "pregnancy_weeks": 20,
            "comorbidity": ["hypertension"],
            "preeclampsia": True,
        },
    ),
    # COVID-19
    ("masih isoman", None, {"health_now": "ill"}),
    ("lagi positif covid", None, {"health_now": "ill"}),
    ("belum sembuh covid", None, {"health_now": "ill"}),
    ("habis kena covid", None, {"health_now": "covid"}),
    ("penyintas covid boleh?", None, {"health_now": "covid"}),
    ("positif 2 minggu lalu sudah negatif", None, {"health_now": "covid"}),
    (
        "baru sembuh covid 2 minggu lalu, parah masuk icu",
        None,
        {"health_now": "covid", "covid_recovered_on": "2023-02-01"},
    ),
    (
        "baru sembuh covid ringan 2 minggu lalu",
        None,
        {"health_now": "covid", "covid_recovered_on": "2023-02-01", "covid_severity": "mild"},
    ),
    ("ga pernah kena covid", None, {}),
    ("mau vaksin covid", None, {}),
    ("istri saya positif testpack kemarin", "spouse", {"sex": "P"}),
    # ill today, or not
    ("kulo nembe watuk, angsal vaksin mboten nggih", None, {"health_now": "ill"}),
    ("demam 38,5 boleh?", None, {"health_now": "ill", "temperature": 38.5}),
    ("suhu 37,2 boleh?", None, {"temperature": 37.2}),
    ("lagi flu tetep boleh vaksin?", None, {"health_now": "ill"}),
    ("tidak batuk", None, {}),
    ("minggu kemarin demam tapi udah sembuh", None, {}),
    ("saya takut demam habis vaksin", None, {}),
    ("sering pusing boleh?", None, {}),
    ("semoga sehat selalu", None, {}),
    ("kondisi sehat", None, {"health_now": "well"}),
    # illnesses
    ("gula darah tinggi", None, {"comorbidity": ["diabetes"]}),
    ("emakku lara gula", "mother", {"sex": "P", "comorbidity": ["diabetes"]}),
    ("bapak saya jantung sama darah tinggi", "father", {"sex": "L", "comorbidity": ["heart", "hypertension"]}),
    ("ODHA boleh vaksin?", None, {"comorbidity": ["hiv"]}),
    ("penyintas kanker boleh vaksin?", None, {"comorbidity": ["cancer_survivor"]}),
    ("kanker payudara stadium 2", None, {"comorbidity": ["cancer"]}),
    ("lagi kemo kanker", None, {"comorbidity": ["cancer"], "condition": "immunosuppressed"}),
    ("tidak punya darah tinggi", None, {}),
    ("habis vaksin hepatitis minggu lalu", None, {}),
    ("tensi saya 185/100", None, {"blood_pressure": "185/100"}),
    ("tensi 18/8", None, {}),
    # conditions
    ("asma saya lagi kambuh", None, {"comorbidity": ["asthma"], "condition": "uncontrolled"}),
    ("asma tapi jarang kambuh", None, {"comorbidity": ["asthma"]}),
    ("darah tinggi terkontrol", None, {"comorbidity": ["hypertension"]}),
    ("gula belum terkontrol", None, {"condition": "uncontrolled"}),
    ("pernah anafilaksis", None, {"condition": "severe_allergy"}),
    ("alergi obat sampai sesak", None, {"condition": "severe_allergy"}),
    (
        "alergi berat habis dosis 1",
        None,
        {"condition": "severe_allergy", "allergy_after_dose": True, "doses_received": 1},
    ),
    ("alergi udang gatal2", None, {}),
    ("selesai kemoterapi tahun lalu", None, {}),
    # doses
    ("belum pernah vaksin", None, {"doses_received": 0}),
    ("saya belum divaksin covid", None, {"doses_received": 0}),
    ("belum vaksin kedua", None, {}),
    ("belum vaksin booster", None, {}),
    ("sudah booster", None, {"doses_received": 3}),
    ("mau booster", None, {}),
    ("booster kedua kapan", None, {}),
    ("dosis 1 sinovac boleh dosis 2 astra?", None, {"doses_received": 1, "last_vaccine": "sinovac"}),
    (
        "dosis 1 udah 4 bulan lalu masih boleh dosis 2 atau ulang?",
        None,
        {"doses_received": 1, "last_dose_on": "2022-10-15"},
    ),
    (
        "booster pertama saya setahun lalu, umur 28, boleh ambil yg kedua nggak sih",
        None,
        {"age": 28, "doses_received": 3, "last_dose_on": "2022-02-15"},
    ),
    (
        "sudah vaksin 3 kali, terakhir pfizer 5 maret 2022",
        None,
        {"doses_received": 3, "last_vaccine": "pfizer", "last_dose_on": "2022-03-05"},
    ),
    ("sudah 2x indovac", None, {"doses_received": 2, "last_vaccine": "indovac"}),
    ("sudah vaksin merah putih sekali", None, {"doses_received": 1, "last_vaccine": "inavac"}),
    ("sudah sputnik 2x", None, {"doses_received": 2, "last_vaccine": "other"}),
    ("habis vaksin tetanus minggu lalu boleh vaksin covid?", None, {}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "whom", "facts"), TOLD, ids=[text for text, _, _ in TOLD])
def test_what_a_message_tells(text: str, whom: str | None, facts: dict[str, Any]) -> None:
    told = mentioned(text, TODAY)
    assert (told.whom, told.facts) == (whom, facts)


def test_every_illness_has_its_words() -> None:
    assert {*COMORBIDITY_WORDS, "cancer", "cancer_survivor"} == set(COMORBIDITIES)


def test_several_people_are_noticed() -> None:
    assert mentioned("ibu sama bapak saya boleh?", TODAY).several
    assert not mentioned("ibu saya boleh? ibu sudah 70 tahun", TODAY).several


GENERAL = [
    ("apakah ibu hamil boleh divaksin?", True),
    ("siapa saja yang tidak boleh divaksin", True),
    ("hamil boleh vaksin", True),
    ("lansia boleh vaksin?", True),
    ("lagi hamil boleh vaksin?", False),
    ("saya hamil boleh vaksin?", False),
    ("hamil 5 bulan boleh vaksin?", False),
    ("ibu saya lansia boleh vaksin?", False),
    ("punya asma boleh vaksin?", False),
    ("boleh vaksin ga", False),
]


@pytest.mark.parametrize(("text", "general"), GENERAL)
def test_a_question_about_people_of_a_kind(text: str, general: bool) -> None:
    assert asks_in_general(text, mentioned(text, TODAY)) is general


@given(st.text(max_size=300))
def test_whatever_is_written_gives_facts_that_the_rules_take(text: str) -> None:
    told = mentioned(text, TODAY)
    read_facts(told.facts, TODAY)
    assess(rules_in_force(TODAY), told.facts, TODAY, at_once=True)


_WORDS = st.sampled_from(
    "ibu saya anak bapak 67 5 2 tahun bulan minggu lalu hamil covid sembuh baru lagi demam tidak belum sudah vaksin "
    "dosis sinovac pfizer 38,5 185/100 tensi darah tinggi asma kambuh , ? boleh booster kemarin".split()
)


@given(st.lists(_WORDS, max_size=14).map(" ".join))
def test_no_row_of_such_words_gives_facts_that_cannot_be(text: str) -> None:
    told = mentioned(text, TODAY)
    assert told.facts.keys() <= FACTS.keys()
    read_facts(told.facts, TODAY)
    result = assess(rules_in_force(TODAY), told.facts, TODAY, at_once=True)
    if isinstance(result, Outcome) and result.kind == "eligible":
        raise AssertionError(f"nobody is told that they may without having been asked: {text}")
