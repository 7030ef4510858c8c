"""The state of an open self-check during one turn."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, cast

from actions.conversation import PROGRAMME_ZONE
from actions.forms.state import NONE, OpenForm
from actions.wording import who
from siaga.selfcheck import Ask, Result, RuleSet, assess, rules_in_force
from siaga.selfcheck.memory import Kept

CHANGE = "selfcheck_change"
ANSWER = "selfcheck_answer"
WHOM = "selfcheck_for"

_DANGER = ("danger", "danger_child", "danger_pregnant")
# What a former check tells of somebody that holds today, too. Days go on.
_LASTING = ("age", "age_months", "sex", "pregnant", "pregnancy_weeks", "comorbidity", "vaccinated", "exposure",
            "positive_test", "recovered")  # fmt: skip
_COUNTED = ("exposure_days", "positive_days", "fever_days", "cough_days", "symptom_days")


class Form(OpenForm):
    """A check for one person.

    The draft holds ``answers`` (facts of ``siaga.selfcheck``); ``last``, the names of those that the last answer
    brought, and ``last_question``; ``picked``, what was tapped of a list that may be gone on with; ``asked``, how many
    questions were answered; ``former``, yesterday's facts, until it is told how it goes; and ``waiting``, who else was
    spoken of, with what was told of them. What is waiting outlives the form.
    """

    name = "selfcheck_form"
    answers = (CHANGE, ANSWER)
    marks = (WHOM,)
    draft_of = {ANSWER: ("answers", "last", "last_question", "picked")}

    # ------------------------------------------------------------------ what is known
    @property
    def words(self) -> str:
        """What the citizen wrote, without another request in it; of a tapped option, the question it carries."""
        return self.message.question

    @property
    def facts(self) -> dict[str, Any]:
        return dict(self.draft.get("answers", {}))

    @property
    def whom(self) -> str | None:
        """Their relation to the citizen; None: it is the citizen."""
        relation = self.slots[WHOM]
        return None if relation == "self" else relation

    @property
    def who(self) -> str:
        return who(self.whom, self.facts.get("sex"))

    @property
    def rules(self) -> RuleSet:
        return rules_in_force(self.message.today, preview=self.message.preview)

    @property
    def picked(self) -> list[str]:
        """What was tapped so far of the list that is open."""
        return list(self.draft.get("picked", {}).get("values", []))

    def verdict(self) -> Ask | Result:
        """The next question, or how urgent it is. A list of which something was tapped stays open."""
        found = assess(self.rules, self.facts, self.message.today)
        opened = self.draft.get("picked", {}).get("question")
        if opened and not (isinstance(found, Result) and found.level == "emergency"):
            return self.question(opened)
        return found

    def question(self, name: str) -> Ask:
        """A question of today's rules, by its fact."""
        question = self.rules.questions[name]
        return Ask(question.id, question.kind, question.text, question.options, question.example, question.why)

    def progress(self, slot: str) -> str | None:
        return f"pertanyaan ke-{int(self.draft.get('asked', 0)) + 1}"

    # ------------------------------------------------------------------ what changes
    def learn(self, facts: Mapping[str, Any], question: str | None = None) -> dict[str, Any]:
        """What the draft becomes with further facts; ``question`` is the one that they answer."""
        known = self.facts
        merged = together(known, facts)
        changed: dict[str, Any] = {
            "answers": merged,
            "last": [name for name in facts if name not in known],
            "picked": {},
        }
        if question is not None:
            changed |= {"last_question": question, "asked": int(self.draft.get("asked", 0)) + 1}
        return changed

    def start(self, whom: str | None, facts: Mapping[str, Any]) -> None:
        """Begin with a person; who waits goes on waiting."""
        waiting = [each for each in self.draft.get("waiting", []) if each[0] != (whom or "self")]
        held: dict[str, Any] = next(
            (each[1] for each in self.draft.get("waiting", []) if each[0] == (whom or "self")), {}
        )
        self.slots["attempts"] = None
        self.slots[CHANGE] = NONE
        self.slots[WHOM] = whom or "self"
        self.draft = {"answers": {}, "waiting": waiting}
        self.draft |= self.learn(together(held, facts))

    def await_turn(self, whom: str, facts: Mapping[str, Any]) -> None:
        """Keep somebody for after this check."""
        waiting = [each for each in self.draft.get("waiting", []) if each[0] != whom]
        self.draft["waiting"] = [*waiting, [whom, dict(facts)]]

    def remember(self, kept: Kept) -> None:
        """Ask how it goes since a former check, before anything else is asked."""
        self.slots[CHANGE] = None
        self.draft["former"] = carried_on(kept.facts, self.days_since(kept))

    def days_since(self, kept: Kept) -> int:
        return (self.message.today - kept.at.astimezone(PROGRAMME_ZONE).date()) // timedelta(days=1)


def together(known: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """What was known, and what is told now, which is newer; of a symptom what is not told again stays."""
    merged = {**known, **{name: value for name, value in told.items() if name not in ("symptoms", "comorbidity")}}
    for name in (*_DANGER, "comorbidity"):
        if name in told:
            merged[name] = sorted({*(known.get(name) or []), *told[name]})
    if "symptoms" in told:
        symptoms = {name: dict(each) for name, each in (known.get("symptoms") or {}).items()}
        for name, each in told["symptoms"].items():
            former = symptoms.get(name, {}) if each["present"] else {}
            symptoms[name] = {
                key: former.get(key) if value is None and former.get("present") else value
                for key, value in each.items()
            }
        merged["symptoms"] = symptoms
    if "symptoms" in merged and (known.get("symptoms_asked") or told.get("symptoms_asked")):
        merged["symptoms_asked"] = True
    fever = cast("dict[str, Any]", merged.get("symptoms") or {}).get("fever", {})
    if "fever_days" in merged and fever.get("present"):
        # Told in two ways, the later counts.
        fever["days"] = merged.pop("fever_days")
    return merged


def carried_on(facts: Mapping[str, Any], days: int) -> dict[str, Any]:
    """The facts of a check some days ago as they would be today, if nothing had changed; danger is asked anew."""
    carried = {name: facts[name] for name in _LASTING if facts.get(name) is not None}
    carried |= {name: int(facts[name]) + days for name in _COUNTED if facts.get(name) is not None}
    symptoms = {
        name: {**each, "days": each["days"] + days if each.get("days") is not None else None, "temperature": None}
        for name, each in (facts.get("symptoms") or {}).items()
        if each.get("present")
    }
    return {**carried, "symptoms": symptoms} if symptoms else carried
