"""Tells an answer, and more of it, while it is remembered what was told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import Event, Message, Say, command, open_form, option
from actions.subject import ANSWER as TOPIC
from actions.wording import long_date
from siaga.content import live
from siaga.content.kinds import Entries
from siaga.knowledge import Answer, Knowledge
from siaga.knowledge.answers import Audience, read_answers
from siaga.knowledge.audience import read_audience

REMEMBERED = timedelta(minutes=30)
TELL, MORE, RELATED, GOOD, BAD = "answer", "answer_more", "answer_related", "answer_good", "answer_bad"
"""The options that tell an answer, the longer text of one and what goes with it, and that say what it was worth."""
NONE = "-"
"""Stands for an answer where none of those offered was meant."""
WHOM: dict[Audience, str] = {
    "pregnant": "ibu hamil",
    "breastfeeding": "ibu menyusui",
    "child": "anak",
    "teenager": "remaja 12–17 tahun",
    "elderly": "usia 60 tahun ke atas",
    "ill": "yang punya penyakit penyerta",
}
MOST_CHOICES = 3
# What differs for more of them at once does not fit a message.
_MOST_AUDIENCES = 2
# Of a question about the service itself nothing hangs on who asks.
SERVICE = "service"
LISTED = {"json_message": {"list_button": "Pilih pertanyaan"}}
PERSON = command("Hubungi petugas", "talk_to_human")
_LONGER = ["lebih lanjut", "lanjut", "lanjutkan", "selengkapnya", "lengkapnya", "lebih jelas"]
# What reads as a yes or a no is not among these: a mere "ya", or "tidak", thinks nothing of an answer.
_HELPED = ["membantu", "makasih membantu", "sangat membantu", "membantu banget", "terbantu", "mantap membantu", "👍"]
_DID_NOT = ["kurang pas", "kurang membantu", "kurang cocok", "kurang sesuai"]


@dataclass(frozen=True)
class Told:
    """The answer that was told in the last half hour, for whom, whether all of it was, and whether it was said not to
    be what was asked."""

    answer: Answer
    whom: tuple[Audience, ...] = ()
    all: bool = False
    missed: bool = False


def _build(entries: Entries) -> Knowledge:
    return Knowledge(read_answers(entries))


def knowledge(preview: bool = False) -> Knowledge:
    """The answers that stand; with ``preview`` also what staff have not published yet."""
    return live.built("answer", _build, preview=preview)


# ------------------------------------------------------------------ what was told
def remembered(tracker: Tracker) -> Told | None:
    """What was told in the last half hour; None for nothing, or for what cannot be read, or found, any more."""
    kept = tracker.get_slot(TOPIC)
    message = Message.of(tracker)
    if not isinstance(kept, dict):
        return None
    try:
        age = message.at - datetime.fromisoformat(kept["at"])
        answer = knowledge(message.preview).by_id(kept["id"])
    except (KeyError, TypeError, ValueError):
        # Written by a version that kept it otherwise.
        return None
    if answer is None or age > REMEMBERED:
        return None
    whom = tuple(each for each in WHOM if each in kept.get("whom", ()))
    return Told(answer, whom, bool(kept.get("all")), bool(kept.get("missed")))


def remember(told: Told, message: Message) -> list[Event]:
    """The events after which ``told`` is what was told last."""
    kept = {
        "id": told.answer.id,
        "at": message.at.isoformat(),
        "whom": list(told.whom),
        "all": told.all,
        "missed": told.missed,
    }
    return [SlotSet(TOPIC, kept)]


# ------------------------------------------------------------------ how it is said
def said(answer: Answer, message: Message, text: str = "", response: str = "utter_answer") -> Say:
    """An answer, or another ``text`` about it, with its source and when it was checked."""
    return Say.it(
        response,
        question=answer.question,
        answer=text or answer.short.strip(),
        source=answer.source,
        checked=long_date(answer.checked),
        due=due(answer, message.today),
    )


def due(answer: Answer, day: date) -> str:
    """A line about an answer that should have been looked at again by now; nothing for any other."""
    if answer.review_by > day:
        return ""
    return "\nJawaban ini sudah waktunya diperiksa ulang; pastikan juga ke petugas atau puskesmas."


def differing(answer: Answer, whom: Iterable[Audience]) -> str:
    """What differs for these people, each under who they are."""
    parts = [f"*Untuk {WHOM[each]}*\n{answer.audiences[each].strip()}" for each in whom if each in answer.audiences]
    return "\n\n".join(parts[:_MOST_AUDIENCES])


def say(
    dispatcher: CollectingDispatcher, tracker: Tracker, say: Say, buttons: Sequence[dict[str, Any]] = (), **more: Any
) -> None:
    """Say it; with the buttons, but in a form, where the open question follows with its own."""
    offered = {} if open_form(tracker) or not buttons else {"buttons": list(buttons)}
    dispatcher.utter_message(response=say.response, **say.values, **offered, **(more if offered else {}))


def after(told: Told) -> list[dict[str, Any]]:
    """What can be tapped below an answer."""
    answer = told.answer
    buttons: list[dict[str, Any]] = []
    if answer.more and not told.all:
        buttons.append({**option("Lebih lanjut", MORE, answer.id), "also": _LONGER})
    elif answer.related and not told.all:
        buttons.append({**option("Pertanyaan terkait", RELATED, answer.id), "also": _LONGER})
    return [*buttons, *_worth(answer)]


def longer(told: Told) -> list[dict[str, Any]]:
    """The button for the longer text, where there is one that has not been told."""
    return after(told)[:1] if told.answer.more and not told.all else []


def _worth(answer: Answer) -> list[dict[str, Any]]:
    return [
        {**option("👍 Membantu", GOOD, answer.id), "also": _HELPED},
        {**option("👎 Kurang pas", BAD, answer.id), "also": _DID_NOT},
    ]


def related(tracker: Tracker, answer: Answer) -> list[dict[str, Any]]:
    """The questions that go with an answer, as rows of a list."""
    known = knowledge(Message.of(tracker).preview)
    return [row(other) for name in answer.related if (other := known.by_id(name))]


def row(answer: Answer) -> dict[str, str]:
    """A question that can be chosen."""
    return option(answer.label, TELL, answer.id, answer.question)


def choices(dispatcher: CollectingDispatcher, answers: Sequence[Answer]) -> list[Event]:
    """Ask which of these is meant; none of them is a choice, too."""
    rows = [row(answer) for answer in answers[:MOST_CHOICES]]
    dispatcher.utter_message(response="utter_answer_choices", buttons=[*rows, option("Bukan itu", TELL, NONE)])
    return []


# ------------------------------------------------------------------ telling
def tell(
    dispatcher: CollectingDispatcher,
    tracker: Tracker,
    answer: Answer,
    response: str = "utter_answer",
    text: str | None = None,
) -> list[Event]:
    """The answer, with what differs for whoever ``text`` is about, or was asked about before. Nothing being known for
    them is said, too, where somebody could take for theirs what is not."""
    message = Message.of(tracker)
    named = read_audience(text).audiences if text else ()
    before = remembered(tracker)
    whom = named or (before.whom if before else ())
    lines = [answer.short.strip()]
    if own := differing(answer, [each for each in whom if each != answer.audience]):
        lines.append(own)
    without = [each for each in named if each not in answer.audiences and each not in ("ill", answer.audience)]
    if without and not own and answer.topic != SERVICE and answer.audience is None:
        lines.append(f"Keterangan khusus untuk {WHOM[without[0]]} belum ada; pastikan ke petugas atau puskesmas.")
    told = Told(answer, whom)
    say(dispatcher, tracker, said(answer, message, "\n\n".join(lines), response), after(told))
    return remember(told, message)


def tell_more(dispatcher: CollectingDispatcher, tracker: Tracker, told: Told) -> list[Event]:
    """The longer text and the questions that go with it; the second time, that this is all."""
    message, answer = Message.of(tracker), told.answer
    rows = related(tracker, answer)
    if answer.more and not told.all:
        buttons = [*rows, *_worth(answer)]
        say(dispatcher, tracker, said(answer, message, answer.more.strip()), buttons, **(LISTED if rows else {}))
    else:
        say(dispatcher, tracker, Say.it("utter_answer_no_more"), [*rows, PERSON], **(LISTED if rows else {}))
    return remember(Told(answer, told.whom, all=True), message)


def tell_plainly(dispatcher: CollectingDispatcher, tracker: Tracker, told: Told) -> list[Event]:
    """The answer's first line, which is the answer, and what it warns of; for the rest there is a person."""
    first, *others = told.answer.short.strip().splitlines()
    gist = "\n".join([first, *(line for line in others if line.startswith("⚠"))])
    say(dispatcher, tracker, Say.it("utter_answer_plainly", answer=gist), [*longer(told), PERSON])
    return remember(told, Message.of(tracker))


def tell_related(dispatcher: CollectingDispatcher, tracker: Tracker, told: Told) -> list[Event]:
    """The questions that go with an answer; where there is no more to tell of it, this is said, too."""
    rows = related(tracker, told.answer)
    last = told.all or not told.answer.more
    response = ("utter_answer_related" if last else "utter_answer_others") if rows else "utter_answer_no_more"
    say(dispatcher, tracker, Say.it(response), [*rows, PERSON], **(LISTED if rows else {}))
    return remember(told, Message.of(tracker))
