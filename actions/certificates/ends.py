"""The sheets, why there are none, or that staff will look at what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.certificates.form import DOSE, OPENS, WHAT, WRONG, Form
from actions.certificates.reading import WRONGS
from actions.conversation import Event, command
from actions.doses.outside import learn_outside
from actions.handoffs.calling import put_in_queue
from actions.handoffs.offering import MENU, person
from siaga import media
from siaga.certificates import FILE_NAME, Certificate, Issued, drawn, issue
from siaga.db import transaction
from siaga.people.contacts import ensure_key, id_by_key
from siaga.people.tasks import open_task
from siaga.registration.believed import is_believed
from siaga.settings import settings

AGAIN = command("Coba lagi", "ask_certificate")
PERSON = person()


class ActionFinishCertificate(Action):
    """Sends what there is, or puts what is wrong on the desk."""

    def name(self) -> str:
        return "action_finish_certificate"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        with transaction() as session:
            form = Form(session, tracker)
            end = form.slots["form_end"]
            if end == "code_over":
                dispatcher.utter_message(response="utter_certificate_code_over", buttons=[AGAIN, PERSON])
            elif not end:
                person_id = form.whose
                if person_id is None:
                    dispatcher.utter_message(response="utter_certificate_pass_over")
                elif form.slots[WHAT] == "get":
                    show(dispatcher, form, person_id)
                else:
                    report(dispatcher, form, person_id)
            form.discard()
        return Form.blank()


def open_with(title: str, what: str, person_id: int) -> dict[str, str]:
    """A button that opens this conversation about somebody: get, correct or missing."""
    return {"title": title, "payload": f'/ask_certificate{{"option": "{OPENS}={what}:{person_id}"}}'}


def show(dispatcher: CollectingDispatcher, form: Form, person_id: int) -> None:
    """The sheets, or why there are none, with what can be done."""
    correct = open_with("Datanya keliru", "correct", person_id)
    missing = open_with("Dosis belum muncul", "missing", person_id)
    if not is_believed(form.session, person_id):
        dispatcher.utter_message(
            response="utter_certificate_unchecked", person=form.called, buttons=[correct, PERSON, MENU]
        )
        return
    asked = learn_outside(form.session, person_id)
    issued = issue(form.session, person_id, form.message.at)
    sheets = asked_for(issued, form.slots[DOSE])
    if not sheets and asked == "unavailable":
        dispatcher.utter_message(response="utter_certificate_later", person=form.called, buttons=[AGAIN, PERSON, MENU])
        return
    if not sheets:
        response = "utter_certificate_only_told" if issued.told else "utter_certificate_none"
        dispatcher.utter_message(
            response=response,
            person=form.called,
            doses=doses_in_words(issued.told),
            buttons=[open_with("Ya, teruskan", "missing", person_id), MENU],
        )
        return
    dispatcher.utter_message(
        response="utter_certificate_ready",
        person=form.called,
        doses=doses_in_words([sheet.number for sheet in sheets]),
        buttons=[correct, missing, MENU],
    )
    if issued.told:
        dispatcher.utter_message(response="utter_certificate_told", doses=doses_in_words(issued.told))
    until = form.message.at + timedelta(hours=settings().certificate_hours)
    for sheet in sheets:
        reference = media.put(form.session, drawn(sheet), "application/pdf", until=until)
        dispatcher.utter_message(
            json_message={"document": {"media": reference, "name": FILE_NAME.format(number=sheet.number)}}
        )


def asked_for(issued: Issued, dose: int | None) -> Sequence[Certificate]:
    """The sheet of the dose that was named, if there is one; else all."""
    named = [sheet for sheet in issued.certificates if sheet.number == dose]
    return named or issued.certificates


def doses_in_words(numbers: Sequence[int]) -> str:
    """``dosis ke-1, ke-2 dan ke-3``."""
    written = [f"ke-{number}" for number in numbers]
    before, last = ", ".join(written[:-1]), written[-1] if written else ""
    return f"dosis {before} dan {last}" if before else f"dosis {last}"


def report(dispatcher: CollectingDispatcher, form: Form, person_id: int) -> None:
    """Put it on the desk: whose, what is wrong, and what it should be; who corrects may be asked about it here."""
    wrong = str(form.slots[WRONG])
    data = {"wrong": wrong, "words": form.draft.get("words", "")}
    if form.slots[DOSE] is not None:
        data["dose"] = form.slots[DOSE]
    ensure_key(form.session, form.contact)
    task = open_task(
        form.session,
        "dose_missing" if wrong == "missing" else "correct_certificate",
        data,
        contact_id=id_by_key(form.session, form.contact),
        person_id=person_id,
        message_id=form.message.id,
    )
    put_in_queue(form.session, form.contact, form.message, "correction", f"task:{task}")
    dispatcher.utter_message(
        response="utter_certificate_reported",
        person=form.called,
        field=WRONGS.get(wrong, WRONGS["other"]).lower() if wrong != "nik" else "NIK",
        buttons=[MENU],
    )
