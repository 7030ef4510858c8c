"""Takes a message into a question to the radar, and answers as soon as it is known of which place."""

from __future__ import annotations

import re
from abc import ABC
from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import Event, Message, Say, option
from actions.forms import within
from actions.forms.ask import CANCEL, AskQuestion
from actions.forms.following import MayFollowAnswer
from actions.forms.reading import Reading, Unread
from actions.knowledge import knowledge, said
from actions.knowledge.following import kept_after
from actions.radar import telling
from actions.radar.form import PLACE, TOPIC, Form, topic
from actions.radar.reading import (
    answered,
    asked_now,
    completed,
    lacks_place,
    named,
    of_choices,
    possible,
    says_little_else,
    settled,
    unsettled,
)
from siaga.db import transaction
from siaga.knowledge import Sure
from siaga.places import pin, regions
from siaga.radar import knowing
from siaga.radar.asking import Question
from siaga.radar.figures import NATION
from siaga.radar.place import name_of

# "apa itu zona merah", "apa arti suspek": what a word means, not how many.
_MEANING = re.compile(
    r"\b(?:apa\s+(?:sih\s+)?(?:itu|arti(?:nya)?|maksud(?:nya)?|beda(?:nya)?)|artinya|maksudnya|opo\s+kuwi)\b",
    re.IGNORECASE,
)


def why(form: Form, with_example: bool) -> tuple[str, dict[str, Any]]:
    """Why it is asked of which place."""
    return "utter_why_radar_place", {}


within.register(Form, why, cancelled="utter_radar_stopped")


# ---------------------------------------------------------------------- an answer to "which place?"
def read_place(form: Form, message: Message) -> Reading | None:
    """Of which place something is asked: a pin, a name, or one of those offered."""
    point = message.entity("location")
    if point:
        return from_pin(form, point["lat"], point["lon"])
    chosen = of_choices(form.words, form.choices)
    if chosen:
        return go_on(form, settled(form.question, _index(form), *chosen))
    places = named(form.words)
    if not places:
        return None
    reading = go_on(form, answered(form.question, *(place.codes for place in places)))
    return replace(reading, strong=says_little_else(form.words, places))


def _index(form: Form) -> int:
    """Which place of the question the choices are of."""
    return unsettled(form.question) or 0


def from_pin(form: Form, lat: float, lon: float) -> Reading:
    """Where a pin lies; the pin itself is not kept."""
    located = pin.locate(lat, lon)
    if located is None:
        raise Unread("utter_residence_outside")
    question = answered(form.question, (knowing.code_of(located),))
    return go_on(form, question, where=knowing.where_of(located), pin=True)


def go_on(form: Form, question: Question, *, where: str = "", pin: bool = False) -> Reading:
    """The answer where all is known; else what is still to be asked stays open."""
    question = completed(question)
    if lacks_place(question):
        return Reading(None, draft={"question": question.kept(), "choices": []}, strong=True)
    index = unsettled(question)
    if index is not None:
        choices = list(possible(question.places[index]))
        return Reading(None, draft={"question": question.kept(), "choices": choices}, strong=True)
    says = telling.say(form.session, form.contact, question, form.message, where=where, pin=pin)
    return Reading("told", draft={"told": question.kept()}, says=tuple(says), strong=True, end="told")


def _chosen(form: Form, value: str) -> Reading:
    if value != NATION and regions.name(value) is None:
        raise Unread("utter_radar_place_unreadable")
    return go_on(form, settled(form.question, _index(form), value))


# ---------------------------------------------------------------------- what a word means
def meaning(message: Message) -> Say | None:
    """What a word of the radar means, for who asks just that, as far as the knowledge base is sure of it."""
    found = knowledge(message.preview).ask(message.question) if _MEANING.search(message.question) else None
    return said(found.answer, message) if isinstance(found, Sure) else None


class ValidateRadarForm(MayFollowAnswer[Form]):
    """The radar's question for a place, which the first message may have answered already."""

    form = Form
    readers = {PLACE: read_place}
    chosen = {PLACE: _chosen}
    unreadable = {PLACE: "utter_radar_place_unreadable"}

    def begin(self, form: Form) -> None:
        super().begin(form)
        self._take_question(form, asked_now(form.message, form.topic))

    def before(self, form: Form) -> bool | None:
        """Another question while one is open takes its place; where it says no more than a place it answers it."""
        if form.message.intent != "ask_case_data" or form.message.option:
            return None
        if of_choices(form.words, form.choices):
            return None
        question = asked_now(form.message, form.question)
        if question == Question() and form.words.strip():
            return None
        self._take_question(form, question)
        return True

    def is_for_radar(self, form: Form) -> bool:
        """It is here already."""
        return False

    def _take_question(self, form: Form, question: Question) -> None:
        if lacks_place(question) and (told := meaning(form.message)):
            form.says.append(told)
            form.end("told")
            form.fill(PLACE, "meaning")
            return
        self.apply(form, PLACE, go_on(form, question))

    def example_of(self, form: Form) -> tuple[str, dict[str, Any]] | None:
        return "utter_example_radar_place", {}

    def settle(self, form: Form) -> None:
        """All follows from the place."""


class AskRadar(AskQuestion[Form], ABC):
    """A question of the radar."""

    form = Form


class AskRadarPlace(AskRadar):
    """Of which place, in words or as a pin; which one, if several have the name."""

    slot = PLACE

    def custom(self, form: Form) -> dict[str, Any]:
        if not form.choices:
            return {"ask_location": True}
        return {} if _bare(form.choices) else {"list_button": "Pilih daerah"}

    def ask(self, form: Form) -> tuple[str, dict[str, Any], list[dict[str, str]]]:
        if not form.choices:
            if form.question.kind == "list":
                return "utter_ask_radar_within", {}, []
            return ("utter_ask_radar_here" if form.question.here else "utter_ask_radar_place"), {}, []
        bare = _bare(form.choices)
        if bare:
            # Nothing beside the names, so that they are buttons: one tap less than a list.
            plain = [option(name_of(code), PLACE, code) for code in form.choices]
            return "utter_ask_radar_city_or_regency", {"place": bare}, [*plain, CANCEL]
        return "utter_ask_radar_which", {}, [*(_option(code) for code in form.choices), CANCEL]


def _option(code: str) -> dict[str, str]:
    name, above = name_of(code), regions.parent(code) if code != NATION else None
    if above is None and code != NATION:
        name = f"Prov. {name}"
    return option(name, PLACE, code, name_of(above) if above else None)


def _bare(choices: list[str]) -> str | None:
    """The name that a kota and a kabupaten have in common, where it is between these two."""
    if len(choices) != 2 or any(code == NATION or regions.level(code) != "regency" for code in choices):
        return None
    bare = {re.sub(r"^(?:Kota|Kabupaten)(?: Administrasi)? ", "", regions.name(code) or "") for code in choices}
    kinds = {regions.is_city(code) for code in choices}
    return bare.pop() if len(bare) == 1 and len(kinds) == 2 else None


class ActionFinishRadar(Action):
    """The answer has been told: what was asked is remembered for what follows, and nothing else."""

    def name(self) -> str:
        return "action_finish_radar"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        with transaction() as session:
            form = Form(session, tracker)
            told, message = form.draft.get("told"), form.message
            form.discard()
        if not told:
            return [*Form.blank(), *kept_after(tracker)]
        return [*Form.blank(), SlotSet(TOPIC, topic(Question.of(told), message))]
