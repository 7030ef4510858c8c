"""Taking a NIK: what it says, whether this contact may name so many, and whether they have registered it already."""

from __future__ import annotations

from actions.conversation import Say
from actions.forms.reading import Reading, Unread
from actions.registration.form import Form
from siaga.privacy import mask_nik
from siaga.registration.nik import NikProblem, read_nik
from siaga.registration.people import holds_place
from siaga.registration.tries import may_try
from siaga.text.nik import LENGTH


def take_nik(form: Form, digits: str) -> Reading:
    """Check a NIK; somebody whom this contact has given a place already is not registered twice.

    Whether others have registered it is not told to who knows no more than the number: see ``settle_official``.
    """
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
    if holds_place(form.session, form.contact, nik.number, form.message.at):
        says = (Say.it("utter_already_registered_mine", nik=masked),)
        return Reading(masked, strong=True, end="already_registered", says=says)
    # What was said of the birth date while it was read from another number is past.
    return Reading(masked, draft={"nik": nik.number, "typed_date": None, "asks_date": None}, strong=True)
