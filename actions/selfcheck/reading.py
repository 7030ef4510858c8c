"""Reading a message in the self-check: the answer to the open question, and whatever else is told with it."""

from __future__ import annotations

import re
from typing import Any

from actions.conversation import Message, Say
from actions.forms.reading import Reading, Unread
from actions.selfcheck.form import CHANGE, Form
from actions.selfcheck.wording import understood
from siaga.selfcheck import Ask
from siaga.selfcheck.reading import chosen, fever_of, mentioned, names_measure, read_answers, says_unknown
from siaga.text.course import Course, read_course
from siaga.text.yesno import is_bare_yes_no

CHECKS = ("start_self_check", "report_symptoms", "report_contact")
COURSES: dict[str, Course] = {"better": "better", "same": "same", "worse": "worse"}
# "sudah", "cuma itu aja", "ga ada lagi": nothing is to be added to a list.
_DONE = re.compile(
    r"\W*(?:(?:ya|iya|sudah|udah|udh|sdh|cukup|cuma|cuman|hanya|itu|selesai|wis|wes|sampun|tidak|tdk|ga|gak|nggak|ngga|enggak|gada)\b\W*)+"
    r"(?:(?:saja|aja|sj|tok|ada|lagi|doang|kok|sih|kak|min|dok|semua|semuanya|yang|lain|lainnya)\b\W*)*",
    re.IGNORECASE,
)
_LISTS = ("several",)


def read_change(form: Form, message: Message) -> Reading | None:
    """How it goes since the former check; what is told besides counts, too."""
    course = read_course(form.words)
    told = mentioned(form.words, message.today).facts
    if course is None and not told:
        return None
    return Reading(course or "told", draft=gone_on(form, course, told), strong=course is not None)


def chosen_change(form: Form, value: str) -> Reading:
    """One of the three buttons."""
    if value not in COURSES:
        raise Unread("utter_choice_unreadable")
    return Reading(value, draft=gone_on(form, COURSES[value], {}), strong=True)


def gone_on(form: Form, course: Course | None, told: dict[str, Any]) -> dict[str, Any]:
    """The draft with yesterday's facts as they are today. Danger is always asked anew; so are the symptoms, unless all
    is as it was."""
    former = dict(form.draft.get("former", {}))
    symptoms = former.pop("symptoms", None)
    facts: dict[str, Any] = {**former}
    if symptoms and course in ("same", "worse"):
        facts["symptoms"] = symptoms
        facts["symptoms_asked"] = course == "same"
    if course == "worse":
        facts["worse"] = True
    form.draft |= {**form.learn(facts, CHANGE), "former": {}}
    return form.learn(told) if told else {}


def read_answer(form: Form, message: Message) -> Reading | None:
    """Facts; whether more are needed is for the rules to say."""
    asking = form.verdict()
    if not isinstance(asking, Ask):
        return Reading(None)
    words = form.words
    told = mentioned(words, message.today).facts
    if (form.picked or (asking.question_id == "symptoms" and form.facts.get("symptoms"))) and _DONE.fullmatch(words):
        done = {"symptoms": {}, "symptoms_asked": True} if asking.question_id == "symptoms" else {}
        return Reading(None, draft=_close_list(form, asking, done), strong=True)
    answer = read_answers(asking, words, message.today)
    fever = (form.facts.get("symptoms") or {}).get("fever") or {}
    if not answer and not told and fever.get("present") and (celsius := fever_of(words)) is not None:
        told = {"symptoms": {"fever": {**fever, "temperature": celsius}}}
    if not answer and asking.kind == "danger" and is_bare_yes_no(words) is True:
        raise Unread("utter_selfcheck_which_danger")
    if not answer and not told and says_unknown(words) and "?" not in message.text:
        if names_measure(words) and asking.question_id != "oxygen":
            return Reading(None, says=(Say.it("utter_selfcheck_unmeasured"),))
        raise Unread("utter_selfcheck_estimate")
    facts = {**told, **answer}
    if "symptoms" in told and "symptoms" in answer:
        facts["symptoms"] = {**told["symptoms"], **answer["symptoms"]}
    if not facts:
        return None
    question = asking.question_id if asking.question_id in answer else None
    strong = message.intent in CHECKS or (bool(answer) and "?" not in message.text)
    draft = _close_list(form, asking, facts) if form.picked and question else form.learn(facts, question)
    noted = understood(form.who, facts)
    says = () if question or noted == form.who else (Say.it("utter_selfcheck_understood", known=noted),)
    return Reading(None, draft=draft, strong=strong, says=says)


def _close_list(form: Form, asking: Ask, facts: dict[str, Any]) -> dict[str, Any]:
    """The draft with what was tapped, and what was typed with it."""
    tapped = chosen(asking.question_id, list(form.picked), all_told=True)
    if "symptoms" in tapped and "symptoms" in facts:
        tapped["symptoms"] = {**tapped["symptoms"], **facts["symptoms"]}
    if "comorbidity" in tapped and "comorbidity" in facts:
        tapped["comorbidity"] = sorted({*tapped["comorbidity"], *facts["comorbidity"]})
    return form.learn({**facts, **tapped}, asking.question_id)


def chosen_answer(form: Form, option: str) -> Reading:
    """An option of a question: of the open one, or of one asked before, which then is corrected."""
    name, _, value = option.partition(":")
    question = form.rules.questions.get(name)
    known: dict[str, Any] = {str(each).lower(): each for each, _ in question.options} if question else {}
    if question is None or value not in known:
        raise Unread("utter_choice_unreadable")
    if question.kind in _LISTS:
        return _picked(form, name, known[value])
    return Reading(None, draft=form.learn(chosen(name, [known[value]], all_told=True), name), strong=True)


def _picked(form: Form, name: str, value: str) -> Reading:
    """A row of a list of which several may be chosen: the list comes again, until nothing more is to be added."""
    before = form.picked if form.draft.get("picked", {}).get("question") == name else []
    if value == "none":
        if before:
            return Reading(None, draft=_close_list(form, form.question(name), {}), strong=True)
        return Reading(None, draft=form.learn(chosen(name, [value], all_told=True), name), strong=True)
    picked = {"question": name, "values": list(dict.fromkeys([*before, value]))}
    return Reading(None, draft={"picked": picked}, strong=True)
