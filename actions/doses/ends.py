"""The answer: which dose, from when until when, with what, and what can be done now."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import PROGRAMME_ZONE, Event, Message, Say, command, option, speak
from actions.doses.form import ADULT, FORGOTTEN, Form
from actions.doses.validate import TELL
from actions.doses.wording import brand_list, dose_name, doses_had
from actions.wording import long_date, sentence_start, vaccine_name
from siaga.db import transaction
from siaga.doses import Given, Next, looked_after, plan_next, record_told, reminders_are_off

SEARCH = command("Cari jadwal", "register_vaccination")
REGISTER = command("Daftar vaksin", "register_vaccination")
PERSON = command("Hubungi petugas", "talk_to_human")
REMIND = "remind_dose"


class ActionTellNextDose(Action):
    """Tells it. What was told of somebody registered is kept as told; of anyone else nothing is kept."""

    def name(self) -> str:
        return "action_tell_next_dose"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        with transaction() as session:
            form = Form(session, tracker)
            says: list[Say] = []
            if form.slots["form_end"] == TELL:
                known, found = form.history() or [], form.next()
                _keep(form, known)
                says = answer(form, known, found)
            elif form.slots["form_end"] == FORGOTTEN:
                says = [Say.it("utter_dose_date_forgotten", buttons=[PERSON, command("Menu", "show_menu")])]
            form.discard()
        speak(dispatcher, says)
        return Form.blank()


def _keep(form: Form, known: list[Given]) -> None:
    """Told doses of somebody registered, unless an official source has them."""
    person = form.person
    told = form.told_counts() and not form.draft.get("implied")
    about_last = form.draft.get("vaccine") or form.draft.get("last_on")
    if person is None or not known or not (told or about_last):
        return
    last = known[-1]
    vaccine = last.vaccine
    record_told(form.session, person.id, last.number, last_on=last.given_on, last_vaccine=vaccine, at=form.message.at)


def answer(form: Form, known: list[Given], found: Next) -> list[Say]:
    """What is known of them, the next dose, and the source with what can be done."""
    says = []
    if form.person:
        says.append(_on_record(form, known))
    says += _RESPONSES[found.kind](form, known, found)
    return says


def _on_record(form: Form, known: list[Given]) -> Say:
    person = form.person
    if person is None or not known:
        return Say.it(
            "utter_dose_none_on_record", who=sentence_start(form.who), person=person.masked_name if person else ""
        )
    last = known[-1]
    told = next((dose.told for dose in form.on_file if dose.number == last.number), True)
    parts = [doses_had(last.number)]
    if last.vaccine and last.vaccine != "other":
        parts.append(f"terakhir {vaccine_name(last.vaccine)}")
    if last.given_on:
        parts.append(long_date(last.given_on))
    return Say.it(
        "utter_dose_on_record",
        who=sentence_start(form.who),
        person=person.masked_name,
        known=", ".join(parts),
        basis="menurut yang Anda sampaikan" if told else "menurut catatan",
    )


def _due(form: Form, known: list[Given], found: Next) -> list[Say]:
    today = form.message.today
    start = found.start or today
    dose = dose_name(found.dose or "dose_1")
    values = {"who": form.who, "dose": dose, "dose_start": sentence_start(dose), "date": long_date(start)}
    says = []
    if found.dose == "dose_1":
        says.append(Say.it("utter_next_dose_first", **values))
    elif start > today and found.until and found.until > start:
        says.append(Say.it("utter_next_dose_between", until=long_date(found.until), **values))
    elif start > today:
        says.append(Say.it("utter_next_dose_from", **values))
    elif found.until and not found.late_days:
        says.append(Say.it("utter_next_dose_now_until", until=long_date(found.until), **values))
    elif found.late_days:
        says.append(
            Say.it(
                "utter_next_dose_late",
                until=long_date(found.until or start),
                days=found.late_days,
                advice=found.advice or "Datanglah secepatnya.",
                **values,
            )
        )
    else:
        says.append(Say.it("utter_next_dose_now", **values))
    if found.brands:
        says.append(Say.it("utter_next_dose_brands", brands=brand_list(found.brands)))
    elif found.dose != "dose_1":
        says.append(Say.it("utter_next_dose_brands_by_staff"))
    if known and known[-1].vaccine == "other" and found.dose == "dose_2":
        says.append(Say.it("utter_next_dose_vaccine_unknown"))
    return [*says, _because(form, found, waits=start > today)]


def _because(form: Form, found: Next, *, waits: bool) -> Say:
    """Why, from which rules, and what can be done next."""
    person = form.person
    buttons = [SEARCH if person else REGISTER]
    if person and waits:
        buttons.append(option("Ingatkan saya", REMIND, str(person.id)))
    reason = " ".join(found.reasons)
    if person is None and form.draft.get("age") is None and found.dose in ("booster_1", "booster_2"):
        response = "utter_next_dose_because_adult"
    else:
        response = "utter_next_dose_because"
    return Say.it(response, reason=reason, source="; ".join(found.sources), age=ADULT, buttons=buttons)


def _restart(form: Form, known: list[Given], found: Next) -> list[Say]:
    said = Say.it("utter_next_dose_restart", who=form.who, advice=found.advice, date=long_date(known[-1].given_on)
                  if known and known[-1].given_on else "")  # fmt: skip
    brands = [Say.it("utter_next_dose_brands", brands=brand_list(found.brands))] if found.brands else []
    buttons = [SEARCH if form.person else REGISTER, PERSON]
    return [said, *brands, Say.it("utter_next_dose_source", source="; ".join(found.sources), buttons=buttons)]


def _complete(form: Form, known: list[Given], found: Next) -> list[Say]:
    said = Say.it("utter_next_dose_complete", who=form.who, who_start=sentence_start(form.who))
    source = Say.it("utter_next_dose_source", source="; ".join(found.sources), buttons=[command("Menu", "show_menu")])
    return [said, source]


def _too_young(form: Form, known: list[Given], found: Next) -> list[Say]:
    said = Say.it(
        "utter_next_dose_too_young" if form.person else "utter_next_dose_too_young_about",
        who=form.who,
        dose=dose_name(found.dose or "dose_1"),
        reason=" ".join(found.reasons),
        date=long_date(found.start or form.message.today),
    )
    buttons = [option("Ingatkan saya", REMIND, str(form.person.id))] if form.person else []
    return [said, Say.it("utter_next_dose_source", source="; ".join(found.sources), buttons=[*buttons, PERSON])]


def _no_rule(form: Form, known: list[Given], found: Next) -> list[Say]:
    return [Say.it("utter_next_dose_no_rule", who=form.who, buttons=[PERSON, command("Menu", "show_menu")])]


_RESPONSES = {
    "due": _due,
    "restart": _restart,
    "complete": _complete,
    "too_young": _too_young,
    "no_rule": _no_rule,
    "unknown": _no_rule,
}


def choose(dispatcher: CollectingDispatcher, tracker: Tracker, slot: str, value: str) -> bool:
    """What an option of this module does when it is tapped; False if it is none of them."""
    if slot != REMIND:
        return False
    message = Message.of(tracker)
    with transaction() as session:
        person = next((one for one in looked_after(session, tracker.sender_id) if str(one.id) == value), None)
        due = plan_next(session, person.id, message.at) if person else None
        off = reminders_are_off(session, tracker.sender_id)
    if person is None:
        dispatcher.utter_message(response="utter_option_stale")
    elif due is None or due <= message.at.astimezone(PROGRAMME_ZONE).date():
        dispatcher.utter_message(response="utter_dose_reminder_not_needed", buttons=[SEARCH])
    else:
        response = "utter_dose_reminder_off" if off else "utter_dose_reminder_planned"
        dispatcher.utter_message(response=response, date=long_date(due))
    return True
