"""What was understood of somebody's health, in a few words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from actions.eligibility.wording import COMORBIDITIES

SYMPTOMS = {
    "fever": "demam", "chills": "menggigil", "cough": "batuk", "breathlessness": "sesak napas",
    "sore_throat": "sakit tenggorokan", "hoarse_voice": "suara serak", "runny_nose": "pilek",
    "headache": "sakit kepala", "dizziness": "pusing", "muscle_pain": "nyeri otot", "fatigue": "lemas",
    "malaise": "badan tidak enak", "loss_of_smell": "tidak bisa mencium bau",
    "loss_of_taste": "tidak bisa mengecap rasa", "diarrhoea": "diare", "nausea": "mual", "vomiting": "muntah",
    "abdominal_pain": "sakit perut", "low_appetite": "tidak nafsu makan", "chest_pain": "nyeri dada", "rash": "ruam",
    "red_eyes": "mata merah", "confusion": "bingung", "arm_pain": "nyeri lengan",
}  # fmt: skip
_SEVERITIES = {"mild": " ringan", "severe": " berat"}
_SEX = {"L": "laki-laki", "P": "perempuan"}


def understood(who: str, facts: Mapping[str, Any]) -> str:
    """``anak Anda, 2 tahun, demam tinggi 39,5 °C (1 hari)``."""
    sex = [_SEX[facts["sex"]]] if who == "Anda" and facts.get("sex") in _SEX else []
    parts = [who, *sex, *_person(facts), *told_symptoms(facts)]
    parts += [COMORBIDITIES[name] for name in facts.get("comorbidity") or []]
    return ", ".join([*parts, *_contact(facts)])


def told_symptoms(facts: Mapping[str, Any]) -> list[str]:
    """The symptoms that are there, as ``demam (3 hari)``, then those denied, as ``tidak batuk``."""
    symptoms: Mapping[str, Mapping[str, Any]] = facts.get("symptoms") or {}
    there = [_symptom(name, each) for name, each in symptoms.items() if each["present"]]
    if not there and facts.get("symptoms_asked"):
        return ["tanpa gejala"]
    return [*there, *(f"tidak {SYMPTOMS[name]}" for name in _denied(symptoms))]


def _denied(symptoms: Mapping[str, Mapping[str, Any]]) -> list[str]:
    # "tidak tidak bisa mencium bau" is no Indonesian.
    return [name for name, each in symptoms.items() if not each["present"] and not SYMPTOMS[name].startswith("tidak")]


def _symptom(name: str, told: Mapping[str, Any]) -> str:
    high = name == "fever" and told.get("severity") == "severe"
    words = SYMPTOMS[name] + (" tinggi" if high else _SEVERITIES.get(told.get("severity") or "", ""))
    if told.get("temperature") is not None:
        words += f" {_number(told['temperature'])} °C"
    if told.get("days") is not None:
        words += f" ({told['days']} hari)" if told["days"] else " (mulai hari ini)"
    return words


def _person(facts: Mapping[str, Any]) -> list[str]:
    parts = []
    if facts.get("age") == 0 and facts.get("age_months") is not None:
        parts.append(f"{facts['age_months']} bulan")
    elif "age" in facts:
        parts.append(f"{facts['age']} tahun" if facts["age"] else "di bawah 1 tahun")
    if facts.get("pregnant"):
        weeks = facts.get("pregnancy_weeks")
        parts.append(f"hamil {weeks} minggu" if weeks is not None else "hamil")
    return parts


def _contact(facts: Mapping[str, Any]) -> list[str]:
    parts = []
    exposure, positive = facts.get("exposure"), facts.get("positive_test")
    if exposure in ("household", "close"):
        where = "serumah dengan orang positif" if exposure == "household" else "kontak dekat dengan orang positif"
        parts.append(where + _ago(facts.get("exposure_days")))
    elif exposure == "none":
        parts.append("tidak ada kontak dengan orang positif")
    if positive:
        parts.append("tes positif" + _ago(facts.get("positive_days")))
    elif positive is False:
        parts.append("belum ada tes positif")
    if facts.get("recovered"):
        parts.append("sudah sembuh dari COVID-19")
    if isinstance(facts.get("oxygen"), (int, float)):
        parts.append(f"saturasi {_number(facts['oxygen'])} %")
    if facts.get("breaths") is not None:
        parts.append(f"napas {facts['breaths']} kali per menit")
    if facts.get("vaccinated") is not None:
        parts.append(f"sudah {facts['vaccinated']} kali divaksin" if facts["vaccinated"] else "belum divaksin")
    return parts


def _ago(days: int | None) -> str:
    return "" if days is None else f" {days} hari lalu" if days else " hari ini"


def _number(value: float) -> str:
    return f"{value:g}".replace(".", ",")


def since(days: int) -> str:
    """``Kemarin``; ``2 hari lalu``; of the same day ``Tadi``."""
    return "Tadi" if days <= 0 else "Kemarin" if days == 1 else f"{days} hari lalu"
