"""Long-lasting illnesses that people name of their own accord: "ibu saya darah tinggi sama gula"."""

# ruff: noqa: E501 - word lists

from __future__ import annotations

import re
from collections.abc import Iterable

from siaga.text.statements import any_of, said

COMORBIDITIES: dict[str, re.Pattern[str]] = {
    "hypertension": any_of(
        r"(?<!gula )darah tinggi, hipertensi, hypertension, high blood pressure, (?:tensi|tekanan darah)\w* (?:tinggi|naik),"
        r"tinggi (?:tensi|darah)\w*, darting"
    ),
    "diabetes": any_of(
        r"diabet\w*, kencing manis, (?:sakit|penyakit|kena|punya|kadar|darah) gula, gula(?:nya)? (?:darah|tinggi), gula darah\w*, dm,"
        r"(?:tinggi|darting|jantung|kolesterol|hipertensi) (?:dan|sama|plus|serta|juga|ada) gula"
    ),
    "asthma": any_of(r"asma, asthma, bengek, mengi"),
    "copd": any_of(r"ppok, copd, paru obstruktif, bronkitis kronis, emfisema"),
    "hiv": any_of(r"hiv, odha, odhiv, aids"),
    "epilepsy": any_of(r"epilepsi, ayan, epilepsy"),
    "autoimmune": any_of(
        r"autoimun\w*, auto imun, autoimmune, lupus, sle, sjogren, rematik autoimun, reumatoid artritis, psoriasis"
    ),
    "heart": any_of(
        r"(?:sakit|penyakit|gagal|serangan|kelainan|lemah|bocor|bengkak|pasang ring|ring|operasi|penyakit) jantung, jantung(?:nya)? (?:koroner|bocor|lemah|bengkak), jantungan, jantung"
    ),
    "kidney": any_of(
        r"(?:sakit|gagal|penyakit) ginjal, ginjal(?:nya)? kronis, cuci darah, hemodialisis, dialisis, ginjal"
    ),
    "liver": any_of(r"(?:sakit|penyakit) (?:hati|liver|lever), liver, lever, sirosis, hepatitis, gangguan hati"),
    "other": any_of(
        r"stroke, tbc, tb paru, tiroid, hipertiroid, hipotiroid, kolesterol, maag, asam lambung, gerd, asam urat, thalas\w*, talas\w*,"
        r"hemofili\w*, kista, miom, vertigo, skizofrenia, bipolar, penyakit jiwa, komorbid, penyakit (?:bawaan|penyerta|kronis)"
    ),
}
CANCER = any_of(r"kanker\w*, cancer, leukemi\w*, limfom\w*, tumor ganas")
_OVERCOME = any_of(r"penyintas, sembuh, bebas, bekas, riwayat, pernah, selesai, remisi, survivor, dulu")
_UNDER_TREATMENT = any_of(r"lagi, sedang, masih, menjalani, stadium, pengobatan")
OTHER_SHOT = any_of(
    r"suntik putih,(?:vaksin|suntik|imunisasi)\w* (?:\w+ )?(?:flu|influenza|tetanus|tt|hepatitis|hpv|rabies|var|campak|mr|polio|bcg|dpt|meningitis|tifoid|kb|vitamin|insulin|hormon)"
)
"""Vaccines and injections against something else: what they are against is no illness that somebody has."""


def comorbidities_in(statements: Iterable[str]) -> list[str]:
    """The illnesses that statements in plain words tell of, sorted; "other" only where no other is named.

    A cancer that is over is ``cancer_survivor``, one that is treated ``cancer``.
    """
    found: set[str] = set()
    for statement in statements:
        if not OTHER_SHOT.search(statement):
            found |= {name for name, pattern in COMORBIDITIES.items() if said(pattern, statement)}
        if said(CANCER, statement):
            over = _OVERCOME.search(statement) and not _UNDER_TREATMENT.search(statement)
            found.add("cancer_survivor" if over else "cancer")
    if len(found) > 1:
        found.discard("other")
    return sorted(found)
