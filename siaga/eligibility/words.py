"""The words in which people answer the health questions, after normalising: lower case, no abbreviations."""

# ruff: noqa: E501 - word lists

from __future__ import annotations

import re

from siaga.text.statements import any_of

BREAK = re.compile(r"[,.;!\n]|\b(?:tapi|tetapi|namun|cuma|cuman|hanya|sekarang|kecuali)\b")
"""Where a new statement begins: what was denied before is not denied after."""

ILL = any_of(
    r"demam, panas, meriang, menggigil, batuk\w*, pilek, flu, influenza, sakit, pusing, diare, mencret, muntah\w*,"
    r"mual, sesak, greges, anget, hangat, masuk angin, radang, ispa, tipes, tifus, dbd, opname, lemas, infeksi"
)
UNWELL = any_of(r"(?:tidak|kurang) enak, (?:tidak|kurang) sehat, (?:tidak|kurang) fit")
WELL = any_of("sehat, fit, normal, baik, aman, waras, segar, seger, bugar")
OVER = any_of(r"(?:sudah|baru|habis|setelah) (?:saja )?(?:baikan|sehat|pulih|selesai), sembuh, negatif")
NOT_OVER = any_of(r"(?:belum|tidak) (?:\w+ )?(?:sembuh|negatif|selesai|pulih)")
COVID = any_of(r"co[vp]id[-\w]*, corona, korona, penyintas, omicron, isoman, isolasi mandiri, positif")
HAD = any_of("sembuh, negatif, selesai, penyintas, habis, abis, bekas, pernah, kena, terkena, pulih, kemarin, lalu")

SEVERE_ALLERGY = any_of(r"anafila\w*, syok, shock")
ALLERGY = any_of("alergi")
ALLERGY_IS_SEVERE = any_of("berat, parah, hebat, sesak, bengkak, pingsan, napas, nafas")
ALLERGY_IS_MILD = any_of(r"tidak (?:\w+ )?(?:berat|parah|sesak|bengkak)")
ONLY_ALLERGY = re.compile(r"^(?:(?:ya|iya|ada|punya|saya|pernah|itu|yang|nomor|alergi|nya|ini|kak|min)\W*)+$")
SUPPRESSED = any_of(
    r"kemo(?:terapi)?, imunosup\w*, steroid, kortikosteroid, penekan (?:kekebalan|imun|daya tahan), transplan\w*,"
    r"cangkok \w+, obat (?:anti ?)?imun(?:itas)?, pred\w*son, prednisolon\w*, met[hi]*l ?prednisolon\w*,"
    r"de[xk]s?ametha?son, meth?otre[xk]s?at\w*, azath?io?prin\w*, [sc][iy][kc]lospori\w*, ta[kc]rolimus,"
    r"m[iy][kc]o[fph]+enolat\w*"
)
UNCONTROLLED = any_of(
    r"(?:belum|tidak|kurang) (?:\w+ )?(?:terkontrol|terkendali|stabil|rutin), kambuh, naik terus, tinggi terus"
)
CONTROLLED = any_of("terkontrol, terkendali, stabil, rutin, kontrol")
SURELY_CONTROLLED = any_of(
    r"terkontrol, terkendali, stabil, obat(?:nya)? rutin, rutin (?:minum obat|obat|kontrol), kontrol rutin"
)
DISEASE = any_of(
    "darah tinggi, hipertensi, tensi, tekanan darah, diabetes, kencing manis, gula, jantung, asma, ginjal, stroke,"
    "lupus, autoimun, hiv, odha, kanker, tbc, epilepsi, ayan, paru, tiroid, liver, hepatitis, kolesterol, maag,"
    "lambung, gerd, asam urat, komorbid, penyakit"
)

BREASTFEEDING = any_of(r"menyusui, nyusui, menyusu, breastfeeding, asi eksklusif, kasih asi")
SELDOM = any_of(r"(?:jarang|tidak pernah|tidak|sudah lama tidak) kambuh")
FEVER_OR_PAIN_THEN = any_of(
    r"lalu, kemarin, pernah, dulu, takut, khawatir, efek, (?:habis|setelah|sesudah|abis|selesai|pasca) (?:di)?(?:vaksin|suntik)\w*, nanti,"
    r"riwayat, sering"
)
"""What makes an ailment that is named none of today's."""
NOW = any_of("lagi, sedang, masih, sekarang, saat ini, hari ini, baru saja")
ILL_NOW = any_of(
    r"sakit, flu, influenza, tipes, tifus, dbd, demam berdarah, opname, infeksi, radang\w*, isoman, positif, masuk angin, cacar, campak"
)
CHRONIC = any_of(
    r"(?:sakit|penyakit) (?:gula|jantung|ginjal|hati|liver|lambung|maag|asma|paru|jiwa|darah|kronis|kanker|autoimun|lupus)\w*"
)
WISH = any_of("semoga, salam, selalu, lekas, cepat, biar, supaya, agar, orang")
VACCINATED = any_of(r"(?:di)?vaksin(?:asi|nya)?, (?:di)?suntik\w*, dosis\w*, booster\w*, jab")
COVID_SHOT = re.compile(
    r"\b(?:vaksin|vaksinasi|divaksin|suntik|booster|dosis)\w*\s+(?:anti\s+)?(?:co[vp]id\S*|corona|korona)"
)
RECEIVED = any_of(
    "sudah, telah, pernah, habis, baru, selesai, terakhir, lalu, kemarin, dapat, kena, lengkap, tadi, pakai"
)

TIMES = re.compile(r"\b(\w+)\s*(?:kali|x)\b")
ONCE = any_of("sekali, sepisan")
NOT_ONCE = any_of("sama sekali, sekali pun, sekalipun")
COMPLETE = any_of("lengkap")
NOT_YET = re.compile(
    r"\b(?:belum|tidak|bukan)\s+(?:\w+\s+){0,2}?"
    r"(?:booster\S*(?:\s+(?:ke\s?)?(?:2|dua|kedua))?|dosis\s+\w+|vaksin\s+(?:ke\S+|pertama)|lengkap)"
)
FIRST = any_of("1, ke-1, satu, pertama, kesatu")
NEVER = any_of(r"(?:belum|tidak) (?:pernah|sama sekali|sekali\s?pun|vaksin|divaksin|ada|suntik|disuntik), nol")
NOT_YET_ALONE = re.compile(r"\W*belum\b[\w\s,.]*")

SEVERE = any_of("berat, parah, kritis, oksigen, icu, ventilator")
MILD = any_of("ringan, sedang, biasa, tanpa gejala, otg, isoman, isolasi mandiri, di rumah")
OTHER_VACCINE = any_of(
    r"lupa, lali, (?:tidak|belum) (?:tahu|ingat|yakin), lain\w*, zifivax, indovac, inavac, novavax, covovax,"
    "cansino, sputnik"
)

MAN = any_of(r"laki\w*, lelaki, pria, cowok, cowo, lanang, l")
WOMAN = any_of("perempuan, wanita, cewek, cewe, wedok, wadon, p")
FEW = frozenset({"satu", "dua", "1", "2"})
MANY = frozenset({"tiga", "empat", "lima", "semua", "semuanya", "3", "4", "5"})
