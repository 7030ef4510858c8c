"""How an illness goes, in the words of who is asked: better, the same, or worse than yesterday.

In doubt between two it is the graver one: "membaik tapi masih sesak" is no good news. A message that tells of danger,
asks something, or says nothing of how it goes, is left to others.
"""

# ruff: noqa: E501 - a pattern is read on one line

from __future__ import annotations

import re
from typing import Literal

from siaga.text.danger import find_danger
from siaga.text.normalise import normalise
from siaga.text.symptoms import find_symptoms

Course = Literal["better", "same", "worse"]
LONGEST = 15
"""Words; whoever writes more tells a story."""

# Searched in the text as written, and in plain words: "tambah parah", "sudah lebih baik".
_NO = r"(?:tidak|tdk|gak|ga|gk|nggak|ngga|enggak|ndak|ora|ra|mboten|belum|blm|blom|durung|dereng|bukan|tanpa)"
_MORE = r"(?:tambah|tmbh|makin|mkin|semakin|lebih|lbh|luwih|jadi|malah|terus|kian|more)"
_GOOD = (
    r"(?:membaik|baikan|mbaikan|lebih baik|luwih apik|luwih penak|mending|mendingan|mndingan|enakan|enak|enteng|segar|seger|segeran|fit|bugar"
    r"|pulih|sembuh|waras|mari|sehat|ringan|berkurang|brkurang|mereda|reda|turun|hilang|ilang|normal|lega|baik|better|apik|penak|fine|good)(?:an|nya|e)?"
)
_BAD = (
    r"(?:memburuk|buruk|parah|jelek|elek|lemas|lemes|lemah|lemess|sakit|loro|lara|sesak|sesek|seseg|ampeg|panas|panes|demam|meriang|berat|abot|pusing|mual|muntah|batuk|nyeri"
    r"|tinggi|capek|lelah|nggreges|menggigil|diare|drop|ngedrop|nge drop|naik|worse|bad)(?:an|nya|e)?"
)
_WORSE = re.compile(
    rf"\b(?:memburuk|mburuk|{_MORE} (?!{_GOOD}\b)(?:\w+ )?{_BAD}|nge ?drop|drop|anfal|kambuh|kumat|parah(?: banget| sekali)?|(?:tidak|tdk|gak|ga|nggak) (?:kuat|tahan|sanggup)"
    rf"|{_BAD} (?:lagi|naik|kambuh|bertambah|balik|muncul)|muncul (?:\w+ )?(?:gejala|{_BAD})|gejala(?:nya)? (?:baru|bertambah|tambah|nambah)|worse|getting bad)\b"
)
_BETTER = re.compile(
    rf"\b(?:(?:sudah|udah|udh|sdh|wis|wes|mulai|lumayan|alhamdulillah|agak|rada|{_MORE}) (?:\w+ ){{0,2}}?{_GOOD}|membaik|baikan|mendingan|mending|enakan|segeran|sembuh|waras|pulih|sehat"
    rf"|lebih baik|berkurang|mereda|baik|better|good|(?:sudah|udah|udh|sdh|wis|wes) {_NO} {_BAD}(?: lagi)?)\b"
)
_SAME = re.compile(
    rf"\b(?:sama|podo|padha|sami|tetap|tetep|stabil|stagnan|(?:be)?gitu2?|(?:be)?gini2?|ngono|ngene|biasa|segitu|lumayan(?! {_GOOD})|same"
    rf"|{_NO} (?:ada |ono |wonten )?(?:perubahan|perkembangan|kemajuan|bedanya|beda)|(?:masih|isih|msh|masi) {_BAD})\b"
)
_PAUSE = re.compile(r"[,.;!\n]+|\b(?:tapi|tp|tetapi|ning|but)\b", re.IGNORECASE)
_DENIED = re.compile(rf"\b{_NO} (?:\w+ )?$")
# With these "better" is not the whole story.
_GRAVE = frozenset({"breathlessness", "chest_pain", "confusion"})


def read_course(text: str) -> Course | None:
    """How it goes; None where the text does not say.

    >>> [read_course(words) for words in ("udah mendingan", "masih sama aja", "tambah parah", "siapa namamu?")]
    ['better', 'same', 'worse', None]
    """
    if "?" in text or len(text.split()) > LONGEST or find_danger(text):
        return None
    # A "belum" denies nothing beyond its comma.
    views = [_flat(part) for said in (text, normalise(text)) for part in _PAUSE.split(said)]
    found = {course for view in views for course in _courses(view)}
    grave = any(symptom.present and symptom.name in _GRAVE for symptom in find_symptoms(text))
    if found and grave and not any(map(_eased, views)):
        return "worse"
    return next((course for course in ("worse", "same", "better") if course in found), None)


def _courses(view: str) -> set[Course]:
    """What one way of writing it says; of what is denied, neither is true: it is the same."""
    found: set[Course] = set()
    # "sudah tidak batuk lagi": all of it is one thing that is better.
    eased = [match.span() for match in _BETTER.finditer(view)]
    read: tuple[tuple[Course, re.Pattern[str]], ...] = (("worse", _WORSE), ("better", _BETTER))
    for course, pattern in read:
        for match in pattern.finditer(view):
            denied = bool(_DENIED.search(view[: match.start()]))
            if course == "worse" and denied and any(start < match.start() < end for start, end in eased):
                continue
            found.add("same" if denied else course)
    if _SAME.search(view):
        found.add("same")
    return found


def _eased(view: str) -> bool:
    """ "sesaknya berkurang": the grave sign itself has become less."""
    return bool(re.search(r"\b(?:sesak|sesek|nyeri|sakit)\w* (?:\w+ )?(?:berkurang|hilang|mereda|reda|mendingan|lebih baik|baikan)\b", view))  # fmt: skip


def _flat(text: str) -> str:
    return " ".join(re.sub(r"[^\w\s]|_", " ", text.lower()).split())
