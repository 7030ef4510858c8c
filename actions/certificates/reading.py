"""Reading a message as the answer to one question of the request for a certificate."""

from __future__ import annotations

import re
from datetime import date

from actions.certificates.form import (
    BIRTH_DATE,
    CHECK,
    CODE,
    KNOWN,
    NIK,
    OTHER,
    PERSON,
    WHAT,
    WHOSE,
    WORDS,
    WRONG,
    Form,
)
from actions.conversation import Message
from actions.forms.reading import Reading, Unread
from actions.forms.validate import SET_ASIDE
from actions.registration.reading import nik_digits
from siaga.certificates import read_wrong
from siaga.identity import Over, Wrong, answer
from siaga.privacy import mask_nik
from siaga.registration.answers import read_beneficiary
from siaga.registration.nik import NikProblem, birth_dates, read_nik
from siaga.registration.whose import named
from siaga.text.dates import read_birth_date
from siaga.text.nik import LENGTH
from siaga.text.questions import is_question
from siaga.text.relations import find_relations

WRONGS = {
    "name": "Nama",
    "birth_date": "Tanggal lahir",
    "nik": "NIK",
    "date": "Tanggal vaksin",
    "vaccine": "Merek vaksin",
    "missing": "Dosis belum muncul",
    "other": "Lainnya",
}
"""What may be wrong, as it is offered."""
CODE_DIGITS = 6
LONGEST_WORDS = 500

_CODE = re.compile(r"(?<!\d)\d(?:[ .\-]{0,2}\d){5}(?!\d|[ .\-]?\d)")
_NUMBER = re.compile(r"\d{2,}")
_LONG_NUMBER = re.compile(r"\d(?:[ .\-/]{0,2}\d){11,}")
_NO_CODE = re.compile(
    r"\b(?:belum|blm|tidak|tdk|ga|gak|nggak|ngga|ndak|durung|ora|kok|mana|lama)\b.*\b(?:kode|otp|sms|masuk|dapat|dapet|terima|datang|dateng|sampai|nyampe|ada|muncul|keluar)\w*"
    r"|\b(?:kode|otp)\w*\b.*\b(?:belum|blm|tidak|tdk|ga|gak|nggak|ngga|mana|lama)\b|\bkirim\s*(?:ulang|lagi)\b|\bganti\s+(?:nomor|no|hp)\b|\bnomor\s*(?:lama|hp)?\s*(?:sudah\s*)?(?:hangus|mati|hilang|ganti)\b",
    re.IGNORECASE,
)  # fmt: skip
_OTHERS = re.compile(r"\b(?:orang\s+lain|yang\s+lain|lainnya|bukan|liyane|tiyang\s+sanes)\b", re.IGNORECASE)
_SHOULD_BE = re.compile(r"\b(?:se)?harus\s*nya\b|\by(?:an)?g\s+be[nt][eu]r?l?\b|\bkudune\b|\bshould\b", re.IGNORECASE)
# What may hardly be meant as what stands, or should stand, on a certificate.
_COMMANDS = SET_ASIDE - {
    "ask_certificate",
    "register_vaccination",
    "check_registration",
    "out_of_scope",
    "ask_next_dose",
}


# ---------------------------------------------------------------------- whose
def someone_meant(form: Form, text: str) -> str | None:
    """Who a text means: the id of a registered person, ``other``, or None if it does not say."""
    found = named(form.people, text)
    if len(found) == 1:
        return str(found[0].person_id)
    if found:
        return None
    others = {relation.value for relation in find_relations(text)} - {"self"}
    return OTHER if others else None


def whose_at_once(form: Form, text: str) -> str | None:
    """Whose certificate the first message asks for, where nobody has to be asked."""
    meant = someone_meant(form, text)
    if meant is not None or not form.people:
        return meant or OTHER
    only = form.people[0] if len(form.people) == 1 else None
    if only is None or (read_beneficiary(text) == "self" and only.relation != "self"):
        return None
    return str(only.person_id)


def read_person(form: Form, message: Message) -> Reading | None:
    meant = someone_meant(form, message.text)
    if meant is None and _OTHERS.search(message.text):
        meant = OTHER
    return Reading(meant, strong=True) if meant else None


def take_person(form: Form, value: str) -> Reading:
    """One of those on offer."""
    if value != OTHER and value not in {str(one.person_id) for one in form.people}:
        raise Unread("utter_choice_unreadable")
    return Reading(value, strong=True)


# ---------------------------------------------------------------------- who asks
def read_nik_answer(form: Form, message: Message) -> Reading | None:
    digits = nik_digits(message.text)
    if digits is None:
        return None
    try:
        nik = read_nik(digits)
    except NikProblem as problem:
        kind: str = problem.kind
        if kind == "length":
            kind = "length_short" if problem.digits < LENGTH else "length_long"
        raise Unread(f"utter_nik_{kind}", digits=problem.digits) from None
    return Reading(mask_nik(nik.number), draft={"nik": nik.number}, strong=True)


def take_nik(form: Form, value: str) -> Reading:
    """The option to begin again with the NIK."""
    if value != "-":
        raise Unread("utter_choice_unreadable")
    form.forget_proof()
    return Reading(None)


def read_birth_date_answer(form: Form, message: Message) -> Reading | None:
    return _birth_date(form, message.text, message.today)


def born_beside(form: Form, message: Message) -> Reading | None:
    """A birth date that came with the NIK."""
    try:
        return _birth_date(form, _LONG_NUMBER.sub(" ", message.text), message.today)
    except Unread:
        return None


def _birth_date(form: Form, text: str, today: date) -> Reading | None:
    written = read_birth_date(text, today)
    if written is None:
        return None
    if not written.candidates:
        raise Unread("utter_birth_date_future" if written.problem == "future" else "utter_birth_date_unreadable")
    nik = form.draft.get("nik")
    possible = birth_dates(read_nik(nik), today) if nik else []
    day = next((day for day in written.candidates if day in possible), written.candidates[0])
    if possible and day not in possible and form.draft.get("typed_date") != day.isoformat():
        # Most often a slip, and a check is soon used up; said again it is believed.
        form.draft["typed_date"] = day.isoformat()
        raise Unread("utter_certificate_birth_date_differs")
    return Reading(KNOWN, draft={"birth_date": day.isoformat()}, strong=True)


def fits(form: Form) -> bool:
    """Whether the birth date that was told is one that the NIK allows."""
    nik, born = form.draft.get("nik"), form.draft.get("birth_date")
    return bool(nik and born and date.fromisoformat(born) in birth_dates(read_nik(nik), form.message.today))


def read_code(form: Form, message: Message) -> Reading | None:
    """Try the code. Whatever is said here is said in the same words whether or not one was sent."""
    found = _CODE.search(message.text)
    if found is None:
        if _NO_CODE.search(message.text):
            raise Unread("utter_certificate_code_awaited")
        if _NUMBER.search(message.text) and not is_question(message.text):
            raise Unread("utter_certificate_code_length")
        return None
    check = form.slots[CHECK]
    outcome = answer(
        form.session,
        form.contact,
        int(check) if check is not None else 0,
        found[0],
        message_id=message.id,
        now=message.at,
    )
    if isinstance(outcome, Wrong):
        raise Unread("utter_certificate_code_wrong", left=outcome.left)
    if isinstance(outcome, Over):
        return Reading(KNOWN, strong=True, end="code_over")
    form.slots[WHOSE] = str(outcome.person_id)
    return Reading(KNOWN, strong=True)


# ---------------------------------------------------------------------- what is wrong
def read_what_is_wrong(form: Form, message: Message) -> Reading | None:
    found = read_wrong(message.text)
    return _wrong(form, found) if found else None


def take_what_is_wrong(form: Form, value: str) -> Reading:
    """One of those on offer."""
    if value not in WRONGS:
        raise Unread("utter_choice_unreadable")
    return _wrong(form, value)


def _wrong(form: Form, value: str) -> Reading:
    form.slots[WHAT] = "missing" if value == "missing" else "correct"
    return Reading(value, strong=True)


def read_words(form: Form, message: Message) -> Reading | None:
    """What it should be, in whatever words; only what is plainly a request is not taken for them."""
    text = message.text.strip()
    if _SHOULD_BE.search(text) is None and (
        is_question(text) or message.intent in _COMMANDS or not any(map(str.isalnum, text))
    ):
        return None
    return Reading(KNOWN, draft={"words": text[:LONGEST_WORDS]}, strong=True)


READERS = {
    PERSON: read_person,
    NIK: read_nik_answer,
    BIRTH_DATE: read_birth_date_answer,
    CODE: read_code,
    WRONG: read_what_is_wrong,
    WORDS: read_words,
}
CHOSEN = {PERSON: take_person, NIK: take_nik, WRONG: take_what_is_wrong}
UNREADABLE = {
    PERSON: "utter_certificate_person_unreadable",
    NIK: "utter_nik_unreadable",
    BIRTH_DATE: "utter_birth_date_unreadable",
    CODE: "utter_certificate_code_length",
    WRONG: "utter_choice_unreadable",
    WORDS: "utter_certificate_words_unreadable",
}
