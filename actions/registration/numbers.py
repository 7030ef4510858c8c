"""Taking a NIK: what it says, whether this contact may name so many, and whether it is registered already."""

from __future__ import annotations

from actions.conversation import Say
from actions.forms.reading import Reading, Unread
from actions.registration.form import Form
from siaga.privacy import mask_nik
from siaga.registration.nik import NikProblem, read_nik
from siaga.registration.tries import may_try
from siaga.text.nik import LENGTH


def take_nik(form: Form, digits: str) -> Reading:
    """Check a NIK and look it up; someone with a place already is not registered twice."""
    try:
        nik = read_nik(digits)
    except NikProblem as problem:
        kind: str = problem.kind
        if kind == "length":
            kind = "length_short" if problem.digits < LENGTH else "length_long"
        raise Unread(f"utter_nik_{kind}", digits=problem.digits) from None
    masked = mask_nik(nik.number)
    if not may_try(form.session, form.contact, nik.number, form.message.today):
        return Reading(masked, strong=True, end="nik_limit", says=(Say.it("utter_nik_limit"),))
    found = form.registry.find(nik.number, now=form.message.at)
    if found is not None and found.appointment is not None:
        mine = any(
            person.person_id == found.person_id for person in form.registry.mine(form.contact, now=form.message.at)
        )
        response = "utter_already_registered_mine" if mine else "utter_already_registered_elsewhere"
        return Reading(masked, strong=True, end="already_registered", says=(Say.it(response, nik=masked),))
    # What was said of the birth date while it was read from another number is past.
    return Reading(masked, draft={"nik": nik.number, "typed_date": None, "asks_date": None}, strong=True)
