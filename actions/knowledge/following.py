"""What is asked further about an answer, or thought of it, while it is what was talked about last."""

from __future__ import annotations

import copy
import json

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import Event, Message, Say, open_form
from actions.knowledge import feedback, unanswered
from actions.knowledge.telling import (
    PERSON,
    SERVICE,
    WHOM,
    Told,
    after,
    choices,
    differing,
    due,
    knowledge,
    longer,
    remember,
    remembered,
    row,
    said,
    say,
    tell,
    tell_more,
    tell_plainly,
    tell_related,
)
from actions.subject import ANSWER, before_this_turn, subject, was_just_told
from actions.wording import long_date
from siaga import hoaxes
from siaga.knowledge import Answer, Found, Near, Sure
from siaga.knowledge.answers import Audience
from siaga.knowledge.asking import Follow, Kind, lines_about, read_follow, words_of
from siaga.knowledge.audience import read_audience
from siaga.places.search import find_places
from siaga.text.questions import is_question
from siaga.text.relations import find_relations
from siaga.text.words import split_words

FOLLOWED = "followed"
"""How a form ends that was about to open for a message that followed upon an answer."""
_MAY = frozenset({"boleh", "bisa", "aman", "oleh"})
# Below the open question of a form these can only be about the answer that was just told; "lanjut" and "ga ngerti" are
# about the question.
_IN_FORM: frozenset[Kind] = frozenset({"audience", "somebody", "why", "source", "helpful", "unhelpful"})
# Of every answer about vaccines, and of every one about COVID-19, it may be said again what they are about.
_ABOUT = {"vaccine": "vaksin vaksinasi suntik imunisasi covid corona", "covid": "covid corona", "service": ""}
_IF = frozenset({"kalau", "jika"})
# The least score of a question that leaves out what it is about, where only its topic tells: "kalau di rumah?" is near
# to much.
_NEARBY = 0.35
# In so few words a question may leave out what it is about.
_SHORT = 5
_ASKS = frozenset({"ask_vaccine_question", "ask_covid_question"})
# What these say is no question.
_SAYS = frozenset({"affirm", "deny", "thanks", "complaint", "goodbye", "greet", "ask_privacy"})


# ------------------------------------------------------------------ whether a message follows
def follow(dispatcher: CollectingDispatcher, tracker: Tracker) -> list[Event] | None:
    """Answer a message that by itself means nothing, or something else, but follows upon an answer; None if it doesn't.
    In a form only right after the answer, and only what cannot be about the open question."""
    told = _talked_about(tracker)
    if told is None:
        return None
    message = Message.of(tracker)
    follows = _read(message.text, told)
    if open_form(tracker):
        return _tell(dispatcher, tracker, told, follows) if follows and follows.kind in _IN_FORM else None
    if follows is not None:
        return _tell(dispatcher, tracker, told, follows)
    if message.intent in _SAYS or message.forwarded:
        return None
    if told.missed:
        return _try_anew(dispatcher, tracker, told, message.text)
    if (lines := _tell_lines(dispatcher, tracker, told)) is not None:
        return lines
    if message.intent in _ASKS:
        # A question is looked for by itself first: actions/knowledge/answering.py
        return None
    if (nearby := tell_nearby(dispatcher, tracker)) is not None:
        return nearby
    said = set(words_of(message.text))
    if message.intent == "out_of_scope" and (_IF & said or ("terus" in said and is_question(message.text))):
        # "kalau di rumah?" is none of our business by itself; of the answer it is not known.
        return unanswered.tell_unknown(dispatcher, tracker)
    return None


def follows_in_form(tracker: Tracker) -> bool:
    """Whether a message in the middle of a form is about the answer that was just told."""
    told = _talked_about(tracker)
    follows = _read(Message.of(tracker).text, told) if told else None
    return follows is not None and follows.kind in _IN_FORM


def follow_instead(dispatcher: CollectingDispatcher, tracker: Tracker, *check: dict[str, str]) -> list[Event] | None:
    """Answer a message for which a form is about to open, but which only goes on with an answer; None if it wants the
    form, or if nothing more is known.

    Args:
        check: the button that opens the form, which is offered besides.
    """
    # Rasa shows the form as if it had run already.
    outside = copy.copy(tracker)
    outside.active_loop = {}
    outside.events = before_this_turn(tracker)
    told = _talked_about(outside)
    # Who says again what they want to know wants just that.
    follows = read_follow(Message.of(tracker).text) if told else None
    if told is None or follows is None:
        return None
    if follows.kind == "audience" and (_asks_may(outside, told.answer) or not _knows_of(outside, told, follows)):
        return None
    if follows.kind == "meant" and _sure(outside, told, follows.words) is None:
        return None
    aside = CollectingDispatcher()
    events = _tell(aside, outside, told, follows)
    if events is None:
        return None
    for said_ in aside.messages:
        buttons = said_.get("buttons") or []
        if check and buttons and follows.kind in ("audience", "somebody"):
            said_["buttons"] = [*check, *buttons][:3]
    dispatcher.messages.extend(aside.messages)
    return events


def kept_after(tracker: Tracker) -> list[Event]:
    """The events with which a form ends that only told what followed upon an answer: it is still what is talked of."""
    if tracker.get_slot("form_end") != FOLLOWED:
        return []
    return [SlotSet(ANSWER, tracker.get_slot(ANSWER))]


def told_before(tracker: Tracker, answer_id: str | None) -> list[Event]:
    """The events after which an answer that a form told is what is talked about; none without it."""
    message = Message.of(tracker)
    answer = knowledge(message.preview).by_id(answer_id) if answer_id else None
    return remember(Told(answer, read_audience(message.text).audiences), message) if answer else []


def check_button(tracker: Tracker) -> dict[str, str]:
    """The button that opens the check whether somebody may be vaccinated, for whom the message names."""
    named = [each.value for each in find_relations(Message.of(tracker).text) if each.value != "self"]
    whom = json.dumps({"relation": named[0]}) if named else ""
    return {"title": "Cek boleh vaksin", "payload": f"/check_eligibility{whom}"}


def _talked_about(tracker: Tracker) -> Told | None:
    # In a form its question has been asked since: only the turn before counts.
    talked_about = was_just_told(tracker, ANSWER) if open_form(tracker) else subject(tracker) == ANSWER
    return remembered(tracker) if talked_about and not Message.of(tracker).tapped else None


def _read(text: str, told: Told) -> Follow | None:
    return read_follow(text, _about_words(told.answer))


def _about_words(answer: Answer) -> list[str]:
    return words_of(" ".join([_ABOUT[answer.topic], answer.question, answer.label, *answer.words]))


# ------------------------------------------------------------------ what is told
def _tell(dispatcher: CollectingDispatcher, tracker: Tracker, told: Told, follows: Follow) -> list[Event] | None:
    message, answer, kind = Message.of(tracker), told.answer, follows.kind
    if kind in ("helpful", "unhelpful"):
        return feedback.tell(dispatcher, tracker, told, helpful=kind == "helpful")
    if kind == "audience":
        return _tell_for(dispatcher, tracker, told, follows)
    if kind == "meant":
        return _try_anew(dispatcher, tracker, told, follows.words)
    if kind == "place":
        return _tell_of_place(dispatcher, tracker, told)
    if kind == "more":
        return tell_more(dispatcher, tracker, told)
    if kind == "unclear":
        return tell_plainly(dispatcher, tracker, told)
    if kind == "other":
        return tell_related(dispatcher, tracker, told)
    if kind == "again":
        return tell(dispatcher, tracker, answer)
    if kind == "why" and answer.why:
        say(dispatcher, tracker, said(answer, message, answer.why.strip()), after(told))
    elif kind == "why":
        say(dispatcher, tracker, Say.it("utter_answer_no_why"), [*longer(told), PERSON])
    elif kind == "source":
        source = Say.it(
            "utter_answer_source",
            source=answer.source,
            checked=long_date(answer.checked),
            due=due(answer, message.today),
        )
        say(dispatcher, tracker, source, after(told))
    else:
        say(dispatcher, tracker, Say.it("utter_answer_somebody"), [*longer(told), PERSON])
    return remember(told, message)


def _tell_for(dispatcher: CollectingDispatcher, tracker: Tracker, told: Told, follows: Follow) -> list[Event] | None:
    """What differs for them, else the answer that is about them; else that nothing is known which does, with what the
    answer warns of, and a person. Who says again what is asked is answered by the answer about them first."""
    message, answer, whom = Message.of(tracker), told.answer, follows.audiences
    told = Told(answer, whom, told.all)
    if follows.asks_anew or _asks_may(tracker, answer):
        other = _asked_about(tracker, answer, whom)
        if other is not None:
            return tell(dispatcher, tracker, other, text=message.text)
    if own := differing(answer, whom):
        say(dispatcher, tracker, said(answer, message, own), after(told))
        return remember(told, message)
    if answer.audience in whom:
        # The answer was about them from the beginning.
        return tell(dispatcher, tracker, answer, text=message.text)
    if (other := _about(tracker, answer, whom)) is not None:
        return tell(dispatcher, tracker, other, text=message.text)
    if follows.asks_anew:
        return None
    warning = "\n".join(line for line in answer.short.splitlines() if line.startswith("⚠"))
    names = " dan ".join(WHOM[each] for each in whom)
    nothing = Say.it("utter_answer_no_variant", whom=names, warning=f"\n{warning}" if warning else "")
    rows = [row(each) for each in _all_about(tracker, answer, whom)[:1]]
    say(dispatcher, tracker, nothing, [*longer(told), *rows, PERSON])
    return remember(told, message)


def _knows_of(tracker: Tracker, told: Told, follows: Follow) -> bool:
    """Whether an answer, or one that goes with it, has something of its own to tell for these people."""
    own = differing(told.answer, follows.audiences)
    return bool(own) or _about(tracker, told.answer, follows.audiences) is not None


def _asks_may(tracker: Tracker, answer: Answer) -> bool:
    """Whether a message asks if somebody may be vaccinated, of which the answer tells nothing."""
    return bool(_MAY & _stemmed(Message.of(tracker).text)) and not _MAY & _stemmed(answer.question)


def _stemmed(text: str) -> set[str]:
    return {word.removesuffix("kah") for word in words_of(text)}


def _about(tracker: Tracker, answer: Answer, whom: tuple[Audience, ...]) -> Answer | None:
    """The answer about these people that goes with this one, or that a question whether they may is surely about."""
    message = Message.of(tracker)
    known = knowledge(message.preview)
    for name in answer.related:
        other = known.by_id(name)
        if other is not None and other.audience in whom:
            return other
    if not _MAY & _stemmed(message.text):
        return None
    found = known.ask(message.text, answer.topic)
    if isinstance(found, Sure) and found.answer.topic == answer.topic and found.answer.audience in whom:
        return found.answer if found.answer.id != answer.id else None
    return None


def _asked_about(tracker: Tracker, answer: Answer, whom: tuple[Audience, ...]) -> Answer | None:
    """The answer about these people that a message asks for most likely, after one of the same topic."""
    found = knowledge(Message.of(tracker).preview).ask(Message.of(tracker).text, answer.topic)
    likeliest = found.answer if isinstance(found, Sure) else found.answers[0] if isinstance(found, Near) else None
    return likeliest if likeliest and likeliest.topic == answer.topic and likeliest.audience in whom else None


def _all_about(tracker: Tracker, answer: Answer, whom: tuple[Audience, ...]) -> list[Answer]:
    """The answers of the same topic that are about these people."""
    known = knowledge(Message.of(tracker).preview).answers
    return [each for each in known if each.topic == answer.topic and each.audience in whom and each.id != answer.id]


# ------------------------------------------------------------------ asked anew, or asked of what was told
def _sure(tracker: Tracker, told: Told, text: str) -> Answer | None:
    found = knowledge(Message.of(tracker).preview).ask(text, told.answer.topic)
    return found.answer if isinstance(found, Sure) else None


def _try_anew(dispatcher: CollectingDispatcher, tracker: Tracker, told: Told, text: str) -> list[Event] | None:
    """Answer what was meant instead. What is not known of it is kept for staff, if it is a question at all."""
    message = Message.of(tracker)
    if _is_told_around(message, text):
        return None
    found = knowledge(message.preview).ask(text, told.answer.topic)
    if isinstance(found, (Sure, Near)) and _is_of_service(found, told.answer) and not told.missed:
        # "maksudku mau ganti jadwal" wants it done, not explained.
        return None
    if isinstance(found, Sure) and not (told.missed and found.answer.id == told.answer.id):
        return tell(dispatcher, tracker, found.answer, text=text)
    if isinstance(found, Near):
        # What was told is not what was meant.
        others = [each for each in found.answers if each.id != told.answer.id]
        if len(others) == 1:
            return tell(dispatcher, tracker, others[0], "utter_answer_maybe", text=text)
        if others:
            return choices(dispatcher, others)
    if told.missed and is_question(text):
        return unanswered.tell_unknown(dispatcher, tracker, asked=True)
    return None


def _tell_lines(dispatcher: CollectingDispatcher, tracker: Tracker, told: Told) -> list[Event] | None:
    """Answer a question of a word or two with what was told of just that, "pfizer?"; None if nothing was, or if it is
    surely another question."""
    message, answer = Message.of(tracker), told.answer
    text = message.text
    if len(split_words(text)) > _SHORT or not is_question(text) or _sure(tracker, told, text) is not None:
        return None
    lines = lines_about(text, f"{answer.short}\n{answer.more}", words_of(answer.question))
    if not lines:
        return None
    say(dispatcher, tracker, said(answer, message, lines), after(told))
    return remember(told, message)


def _is_of_service(found: Sure[Answer] | Near[Answer], before: Answer) -> bool:
    likeliest = found.answer if isinstance(found, Sure) else found.answers[0]
    return likeliest.topic == SERVICE != before.topic


def tell_nearby(dispatcher: CollectingDispatcher, tracker: Tracker) -> list[Event] | None:
    """Answer a question that leaves out what it is about, "wajib ga?", as one about what was told, saying so; None
    unless just one answer of that topic comes near."""
    told, message = _talked_about(tracker), Message.of(tracker)
    text = message.text
    if told is None or open_form(tracker) or len(split_words(text)) > _SHORT:
        return None
    nearby = _nearby(knowledge(message.preview).ask(text, told.answer.topic), told.answer, text)
    # Claims are looked for last: it takes as long again, and hardly anything comes near.
    if nearby is None or _is_told_around(message, text):
        return None
    answer, response = nearby
    return tell(dispatcher, tracker, answer, response, text=text)


def _nearby(found: Found[Answer], answer: Answer, text: str) -> tuple[Answer, str] | None:
    """The one answer of the same topic that comes near, with the response that tells it."""
    if isinstance(found, Sure):
        if found.answer.topic != answer.topic:
            return None
        # "obatnya apa" after an answer about dengue: whose medicine is told has to be seen.
        is_related = found.answer.id in (answer.id, *answer.related)
        return found.answer, "utter_answer" if is_related else "utter_answer_maybe"
    if not isinstance(found, Near) or not is_question(text):
        return None
    near = [each for each in found.answers if each.topic == answer.topic]
    related = [each for each in near if each.id in answer.related]
    for those in (related, near if found.score >= _NEARBY else []):
        if len(those) == 1 and those[0].id == found.answers[0].id != answer.id:
            return those[0], "utter_answer_maybe"
    return None


def _is_told_around(message: Message, text: str) -> bool:
    """Whether a text is a claim that has a verdict rather than an answer."""
    return message.forwarded is not None or isinstance(hoaxes.check(text, message.preview), hoaxes.Sure)


def _tell_of_place(dispatcher: CollectingDispatcher, tracker: Tracker, told: Told) -> list[Event]:
    """No answer knows of places: what does is offered for the one that was named."""
    message = Message.of(tracker)
    place = find_places(message.text)[0]
    name = message.text[place.start : place.end].strip().title()
    asks = {"Jumlah kasus": ("ask_case_data", "kasus di"), "Tempat vaksinasi": ("find_facility", "tempat vaksin di")}
    buttons = [
        {"title": title, "payload": f"/{intent}" + json.dumps({"question": f"{words} {name}"}, ensure_ascii=False)}
        for title, (intent, words) in asks.items()
    ]
    say(dispatcher, tracker, Say.it("utter_answer_place", place=name), buttons)
    return remember(told, message)
