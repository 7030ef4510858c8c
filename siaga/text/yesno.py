"""Reading yes and no."""

# ruff: noqa: E501 - word lists

from __future__ import annotations

import re

from siaga.text.words import Word, split_words

_YES = set(
    "ya iya iyah iy yaa iyaa y yah ye yes yess yep yup yap yups yoi yo iyo iyoo inggih nggih enggih enggeh nggeh "
    "injih njih "
    "ok oke okeh okey okay okee k sip siip sipp siap betul btul bener benar bnr bnar leres correct right yuk "
    "ayo hayuk "
    "boleh blh bole bisa bs setuju stuju sepakat acc gas gass gaskeun lanjut lanjutkan lnjut lnjt mau mao mw gelem "
    "purun pengen ingin "
    "pernah prnh nate sudah sdh udah udh wis wes sampun pun ada ad wonten ono onok punya pny gadhah jelas pasti "
    "tentu monggo silakan "
    "cocok sesuai heeh he'eh hooh ho'oh ehem sure absolutely silahkan iyes iyap yoa oce oks okesip yaudah gaskan gasken "
    "cus cuss kuy skuy baiklah bolehlah iyalah iyadong iyadeh bersedia sedia kersa kerso mangga dadi deal heem he'em "
    "yup2 sipp sippp oyi iyok iyae nggeh2 inggeh yaps yess".split()
)  # fmt: skip
_SOFT_YES = set("ya iya iyah iy yaa iyaa y yah yo iyo iyoo nggih inggih enggih enggeh ok oke okay okeh".split())
_NOT = set(
    "tidak tdk tidk tdak gak ga g gk nggak ngga nggk enggak engga ndak ndk nda kagak kaga gada gaada mboten boten "
    "ora ra ogak "
    "bukan bkn bukn dudu sanes belum blm blum belom blom lum durung dereng jangan jgn ojo ampun tanpa no nope "
    "nggaklah enggaklah tak "
    "gabisa gamau gmau gapernah gajadi gausah gakusah ngak enggk gamaulah taksah endak ndaklah gaklah galah "
    "moten mboten2 orak".split()
)  # fmt: skip
_NO = set(
    "salah keliru kleru lepat luput emoh emong moh ogah gamoh wegah males tolak nolak wrong false sungkan".split()
)
_KNOWN = _YES | _NOT | _NO
# What neither says yes nor no, or asks back.
_HEDGE = re.compile(
    r"\b(?:mungkin|mgkn|kayak\s?nya|kyk\s?nya|kykny|sepertinya|spertinya|agaknya|sakjane|kadang\S*|kurang\s+\S*(?:tahu|tau|yakin|paham|jelas|ngerti)"
    r"|(?:tidak|tdk|gak|ga|gk|g|nggak|ngga|enggak|ndak|ora|ra|mboten|belum|blm)\s+(?:tahu|(?<!ora )(?<!ra )tau|tw|yakin|ngerti|ngertos|paham|pasti|tentu|ingat|inget|jelas|eling)"
    r"|gatau|gtau|gatw|gaktau|entah\S*|embuh|mbuh|ragu\S*|bingung|lupa|lali|kesupen|supe|pikir\S*|mikir\S*|tergantung|liat\s+nanti|lihat\s+nanti|nanti\s+dulu"
    r"|tanya|nanya|tny|takon|maybe|not\s+sure|don'?t\s+know|tidak\s+apa|gak?\s+apa|gak?\s?papa|gpp|nggak\s?papa|ndak\s?papa)\b",
    re.IGNORECASE,
)
_QUESTION = re.compile(
    r"\?|\b(?:apa|apakah|ap|opo|nopo|punopo|kenapa|knp|kok(?!\W*(?:kak|min|mas|mbak|pak|bu|dok|om)?\W*$)|mengapa|bagaimana|gimana|gmn|piye|pripun|kapan|kpn|berapa|brp|piro|siapa|sopo|mana|dimana|dmn|endi|pundi"
    r"|bolehkah|bisakah|what|why|how|when|where)\b",
    re.IGNORECASE,
)
_ASKED_BACK = re.compile(r"^\s*(?:ya|iya|nggih|betul|bener|benar)\s*\?+\s*$", re.IGNORECASE)
_TAG = re.compile(r"(?:\bapa\s?-?\s?apa\b|\bapa\s+pun\b|\bapapun\b)", re.IGNORECASE)
_THUMBS = {"👍": True, "👌": True, "✅": True, "👎": False, "❌": False}
_LONGEST = 12
"""Longer than so many words, an answer is a story, and is not read as yes or no."""
_DOUBLED = re.compile(r"(.)\1")


def _plain(word: Word) -> str:
    """The word without the letters that only stretch it: "iyaaa", "gakk"."""
    if not _DOUBLED.search(word.lower):
        return word.lower
    for form in (word.lower, re.sub(r"(.)\1{2,}", r"\1", word.lower), re.sub(r"(.)\1+", r"\1", word.lower)):
        if form in _KNOWN:
            return form
    shorter = re.sub(r"(.)\1+$", r"\1", re.sub(r"(.)\1{2,}", r"\1", word.lower))
    return shorter if shorter in _KNOWN else re.sub(r"(.)\1{2,}", r"\1", word.lower)


def read_yes_no(text: str) -> bool | None:
    """True for yes, False for no, None when the text is neither: a hedge, a question, both, or something else.

    "belum", "tidak ada", "ga pernah", "jangan" are no; "sudah", "ada", "pernah", "boleh", "lanjut" are yes. "ga
    papa" is None: it
    accepts an offer, and denies a complaint.
    """
    if _ASKED_BACK.match(text) or _HEDGE.search(text) or _QUESTION.search(_TAG.sub("", text)):
        return None
    words = [_plain(word) for word in split_words(text)]
    if not words:
        signs = {answer for sign, answer in _THUMBS.items() if sign in text}
        return signs.pop() if len(signs) == 1 else None
    if len(words) > _LONGEST:
        return None
    answers: list[bool] = []
    negated = False
    soft = False
    for index, word in enumerate(words):
        if word in _NOT:
            # "iya ga ada" and "ya nggak": the nod only opens the sentence.
            if soft and index == 1:
                answers.clear()
            if not negated:
                answers.append(False)
            negated = True
        elif word in _NO:
            answers.append(negated)
            negated = False
        elif word in _YES:
            if not negated:
                answers.append(True)
            soft = soft or (index == 0 and word in _SOFT_YES)
        else:
            negated = False
    if not answers:
        return None
    first = answers[0]
    return first if all(answer == first for answer in answers) else None


# What a bare yes or no is made of: words that answer any offer, and what may stand around them. "sudah", "ada", "belum"
# and "salah" answer other questions.
_BARE_YES = _YES - set(
    "pernah prnh nate sudah sdh udah udh wis wes sampun pun ada ad wonten ono onok punya pny gadhah bisa bs "
    "cocok sesuai dadi k sedia right".split()
)  # fmt: skip
_BARE_NO = set(
    "tidak tdk tidk tdak gak ga g gk nggak ngga nggk enggak engga ndak ndk nda kagak kaga mboten boten ora ra ogak bukan bkn bukn dudu sanes "
    "jangan jgn ojo no nope nggaklah enggaklah gamau gmau gausah gakusah ngak enggk endak ndaklah gaklah emoh emong moh ogah gamoh wegah moten orak".split()
)  # fmt: skip
_NO_TO = set(
    "usah perlu prlu mau mao mw gelem purun pengen ingin setuju stuju minat tertarik butuh dulu dl boleh sudi kersa kerso jadi sido".split()
)
_AROUND = set(
    "deh dong donk lah min kak kaka kakak ya yaa yah sih aja saja ae wae mawon kok nih tuh kan mbak mas pak bu dok dokter gan bos om tante bang admin mimin siaga bot rek cak ning "
    "makasih terimakasih terima kasih thanks thx tq trims suwun nuwun matur maturnuwun to tho lho loh ah eh oh o hmm hm si saya sy aku kulo kula gue gw banget bgt sekali juga jg "
    "pun kok alhamdulillah insyaallah bismillah please tolong mas2".split()
)  # fmt: skip


# "makasih ya" thanks, "ya makasih" accepts.
_THANKS_TAG = re.compile(
    r"\b(?:makasih|mksh|mksih|makasi|terima\s?kasih|trims|thanks|thx|suwun|nuwun|nuhun)\w*"
    r"(?:\s+(?:banyak|byk|bnyk|banget|bgt|sekali|min|admin|kak|mas|mbak|pak|bu|dok))*\s+(?:ya+h?|yo|nggih|nggeh|oke?|sip)\b",
    re.IGNORECASE,
)


def is_bare_yes_no(text: str) -> bool | None:
    """Yes or no, when the message says nothing more: "ya", "boleh deh min", "gak usah"; None for all else.

    >>> is_bare_yes_no("boleh deh min"), is_bare_yes_no("ya tapi namanya salah"), is_bare_yes_no("sudah")
    (True, None, None)
    """
    answer = read_yes_no(text)
    words = [_plain(word) for word in split_words(text)]
    if answer is None or not words:
        return answer
    if (thanks := _THANKS_TAG.search(text)) and read_yes_no(text[: thanks.start()]) is None:
        return None
    core = _BARE_YES if answer else _BARE_NO
    # "betul itu" agrees, "bukan itu" wants something else; in "ya nggak" the nod only opens the sentence.
    allowed = core | _AROUND | ({"itu"} if answer else _NO_TO | _SOFT_YES)
    return answer if any(word in core for word in words) and all(word in allowed for word in words) else None


_HAVE = set("ada ad wonten ono onok punya pny gadhah pernah prnh nate satupun samasekali semua semuanya itu".split())
_CLAUSE_END = re.compile(r"[,.;\n]+")
_BUT = re.compile(r"\b(?:tapi|tp|tetapi|kecuali|namun|but)\b", re.IGNORECASE)


def answers_yes_no(text: str) -> bool | None:
    """Yes or no to "do they have this?", where nothing that is told beside it could be meant: "tidak ada", "iya
    sering lelah", "ga pernah"; None for "sudah 2x sinovac", "ga kuat naik tangga", "tidak, tapi sering lelah".

    More careful than ``read_yes_no``, for questions in which a wrong yes or no can do harm.
    """
    answer = read_yes_no(text)
    if answer is None and not _CLAUSE_END.search(text):
        return None
    first = _CLAUSE_END.split(text.strip(" .,;!\n"), maxsplit=1)[0]
    said = [_plain(word) for word in split_words(first)]
    rest = text[len(first) :]
    if not said:
        return answer
    if said[0] in _SOFT_YES and answer and not _BUT.search(text):
        return True
    opened = read_yes_no(first)
    allowed = (
        (_BARE_YES if opened else _BARE_NO | set("belum blm blum belom blom durung dereng".split())) | _AROUND | _HAVE
    )
    if opened is None or any(word not in allowed | _SOFT_YES for word in said) or _BUT.search(rest):
        return None
    return opened if read_yes_no(rest) in (opened, None) else None
