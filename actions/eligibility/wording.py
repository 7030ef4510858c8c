"""What was understood of a person, in a few words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from actions.wording import long_date, vaccine_name

COMORBIDITIES = {
    "hypertension": "darah tinggi",
    "diabetes": "diabetes",
    "asthma": "asma",
    "copd": "PPOK",
    "hiv": "HIV",
    "epilepsy": "epilepsi",
    "autoimmune": "penyakit autoimun",
    "cancer_survivor": "penyintas kanker",
    "cancer": "kanker",
    "heart": "penyakit jantung",
    "kidney": "penyakit ginjal",
    "liver": "penyakit hati",
    "other": "penyakit penyerta",
}
_CONDITIONS = {
    "severe_allergy": "alergi berat",
    "uncontrolled": "penyakit belum terkontrol",
    "immunosuppressed": "memakai obat penekan kekebalan",
}
_HEALTH = {"well": "sehat", "ill": "sedang sakit"}


def understood(who: str, facts: Mapping[str, Any]) -> str:
    """``ibu Anda, 67 tahun, darah tinggi``."""
    parts = [who]
    if "age" in facts:
        parts.append(f"{facts['age']} tahun")
    if facts.get("pregnant"):
        weeks = facts.get("pregnancy_weeks")
        parts.append(f"hamil {weeks} minggu" if weeks is not None else "hamil")
    if facts.get("breastfeeding"):
        parts.append("menyusui")
    parts += [COMORBIDITIES[name] for name in facts.get("comorbidity", [])]
    parts += [words for words in (_CONDITIONS.get(facts.get("condition", "")), _HEALTH.get(facts.get("health_now", "")))
              if words]  # fmt: skip
    if facts.get("health_now") == "covid":
        recovered = facts.get("covid_recovered_on")
        parts.append("sembuh dari COVID-19" + (f" (dihitung dari {_day(recovered)})" if recovered else ""))
    if "blood_pressure" in facts:
        parts.append(f"tensi {facts['blood_pressure']}")
    return ", ".join([*parts, *_doses(facts)])


def _doses(facts: Mapping[str, Any]) -> list[str]:
    count, vaccine, last = (facts.get(name) for name in ("doses_received", "last_vaccine", "last_dose_on"))
    if count == 0:
        return ["belum pernah divaksin"]
    brand = f" {vaccine_name(vaccine)}" if vaccine and vaccine != "other" else ""
    if count is None and not brand and not last:
        return []
    head = f"sudah {count} kali divaksin" if count else "terakhir divaksin"
    return [head + brand + (f" ({_day(last)})" if last else "")]


def _day(iso: str) -> str:
    return long_date(date.fromisoformat(iso))
