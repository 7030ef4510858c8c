"""The question of a report, and how it ends."""

from __future__ import annotations

import json
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import OTHER_REQUEST, Event, Message, option, speak
from actions.forms.ask import CANCEL, AskQuestion
from actions.handoffs.calling import put_in_queue
from actions.reports.form import ANSWER, COMPLETE, Form
from actions.reports.telling import asked, recorded, summary
from siaga.db import transaction
from siaga.places import regions
from siaga.privacy import mask_text
from siaga.reports import New, asks_status, kinds_now, record, recorded_by

LIKELY = 0.1
"""How likely the classifier must find it that a danger is told to report it."""
_CARRIED = 300

Asked = tuple[str, dict[str, Any], list[dict[str, str]]]


class AskReportAnswer(AskQuestion[Form]):
    """What is missing next."""

    form = Form
    slot = ANSWER

    def custom(self, form: Form) -> dict[str, Any]:
        question = form.question()
        if question == "where":
            return {"ask_location": True}
        buttons = {"what": "Pilih jenis", "change": "Pilih bagian", "when": "Pilih waktu", "region": "Pilih daerah"}
        return {"list_button": buttons[question]} if question in buttons else {}

    def ask(self, form: Form) -> Asked:
        return _QUESTIONS[form.question()](form)


def _what(form: Form) -> Asked:
    if form.kind is not None:
        return "utter_ask_report_more", {"question": form.kind.ask}, [CANCEL]
    options = [option(kind.label, ANSWER, f"kind:{kind.id}") for kind in kinds_now().all]
    return "utter_ask_report_what", {}, [*options, CANCEL]


def _where(form: Form) -> Asked:
    return "utter_ask_report_where", {}, []


def _region(form: Form) -> Asked:
    place = form.place
    unknown = option("Tidak tahu", ANSWER, "region:skip")
    if place is not None and place.choices:
        options = [
            option(
                regions.short_name(code) or code, ANSWER, f"region:{code}", regions.short_name(code.rpartition(".")[0])
            )
            for code in place.choices
        ]
        return "utter_ask_report_which_region", {}, [*options[:8], unknown]
    return "utter_ask_report_region", {"place": (place.place if place else None) or "Tempat"}, [unknown, CANCEL]


def _when(form: Form) -> Asked:
    options = [
        option("Sedang terjadi", ANSWER, "when:now"),
        option("Hari ini", ANSWER, "when:today"),
        option("Kemarin", ANSWER, "when:yesterday"),
        option("Tidak tahu", ANSWER, "when:skip"),
    ]
    return "utter_ask_report_when", {}, [*options, CANCEL]


def _picture(form: Form) -> Asked:
    return "utter_ask_report_picture", {}, [option("Tanpa foto", ANSWER, "picture:skip"), CANCEL]


def _name(form: Form) -> Asked:
    options = [option("Ya, kabari saya", ANSWER, "name:yes"), option("Tanpa identitas", ANSWER, "name:no")]
    return "utter_ask_report_name", {}, [*options, CANCEL]


def _confirm(form: Form) -> Asked:
    options = [option("Ya, kirim", ANSWER, "confirm:send"), option("Ubah", ANSWER, "confirm:change")]
    return "utter_ask_report_confirm", {"summary": summary(form)}, [*options, CANCEL]


def _change(form: Form) -> Asked:
    labels = {"what": "Kejadian", "where": "Tempat", "when": "Waktu", "picture": "Foto", "name": "Identitas"}
    asks = form.kind.asks if form.kind else ()
    options = [
        option(label, ANSWER, f"change:{name}") for name, label in labels.items() if name in ("what", "where", *asks)
    ]
    return "utter_ask_report_change", {}, [*options, CANCEL]


_QUESTIONS = {
    "what": _what,
    "where": _where,
    "region": _region,
    "when": _when,
    "picture": _picture,
    "name": _name,
    "confirm": _confirm,
    "change": _change,
}


class ActionFinishReport(Action):
    """Writes the report down and tells its number; where only a question was answered, nothing is kept."""

    def name(self) -> str:
        return "action_finish_report"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        with transaction() as session:
            form = Form(session, tracker)
            if form.slots["form_end"] == COMPLETE:
                # A turn that runs again after a crash finds what it did the first time.
                told = recorded_by(session, form.message.id) or record(session, _new(form))
                if not told.is_anonymous:
                    urgency = 1 if told.is_urgent else 0
                    put_in_queue(session, form.contact, form.message, "incident", f"report:{told.code}", urgency)
                speak(dispatcher, [recorded(told)])
            form.discard()
        return Form.blank()


def _new(form: Form) -> New:
    if form.place is None or form.what is None or form.kind is None:
        raise RuntimeError("a report was sent that is not complete")
    return New(
        kind=form.kind.id,
        what=form.what,
        where=form.place,
        when=form.time,
        at=form.at,
        message_id=form.message.id,
        contact_key=None if form.draft.get("name") == "no" else form.contact,
        picture=form.draft.get("picture"),
    )


class ActionReportBeside(Action):
    """A report in the middle of a registration: a question for one is answered, a new one is offered afterwards."""

    def name(self) -> str:
        return "action_report_beside"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        message = Message.of(tracker)
        if asks_status(message.question):
            with transaction() as session:
                speak(dispatcher, [asked(session, tracker.sender_id, message.question, message)])
            return []
        kind = kinds_now().of(message.question)
        urgent = kind is not None and kind.needs_help
        dispatcher.utter_message(response="utter_report_beside_urgent" if urgent else "utter_report_beside")
        return [SlotSet(OTHER_REQUEST, {"intent": "report_incident", "question": _carried(message.question)})]


def offer_after_danger(dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
    """Beside the answer to a danger: what sounds like somebody else's can be reported all the same."""
    text = Message.of(tracker).text
    ranking = (tracker.latest_message or {}).get("intent_ranking") or []
    likely = any(one.get("name") == "report_incident" and one.get("confidence", 0) >= LIKELY for one in ranking)
    kind = kinds_now().of(text)
    if "lapor" in text.casefold() or likely or (kind is not None and kind.needs_help):
        payload = "/report_incident" + json.dumps({"question": _carried(text)}, ensure_ascii=False)
        button = {"title": "Lapor kejadian", "payload": payload}
        dispatcher.utter_message(response="utter_report_offer", buttons=[button])


def _carried(text: str) -> str:
    """Words that a button carries until it is tapped: what tells of persons is masked."""
    # Cut after masking: half a number looks harmless.
    return mask_text(text)[:_CARRIED]
