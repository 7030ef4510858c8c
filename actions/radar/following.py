"""What is asked after an answer of the radar, its options, and pins that nobody asked for."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import Event, Message, Say, open_form, speak
from actions.radar import telling
from actions.radar.form import TOPIC, Form, remembered, topic
from actions.radar.reading import asks_surely, at, completed, lacks_place, unsettled
from actions.subject import subject
from siaga.db import transaction
from siaga.places.pin import Located
from siaga.radar import knowing
from siaga.radar.asking import COVID, Kind, Question, read_question
from siaga.radar.asking import follow as read_follow

# Of so many likeliest meanings the radar must be one.
_LIKELY = 3
# A pin after one of these asks how things stand there; after the others, the same of where it is.
_ASKED_OF_PLACES: frozenset[Kind] = frozenset({"compare", "list", "subscribe", "unsubscribe"})


# ---------------------------------------------------------------------- what follows
def is_open_subject(tracker: Tracker) -> bool:
    """Whether the radar was what was talked about last."""
    return remembered(tracker) is not None and subject(tracker) == TOPIC


def follow(dispatcher: CollectingDispatcher, tracker: Tracker) -> list[Event] | None:
    """Answer a message that by itself means nothing, or something else, but follows upon an answer of the radar; None
    if it doesn't. In a form the open question comes first."""
    message, before = Message.of(tracker), remembered(tracker)
    if before is None or message.tapped or open_form(tracker) or not is_open_subject(tracker):
        return None
    question = read_follow(message.text, message.today, before)
    return None if question is None else tell(dispatcher, tracker, question)


def follow_in_form(dispatcher: CollectingDispatcher, tracker: Tracker) -> list[Event] | None:
    """Answer in short, beside the open question, what corrects or goes on with an answer of the turn before: "eh,
    maksudku gresik"; None if a message doesn't."""
    message, before = Message.of(tracker), remembered(tracker)
    if before is None or message.tapped or not _was_just_told(tracker):
        return None
    question = read_follow(message.text, message.today, before)
    if question is None or lacks_place(question) or unsettled(question) is not None:
        return None
    with transaction() as session:
        told, _ = telling.answer(session, completed(question), message, short=True)
    speak(dispatcher, [Say.it("utter_radar", answer=told.text)])
    return [SlotSet(TOPIC, topic(question, message))]


def _was_just_told(tracker: Tracker) -> bool:
    """Whether the radar answered the message before this one."""
    users = 0
    for event in reversed(tracker.events):
        users += event.get("event") == "user"
        if users == 2:
            return False
        if users == 1 and event.get("event") == "slot" and event.get("name") == TOPIC and event.get("value"):
            return True
    return False


def tell_if_sure(dispatcher: CollectingDispatcher, tracker: Tracker) -> list[Event] | None:
    """Answer a message that was not understood but says of which place, and what of it, may well be asked of the radar;
    None for any other: "aman ga ke gresik besok"."""
    message = Message.of(tracker)
    ranking = [each["name"] for each in tracker.latest_message.get("intent_ranking") or []]
    if message.tapped or "ask_case_data" not in [name for name in ranking if name != "nlu_fallback"][:_LIKELY]:
        return None
    question = read_question(message.text, message.today)
    if not asks_surely(message.text, question):
        return None
    return tell(dispatcher, tracker, question)


def tell(
    dispatcher: CollectingDispatcher, tracker: Tracker, question: Question, *, where: str = "", from_pin: bool = False
) -> list[Event]:
    """The answer; where a place has several meanings, or is still to be said, the form asks."""
    question = completed(question)
    if lacks_place(question) or unsettled(question) is not None:
        return [FollowupAction(Form.name)]
    message = Message.of(tracker)
    with transaction() as session:
        says = telling.say(
            session,
            tracker.sender_id,
            question,
            message,
            where=where,
            pin=from_pin,
            buttons=open_form(tracker) is None,
        )
    speak(dispatcher, says)
    return [SlotSet(TOPIC, topic(question, message))]


# ---------------------------------------------------------------------- options
def choose(dispatcher: CollectingDispatcher, tracker: Tracker, slot: str, value: str) -> list[Event] | None:
    """What an option of the radar does when it is tapped; None if it is none."""
    kinds: dict[str, Kind] = {
        telling.PLACE_OPTION: "figures",
        telling.PICTURE: "picture",
        telling.SUBSCRIBE: "subscribe",
        telling.UNSUBSCRIBE: "unsubscribe",
    }
    held = telling.of_key(value) if slot in kinds else None
    if held is None:
        return None
    code, disease = held
    # As to who asks for the radar: with the picture.
    radar = slot == telling.PLACE_OPTION
    return tell(dispatcher, tracker, Question(kind=kinds[slot], places=((code,),), disease=disease, radar=radar))


# ---------------------------------------------------------------------- a pin that nobody asked for
def tell_pin(dispatcher: CollectingDispatcher, tracker: Tracker, located: Located) -> list[Event] | None:
    """The answer for where a pin lies, if the radar was talked about last; None if it was not."""
    before = remembered(tracker)
    if before is None or not is_open_subject(tracker):
        return None
    question = Question(disease=before.disease) if before.kind in _ASKED_OF_PLACES else before
    question = at(question, (knowing.code_of(located),))
    return tell(dispatcher, tracker, question, where=knowing.where_of(located), from_pin=True)


def in_short(tracker: Tracker, located: Located) -> Say | None:
    """How things stand where a pin lies, in a few lines; None where nothing is known."""
    question = Question(places=((knowing.code_of(located),),))
    with transaction() as session:
        told, places = telling.answer(session, question, Message.of(tracker), short=True)
    return Say.it("utter_radar", answer=told.text) if places[0].situation is not None else None


def here(located: Located) -> dict[str, str]:
    """The option that tells all of where a pin lies. It holds the region, not the pin."""
    return telling.here_button(located.regency_code, COVID)
