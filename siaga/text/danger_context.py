"""Whether a danger sign that is named is there now: not denied, not long past, not only asked about, no figure of
speech.

In doubt it is there: a word that takes the alarm back must stand where it speaks of the sign.
"""

# ruff: noqa: E501 - a pattern is read on one line

from __future__ import annotations

import re

from siaga.text.danger_signs import PERSON, Sign

_NOT = (
    r"(?:tidak|tdk|tak|gak|ga|gk|g|nggak|ngga|enggak|ndak|kagak|kaga|ora|ra|mboten|boten|teu|henteu|indak|tusing|nenten|belum|blm|bukan|bkn|dudu|tanpa|jangan|jgn|not|no|never|without"
    r"|dereng|durung|gaada|gada|alun|can)"
)
_FILLERS = (
    r"(?:\s+(?:sampai|sampe|smp|ada|aya|ado|wonten|ono|pernah|prnh|tau|tahu|kungsi|sedang|lagi|merasa|merasakan|ngerasa|ngerasain|mengalami|ngalami|ngalamin|terlalu|begitu|pake|perlu|mau|takut|having|had|a|an|any|have"
    r"|gejala|nganti|nate|keluhan|tanda|riwayat|terjadi|terkena|kena))*"
)
_BEFORE_DENIED = re.compile(rf"\b{_NOT}{_FILLERS}\s+(?:\w+\s+(?:atau|ato|ataupun|dan|maupun|sama|lan|or)\s+)?$")
# "tidak ada demam, sesak, atau kejang": everything before and after the sign, up to the last of the list.
_ITEM = r"(?:[\w-]+\s+){0,2}[\w-]+\s*"
_OR = r"(?:atau|ato|ataupun|maupun|or)"
_LIST_TO_LAST = re.compile(rf"\b{_NOT}{_FILLERS}\s+(?:{_ITEM},\s*)*(?:{_ITEM})??{_OR}\s+$")
_LIST_TO_MIDDLE = re.compile(rf"\b{_NOT}{_FILLERS}\s+(?:{_ITEM},\s*)+$")
_LIST_AFTER = re.compile(rf"^\s*(?:,\s*{_ITEM}){{0,5}}?,?\s*{_OR}\b")
_AFTER_DENIED = re.compile(
    r"^\s*[:=]?\s*(?:(?:nya|sih|juga|jg|itu)\s+)?(?:(?:tidak|tdk|gak|ga|gk|nggak|ngga|enggak|ndak|ora|mboten|belum|blm)\s*(?:ada|aya|pernah|wonten|ono)\b(?!\s*(?:henti|respon|yang|yg|obat|oksigen))"
    r"|(?:tidak|tdk|gak|ga|gk|nggak|ngga|enggak|nihil|negatif|no)\s*(?:$|[,.;\n])|\(-\)|\s*(?:apa|atau)\s+(?:tidak|gak|ga|nggak|enggak|belum)\b)"
)
# "badan kayak digebukin": aching, not beaten.
_LIKE = re.compile(r"\b(?:kek|kayak|kaya|kyk|kya|seperti|serasa|bagai|koyo|koyok|kados)(?:\s+(?:habis|abis|bar))?\s+$")

_YEAR = r"(?:tahun|thn|th)\s+(?:19|20)\d\d"
_PAST = re.compile(
    r"\b(?:dulu|dlu|dl|dahulu|pernah|prnh|waktu\s+kecil|wkt\s+kecil|riwayat|punya\s+riwayat|masa\s+kecil|tahun\s+(?:lalu|kemarin)|thn\s+lalu|bulan\s+lalu|"
    r"minggu\s+lalu|(?:tahun|thn|bulan|bln|minggu)\s+(?:yang|yg)\s+(?:lalu|silam)|nate|mbiyen|biyen|riyin|baheula|sudah\s+sembuh|udah\s+sembuh|used\s+to|"
    rf"{_YEAR}|(?:pas|waktu|wkt)\s+(?:sd|smp|sma|smk|kuliah|muda|kecil))\b"
)
_JUST_BEFORE_PAST = re.compile(r"\b(?:pernah|prnh|riwayat|waktu\s+kecil|wkt\s+kecil|masa\s+kecil)\s+(?:\w+\s+)?$")
_NOW = re.compile(
    r"\b(?:(?:sekarang|skrg|skrng|saiki|sakniki|ayeuna|kini)(?!\s+(?:alhamdulillah\s+)?(?:sudah|udah|udh|dah|sdh|wis)\b)|barusan|baru\s+saja|tolong|tlg|tulung|help|(?<!suka )(?<!sering )(?<!pernah )(?:kambuh|kumat)|ini|niki|iki|darurat|gawat|cepat|cepet"
    r"|mendadak|tiba-?\s?tiba|dari\s+tadi|dr\s+t(?:a)?di?|sejak\s+tadi|sejak\s+pagi|now)\b"
)

_AGAIN = re.compile(r"^(?:\s+\w+){0,3}?\s+(?:lagi|barusan|tadi|sekarang|skrg|kambuh)\b")

# Questions about a sign that nobody is said to have.
_KNOWLEDGE = re.compile(
    r"\b(?:apa\s+(?:itu|beda|bedanya|penyebab|arti|artinya|maksud)|apa\s+(?:saja\s+|aja\s+)?(?:ciri|tanda|tandanya|gejala|gejalanya|penyebab)|bedanya|perbedaan|beda\s+\w+|artinya|definisi|"
    r"efek\s+samping|ciri-?\s?ciri|ciri2|tanda-?\s?tanda|gejala\s+(?:covid|apa|nya|omicron|delta)|termasuk\s+gejala|bisa\s+menyebabkan|menyebabkan|mencegah|cegah|"
    r"penyebab(?:nya)?|kenapa\s+(?:orang|bisa)|what\s+is|what'?s|difference|does|is\s+it\s+true|kabarnya|konon|berita|hoaks|hoax|benarkah|boleh(?:kah)?\b.{0,60}?\b(?:di)?(?:vaksin|suntik|dosis|booster)|bs\s+vaksin|bisa\s+vaksin|video)\b"
)
_HEARSAY = re.compile(r"\b(?:kabarnya|konon|berita|hoaks|hoax|efek\s+samping|video)\b")
_SAID = re.compile(r"\b(?:katanya|jarene|jare|cenah|kecek|katanye)\b")
_JAB = re.compile(r"\b(?:vaksin\w*|suntik\w*|divaksin|booster|vaccin\w*|covid\S*|corona)\b")
_QUESTION = re.compile(
    r"\?|\b(?:apa|apakah|gimana|gmn|bagaimana|piye|pripun|kenapa|knp|mengapa|kok|boleh|bolehkah|bisakah|benarkah|bnr\s+ga|bener\s+ga|bener|sih|what|how|why|does|ya\s+ga|(?:ga|gak|tidak|nggak)\s*ya)\b"
)
_MINE = re.compile(
    rf"\b(?:{PERSON}\s+(?:saya|sy|aku|gue|gw|kulo|kula|abdi|den|tiange|q)|(?:ibu|bapak|anak|suami|istri|bojo|mbah|adik|kakak|mak|pak)(?:ku|q)|(?:saya|sy|aku|gue)\s+(?:lagi|sedang|sekarang))\b"
)
# Right before a sign: it is thought of, not there.
_THOUGHT_OF = re.compile(
    r"\b(?:takut|khawatir|kuatir|wedi|(?:vaksin\w*|suntik\w*|booster|covid\S*|obat\w*)\s+(?:\w+\s+){0,2}?(?:bisa|dapat|bikin|membuat|menyebabkan|nyebabin)|menyebabkan|mengakibatkan|memicu|sebabkan|(?:risiko|resiko|berisiko|beresiko|gejala|tanda|ciri|ciri-ciri"
    r"|ciri2|penyebab|mencegah|menghindari|penderita|penyintas|arti)(?:nya)?)\s+(?:\w+\s+)?$"
)
_IF = re.compile(r"\b(?:kalau|kalo|klo|kl|nek|lek|yen|jika|bila|seandainya|misal\w*|andai\w*|lamun|if)\b")
_WHETHER = re.compile(r"\b(?:apakah|apa|opo|emang|emangnya|memang|does|do|can|is|could)\b")
_OWNER = re.compile(rf"\b(?:{PERSON}|saya|sy|aku|gue|gw|aye|kula|kulo|abdi|den|napas\w*|nafas\w*|sesak|dada)\b")

# Figures of speech.
_LAUGHS = re.compile(
    r"(?:\b(?:(?:wk){2,}w?k?|w+k+w+k+\w*|(?:ha){2,}h?|(?:he){2,}h?|(?:hi){2,}|xixi\w*|ngakak|lol)\b|[🤣😂😆])"
)
_NEARLY = re.compile(r"\b(?:hampir|nyaris|ampir|mau|mo|meh|serasa|kayak|kaya|kyk|sampe|sampai)\s+$")
_FUN = re.compile(
    r"\b(?:liat|lihat|lht|ngeliat|dengar|denger|dgr|baca|antri|antre|antrian|antrean|antriannya|nunggu|harga|harganya|kaget|seneng|senang|enak|lucu|nonton|film|drakor|konser|ujian)\b"
)
_THING = r"(?:sinyal|server|servernya|aplikasi|aplikasinya|app|apps|web|webnya|website|situs|jaringan|internet|sistem|sistemnya|wifi|dompet|rekening|saldo|kuota|pulsa|ekonomi)"
_OF_THING = re.compile(rf"\b{_THING}\s+(?:\w+\s+)?$")
_THEN_THING = re.compile(rf"^\s+(?:\w+\s+){{0,1}}?{_THING}\b")
_MAY_BE_FIGURES: frozenset[Sign] = frozenset({"breath", "chest", "confusion", "unconscious", "fit", "stroke"})

_BREAKS = re.compile(r"[,.;!?\n]")
_TURNS = (" tapi ", " tp ", " tetapi ", " ning ", " nanging ", " but ", " trus ", " terus skrg ")


def stands(text: str, sign: Sign, start: int, end: int) -> bool:
    """Whether the sign at ``text[start:end]`` (lower case, plain spaces) is there now, as far as the words tell."""
    before = _clause_before(text, start)
    after = text[end:]
    if _denied(text, sign, before, start, after):
        return False
    around = before + text[start:end] + _clause_after(after)
    now = bool(_NOW.search(text))
    if _PAST.search(around) and not now:
        return False
    if _JUST_BEFORE_PAST.search(before) and not _AGAIN.match(after):
        return False
    told = _MINE.search(around) and not (_KNOWLEDGE.search(around) or _IF.search(before))
    if not told and not (now and _MINE.search(text)) and _only_asked(text, sign, before, start):
        return False
    return not (sign in _MAY_BE_FIGURES and _figure(text, before, after))


def _denied(text: str, sign: Sign, before: str, start: int, after: str) -> bool:
    if _BEFORE_DENIED.search(before) or _AFTER_DENIED.match(after):
        return True
    if sign in ("violence", "suicide") and _LIKE.search(before):
        return True
    sentence = _sentence_before(text, start)
    if _LIST_TO_LAST.search(sentence):
        return True
    return bool(_LIST_AFTER.match(after) and _LIST_TO_MIDDLE.search(sentence))


def _only_asked(text: str, sign: Sign, before: str, start: int) -> bool:
    """Whether the sign is asked about in general, heard of, feared or thought of."""
    # A measured number is somebody's.
    if sign != "oxygen" and _KNOWLEDGE.search(text) and (_QUESTION.search(text) or _HEARSAY.search(text)):
        return True
    if _SAID.search(text) and not _MINE.search(text) and (_JAB.search(text) or not _OWNER.search(text)):
        return True
    if _THOUGHT_OF.search(before):
        return True
    for condition in _IF.finditer(before):
        # "kalau ibu pingsan", but not "ibu saya sesak kalau jalan, bibirnya biru"
        if not _OWNER.search(before[: condition.start()]):
            return True
    if _IF.search(_sentence_before(text, start)) and _QUESTION.search(text) and not _OWNER.search(before):
        return True
    return bool(_WHETHER.search(before) and not _MINE.search(text) and _JAB.search(text))


def _figure(text: str, before: str, after: str) -> bool:
    """Whether it is a joke, or said of a thing."""
    if _LAUGHS.search(text):
        return True
    if _NEARLY.search(before) and _FUN.search(text):
        return True
    return bool(_OF_THING.search(before) or _THEN_THING.match(after))


def _clause_before(text: str, start: int) -> str:
    """What stands before a sign within its clause."""
    before = text[:start]
    cut = max((match.end() for match in _BREAKS.finditer(before)), default=0)
    for turn in _TURNS:
        place = before.rfind(turn)
        if place >= 0:
            cut = max(cut, place + len(turn))
    return before[cut:]


def _clause_after(after: str) -> str:
    return re.split(r"[,.;!?]| tapi | tp | tetapi ", after, maxsplit=1)[0]


def _sentence_before(text: str, start: int) -> str:
    before = text[:start]
    return before[max(before.rfind(mark) for mark in ".;!?\n") + 1 :]
