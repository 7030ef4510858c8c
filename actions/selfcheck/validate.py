"""Takes a message into the self-check, or sets it aside for the rules to answer."""

from __future__ import annotations

import json
import re
from typing import Any

from actions.conversation import Message, Say
from actions.forms import within
from actions.forms.reading import Unread
from actions.forms.state import NONE
from actions.forms.validate import BELIEVED, ValidateForm, is_for_others
from actions.selfcheck.form import ANSWER, CHANGE, Form, together
from actions.selfcheck.reading import CHECKS, chosen_answer, chosen_change, gone_on, read_answer, read_change
from actions.selfcheck.telling import tell
from actions.selfcheck.wording import understood
from actions.wording import who
from siaga.selfcheck import Ask, Result, memory
from siaga.selfcheck.complaints import lengths_in
from siaga.selfcheck.reading import UNKNOWN, Mentioned, as_contact, mentioned, read_answers
from siaga.text.course import read_course

COMPLETE = "complete"

# "eh demamnya 4 hari bukan 3"
_NOT_THAT = re.compile(
    r"^\W*(?:eh|ups|upss|maaf|sori|sorry|aduh|lho|loh|oh)\b.*\b(?:bukan|bkn|dudu|sanes)\b", re.IGNORECASE
)
_CORRECTS = re.compile(
    r"^\W*(?:(?:eh|oh|maaf|waduh|duh|lho|loh|aduh)\W+)*(?:salah|ralat|keliru|koreksi|revisi|ganti|ubah|rubah|maksud(?:nya|ku)?|bukan\s+(?:itu|begitu|gitu|maksud))\b\W*"
    r"(?:(?:ding|maksudnya|maksud\s+saya|yang\s+benar|harusnya|seharusnya|tadi|nding|deng|itu)\b\W*)*",
    re.IGNORECASE,
)
# "kalau bapak saya gimana?": now about someone else, and not "ketularan anak saya".
_ANOTHER = re.compile(
    r"\b(?:kalau|kalo|klo|kl|nek|yen|untuk|utk|buat|bwt|kanggo|gawe|for|bukan|sekarang|giliran|cek|periksa)\s",
    re.IGNORECASE,
)


def why(form: Form, with_example: bool) -> tuple[str, dict[str, Any]]:
    """The response that tells why the open question is asked, with what fills it."""
    if form.asked == CHANGE:
        return "utter_why_selfcheck_change", {}
    asking = form.verdict()
    if not isinstance(asking, Ask):
        return "utter_why_nothing", {}
    return "utter_why_selfcheck", {"why": f"{asking.why}\n{asking.example}" if with_example else asking.why}


within.register(Form, why, cancelled="utter_selfcheck_cancelled")


class ValidateSelfCheckForm(ValidateForm[Form]):
    """How it goes since yesterday, if that is remembered; then one question, asked with what the rules need next."""

    form = Form
    readers = {CHANGE: read_change, ANSWER: read_answer}
    chosen = {CHANGE: chosen_change, ANSWER: chosen_answer}
    unreadable = {CHANGE: "utter_health_unreadable", ANSWER: "utter_health_unreadable"}

    def open(self, form: Form) -> bool:
        if form.asked in form.answers and "answers" not in form.draft:
            # The answers have been swept away meanwhile; what this message tells is a new beginning.
            if form.message.intent not in CHECKS and (form.message.option or is_for_others(form)):
                return False
            self.begin(form)
            return True
        return super().open(form)

    def begin(self, form: Form) -> None:
        waiting = form.draft.get("waiting", [])
        super().begin(form)
        form.draft = {"waiting": waiting}
        told = spoken_of(form)
        whom = told.whom or (form.message.entity("relation") if form.message.tapped else None)
        start(form, Mentioned(whom, told.facts, told.others))

    def take(self, form: Form) -> bool:
        message = form.message
        if message.intent == "emergency" and message.confidence >= BELIEVED:
            return in_danger(form, spoken_of(form))
        if message.intent == "skip_question" and form.asked == ANSWER:
            return skip(form)
        return super().take(form)

    def before(self, form: Form) -> bool | None:
        message = form.message
        asks = message.intent in CHECKS
        if message.tapped and not form.words:
            if not asks:
                return None
            start(form, Mentioned(message.entity("relation")))
            return True
        told = spoken_of(form)
        if told.facts.get("danger") and in_danger(form, told):
            return True
        for other in told.others:
            if other.facts:
                form.await_turn(other.whom or "self", other.facts)
        if told.whom and told.whom != (form.whom or "self"):
            if another(form, told, asks):
                start(form, told)
                return True
            if told.facts.keys() - {"sex"}:
                # "ibu saya juga demam": of somebody else, for after this check.
                form.await_turn(told.whom, told.facts)
                form.says.append(one_by_one(form))
                return True
        elif told.others and told.facts:
            form.says.append(one_by_one(form))
        if corrects(form):
            return correct(form)
        if asks and not told.facts and form.asked == ANSWER and read_quietly(form) is None:
            # "jadi saya kena covid ga?": the open question comes again, it is what is needed to tell.
            form.slots["attempts"] = None
            return True
        return None

    def instead(self, form: Form) -> bool:
        """Who it is about, and nothing else: "ibu saya"."""
        whom = mentioned(form.words, form.message.today).whom
        return whom is not None and whom == (form.whom or "self")

    def settle(self, form: Form) -> None:
        if form.slots["form_end"] or form.slots[CHANGE] is None:
            return
        verdict = form.verdict()
        if isinstance(verdict, Result):
            finish(form, verdict)

    def example_of(self, form: Form) -> tuple[str, dict[str, Any]] | None:
        if form.asked == CHANGE:
            return "utter_example_selfcheck_change", {}
        asking = form.verdict()
        return ("utter_example_health", {"example": asking.example}) if isinstance(asking, Ask) else None


def spoken_of(form: Form) -> Mentioned:
    """Whom the message is about, and what it tells of them."""
    told = mentioned(form.words, form.message.today)
    met = form.message.intent == "report_contact" or asked_of(form) in ("exposure", "positive_test")
    return as_contact(told) if met else told


def asked_of(form: Form) -> str | None:
    """The fact that the open question is about."""
    if form.asked != ANSWER or "answers" not in form.draft:
        return None
    asking = form.verdict()
    return asking.question_id if isinstance(asking, Ask) else None


def start(form: Form, told: Mentioned) -> None:
    """Begin with a person: say what was understood, or ask how it goes since the last time."""
    form.start(told.whom, told.facts)
    for other in told.others:
        form.await_turn(other.whom or "self", other.facts)
    if isinstance(verdict := form.verdict(), Result) and verdict.level == "emergency":
        return
    kept = memory.last(form.session, form.contact, form.whom, form.message.at)
    if told.others:
        form.says.append(one_by_one(form))
    if kept is not None:
        form.remember(kept)
        if course := read_course(form.words):
            form.slots[CHANGE] = course
            facts = form.facts
            form.draft |= gone_on(form, course, {})
            form.draft["answers"] = together(form.facts, facts)
    elif isinstance(verdict, Ask):
        form.say("utter_selfcheck_start")
    if form.facts.keys() - {"sex"} and isinstance(form.verdict(), Ask):
        form.say("utter_selfcheck_understood", known=understood(form.who, form.facts))


def one_by_one(form: Form) -> Say:
    return Say.it("utter_selfcheck_one_by_one", who=form.who)


def another(form: Form, told: Mentioned, asks: bool) -> bool:
    """Whether a message that names somebody else is about them from now on."""
    if form.whom == "other" or (form.whom is None and not form.facts.keys() - {"danger"}):
        # Nobody in particular so far, or nothing told yet; danger is asked anew.
        return True
    if not told.facts:
        return asks
    if asks or _ANOTHER.search(form.words):
        form.await_turn(form.whom or "self", form.facts)
        return True
    return False


def in_danger(form: Form, told: Mentioned) -> bool:
    """A danger sign ends the questions, whomever it is told of; False where another answer is needed."""
    for person in (told, *told.others):
        if not any(name in person.facts for name in ("danger", "danger_child", "danger_pregnant")):
            continue
        same = person.whom is None or person.whom == (form.whom or "self")
        before_facts, before_slots = dict(form.draft), dict(form.slots)
        if not same:
            form.await_turn(form.whom or "self", form.facts)
            form.start(person.whom, person.facts)
        else:
            form.draft |= form.learn(person.facts)
        verdict = form.verdict()
        if isinstance(verdict, Result) and verdict.level == "emergency":
            form.slots[CHANGE] = form.slots[CHANGE] or NONE
            form.slots["attempts"] = None
            return True
        form.draft, form.slots = before_facts, before_slots
    return False


def skip(form: Form) -> bool:
    """Leave the open question out, where it can be."""
    asking = form.verdict()
    if not isinstance(asking, Ask) or asking.question_id not in UNKNOWN:
        return False
    form.slots["attempts"] = None
    form.draft |= form.learn({asking.question_id: UNKNOWN[asking.question_id]}, asking.question_id)
    form.say("utter_selfcheck_skipped")
    return True


def finish(form: Form, result: Result) -> None:
    """Keep the check, tell what came of it, and offer who else waits."""
    form.slots[ANSWER] = result.level
    form.end(COMPLETE)
    kept = memory.keep(form.session, form.contact, form.whom, form.facts, result, form.message.id, form.message.at)
    told = tell(form, result)
    form.says.extend(told)
    if memory.has_worsened(form.session, form.contact, kept):
        form.say("utter_selfcheck_desk")
    waiting = form.draft.get("waiting", [])
    if waiting and result.level != "emergency":
        relation, facts = waiting[0]
        go_on = {"title": "Ya, lanjut", "payload": "/start_self_check" + json.dumps({"relation": relation})}
        # Of one turn's buttons the last are shown: a person stays one tap away.
        steps = [button for say in told for button in say.values.get("buttons", [])]
        form.say("utter_selfcheck_next", who=who(relation, facts.get("sex")), buttons=[go_on, *steps[:1], *steps[-1:]])


def read_quietly(form: Form) -> Any:
    """What the message answers, where an unreadable answer is none."""
    try:
        return read_answer(form, form.message)
    except Unread:
        return None


def corrects(form: Form) -> bool:
    """Whether the message takes something back."""
    message: Message = form.message
    believed = message.intent == "change_answer" and message.confidence >= BELIEVED
    match = _CORRECTS.match(form.words)
    return believed or bool(match and match.group().strip()) or bool(_NOT_THAT.match(form.words))


def correct(form: Form) -> bool:
    """A correction: with the new value it is taken at once, without it the last question comes again."""
    form.slots["attempts"] = None
    match = _CORRECTS.match(form.words)
    words = form.words[match.end() :] if match else form.words
    day = form.message.today
    last = form.draft.get("last_question")
    facts = mentioned(words, day).facts
    if not facts and last in form.rules.questions:
        facts = read_answers(form.question(last), words, day)
    if not facts and (days := lengths_in(words, day)):
        facts = _days_anew(form, max(days))
    if facts:
        form.draft |= {**form.learn(facts), "last": list(facts)}
        form.say("utter_selfcheck_understood", known=understood(form.who, form.facts))
        return True
    unlearned = form.draft.get("last", [])
    form.draft |= {"answers": {name: value for name, value in form.facts.items() if name not in unlearned}}
    form.draft |= {"last": [], "picked": {}}
    return True


def _days_anew(form: Form, days: int) -> dict[str, Any]:
    """The symptoms with another length, where one was told; else that of a test or a contact."""
    symptoms = form.facts.get("symptoms") or {}
    lasting = {name: {**each, "days": days} for name, each in symptoms.items() if each.get("days") is not None}
    if lasting:
        return {"symptoms": lasting}
    return next(({name: days} for name in ("positive_days", "exposure_days") if name in form.facts), {})
