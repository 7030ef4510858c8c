"""Contact with somebody who has it, and tests: what a statement tells of them.

The case words of 2020 (ODP, PDP, OTG) and those of KMK HK.01.07/MENKES/413/2020 (suspek, probable, konfirmasi, kontak
erat) are both understood. Who was called one of them had contact with a case, as far as anybody knew; whether a test was
positive they do not tell ("OTG" was said of contacts first, of confirmed cases later), so that is asked.
"""

# ruff: noqa: E501 - word lists

from __future__ import annotations

import re
from typing import Any

from siaga.text.normalise import normalise
from siaga.text.statements import NOT, any_of, said

_HOME_WORDS = (
    r"se ?rumah, satu rumah, 1 rumah, seisi rumah, se ?kamar, satu kamar, 1 kamar, se ?atap, satu atap, orang rumah, (?:di|dalam|dlm) rumah(?: saya| kami)? (?:ada|yang|juga),"
    r"tinggal (?:bareng|bersama|sama|serumah|satu), se ?kos(?:an)?, satu kos(?:an)?, se ?asrama, satu asrama, sak ?omah, sa ?omah, (?:ng|nang |ing |neng )omah, anggota keluarga,"
    r"keluarga (?:saya|inti|serumah|di rumah), satu keluarga, sekeluarga, setunggal griya, setunggal omah, same house, household, live with, living with"
)
SHARES_HOME = any_of(_HOME_WORDS)
CONTACT = any_of(
    _HOME_WORDS
    + r",kontak\w*, kontek, contact, close contact, ketemu(?:an)?, bertemu, temu, jumpa, berjumpa, kepethuk, pethuk, ketemunya, ngobrol, bareng, bersama, bersebelahan, sebelahan, berdekatan,"
    r"dekat(?:an)? (?:dengan|sama), menjenguk, jenguk, besuk, membesuk, takziah, layat, melayat, merawat, ngerawat, tertular, ketularan, terpapar, ditulari, ketempelan,"
    r"(?:teman|rekan|kawan|konco) (?:se|satu )?(?:kantor|kelas|kerja|kost?|kosan|sekolah|kuliah|main|nongkrong|tim|mobil),"
    r"se ?kantor, satu kantor, se ?kelas, satu kelas, se ?mobil, satu mobil, se ?meja, satu meja, se ?ruangan, satu ruangan, se ?tempat kerja, makan (?:bareng|bersama), met, exposed"
)
CLOSE = any_of(r"kontak (?:erat|dekat|langsung|fisik), kontak erat, close contact, kontak serumah")
OLD_CASE = any_of(
    r"odp, pdp, otg, suspek\w*, suspect, probable, probabel, orang (?:dalam|dlm) pemantauan, pasien dalam pengawasan, orang tanpa gejala"
)
ISOLATES = any_of(r"isoman, isolasi mandiri, isolasi, karantina(?: mandiri)?, diisolasi, dikarantina")
COVID = any_of(r"co[vp]id[-\w]*, c-?19, corona\w*, korona\w*, omicron, omikron, delta, kopid, kovid, sars[-\w]*")
POSITIVE = any_of(
    r"positif\w*, positip\w*, positive, postif, posit(?:i|e)p, reaktif, terkonfirmasi, konfirmasi, terinfeksi, garis (?:dua|2), dua garis, 2 garis, strip (?:dua|2)"
)
NEGATIVE = any_of(
    r"negatif\w*, negatip\w*, negative, non ?reaktif, nonreaktif, tidak reaktif, garis (?:satu|1), satu garis, 1 garis"
)
TEST = any_of(
    r"swab\w*, sweb\w*, pcr, antigen\w*, antigent, anti gen, rapid\w*, tes(?:nya)?, dites, test(?:nya)?, ditest, genose, hasil\w*, lab, tcm, rtpcr, rt-pcr, usap"
)
_ILL_WITH_IT = any_of(
    r"kena, terkena, kenek, keno, sakit, punya, pasien, isoman, terinfeksi, dirawat, meninggal, suspek\w*, terjangkit"
)
_NOT_POSITIVE = re.compile(
    r"\b(?:(?:test? ?pack|testpack|tespek|hamil) (?:\w+ )?positif|positif (?:hamil|thinking|testpack|tespek|banget orang\w*)|(?:berpikir|berfikir|pikiran|energi|think) positif|golongan darah|rhesus)\b"
)
_OTHERS = re.compile(
    r"\b(?:ada|banyak|beberapa|salah satu|satu|ada orang)?\s*(?:yang|yg|sing|orang|pasien|kasus|penderita) (?:\w+ ){0,3}?(?:positif|reaktif|terkonfirmasi|kena)"
)
_UNTESTED = re.compile(
    r"\b(?:belum|tidak) (?:pernah |sempat |ada |di|mau |bisa |juga |me)*(?:swab|tes|pcr|antigen|rapid|usap)\w*\b(?! (?:lagi|ulang|kedua|positif|negatif))"
)
_WAITING = re.compile(
    r"\b(?:hasil\w* (?:\w+ ){0,2}?belum|(?:tunggu|nunggu|menunggu) (?:\w+ ){0,2}?hasil|belum (?:keluar|ada) hasil)"
)
_OVER = re.compile(
    r"\b(?:(?:sudah|baru|baru saja|telah|alhamdulillah) (?:\w+ )?(?:sembuh|negatif|pulih|mari|waras)|sembuh|penyintas|(?:sudah |baru )?(?:selesai|kelar|beres|lepas|habis) (?:isoman|isolasi\w*|karantina)"
    r"|dinyatakan (?:sembuh|negatif)|(?:pernah|dulu|habis|bekas) (?:\w+ )?(?:kena|positif|terkena)(?: co[vp]id\S*| corona| korona)?(?=.*\b(?:sembuh|dulu|bulan|tahun)\b))"
)
_NOT_OVER = re.compile(
    r"\b(?:belum|tidak|kapan|biar|supaya|agar|semoga|cepat|lekas|doakan|cara|bisa) (?:\w+ ){0,2}?(?:sembuh|negatif|selesai|pulih|mari|waras)"
)
_MET_NOBODY = re.compile(
    r"\b(?:tidak|belum) (?:\w+ ){0,2}?(?:kontak|ketemu|bertemu)(?: \w+){0,3}? (?:siapa|siapapun|orang|pasien|penderita)\b"
    r"|\b(?:tidak|belum) (?:ada |pernah |merasa |punya |riwayat )*kontak\w*(?: (?:erat|dekat|apa-apa|sama sekali))*$"
)
_ALL_WELL = re.compile(
    r"\b(?:serumah|satu rumah|orang rumah|keluarga|semua|semuanya) (?:\w+ ){0,2}?(?:sehat|negatif|aman|baik|waras)\b(?! kecuali)"
)
_CLAUSE = re.compile(r"[,;.!?\n]+(?!\d)|\b(?:tapi|tetapi|namun|sekarang|lalu saya|terus saya|kemudian saya)\b")
_SENTENCE = re.compile(r"[;.!?\n]+(?!\d)|\b(?:tapi|tetapi|namun)\b")


def contact(text: str) -> str | None:
    """``household``, ``close``, ``none`` (said not to be), or None where nothing is told."""
    found: set[str] = set()
    for sentence in _SENTENCE.split(normalise(text)):
        if ISOLATES.search(sentence) and not _over(sentence) and said(ISOLATES, sentence):
            found.add("close")
        if said(OLD_CASE, sentence):
            found.add("close")
        if not CONTACT.search(sentence):
            if re.search(r"\b(?:tidak|belum) ada (?:\w+ ){0,3}?(?:positif|kena|sakit)\b", sentence):
                found.add("none")
            continue
        at = CONTACT.search(sentence)
        ill = (
            POSITIVE.search(sentence)
            or COVID.search(sentence)
            or _ILL_WITH_IT.search(sentence)
            or OLD_CASE.search(sentence)
        )
        close = CLOSE.search(sentence) or re.search(r"\b(?:tertular|ketularan|terpapar|ditulari)\b", sentence)
        if _MET_NOBODY.search(sentence) or _ALL_WELL.search(sentence):
            found.add("none")
        elif not ill and not close:
            continue
        elif not said(CONTACT, sentence) or re.search(
            r"\b(?:tidak|belum) ada (?:\w+ ){0,3}?(?:positif|kena|sakit)\b", sentence
        ):
            found.add("none")
        elif at:
            found.add("household" if SHARES_HOME.search(sentence) else "close")
    return next((name for name in ("household", "close", "none") if name in found), None)


def tests(text: str) -> dict[str, Any]:
    """``positive_test`` and ``recovered``, of the person that a passage is about."""
    plain = normalise(text)
    clauses = [clause.strip() for clause in _CLAUSE.split(plain) if clause and clause.strip()]
    positive = negative = untested = False
    recovered = False
    last: str | None = None
    for clause in clauses:
        if _over(clause):
            recovered = True
        if _NOT_POSITIVE.search(clause) or _WAITING.search(clause):
            continue
        if NEGATIVE.search(clause):
            if _NOT_OVER.search(clause) or not said(NEGATIVE, clause):
                positive = positive or not re.search(r"\bnon ?reaktif|tidak reaktif\b", clause)
                negative = negative or not positive
            else:
                negative, last = True, "negative"
            if said(NEGATIVE, clause) and not POSITIVE.search(NEGATIVE.sub(" ", clause)):
                continue
        if _UNTESTED.search(clause):
            untested = True
            continue
        if said(POSITIVE, clause) and not _of_others(clause) and not _over(clause):
            positive, last = True, "positive"
        elif re.search(r"\b(?:tidak|bukan|belum) (?:\w+ )?positif\b", clause) and not CONTACT.search(clause):
            negative = True
    if (
        positive
        and negative
        and last == "negative"
        and re.search(r"\b(?:sudah|sekarang|baru|hari ini|alhamdulillah)\b.*\bnegatif", plain)
    ):
        recovered, positive = True, False
    found: dict[str, Any] = {}
    if positive:
        found["positive_test"] = True
    elif negative or untested:
        found["positive_test"] = False
    if recovered and not (positive and last == "positive" and not _over(plain)):
        found["recovered"] = True
    return found


def _over(plain: str) -> bool:
    return bool(_OVER.search(plain)) and not _NOT_OVER.search(plain)


def _of_others(clause: str) -> bool:
    """Whether a positive test is that of whom somebody was in contact with."""
    match = POSITIVE.search(clause)
    if match is None:
        return False
    before = clause[: match.start()]
    if CONTACT.search(before) or _OTHERS.search(clause):
        return True
    # "positif semua serumah", "ternyata dia positif"
    return bool(re.search(r"\b(?:dia|beliau|mereka|orangnya|ternyata (?:dia|positif))\b", before)) or (
        bool(SHARES_HOME.search(clause[match.end() :])) and not TEST.search(before) and not NOT.search(before)
    )
