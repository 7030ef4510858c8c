"""Danger signs in words: what makes a message an emergency whatever else it says.

A safety net under the learned understanding: it prefers one alarm too many to one too few, but keeps quiet when the
sign is denied
("tidak kejang"), long past ("waktu kecil pernah kejang"), or only asked about ("apa beda sesak sama asma?").
The signs are those that WHO and the Indonesian guidelines for COVID-19 name for calling help at once: severe
shortness of breath, persistent pain or
pressure in the chest, confusion or loss of consciousness, bluish lips or face, fits; besides heavy bleeding, sudden
paralysis, poison,
the wish to die, and violence against somebody.
"""

# ruff: noqa: E501 - a pattern is read on one line

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from siaga.text.normalise import normalise

_LONGEST = 1000

Sign = Literal[
    "breath", "chest", "unconscious", "blue", "fit", "oxygen", "bleeding", "stroke", "poison", "suicide", "violence"
]

_NO = r"(?:tidak|tdk|gak|ga|gk|g|nggak|nggk|ngga|enggak|ndak|kagak|kaga|ora|ra|mboten|boten|teu|indak|susah|sulit|sukar|angel)"
_CANNOT = (
    r"(?:"
    + _NO
    + r"\s*(?:bisa|bsa|bs|mampu|iso|isa|saged|saget|kuat)|gabisa|gbs|gbisa|can'?t|cannot|can not|unable to|susah\s+sekali|sulit\s+sekali)"
)
_BREATH = (
    r"(?:(?:ber|be|b)?n[ae]f?[ap]?[fp]?[ae]s|ambegan|napas|nafas|nfs|brnafas|bernafas|breath(?:e|ing)?)(?:nya|ny|e|ku)?"
)
_MUCH = (
    r"(?:berat|parah|hebat|banget|bgt|bngt|bangt|sekali|skali|skli|sangat|sngt|sanget|tenan|pol|poll|puol|nemen|makin|tambah|bertambah"
    r"|luar\s+biasa|amat|akut|ngos\S*|terus(?:\s|-)?(?:terusan|menerus)|mendadak|tiba\S*)"
)
_TIGHT = r"(?:sesak|sesek|seseg|ssk|sessak|sesk|ampeg|megap|megap\S*|engap|ngap|sumpek)(?:nya|e)?"
_CHEST = r"(?:dada|dhadha|dodo|dodho|chest|jantung)(?:nya|ku|ne|e)?"
_PAIN = r"(?:nyeri|sakit|skt|sakt|skit|lara|loro|perih|pain|hurts?|tertekan|ditekan|ditindih|tertindih|ketindih|diremas|dicengkeram|diperas|panas)"
_AWAKE = r"(?:sadar(?:kan\s+diri)?|eling|siuman)"
_WAKE = r"(?:bangun|bngun|bgn|tangi|bangun-bangun|sadar|siuman|respon|merespon|merespons|respons|nyahut|menyahut|nyaut|wungu)"
_LIPS = r"(?:bibir|bibirnya|lambe|lambene|lips?|muka|mukanya|wajah|wajahnya|kuku|kukunya|kulit|kulitnya)"
_BLUE = r"(?:mem|ke)?(?:biru|bir?u-?biru|biru2|blue|ungu|keunguan|kebiruan|membiru|biruuu*)(?:an)?"
_PERSON = (
    r"(?:ibu|ibuk|bapak|bpk|ayah|mama|papa|emak|suami|istri|anak|ank|bayi|balita|adik|adek|kakak|kakek|nenek|mbah|simbah|eyang|opa|oma|paman|"
    r"tante|mertua|teman|temen|tmn|tetangga|orang|org|pasien|dia|dy|bojo|garwo|lare|wong|tiyang|saudara|sodara|ortu|pakde|bude)(?:ku|nya|q|e|ne)?"
)

# Somebody whom it concerns, or a cry for help, beside a word of violence.
_HERE = (
    r"saya|sy|aku|ak|gue|gw|kulo|kula|ibu|ibuku|ibuk|anak|anakku|anaknya|istri|istrinya|adik|adek|mama|tetangga|bayi|nenek|kakak|perempuan|"
    r"tolong|tlg|tulung|help|sekarang|skrg|saiki|lagi|suami|suaminya|suamiku|bapak|ayah|bojo|bojoku|bojone|pacar|paman|majikan|mertua|orang|mantan"
)

# name, pattern: searched in the text in lower case with single spaces.
_TABLE: list[tuple[Sign, str]] = [
    ("breath", rf"\b{_CANNOT}\s+(?:\w+\s+)?{_BREATH}\b"),
    ("breath", rf"\b(?:susah|sulit|sukar|angel|kesulitan|susahnya)\s+(?:\w+\s+)?{_BREATH}\s+(?:\w+\s+){{0,2}}?{_MUCH}\b"),
    ("breath", rf"\b{_MUCH}\s+(?:susah|sulit|sukar|angel|kesulitan)\s+(?:\w+\s+)?{_BREATH}\b"),
    ("breath", rf"\b{_TIGHT}\s+(?:{_BREATH}\s+)?(?:\w+\s+){{0,2}}?{_MUCH}\b"),
    ("breath", rf"\b(?:makin|tambah|sangat|sngt|semakin|mendadak|tiba\s?-?\s?tiba)\s+{_TIGHT}\b"),
    ("breath", rf"\b{_TIGHT}\b.{{0,40}}\b{_CANNOT}\s+(?:bicara|ngomong|ngmg|jalan|tidur|matur|berbicara|berdiri|bangun)\b"),
    ("breath", rf"\b{_TIGHT}\b.{{0,40}}\b(?:terputus|putus|tersengal|ngos|megap|cuping)\S*"),
    ("breath", rf"\b(?:henti|berhenti|brenti|stop|mandeg|{_NO})\s+(?:ber)?(?:{_BREATH})\b(?!\s+(?:lega|dulu))"),
    ("breath", rf"\b{_BREATH}\s+(?:berhenti|brenti|terhenti|hilang|putus|megap|tersengal|tinggal|ngos|satu\s*-?\s*satu)\S*"),
    ("breath", rf"\b(?:tolong|tlg|tulung|help|darurat|gawat)\b.{{0,60}}\b{_TIGHT}\b|\b{_TIGHT}\b.{{0,60}}\b(?:tolong|tlg|tulung|help|darurat|gawat)\b"),
    ("breath", rf"\b(?:susah|sulit|sukar|angel|hese|kesulitan|berat|{_CANNOT})\s+(?:me|m|n)?(?:tarik|narik|ambil|ngambil|hirup|ngirup)\s+{_BREATH}\b"),
    ("breath", rf"\b(?:{_BREATH}|nafasna|napasna)\s+(?:\w+\s+){{0,2}}?(?:cepat|cepet|cpt|cpet|memburu|hese|berbunyi|bunyi)\s+(?:\w+\s+){{0,2}}?(?:{_MUCH}|ngik\S*|grok\S*|cekung\S*)"),
    ("breath", r"\bdada(?:nya)?\s+(?:\w+\s+){0,3}?(?:cekung|tertarik\s+ke\s+dalam|kembang\s?-?\s?kempis\s+cepat)\S*|\btarikan\s+dinding\s+dada\b"),
    ("chest", rf"\b{_TIGHT}\b.{{0,40}}\b{_PAIN}\s+(?:di\s+)?{_CHEST}\b|\b{_PAIN}\s+(?:di\s+)?{_CHEST}\b.{{0,40}}\b{_TIGHT}\b"),
    ("chest", rf"\b{_CHEST}\s+(?:\w+\s+){{0,3}}?(?:sangat|sngt|amat|luar\s+biasa|banget|bgt)\s+{_PAIN}\b"),
    ("chest", rf"\b(?:nyeri|sakit|skt|sakt|skit|lara|perih)\s+(?:di\s+)?(?:\w+\s+)?{_CHEST}\s+(?:\w+\s+){{0,3}}?{_MUCH}\b"),
    ("chest", rf"\b{_CHEST}\s+(?:\w+\s+){{0,2}}?{_PAIN}\s+(?:\w+\s+){{0,2}}?{_MUCH}\b"),
    ("chest", rf"\b{_CHEST}\s+(?:\w+\s+){{0,4}}?(?:ditindih|tertindih|ketindih|diremas|dicengkeram|diperas|ditekan|tertekan)\b"),
    ("chest", rf"\b{_CHEST}\s+(?:\w+\s+){{0,2}}?{_PAIN}\b.{{0,50}}\b(?:keringat|kringat|kringet|menjalar|lengan|rahang|{_TIGHT})\b"),
    ("chest", r"\bserangan\s+jantung\b|\bheart attack\b|\bsevere chest pain\b"),
    ("unconscious", rf"\b{_PERSON}(?:\s+\w+){{0,4}}?\s+{_NO}\s*{_AWAKE}\b(?!\s+(?:kalau|kalo|klo|kl|bahwa|sudah|udah|udh|ternyata|akan|sama|dengan|jadwal|pentingnya|lek|nek|yen|wis))"),
    ("unconscious", rf"\b{_NO}\s*sadar(?:kan)?\s*diri\b|\bhilang\s+kesadaran\b|\bkehilangan\s+kesadaran\b|\bkesadaran(?:nya)?\s+(?:\w+\s+)?(?:menurun|turun|hilang)\b"),
    ("unconscious", rf"^\W*(?:tolong\W+|tlg\W+|help\W+)?{_NO}\s*sadar\W*(?:$|dari|sejak|sdh|sudah\s+\d)"),
    ("unconscious", r"\b(?:pingsan|pinsan|pngsan|semaput|klenger|unconscious|faint(?:ed)?(?!\s+line)|koma(?!\s+(?:titik|nama|enter|spasi|tanda|koma|\d))|collapse[sd]?)\b"),
    ("unconscious", rf"\b(?:dibangunin|dibangunkan|dipanggil|dipanggil2|digoyang|ditepuk|dicubit|diundang)\S*\s+(?:\w+\s+){{0,3}}?{_NO}\s*(?:mau\s+|bisa\s+|ada\s+)?{_WAKE}\b"),
    ("unconscious", rf"\b{_PERSON}(?:\s+\w+){{0,3}}?\s+{_NO}\s*(?:bisa\s+|mau\s+|ada\s+)?(?:dibangunkan|dibangunin|bangun-?\s?bangun|bangun2|merespons?|respons?)\b"),
    ("unconscious", rf"\b{_NO}\s*bisa\s+(?:dibangunkan|dibangunin)\b|\bnot responding\b|\bwon'?t wake\b"),
    ("unconscious", r"\b(?:linglung|meracau|ngelantur|bingung\s+mendadak)\b(?=.*\b(?:sesak|demam|panas|sakit|oksigen|saturasi)\b)"),
    ("blue", rf"\b{_LIPS}\s+(?:\w+\s+){{0,3}}?{_BLUE}\b|\b(?:blue|bluish)\s+(?:lips|face)\b"),
    ("fit", r"\b(?:kejang|kejang2|kejang-kejang|kejangnya|kjang|kejet|kejet2|(?<!next )(?<!first )(?<!a )step|stuip|stip|seizures?|having a fit)\b"),
    ("oxygen", r"\b(?:saturasi|saturasinya|satur|oksigen|spo2|oximeter|oksimeter)(?:nya)?(?:\s+\w+){0,4}?\s*[:=]?\s*(?:tinggal\s+|cuma\s+|hanya\s+|turun\s+|jadi\s+|di\s+|ke\s+|bawah\s+)*(?<!\d)(?:[4-7]\d|8\d)(?!\d)\s*(?:%|persen)?"),
    ("bleeding", rf"\b(?:muntah|batuk|berak|bab)\s+darah\s+(?:\w+\s+)?(?:{_MUCH}|banyak|bnyk|segar|terus)\b|\b(?:perdarahan|pendarahan)\s+(?:\w+\s+)?(?:{_MUCH}|banyak|{_NO}\s*berhenti)\b|\bdarah\w*\s+(?:\w+\s+){{0,5}}?{_NO}\s*(?:mau\s+|bisa\s+)?(?:berhenti|brenti|mampet)\b|\bdarah\w*\s+(?:\w+\s+)?(?:keluar|ngalir|mengalir|ngocor|muncrat)\s+(?:terus|trs|deras|banyak|banget)\b|\b(?:keluar|ngeluarin)\s+darah\s+(?:terus|deras|banyak)\b"),
    ("stroke", r"\b(?:lumpuh|lemah|kelu|mati\s+rasa)\s+(?:\w+\s+){0,2}?(?:sebelah|separuh|separo)\b(?=.*\b(?:mendadak|tiba|barusan|baru\s+saja)\b)|\b(?:mulut|wajah|muka|bibir)\w*\s+(?:[\w-]+\s+){0,3}?(?:mencong|miring|perot|pelo|merot|mencos)\b|\b(?:bicara|ngomong|omongan|omong|berbicara|ucapan|ngomonge)\w*\s+(?:\w+\s+){0,2}?(?:pelo|cadel\s+mendadak|tidak\s+jelas\s+mendadak)\b"),
    ("poison", r"\b(?:keracunan|overdosis|over\s?dosis|kebanyakan\s+(?:minum\s+)?obat|(?:minum|minom|nelan|menelan|ngombe|ketelan|tertelan|keminum|terminum)\s+(?:\w+\s+)?(?:racun|baygon|deterjen|pemutih|pestisida|minyak\s+tanah|obat\s+nyamuk|obat\s+tikus|wipol|sabun\s+cuci))\b"),
    ("suicide", r"\b(?:bunuh\s+diri|bundir|bunuhdiri|nglalu|gantung\s+diri|gantung\s+leher|(?:mengakhiri|akhiri|mengakhirkan|ngakhiri|habisi|mengakhirinya)\s+(?:\w+\s+)?(?:hidup|nyawa|semuanya)\w*|suicide|suicidal|kill myself|end my life|self\s?harm|don'?t want to live)\b"),
    ("suicide", r"\b(?:mau|mo|pengen|pgn|pingin|pengin|ingin|kepengen|kepingin|mending|mendingan|lebih\s+baik|better|pilih|enakan|arep|kepengin|pasrah|siap)\s+(?:aku\s+|saya\s+|sy\s+|gue\s+|gw\s+)?(?:mati|meninggal|mampus|modar|wafat)\b(?!\s*(?:listrik|lampu|air|kutu|lemas|rasa|gaya|ketawa))"),
    ("suicide", rf"\b(?:{_NO}|udah\s+{_NO}|sudah\s+{_NO})\s*(?:mau|ingin|pengen|pgn|sanggup|kuat|tahan|gelem|kepengen|ada\s+gunanya|punya\s+alasan)\s+(?:lagi\s+|untuk\s+|buat\s+|terus\s+)*(?:hidup|urip|gesang)\b"),
    ("suicide", r"\b(?:ingin|mau|pengen|pgn|pengin|siap|arep|hoyong)\s+(?:ikut\s+)?(?:menyusul|nyusul|susul)\s+(?:beliau|almarhum\w*|alm|suami|istri|ibu|bapak|mama|papa|dia|anak|mendiang)\w*(?!\s+(?:ke|di|vaksin|daftar|divaksin))|\b(?:siapin|menyiapkan|nyiapin|udah\s+beli|sudah\s+beli|siap\s+minum)\s+racun\b"),
    ("suicide", r"\b(?:nyayat|menyayat|sayat|silet|nyilet|menyilet|iris|mengiris|ngiris|melukai|lukai|nyakitin|menyakiti)\s+(?:\w+\s+)?(?:diri\s+(?:sendiri|saya|sy|ku)|tangan\s+(?:sendiri|saya|sy|ku)|nadi|pergelangan|badan\s+sendiri)\w*"),
    ("violence", rf"\b(?:di\s?(?:pukul|gebuk|hajar|tendang|tonjok|tampar|cekik|bacok|tusuk|sekap|siksa|aniaya|banting|perkosa|lecehkan|keroyok|bakar|injak|jambak|culik|gebug|antemi?|kaplok|jotos|bunuh|bekap))(?:i|in|an|kan|e)?\b(?!\s+(?:rata|sepi))(?=.*\b(?:{_HERE})\b)|\b(?:{_HERE})\b.*\bdi\s?(?:pukul|gebuk|hajar|tendang|tonjok|tampar|cekik|bacok|tusuk|sekap|siksa|aniaya|banting|perkosa|lecehkan|keroyok|bakar|injak|jambak|culik|gebug|antemi?|kaplok|jotos|bunuh|bekap)(?:i|in|an|kan|e)?\b(?!\s+(?:rata|sepi))"),
    ("violence", r"\b(?:memukul|memukuli|mukul|mukuli|mukulin|menggebuki|gebukin|nggebuki|menghajar|ngehajar|nendang|nendangi|menendang|nampar|menampar|mencekik|nyekik|menyiksa|nyiksa|membacok|mbacok|menusuk|nusuk|menganiaya|memperkosa|merkosa|menyekap|nyekap|ngantemi|ngeplaki)\s+(?:\w+\s+)?(?:saya|sy|aku|ibu|ibuku|anak|anakku|anaknya|istri|istrinya|adik|adek|mama|bayi|nenek|kakak|kami|bojone|orang)\b"),
    ("violence", r"\b(?:kdrt|pemerkosaan|diperkosa|mau\s+diperkosa|penganiayaan|penyekapan|disekap|dianiaya|diancam\s+(?:mau\s+|akan\s+)?(?:dibunuh|bunuh|pisau|celurit|golok|parang)|(?:mau|akan|arep)\s+(?:membunuh|bunuh|mbunuh|dibunuh|mateni)(?!\s*(?:diri|bosan|sepi|waktu|nyamuk|kucing|tikus))\s*(?:saya|sy|aku|ibu|anak|kami|istri)?)\b"),
]  # fmt: skip
_SIGNS = [(sign, re.compile(pattern)) for sign, pattern in _TABLE]

_DENIED = re.compile(
    r"(?:\b(?:tidak|tdk|gak|ga|gk|g|nggak|ngga|enggak|ndak|ora|ra|mboten|belum|blm|bukan|bkn|dudu|tanpa|jangan|jgn|not|no|never|without|dereng|durung)"
    r"(?:\s+(?:sampai|sampe|smp|ada|pernah|prnh|sedang|lagi|merasa|ngerasa|terlalu|begitu|pake|perlu|mau|takut|having|gejala|nganti|nate|keluhan))*\s+(?:\w+\s+(?:atau|ato|dan|sama|lan)\s+)?)$"
)
# "badan kayak digebukin": aching, not beaten.
_LIKE = re.compile(r"\b(?:kek|kayak|kaya|kyk|kya|seperti|serasa|bagai|koyo|koyok|kados)(?:\s+(?:habis|abis|bar))?\s+$")
_PAST = re.compile(
    r"\b(?:dulu|dlu|dl|pernah|prnh|waktu\s+kecil|wkt\s+kecil|riwayat|punya\s+riwayat|masa\s+kecil|tahun\s+(?:lalu|kemarin)|thn\s+lalu|bulan\s+lalu|"
    r"minggu\s+lalu|(?:tahun|thn|bulan|bln|minggu)\s+(?:yang|yg)\s+lalu|nate|mbiyen|biyen|riyin|sudah\s+sembuh|udah\s+sembuh|used to)\b"
)
_NOW = re.compile(
    r"\b(?:sekarang|skrg|skrng|saiki|sakniki|barusan|baru\s+saja|tolong|tlg|tulung|help|lagi\s+kambuh|kambuh|ini|niki|iki|darurat|gawat|cepat|cepet)\b"
)
_KNOWLEDGE = re.compile(
    r"\b(?:apa\s+(?:itu|beda|bedanya|penyebab|arti|artinya|ciri|tanda|tandanya|gejala|maksud)|apakah|bedanya|perbedaan|beda\s+\w+|artinya|definisi|"
    r"efek\s+samping|ciri-?\s?ciri|tanda-?\s?tanda|gejala\s+(?:covid|apa|nya|omicron|delta)|termasuk\s+gejala|bisa\s+menyebabkan|bikin|sebabkan|mencegah|cegah|"
    r"penyebab|kenapa\s+(?:orang|bisa)|what\s+is|what'?s|difference|does|kalau|kalo|klo|kl|nek|lek|yen|jika|bila|seandainya|misal\w*|andai\w*|if|takut|khawatir|"
    r"katanya|jarene|jare|kabarnya|konon|berita|hoaks|hoax|benarkah|is it true|boleh\s+vaksin|bs\s+vaksin|bisa\s+vaksin|boleh\s+(?:di)?suntik|video)\b"
)
_HEARSAY = re.compile(
    r"\b(?:katanya|jarene|jare|kabarnya|konon|berita|hoaks|hoax|takut|khawatir|efek\s+samping|video)\b"
)
_IF = re.compile(r"\b(?:kalau|kalo|klo|kl|nek|lek|yen|jika|bila|seandainya|misal\w*|andai\w*|if)\b")
_QUESTION = re.compile(
    r"\?|\b(?:apa|apakah|gimana|gmn|bagaimana|piye|pripun|kenapa|knp|mengapa|kok|boleh|bolehkah|bisakah|benarkah|bnr\s+ga|bener\s+ga|what|how|why|ya\s+ga|(?:ga|gak|tidak|nggak)\s*ya)\b"
)
_MINE = re.compile(
    rf"\b(?:{_PERSON}\s+(?:saya|sy|aku|gue|gw|kulo|kula)|(?:ibu|bapak|anak|suami|istri|bojo|mbah|adik|kakak)(?:ku|q))\b"
)


@dataclass(frozen=True)
class Danger:
    """A danger sign with its place in the text."""

    sign: Sign
    start: int
    end: int


def find_danger(text: str) -> Danger | None:
    """The first danger sign that somebody has now; None when there is none, or it is denied, long past, or only
    asked about.

    A sign seen only after normalising ("sesaaak beraaat") spans the whole text. Only the first 1,000 characters are
    read.
    """
    text = text[:_LONGEST]
    danger = _find(_flatten(text))
    if danger is None and (plain := normalise(text)) != text and (hidden := _find(_flatten(plain))):
        return Danger(hidden.sign, 0, len(text))
    return danger


def _find(lowered: str) -> Danger | None:
    asked = bool(_KNOWLEDGE.search(lowered)) and bool(
        _QUESTION.search(lowered) or _HEARSAY.search(lowered) or _IF.search(lowered)
    )
    present = bool(_MINE.search(lowered) and _NOW.search(lowered))
    if asked and not present:
        return None
    found: list[Danger] = []
    for sign, pattern in _SIGNS:
        for match in pattern.finditer(lowered):
            clause = _clause(lowered, match.start())
            if _DENIED.search(clause) or (sign == "violence" and _LIKE.search(clause)):
                continue
            if _PAST.search(_around(lowered, match.start(), match.end())) and not _NOW.search(lowered):
                continue
            found.append(Danger(sign, match.start(), match.end()))
            break
    return min(found, key=lambda danger: danger.start) if found else None


def _flatten(text: str) -> str:
    """Lower case with plain spaces; every character keeps its place."""
    lowered = "".join(character.lower() if len(character.lower()) == 1 else character for character in text)
    return re.sub(r"\s", " ", lowered)


def _clause(text: str, start: int) -> str:
    """What stands before a sign within its clause."""
    before = text[:start]
    cut = max(before.rfind(mark) for mark in ",.;!?\n")
    for turn in (" tapi ", " tp ", " tetapi ", " ning ", " but "):
        cut = max(cut, before.rfind(turn) + len(turn) - 1 if turn in before else -1)
    return before[cut + 1 :]


def _around(text: str, start: int, end: int) -> str:
    """The clause of a sign, on both sides of it."""
    after = re.split(r"[,.;!?]| tapi | tp | tetapi ", text[end:], maxsplit=1)[0]
    return _clause(text, start) + text[start:end] + after
