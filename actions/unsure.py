"""When a message is not understood: the likeliest meanings as buttons, then a person, who at last is called."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import yaml
from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from actions.appointments.waiting import answer_offer
from actions.conversation import Event, Message, command, misunderstood_before, open_form, was_unsure_before
from actions.handoffs.calling import call
from actions.handoffs.offering import CALL
from actions.handoffs.waiting import waits
from actions.hoaxes import noticing as hoaxes
from actions.hoaxes.checking import check_if_asked
from actions.knowledge import ActionAnswerQuestion, tell_if_known
from actions.knowledge import following as answers
from actions.out_of_scope import abuse_answer
from actions.radar import following as radar
from actions.rights.seeing import is_about_data, tell_correcting
from actions.tips import telling as tips
from actions.wordless import wordless_answer
from siaga.settings import ROOT
from siaga.text.words import split_words

OFFERED = 2
# So many messages in a row that are not understood call a person.
CALLED_AT = 3
# A meaning less likely than this is a guess, and is not offered.
LEAST = 0.1
# An insult in so few words says nothing else.
INSULT = 3
# Said back to our own "sama-sama", it asks nothing.
_WELCOME = re.compile(
    r"\W*(?:i?ya\W+)?(?:sama\W*sama|sama2|podo\W*podo|sami\W*sami)(?:\W+(?:ya|min|admin|kak|mas|mbak|pak|bu|siaga))*\W*",
    re.IGNORECASE,
)
QUESTIONS = ("ask_vaccine_question", "ask_covid_question", "check_eligibility", "ask_tips", "ask_next_dose")


@lru_cache(maxsize=1)
def meanings() -> dict[str, str]:
    """Intent to button label, from ``content/conversation/meanings.yml``."""
    return dict(yaml.safe_load((ROOT / "content/conversation/meanings.yml").read_text(encoding="utf-8")))


def likeliest(ranking: list[dict[str, Any]], labels: dict[str, str]) -> list[str]:
    """The first ``OFFERED`` intents of a ranking that have a label and are likely enough."""
    return [intent["name"] for intent in ranking if intent["name"] in labels and intent.get("confidence", 0) >= LEAST][
        :OFFERED
    ]


def may_ask(ranking: list[dict[str, Any]]) -> bool:
    """Whether a question for the knowledge base is among the likeliest meanings."""
    likely = [intent["name"] for intent in ranking if intent["name"] != "nlu_fallback"][:3]
    return any(name in QUESTIONS for name in likely)


class ActionUnsure(Action):
    """Offers two meanings; the second time in a row, a person; the third time one is called.

    A mere insult has no meanings. Once a person has been called, none is offered.
    """

    def name(self) -> str:
        return "action_unsure"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        if (told := check_if_asked(dispatcher, tracker)) is not None:
            return told
        wordless = wordless_answer(Message.of(tracker).text)
        if wordless and not open_form(tracker):
            dispatcher.utter_message(response=wordless)
            return []
        if _WELCOME.fullmatch(Message.of(tracker).text) and not open_form(tracker):
            dispatcher.utter_message(response="utter_acknowledge")
            return []
        if open_form(tracker):
            if (told := radar.follow_in_form(dispatcher, tracker)) is not None:
                return told
            # What a form hands on without being understood is a question.
            return ActionAnswerQuestion().run(dispatcher, tracker, domain)
        if (told := answers.follow(dispatcher, tracker)) is not None:
            return told
        if (told := tips.follow(dispatcher, tracker, or_other=True)) is not None:
            return told
        if (told := radar.follow(dispatcher, tracker)) is not None:
            return told
        if (told := hoaxes.notice(dispatcher, tracker)) is not None:
            return told
        if (told := radar.tell_if_sure(dispatcher, tracker)) is not None:
            return told
        ranking = tracker.latest_message.get("intent_ranking") or []
        insulted = abuse_answer(tracker) if len(split_words(Message.of(tracker).text)) <= INSULT else None
        if insulted:
            dispatcher.utter_message(response=insulted)
            return []
        if may_ask(ranking) and (told := tell_if_known(dispatcher, tracker, Message.of(tracker).text)) is not None:
            return told
        labels = {intent: label for intent, label in meanings().items() if not (intent == CALL and waits(tracker))}
        offered = likeliest(ranking, labels)
        if was_unsure_before(tracker.events) or not offered:
            return not_understood(dispatcher, tracker)
        buttons = [command(meanings()[intent], intent) for intent in offered]
        dispatcher.utter_message(response="utter_unsure", buttons=[*buttons, command("Bukan itu", "nlu_fallback")])
        return []


class ActionAcknowledge(Action):
    """A yes or no that answers nothing; right after meanings were offered, it cannot tell which."""

    def name(self) -> str:
        return "action_acknowledge"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        if not was_unsure_before(tracker.events) and answer_offer(dispatcher, tracker):
            return []
        if (told := answers.follow(dispatcher, tracker)) is not None:
            return told
        if (told := tips.follow(dispatcher, tracker)) is not None:
            return told
        if (told := radar.follow(dispatcher, tracker)) is not None:
            return told
        if Message.of(tracker).intent == "change_answer" and is_about_data(Message.of(tracker).text):
            tell_correcting(dispatcher, tracker)
            return []
        agrees = Message.of(tracker).intent == "affirm" and was_unsure_before(tracker.events)
        dispatcher.utter_message(response="utter_which_one" if agrees else "utter_acknowledge")
        return []


class ActionDefaultFallback(Action):
    """No rule fits: an open form asks again, otherwise a person is offered."""

    def name(self) -> str:
        return "action_default_fallback"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        form = open_form(tracker)
        if form:
            return [FollowupAction(form)]
        return not_understood(dispatcher, tracker)


def not_understood(dispatcher: CollectingDispatcher, tracker: Tracker) -> list[Event]:
    """There is nothing to offer but a person, who is called when that goes on."""
    if waits(tracker):
        dispatcher.utter_message(response="utter_unsure_waiting")
        return []
    if misunderstood_before(tracker.events) + 1 >= CALLED_AT:
        return call(dispatcher, tracker, "unsure", unasked=True)
    dispatcher.utter_message(response="utter_unsure_again")
    return []
