"""What is known of a person from elsewhere, while they are being registered: official data, and who is nearly the same.

Nobody learns anything from it whose phone is not the one on record: all others are asked for name and residence, and
these are compared in silence.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from actions.conversation import Message, Say
from actions.forms.reading import Reading, is_short, yes_or_no
from actions.registration.form import NONE, Form
from actions.registration.numbers import take_nik
from siaga.people.contacts import contact_by_key
from siaga.people.names import same_name
from siaga.places import regions
from siaga.privacy import mask_name, mask_nik
from siaga.registration.duplicates import near_duplicate
from siaga.registration.gateways import compares, known
from siaga.registration.guardians import guardian_for
from siaga.registration.people import is_registered_elsewhere, name_mask
from siaga.registration.steps import in_a_sentence
from siaga.registration.tries import may_try_name
from siaga.registration.validation import on_lists

YES, NO = "yes", "no"
# A NIK that is nearly one of the contact's people's, and stays as it is.
RIGHT, THEIRS = "right", "theirs"


def settle_official(form: Form) -> None:
    """Work out what follows from NIK, birth date and name; what was found out about others before is past."""
    if form.birth_date is None or "nik" not in form.draft:
        return
    _settle_guardian(form, form.birth_date)
    if form.slots["form_end"] or form.slots["guardian"] is None:
        return
    _settle_match(form)
    _settle_elsewhere(form, form.birth_date)
    if not form.slots["form_end"]:
        _settle_near(form, form.birth_date)


def _settle_guardian(form: Form, birth_date: date) -> None:
    hangs_on = [form.slots["beneficiary"], birth_date.isoformat()]
    _forget_if_past(form, "guardian", "guardian_of", hangs_on)
    form.draft["guardian_of"] = hangs_on
    if form.slots["guardian"] is not None or form.slots["beneficiary"] is None:
        return
    needed = guardian_for(form.slots["beneficiary"], birth_date, form.message.today)
    if needed == "needed":
        form.say("utter_too_young_alone")
        form.end("too_young")
    elif needed != "asked":
        form.slots["guardian"] = NONE


def _settle_match(form: Form) -> None:
    hangs_on = [form.draft["nik"], form.draft["birth_date"]]
    _forget_if_past(form, "official_match", "official_of", hangs_on)
    if form.draft.get("official_of") != hangs_on:
        form.draft["official_of"] = hangs_on
        form.draft["official"] = _looked_up(form)
    if form.slots["official_match"] is not None:
        return
    if form.slots["full_name"] is not None or not (form.draft.get("official") or {}).get("theirs"):
        form.slots["official_match"] = NONE


def _looked_up(form: Form) -> dict[str, Any] | None:
    """What a list, or else the outside registry, has for this NIK, if the birth date agrees and there is a name.

    ``theirs``: the contact writes from the phone on record. All is asked of every NIK, so that it takes as long.
    """
    nik = form.draft["nik"]
    phone = contact_by_key(form.session, form.contact).phone
    elsewhere = known(nik).known if compares() else None
    listed = on_lists(form.session, nik)
    found = listed or elsewhere
    if found is None or found.name is None or found.birth_date != form.birth_date:
        return None
    theirs = bool(phone and found.phone == phone)
    if not theirs:
        return {"name": found.name, "theirs": False, "outside": listed is None} if listed is None else None
    regency = found.regency_code if regions.name(found.regency_code or "") else None
    district = found.district_code if regency and regions.name(found.district_code or "") else None
    return {"name": found.name, "regency": regency, "district": district, "theirs": True, "outside": listed is None}


def _settle_elsewhere(form: Form, birth_date: date) -> None:
    """Somebody registered from another number is not registered twice; told to who knows their name, too."""
    if form.slots["full_name"] is None:
        return
    nik, name = form.draft["nik"], form.draft["name"]
    if not may_try_name(form.session, form.contact, nik, name, birth_date, form.message.today):
        form.say("utter_name_limit")
        form.end("nik_limit")
        return
    if is_registered_elsewhere(form.session, nik, name, birth_date, form.message.at):
        form.say("utter_already_registered_elsewhere", nik=mask_nik(nik))
        form.end("already_registered")


def _settle_near(form: Form, birth_date: date) -> None:
    if form.slots["full_name"] is None:
        return
    hangs_on = [form.draft["nik"], form.draft["birth_date"], form.draft["name"]]
    _forget_if_past(form, "nik_check", "near_of", hangs_on)
    if form.draft.get("near_of") != hangs_on:
        form.draft["near_of"] = hangs_on
        form.draft["namesake"] = None
        if form.slots["official_match"] != YES:
            form.draft["namesake"] = near_duplicate(
                form.session, form.contact, form.draft["nik"], form.draft["name"], birth_date
            )
    if form.slots["nik_check"] is None and form.draft.get("namesake") is None:
        form.slots["nik_check"] = NONE


def _forget_if_past(form: Form, slot: str, basis: str, hangs_on: list[Any]) -> None:
    """Ask again what was answered about something else."""
    if form.draft.get(basis) not in (None, hangs_on):
        form.clear(slot)


def agrees_outside(draft: Mapping[str, Any]) -> bool:
    """Whether an outside registry has this NIK with the name and birth date that were told."""
    official = draft.get("official")
    return bool(official and official["outside"] and same_name(official["name"], draft["name"]))


# ---------------------------------------------------------------------- the questions
def official_values(form: Form) -> dict[str, str]:
    """The mask of what the official data say, for the question whether it is them."""
    official = form.draft["official"]
    home = official["district"] or official["regency"]
    place = f", {regions.short_name(home)}" if home else ""
    return {"mask": name_mask(official["name"]), "place": place}


def read_match(form: Form, message: Message) -> Reading | None:
    said = yes_or_no(message)
    return None if said is None else take_match(form, YES if said else NO, strong=is_short(message))


def take_match(form: Form, value: str, strong: bool = True) -> Reading:
    """It is them: what is officially known is taken over. It is not: name and residence are asked."""
    official = form.draft.get("official")
    if value != YES or not official:
        return Reading(NO, strong=strong)
    form.fill("full_name", mask_name(official["name"]), name=official["name"])
    if official["regency"] and form.slots["residence"] is None:
        home = official["district"] or official["regency"]
        known = {"regency": official["regency"], "district": official["district"], "choices": None}
        # Without the kecamatan the question stays open for it.
        form.fill("residence", home if official["district"] else None, **known)
    return Reading(YES, strong=strong)


def near_values(form: Form) -> dict[str, str]:
    """What is told of the other NIK: its mask, to who looks after them."""
    return {"nik": mask_nik(form.draft["namesake"])}


def read_near(form: Form, message: Message) -> Reading | None:
    said = yes_or_no(message)
    return None if said is None else take_near(form, THEIRS if said else RIGHT, strong=is_short(message))


def take_near(form: Form, value: str, strong: bool = True) -> Reading:
    """Their NIK was meant, and takes the place of the one given; or it is right as it is, and is compared later."""
    namesake = form.draft.get("namesake")
    if value == THEIRS and namesake:
        reading = take_nik(form, namesake)
        if reading.end:
            return reading
        form.fill("nik", reading.value, **reading.draft)
        return Reading(None, strong=strong, says=(Say.it("utter_changed", field=in_a_sentence("nik")),))
    return Reading(RIGHT, strong=strong)
