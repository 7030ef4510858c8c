""" "Apa yang harus saya lakukan": the tip for the situation that is told, or the situations to choose from."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import Event, Message, open_form, option
from actions.knowledge import following as answers
from actions.knowledge import tell_if_known
from actions.tips.telling import OTHER, TIP, forgotten, situation, tell, tell_follow_up
from siaga.tips import Near, Sure, Tip, is_dangerous, read_audience, read_follow_up, tips

# Of the nearest situations, beside the way to all of them.
_CHOICES = 2


class ActionTellTips(Action):
    """Tells what to do; what follows upon the situation before keeps it. In a form in short, and the form goes on."""

    def name(self) -> str:
        return "action_tell_tips"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        message = Message.of(tracker)
        if (told := answers.follow(dispatcher, tracker)) is not None:
            return told
        text = message.question
        known = tips(message.preview)
        in_form = open_form(tracker) is not None
        warned = is_dangerous(text)
        if warned:
            dispatcher.utter_message(response="utter_tip_danger")
        before = situation(tracker)
        if before and (follow := read_follow_up(known, before, text)):
            return tell_follow_up(dispatcher, tracker, before, follow, warned=warned)
        found = None if known.is_general(text) else known.find(text)
        whom = read_audience(text).audience
        if isinstance(found, Sure):
            return tell(dispatcher, tracker, found.tip, whom, warned=warned)
        # Between two situations it is asked which: an answer to one of them could be the wrong one's.
        if found is not None and not isinstance(found, Near):
            told = tell_if_known(dispatcher, tracker, text)
            if told is not None:
                return [*forgotten(tracker), *told]
        if isinstance(found, Near) and in_form:
            # The open question's options take the place of choices.
            return tell(dispatcher, tracker, found.tips[0], whom, response="utter_tip_maybe", warned=warned)
        if isinstance(found, Near):
            choices = [_choice(tip) for tip in found.tips[:_CHOICES]]
            dispatcher.utter_message(response="utter_tip_choices", buttons=[*choices, OTHER])
        elif in_form:
            dispatcher.utter_message(response="utter_tips_in_form")
        else:
            dispatcher.utter_message(
                response="utter_tips",
                buttons=[_choice(tip) for tip in known.all],
                json_message={"list_button": "Pilih keadaan"},
            )
        return []


def _choice(tip: Tip) -> dict[str, str]:
    return option(tip.label, TIP, tip.id, tip.about)
