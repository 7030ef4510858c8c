"""The words in which people answer the health questions, after normalising: lower case, no abbreviations."""

from __future__ import annotations

import re


def _any(words: str) -> re.Pattern[str]:
    """One of the words or phrases, separated by commas; a phrase may hold a pattern."""
    return re.compile(r"\b(?:" + "|".join(word.strip() for word in words.split(",")) + r")(?!\w)")


BREAK = re.compile(r"[,.;!\n]|\b(?:tapi|tetapi|namun|cuma|cuman|hanya|sekarang|kecuali)\b")
"""Where a new statement begins: what was denied before is not denied after."""
NOT = _any("tidak, bukan, belum, tanpa, jangan, gak, ga, nggak, ndak, ora, mboten, kagak")

ILL = _any(
    r"demam, panas, meriang, menggigil, batuk\w*, pilek, flu, influenza, sakit, pusing, diare, mencret, muntah\w*,"
    r"mual, sesak, greges, anget, hangat, masuk angin, radang, ispa, tipes, tifus, dbd, opname, lemas, infeksi"
)
UNWELL = _any(r"(?:tidak|kurang) enak, (?:tidak|kurang) sehat, (?:tidak|kurang) fit")
WELL = _any("sehat, fit, normal, baik, aman, waras, segar, seger, bugar")
OVER = _any(r"(?:sudah|baru|habis|setelah) (?:saja )?(?:baikan|sehat|pulih|selesai), sembuh, negatif")
NOT_OVER = _any(r"(?:belum|tidak) (?:\w+ )?(?:sembuh|negatif|selesai|pulih)")
COVID = _any(r"co[vp]id[-\w]*, corona, korona, penyintas, omicron, isoman, isolasi mandiri, positif")
HAD = _any("sembuh, negatif, selesai, penyintas, habis, abis, bekas, pernah, kena, terkena, pulih, kemarin, lalu")

SEVERE_ALLERGY = _any(r"anafila\w*, syok, shock")
ALLERGY = _any("alergi")
ALLERGY_IS_SEVERE = _any("berat, parah, hebat, sesak, bengkak, pingsan, napas, nafas")
ALLERGY_IS_MILD = _any(r"tidak (?:\w+ )?(?:berat|parah|sesak|bengkak)")
ONLY_ALLERGY = re.compile(r"^(?:(?:ya|iya|ada|punya|saya|pernah|itu|yang|nomor|alergi|nya|ini|kak|min)\W*)+$")
SUPPRESSED = _any(
    r"kemo\w*, imunosupres\w*, steroid, kortikosteroid, penekan (?:kekebalan|imun|daya tahan), transplantasi"
)
UNCONTROLLED = _any(
    r"(?:belum|tidak|kurang) (?:\w+ )?(?:terkontrol|terkendali|stabil|rutin), kambuh, naik terus, tinggi terus"
)
CONTROLLED = _any("terkontrol, terkendali, stabil, rutin, kontrol")
DISEASE = _any(
    "darah tinggi, hipertensi, tensi, tekanan darah, diabetes, kencing manis, gula, jantung, asma, ginjal, stroke,"
    "lupus, autoimun, hiv, odha, kanker, tbc, epilepsi, ayan, paru, tiroid, liver, hepatitis, kolesterol, maag,"
    "lambung, gerd, asam urat, komorbid, penyakit"
)

TIMES = re.compile(r"\b(\w+)\s*(?:kali|x)\b")
ONCE = _any("sekali, sepisan")
NOT_ONCE = _any("sama sekali, sekali pun, sekalipun")
COMPLETE = _any("lengkap")
NOT_YET = re.compile(
    r"\b(?:belum|tidak|bukan)\s+(?:\w+\s+){0,2}?"
    r"(?:booster\S*(?:\s+(?:ke\s?)?(?:2|dua|kedua))?|dosis\s+\w+|vaksin\s+ke\S+|lengkap)"
)
NEVER = _any(r"(?:belum|tidak) (?:pernah|sama sekali|sekali\s?pun|vaksin|divaksin|ada|suntik|disuntik), nol")
NOT_YET_ALONE = re.compile(r"\W*belum\b[\w\s,.]*")

PREGNANT = _any("hamil, bunting, mengandung, meteng, ngandheg, mbobot")
PLANNING = _any(r"(?:program|promil|rencana|ingin|mau) (?:\w+ )?hamil, promil")
NOT_PREGNANT = _any("menopause, menyusui, melahirkan, keguguran, haid, mens, hamil anggur")
LATER_TRIMESTER = re.compile(r"\btrimester\s*(?:ke\s*-?\s*)?(?:(?P<second>2|dua|kedua|ii)|3|tiga|ketiga|iii)\b")

SEVERE = _any("berat, parah, kritis, oksigen, icu, ventilator")
MILD = _any("ringan, sedang, biasa, tanpa gejala, otg, isoman, isolasi mandiri, di rumah")
OTHER_VACCINE = _any(
    r"lupa, lali, (?:tidak|belum) (?:tahu|ingat|yakin), lain\w*, zifivax, indovac, inavac, novavax, covovax,"
    "cansino, sputnik"
)

MAN = _any(r"laki\w*, lelaki, pria, cowok, cowo, lanang, l")
WOMAN = _any("perempuan, wanita, cewek, cewe, wedok, wadon, p")
FEW = frozenset({"satu", "dua", "1", "2"})
MANY = frozenset({"tiga", "empat", "lima", "semua", "semuanya", "3", "4", "5"})
