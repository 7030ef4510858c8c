"""Reading a message as the answer to one question of the registration."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from actions.conversation import Message, Say
from actions.eligibility.reading import noted
from actions.forms.reading import Reading, Unread, is_short, yes_or_no
from actions.registration.form import NONE, Form
from actions.registration.numbers import take_nik
from actions.registration.official import read_match, read_near, take_match, take_near
from actions.wording import long_date
from siaga.eligibility import Ask, read_answers, tells_doses, told_of_doses
from siaga.people.ages import age_on
from siaga.places import pin, regions
from siaga.places.search import find_district, read_residence
from siaga.privacy import mask_name
from siaga.registration.answers import name_inside, read_beneficiaries, read_name
from siaga.registration.facility_names import Named, best
from siaga.registration.nik import birth_dates, read_nik
from siaga.registration.steps import WHICH
from siaga.text.dates import BirthDate, find_dates, read_birth_date
from siaga.text.nik import digits_of, find_nik
from siaga.text.questions import is_question
from siaga.text.yesno import read_yes_no

# In years, by whom the registration is for.
LIKELY_AGES = {
    "self": (10, 105),
    "spouse": (12, 105),
    "mother": (20, 105),
    "father": (20, 105),
    "grandparent": (35, 105),
    "child": (0, 85),
}
ANY_LIKELY_AGE = (0, 105)
CERTAIN = 0.9
SURELY_WHOM = 3
"""Of so few words, those that name somebody of the family say nothing else."""
REGISTER = "register_vaccination"
# Eight digits and more, spaced or dotted as people do.
_LONG_NUMBER = re.compile(r"\d(?:[ .\-/]{0,2}\d){7,}")

Reader = Callable[[Form, Message], Reading | None]


_WISH = re.compile(
    r"(?:\b(?:saya|sy|aku|ak|gue|gw|kulo|kula)\s+)?(?:\b(?:mau|mo|pengen|pingin|ingin|minta|tolong|arep|ape|badhe|bade)\s+)*"
    r"\b(?:nd|d|n)aftar\w*.*",
    re.IGNORECASE | re.DOTALL,
)
_AGREES = re.compile(r"\b(?:se|s)?t[uo]?j[uo]\w*\b|\bsarujuk\b|\bagree\b", re.IGNORECASE)


def read_consent(form: Form, message: Message) -> Reading | None:
    """Yes or no. Wishing for a registration once more is no yes: "mau daftarin ibu saya" has agreed to nothing."""
    said = yes_or_no(message)
    if said and _WISH.search(message.text) and not _AGREES.search(message.text):
        said = read_yes_no(_WISH.sub("", message.text))
    if said is None:
        return None
    return take_consent(message, said, strong=is_short(message))


def tells_more(message: Message) -> bool:
    """Whether somebody answers already what is asked later: a NIK, a name, a birth date, where they live."""
    text = message.text
    if message.tapped or is_question(text):
        return False
    born = read_birth_date(text, message.today)
    return bool(find_nik(text) or name_inside(text) or (born and born.candidates) or names_home(text))


def take_consent(message: Message, agreed: bool, strong: bool = True) -> Reading:
    """Agreed, with when and in which message; or not, which ends the registration."""
    if not agreed:
        return Reading(False, strong=strong, end="declined", says=(Say.it("utter_no_consent"),))
    consented = {"consented_at": message.at.isoformat(), "consent_message": message.id}
    return Reading(True, draft=consented, strong=strong)


def read_for_whom(form: Form, message: Message) -> Reading | None:
    named = read_beneficiaries(message.text)
    if not named:
        return None
    form.slots["next_people"] = named[1:] or form.slots["next_people"]
    # "tetangga isoman tidak ada makanan" is short, and about something else; not so "mau daftarin ibu saya".
    surely = is_short(message) and len(message.text.split()) <= SURELY_WHOM
    return Reading(named[0], strong=surely or message.intent == REGISTER)


_PARENT = re.compile(
    r"\b(?:ibu|mama|mami|bunda|emak|bapak|bpk|ayah|papa|abi|umi|ummi|orang\s*tua|ortu|wali)(?:nya|ny|e|ne)?\b",
    re.IGNORECASE,
)
_NOT = re.compile(r"\b(?:bukan|bkn|tidak|tdk|gak|ga|nggak|enggak|ndak|dudu|sanes)\b", re.IGNORECASE)


def read_guardian(form: Form, message: Message) -> Reading | None:
    """Yes or no, or what one is to the child: "saya ibunya"."""
    said = yes_or_no(message)
    if said is None and _PARENT.search(message.text) and not _NOT.search(message.text) and "?" not in message.text:
        said = True
    return None if said is None else take_guardian(said, strong=is_short(message))


def take_guardian(is_one: bool, strong: bool = True) -> Reading:
    """A parent or guardian may register a child; nobody else."""
    if is_one:
        return Reading(True, strong=strong)
    return Reading(False, strong=strong, end="no_guardian", says=(Say.it("utter_guardian_needed"),))


def nik_digits(text: str) -> str | None:
    """The digits meant as a NIK when a NIK was asked for: any long number will do, so that its length can be told."""
    found = sorted(find_nik(text), key=lambda candidate: not candidate.complete)
    if found:
        return found[0].digits
    runs = [digits_of(run) for run in _LONG_NUMBER.findall(text)]
    return max(runs, key=len, default=None)


def read_nik_answer(form: Form, message: Message) -> Reading | None:
    digits = nik_digits(message.text)
    return take_nik(form, digits) if digits else None


def read_birth_date_answer(form: Form, message: Message) -> Reading | None:
    possible = birth_dates(read_nik(form.draft["nik"]), message.today)
    written = read_birth_date(message.text, message.today)
    if written is not None:
        return _take_written_date(form, written, possible)
    said = yes_or_no(message)
    if said is None:
        return None
    if form.draft.get("typed_date"):
        return keep_typed_date(form) if said else Reading(None, draft={"typed_date": None}, strong=is_short(message))
    if form.draft.get("asks_date"):
        return None
    if not said:
        return Reading(None, draft={"asks_date": True}, strong=is_short(message))
    likely = likely_birth_dates(form)
    if len(likely) > 1:
        raise Unread("utter_birth_date_which")
    return take_birth_date(likely[0])


def likely_birth_dates(form: Form) -> list[date]:
    """The birth dates worth offering, of those that the NIK allows.

    Nobody is asked whether they were born 110 years ago, or whether their mother is three; they may still say so.
    """
    today = form.message.today
    possible = birth_dates(read_nik(form.draft["nik"]), today)
    youngest, oldest = LIKELY_AGES.get(form.slots["beneficiary"], ANY_LIKELY_AGE)
    return [day for day in possible if youngest <= age_on(day, today) <= oldest] or possible


def _take_written_date(form: Form, written: BirthDate, possible: list[date]) -> Reading:
    """A date in the citizen's words: one the NIK allows, or another one, which is asked about."""
    if not written.candidates:
        raise Unread("utter_birth_date_future" if written.problem == "future" else "utter_birth_date_unreadable")
    fitting = [day for day in written.candidates if day in possible]
    if fitting:
        return take_birth_date(fitting[0])
    other = written.candidates[0].isoformat()
    if form.draft.get("typed_date") == other:
        return keep_typed_date(form)
    return Reading(None, draft={"typed_date": other, "asks_date": True}, strong=True)


def take_birth_date(day: date) -> Reading:
    """A birth date that the NIK allows."""
    return Reading("✓", draft={"birth_date": day.isoformat(), "birth_date_matches": True}, strong=True)


def keep_typed_date(form: Form) -> Reading:
    """The citizen stands by a date that the NIK does not show; the desk at the place compares it with the card."""
    draft = {"birth_date": form.draft["typed_date"], "birth_date_matches": False}
    return Reading("✓", draft=draft, strong=True, says=(Say.it("utter_birth_date_kept"),))


def read_full_name(form: Form, message: Message) -> Reading | None:
    name = name_inside(message.text) or read_name(message.text)
    if name is None or names_home(message.text):
        return None
    # A name has nothing to do with what the classifier learned, so it must be very sure that this is none.
    return Reading(mask_name(name), draft={"name": name}, strong=message.confidence < CERTAIN)


def names_home(text: str) -> bool:
    """Whether a text names a kecamatan together with its kabupaten/kota, as no person is called."""
    read = read_residence(text)
    return bool(read.districts) and any(
        match.start != district.start for match in read.regencies for district in read.districts
    )


def read_place(form: Form, message: Message) -> Reading | None:
    point = message.entity("location")
    if point:
        located = pin.locate(point["lat"], point["lon"])
        if located is None:
            raise Unread("utter_residence_outside")
        reading = take_place(located.regency_code, located.district_code, told=True)
        return replace(reading, draft={**reading.draft, **_about(point, located.regency_code)})
    known = form.draft.get("regency")
    if known:
        if message.intent == "skip_question":
            return take_place(known, NONE)
        districts = find_district(message.text, known)
        if districts:
            return _place_or_choices([match.code for match in districts])
    of_kind = _city_or_regency(message.text, form.draft.get("choices") or [])
    if of_kind:
        return take_place(of_kind, None)
    read = read_residence(message.text)
    if read.districts:
        return _place_or_choices([match.code for match in read.districts])
    if read.regencies:
        return _place_or_choices([match.code for match in read.regencies])
    if read.provinces:
        raise Unread("utter_residence_province", province=read.provinces[0].name)
    return None


def _city_or_regency(text: str, choices: list[str]) -> str | None:
    """The choice that "yang kota" or "kabupaten" means, where one of each is offered."""
    said = re.search(r"\b(kota|kab(?:upaten)?)\b", text, re.IGNORECASE)
    wanted = [code for code in choices if said and regions.is_city(code) == (said.group().lower() == "kota")]
    return wanted[0] if len(wanted) == 1 and len(choices) > 1 else None


def _place_or_choices(codes: list[str]) -> Reading:
    if len(codes) > 1:
        return Reading(None, draft={"choices": codes[:9]}, strong=True)
    return _chosen_place(codes[0])


def _chosen_place(code: str) -> Reading:
    above = regions.parent(code) or code
    return take_place(above, code) if regions.level(code) == "district" else take_place(code, None)


def take_place(regency: str, district: str | None, told: bool = False) -> Reading:
    """A regency, and its district if known; without one the question stays open for it."""
    draft: dict[str, Any] = {"regency": regency, "choices": None}
    if district is None:
        return Reading(None, draft=draft, strong=True)
    draft["district"] = None if district == NONE else district
    code = draft["district"] or regency
    says = (Say.it("utter_residence_noted", place=regions.full_name(code)),) if told else ()
    return Reading(code, draft=draft, strong=True, says=says)


def read_health(form: Form, message: Message) -> Reading | None:
    asking = form.verdict()
    if not isinstance(asking, Ask):
        return Reading(None)
    facts = read_answers(asking, message.text, message.today)
    if not facts and tells_doses(message.text):
        if asking.question_id == "last_dose_on" and (doses := told_of_doses(message.text, message.today)):
            return replace(take_health(form, doses), says=(noted(message.text, doses),))
        # "udh 2x sinovac", said late.
        facts = read_answers("doses_received", message.text, message.today)
    if not facts:
        return None
    # An answer to a question still to come is kept, too; then this one is asked again.
    return take_health(form, facts, strong="?" not in message.text)


def take_health(form: Form, facts: dict[str, Any], strong: bool = True) -> Reading:
    """Health answers; whether more are needed is for the rules to say."""
    return Reading(None, draft={"answers": {**form.draft.get("answers", {}), **facts}}, strong=strong)


def _about(point: dict[str, Any], regency: str) -> dict[str, Any]:
    """What is kept of a pin until the registration is done: about where it was, within a hundred metres."""
    return {"point": [round(point["lat"], 3), round(point["lon"], 3), regency]}


def read_facility(form: Form, message: Message) -> Reading | None:
    point = message.entity("location")
    if point:
        return Reading(None, draft=_about(point, form.draft["regency"]), strong=True)
    wanted = message.text.casefold()
    offered = form.places()
    named = best(message.text, (Named(place.id, place.name) for place in offered))
    for place in offered:
        there = (place.district_name or "-").casefold() in wanted
        if place.id in named or (not named and wanted and (wanted in place.name.casefold() or there)):
            return take_facility(form, str(place.id))
    return None


def take_facility(form: Form, value: str) -> Reading:
    """A place from those on offer; one that filled up meanwhile is none of them."""
    if not any(str(place.id) == value for place in form.places()):
        raise Unread("utter_choice_unreadable")
    return Reading(value, strong=True)


def read_session(form: Form, message: Message) -> Reading | None:
    wanted = message.text.casefold()
    days = days_named(message)
    for offer in form.sessions():
        start = offer.starts_at
        if start.date() in days or f"{start:%H.%M}" in wanted:
            return take_session(form, str(offer.id))
    return None


def days_named(message: Message) -> set[date]:
    """The days a message names, as days to come."""
    return {day for found in find_dates(message.text, message.today, prefer="future") for day in found.candidates}


def take_session(form: Form, value: str) -> Reading:
    """A session from those on offer."""
    if not any(str(offer.id) == value for offer in form.sessions()):
        raise Unread("utter_choice_unreadable")
    return Reading(value, strong=True)


def read_confirmed(form: Form, message: Message) -> Reading | None:
    said = yes_or_no(message)
    if said is None:
        return None
    if said:
        return Reading(True, strong=is_short(message), end="complete")
    form.slots["change"] = WHICH
    return Reading(None, strong=is_short(message))


READERS: dict[str, Reader] = {
    "consent": read_consent,
    "beneficiary": read_for_whom,
    "nik": read_nik_answer,
    "birth_date": read_birth_date_answer,
    "guardian": read_guardian,
    "official_match": read_match,
    "full_name": read_full_name,
    "nik_check": read_near,
    "residence": read_place,
    "health": read_health,
    "facility": read_facility,
    "session": read_session,
    "confirmed": read_confirmed,
}


def _chosen_consent(form: Form, value: str) -> Reading:
    if value == "yes" and form.slots["consent"]:
        return Reading(True)
    return take_consent(form.message, value == "yes")


def _chosen_birth_date(form: Form, value: str) -> Reading:
    if value == "no":
        return Reading(None, draft={"asks_date": True}, strong=True)
    if value == "keep" and form.draft.get("typed_date"):
        return keep_typed_date(form)
    # The NIK may have changed since the button was shown.
    if "nik" in form.draft:
        for day in birth_dates(read_nik(form.draft["nik"]), form.message.today):
            if day.isoformat() == value:
                return take_birth_date(day)
    raise Unread("utter_birth_date_unreadable")


def _chosen_match(form: Form, value: str) -> Reading:
    # An old button may be about another NIK.
    if form.asked != "official_match":
        raise Unread("utter_choice_unreadable")
    return take_match(form, value)


def _chosen_near(form: Form, value: str) -> Reading:
    if form.asked != "nik_check":
        raise Unread("utter_choice_unreadable")
    return take_near(form, value)


def _chosen_health(form: Form, value: str) -> Reading:
    question, _, answer = value.partition(":")
    return take_health(form, {question: _typed(answer)})


def _typed(answer: str) -> Any:
    """Option values are text on the way; truth values and counts become themselves again."""
    if answer in ("true", "false"):
        return answer == "true"
    return int(answer) if answer.isdigit() else answer


CHOSEN: dict[str, Callable[[Form, str], Reading]] = {
    "consent": _chosen_consent,
    "beneficiary": lambda form, value: Reading(value, strong=True),
    "birth_date": _chosen_birth_date,
    "guardian": lambda form, value: take_guardian(value == "yes"),
    "official_match": _chosen_match,
    "nik_check": _chosen_near,
    "residence": lambda form, value: _chosen_place(value),
    "health": _chosen_health,
    "facility": take_facility,
    "session": take_session,
    "confirmed": lambda form, value: Reading(True, strong=True, end="complete"),
}

UNREADABLE = {
    "consent": "utter_yes_no_unreadable",
    "beneficiary": "utter_beneficiary_unreadable",
    "nik": "utter_nik_unreadable",
    "birth_date": "utter_birth_date_unreadable",
    "guardian": "utter_yes_no_unreadable",
    "official_match": "utter_yes_no_unreadable",
    "full_name": "utter_full_name_unreadable",
    "nik_check": "utter_yes_no_unreadable",
    "residence": "utter_residence_unreadable",
    "health": "utter_health_unreadable",
    "facility": "utter_choice_unreadable",
    "session": "utter_choice_unreadable",
    "confirmed": "utter_yes_no_unreadable",
}


def date_words(iso: str) -> str:
    """``1954-08-17`` -> ``17 Agustus 1954``."""
    return long_date(date.fromisoformat(iso))
