"""Reading a message in the eligibility check: the answer to the open question, and whatever else is told with it."""

from __future__ import annotations

from typing import Any

from actions.conversation import Message, Say
from actions.doses.wording import doses_told
from actions.eligibility.form import Form
from actions.forms.reading import Reading, Unread
from siaga.eligibility import Ask, mentioned, read_answers, told_of_doses
from siaga.text.vaccines import find_brands

# To these an ailment may be named that is none of today's: "iya, sering lelah".
_ABOUT_AILMENTS = ("frail", "preeclampsia", "condition", "covid_severity", "allergy_after_dose")
CHECK = "check_eligibility"


def read_outcome(form: Form, message: Message) -> Reading | None:
    """Facts; whether more are needed is for the rules to say."""
    asking = form.verdict()
    if not isinstance(asking, Ask):
        return Reading(None)
    told = mentioned(form.words, message.today).facts
    if asking.question_id in _ABOUT_AILMENTS:
        told.pop("health_now", None)
    answer = read_answers(asking, form.words, message.today)
    facts = {**told, **answer}
    if asking.question_id == "last_dose_on" and not answer and (doses := told_of_doses(form.words, message.today)):
        return Reading(None, draft=form.learn({**told, **doses}), says=(noted(form.words, doses),), strong=True)
    if not facts:
        return None
    strong = message.intent == CHECK or (bool(answer) and "?" not in message.text)
    return Reading(None, draft=form.learn(facts), strong=strong)


def noted(text: str, doses: dict[str, Any]) -> Say:
    """What was told of the doses, where their day is still to be told."""
    brands = {brand.value for brand in find_brands(text)}
    known = doses_told(doses.get("doses_received"), brands.pop() if len(brands) == 1 else None)
    return Say.it("utter_dose_noted", known=known)


def chosen_outcome(form: Form, option: str) -> Reading:
    """An option of a health question: of the open one, or of one asked before, which then is corrected."""
    name, _, value = option.partition(":")
    question = form.rules.questions.get(name)
    known: dict[str, Any] = {str(each).lower(): each for each, _ in question.options} if question else {}
    if value not in known:
        raise Unread("utter_choice_unreadable")
    return Reading(None, draft=form.learn({name: known[value]}), strong=True)
