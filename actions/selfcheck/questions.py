"""The questions of the self-check, and how it ends."""

from __future__ import annotations

from abc import ABC
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import Event, command, option
from actions.eligibility.wording import COMORBIDITIES
from actions.forms.ask import CANCEL, AskQuestion
from actions.forms.waiting import AT
from actions.selfcheck.form import ANSWER, CHANGE, Form
from actions.selfcheck.wording import SYMPTOMS, since, told_symptoms
from siaga.db import transaction
from siaga.selfcheck import Ask, memory

ROWS, BUTTONS = 10, 3
"""The most options on a page of a list, and on buttons."""
_PERSON = command("Hubungi petugas", "talk_to_human")


class AskSelfCheck(AskQuestion[Form], ABC):
    """A question of the self-check."""

    form = Form


class AskSelfCheckChange(AskSelfCheck):
    """How it goes since the former check."""

    slot = CHANGE

    def ask(self, form: Form) -> tuple[str, dict[str, Any], list[dict[str, str]]]:
        kept = memory.last(form.session, form.contact, form.whom, form.message.at)
        values = {"who": form.who, "since": since(form.days_since(kept) if kept else 1)}
        options = [
            option("Membaik", CHANGE, "better"), option("Sama saja", CHANGE, "same"),
            option("Memburuk", CHANGE, "worse"),
        ]  # fmt: skip
        symptoms = told_symptoms({"symptoms": _there(kept.facts)}) if kept else []
        if symptoms:
            return "utter_ask_selfcheck_change", {**values, "symptoms": ", ".join(symptoms)}, options
        return "utter_ask_selfcheck_change_only", values, options


def _there(facts: Any) -> dict[str, Any]:
    return {
        name: {"present": True, "severity": None, "days": None, "temperature": None}
        for name, each in (facts.get("symptoms") or {}).items()
        if each.get("present")
    }


class AskSelfCheckAnswer(AskSelfCheck):
    """What the rules need to know next."""

    slot = ANSWER

    def ask(self, form: Form) -> tuple[str, dict[str, Any], list[dict[str, str]]]:
        asking = form.verdict()
        if not isinstance(asking, Ask):
            raise RuntimeError("the rules have decided, and yet a question is asked")
        name = asking.question_id
        known = _already(form, name)
        options = [
            option("Tidak ada lagi" if known and value == "none" else label, ANSWER, f"{name}:{str(value).lower()}")
            for value, label in asking.options
            if value not in known
        ]
        # A list stays on one page, and buttons stay buttons; "batal" can be typed (the footer says so).
        room = len(options) < BUTTONS or BUTTONS < len(options) < ROWS
        options = [*options, CANCEL] if room else options
        if known:
            words = SYMPTOMS if name == "symptoms" else COMORBIDITIES
            return "utter_ask_selfcheck_more", {"known": ", ".join(words[each] for each in known)}, options
        return "utter_ask_selfcheck", {"question": asking.text.format(who=form.who)}, options

    def custom(self, form: Form) -> dict[str, Any]:
        asking = form.verdict()
        listed = isinstance(asking, Ask) and len(asking.options) > BUTTONS
        progress = form.progress(self.slot) or ""
        footer = {"footer": f"{progress[:1].upper()}{progress[1:]}. Ketik batal untuk berhenti."}
        return {"list_button": "Lihat pilihan", **footer} if listed else footer


def _already(form: Form, name: str) -> list[str]:
    """What is known to be there of an open list."""
    if name == "symptoms":
        told = [each for each, symptom in (form.facts.get("symptoms") or {}).items() if symptom["present"]]
        return list(dict.fromkeys([*told, *form.picked]))
    return form.picked if name == "comorbidity" else []


class ActionFinishSelfCheck(Action):
    """The result has been told, and is kept by ``siaga.selfcheck.memory``; here only who else waits stays."""

    def name(self) -> str:
        return "action_finish_selfcheck"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        with transaction() as session:
            form = Form(session, tracker)
            # With its message, so that a turn that dies now tells the same again.
            form.draft = {"waiting": form.draft["waiting"]} if form.draft.get("waiting") else {}
            form.keep()
            # A pin, or "sudah di IGD", is about the emergency, as after one told outside of a check.
            in_danger = form.slots[ANSWER] == "emergency"
        return [*Form.blank(), *([SlotSet(AT, form.message.at.isoformat())] if in_danger else [])]


class ActionOfferSelfCheck(Action):
    """Symptoms, or a contact, told in the middle of another form: one sentence with a way to the check. That form goes
    on."""

    def name(self) -> str:
        return "action_offer_selfcheck"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        dispatcher.utter_message(response="utter_selfcheck_beside")
        return []
