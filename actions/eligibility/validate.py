"""Takes a message into the eligibility check, or sets it aside for the rules to answer."""

from __future__ import annotations

import re
from typing import Any

from actions.conversation import Say
from actions.eligibility.form import ANSWERED, OUTCOME, WHOM, Form
from actions.eligibility.outcome import tell
from actions.eligibility.reading import CHECK, chosen_outcome, read_outcome
from actions.eligibility.wording import understood
from actions.forms import within
from actions.forms.following import MayFollowAnswer
from actions.forms.validate import BELIEVED, is_for_others
from actions.knowledge import knowledge
from siaga.eligibility import Ask, Mentioned, Outcome, asks_in_general, mentioned, read_answers
from siaga.knowledge import Sure

COMPLETE = "complete"

_CORRECTS = re.compile(
    r"^\W*(?:eh|oh|maaf|waduh|duh|lho|loh|aduh)?[\s,]*(?:salah|ralat|keliru|koreksi|revisi|ganti|ubah|rubah|maksud)",
    re.IGNORECASE,
)
# What says only that something is taken back: "eh salah 76 maksudku".
_TAKEN_BACK = re.compile(
    r"\b(?:eh|oh|maaf|waduh|duh|lho|loh|aduh|salah|ralat|keliru|koreksi|revisi|ganti|ubah|rubah|yang|yg|tadi|harusnya|mestinya"
    r"|maksud(?:nya|ku|e|\s+(?:saya|sy|aku))?)\b",
    re.IGNORECASE,
)
# "kalau bapak saya gimana?": now about someone else, and not "ketularan anak saya".
_ANOTHER = re.compile(r"\b(?:kalau|kalo|klo|kl|nek|yen|untuk|utk|buat|bwt|kanggo|gawe|for|bukan)\s", re.IGNORECASE)


def why(form: Form, with_example: bool) -> tuple[str, dict[str, Any]]:
    """The response that tells why the open question is asked, with what fills it."""
    asking = form.verdict()
    if not isinstance(asking, Ask):
        return "utter_why_nothing", {}
    return "utter_why_eligibility", {"why": f"{asking.why}\n{asking.example}" if with_example else asking.why}


within.register(Form, why, cancelled="utter_eligibility_cancelled")


class ValidateEligibilityForm(MayFollowAnswer[Form]):
    """One question of the form, asked with what the rules need next until they decide."""

    form = Form
    offers_check = True
    readers = {OUTCOME: read_outcome}
    chosen = {OUTCOME: chosen_outcome}
    unreadable = {OUTCOME: "utter_health_unreadable"}

    def open(self, form: Form) -> bool:
        if form.asked == OUTCOME and "answers" not in form.draft:
            # The answers have been swept away meanwhile; what this message tells is a new beginning.
            if form.message.intent != CHECK and (form.message.option or is_for_others(form)):
                return False
            self.begin(form)
            return True
        return super().open(form)

    def begin(self, form: Form) -> None:
        super().begin(form)
        told = mentioned(form.words, form.message.today)
        if answered_in_general(form, told):
            form.end(ANSWERED)
            return
        start(form, told)

    def take(self, form: Form) -> bool:
        taken = super().take(form)
        if not taken and form.message.intent == "register_vaccination":
            # The rules turn to the registration, and this check does not come back.
            form.discard()
        return taken

    def before(self, form: Form) -> bool | None:
        if form.message.tapped and not form.words:
            if form.message.intent == CHECK and form.message.entity("relation"):
                start(form, Mentioned(None))
                return True
            return None
        told = mentioned(form.words, form.message.today)
        asks = form.message.intent == CHECK
        if asks and answered_in_general(form, told):
            return True
        if told.whom and told.whom != form.whom:
            if form.whom not in (None, "other"):
                if asks or _ANOTHER.search(form.words):
                    start(form, told)
                    return True
            elif told.facts or asks or told.whom != "other":
                form.slots[WHOM] = told.whom
                form.draft |= form.learn({name: told.facts[name] for name in ("sex",) if name in told.facts})
        if corrects(form):
            return correct(form, told)
        if asks and not told.facts and read_outcome(form, form.message) is None:
            # "jadi boleh ga?": the open question comes again, it is what is needed to tell.
            form.slots["attempts"] = None
            return True
        return None

    def instead(self, form: Form) -> bool:
        """Who it is about, and nothing else: "ibu saya"."""
        whom = mentioned(form.words, form.message.today).whom
        return whom is not None and whom == form.whom

    def settle(self, form: Form) -> None:
        if form.slots["form_end"]:
            return
        verdict = form.verdict()
        if isinstance(verdict, Outcome):
            form.slots[OUTCOME] = verdict.kind
            form.end(COMPLETE)
            form.says.append(tell(form, verdict))

    def example_of(self, form: Form) -> tuple[str, dict[str, Any]] | None:
        asking = form.verdict()
        return ("utter_example_health", {"example": asking.example}) if isinstance(asking, Ask) else None


def start(form: Form, told: Mentioned) -> None:
    """Begin with a person and what is told of them."""
    form.draft = {"answers": {}, "last": []}
    form.slots["attempts"] = None
    form.slots[WHOM] = told.whom or (form.message.entity("relation") if form.message.tapped else None)
    form.draft |= form.learn(told.facts)
    if told.several:
        form.say("utter_eligibility_one_by_one", who=form.who)
    if not isinstance(form.verdict(), Ask):
        return
    form.say("utter_eligibility_start")
    if told.facts.keys() - {"sex"}:
        form.say("utter_eligibility_understood", known=understood(form.who, form.facts))


def answered_in_general(form: Form, told: Mentioned) -> bool:
    """Answer a question about people of a kind, where the knowledge base is sure; whether it was one."""
    if not asks_in_general(form.words, told):
        return False
    found = knowledge(form.message.preview).ask(form.words)
    if isinstance(found, Sure):
        form.says.append(
            Say.it("utter_eligibility_in_general", answer=found.answer.short.strip(), source=found.answer.source)
        )
        form.draft |= {"told": found.answer.id}
    return isinstance(found, Sure)


def corrects(form: Form) -> bool:
    """Whether the message takes something back."""
    believed = form.message.intent == "change_answer" and form.message.confidence >= BELIEVED
    return believed or bool(_CORRECTS.match(form.words))


def correct(form: Form, told: Mentioned) -> bool:
    """A correction: with the new value it is taken at once, without it the last question comes again."""
    form.slots["attempts"] = None
    if told.facts:
        form.draft |= form.learn(told.facts)
        form.say("utter_eligibility_understood", known=understood(form.who, form.facts))
        return True
    last = form.draft.get("last", [])
    form.draft |= {"answers": {name: value for name, value in form.facts.items() if name not in last}, "last": []}
    asking = form.verdict()
    instead = _TAKEN_BACK.sub(" ", form.words)
    if last and isinstance(asking, Ask) and (answer := read_answers(asking, instead, form.message.today)):
        form.draft |= form.learn(answer)
        form.say("utter_eligibility_understood", known=understood(form.who, form.facts))
    return True
