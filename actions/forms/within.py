"""What holds in the middle of every form: giving up, the menu, asking why, hearing the question again, skipping it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import Event, open_form
from actions.forms.state import OpenForm
from actions.front import notice
from actions.handoffs.waiting import remind
from actions.knowledge import following as answers
from actions.radar import following as radar
from actions.tips import telling as tips
from siaga.db import transaction

Why = Callable[[Any, bool], "tuple[str, dict[str, Any]]"]


@dataclass(frozen=True)
class Known:
    """A form; ``why`` gives the response that tells why the open question is asked, with an example if wished.

    ``cancelled`` is the response to giving it up. ``menu`` is the menu with the way back to the open question; without,
    asking for the menu gives up the form, as befits a short one.
    """

    form: type[OpenForm]
    why: Why
    cancelled: str
    menu: str | None


_FORMS: dict[str, Known] = {}


def register(form: type[OpenForm], why: Why, *, cancelled: str, menu: str | None = None) -> None:
    """Make a form known to these actions; each capability does so for its own."""
    _FORMS[form.name] = Known(form, why, cancelled, menu)


def form_that_asks(slot: str | None) -> type[OpenForm] | None:
    """The form that a question belongs to."""
    return next((known.form for known in _FORMS.values() if slot in known.form.answers), None)


def give_up(tracker: Tracker) -> tuple[str | None, list[Event]]:
    """Leave the open form and forget its answers: the response that says so (None without a form), and the events."""
    known = _FORMS.get(open_form(tracker) or "")
    if known is None:
        return None, []
    with transaction() as session:
        form = known.form(session, tracker)
        form.discard()
    return known.cancelled, form.close()


class ActionCancel(Action):
    """The citizen stops: what was answered is removed at once."""

    def name(self) -> str:
        return "action_cancel"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        cancelled, events = give_up(tracker)
        dispatcher.utter_message(response=cancelled or "utter_nothing_open")
        return events


class ActionShowMenu(Action):
    """The menu; in a long form with the way back to the open question."""

    def name(self) -> str:
        return "action_show_menu"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        # Imported here, as it needs this module.
        from actions.reminders import start_again

        if start_again(dispatcher, tracker):
            return []
        known = _FORMS.get(open_form(tracker) or "")
        events: list[Event] = []
        if known is not None:
            with transaction() as session:
                form = known.form(session, tracker)
                asked = form.asked
                if not known.menu:
                    form.discard()
                    known, asked, events = _beneath(form)
                if known is not None:
                    progress = known.form(session, tracker).progress(asked or "")
                    dispatcher.utter_message(response=known.menu, progress=progress)
                    return events
        told, remembered = notice(tracker)
        remind(dispatcher, tracker)
        dispatcher.utter_message(response="utter_menu", **told)
        return [*events, *remembered]


def _beneath(form: OpenForm) -> tuple[Known | None, str | None, list[Event]]:
    """What is open once this form is given up for the menu, if that has a way back to it, and what was asked there;
    events that leave the form. One without such a way is given up, too."""
    known = _FORMS.get(form.left_open.name) if form.left_open else None
    if known is not None and known.menu:
        return known, form.left_at, form.close()
    return None, None, [*form.dropping(), *form.leaving()]


class ActionExplainQuestion(Action):
    """Why the open question is asked; without one, why an answer is as it is."""

    def name(self) -> str:
        return "action_explain_question"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        if (told := answers.follow(dispatcher, tracker)) is not None:
            return told
        _explain(dispatcher, tracker)
        return []


class ActionRepeat(Action):
    """The form asks again by itself; without one there is nothing to repeat, unless it follows upon an answer."""

    def name(self) -> str:
        return "action_repeat"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        if (told := answers.follow(dispatcher, tracker)) is not None:
            return told
        if (told := tips.follow(dispatcher, tracker)) is not None:
            return told
        if (told := radar.follow(dispatcher, tracker)) is not None:
            return told
        if not open_form(tracker):
            dispatcher.utter_message(response="utter_acknowledge")
        return []


class ActionSkipQuestion(Action):
    """The open question can't be left out: says so, and why it is asked."""

    def name(self) -> str:
        return "action_skip_question"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        if not open_form(tracker):
            dispatcher.utter_message(response="utter_acknowledge")
            return []
        dispatcher.utter_message(response="utter_cannot_skip")
        _explain(dispatcher, tracker, with_example=True)
        return []


def _explain(dispatcher: CollectingDispatcher, tracker: Tracker, with_example: bool = False) -> None:
    known = _FORMS.get(open_form(tracker) or "")
    if known is None or tracker.get_slot("requested_slot") not in known.form.answers:
        dispatcher.utter_message(response="utter_why_nothing")
        return
    with transaction() as session:
        response, values = known.why(known.form(session, tracker), with_example)
    dispatcher.utter_message(response=response, **values)
