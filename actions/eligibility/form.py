"""The state of an open eligibility check during one turn."""

from __future__ import annotations

from typing import Any

from actions.forms.state import OpenForm
from actions.wording import who
from siaga.eligibility import Ask, Outcome, RuleSet, assess, questions, rules_in_force

OUTCOME = "eligibility_outcome"
WHOM = "eligibility_for"
FEW = 4
ANSWERED = "answered"
"""How the form ends for a question about people of a kind."""


class Form(OpenForm):
    """A check for one person, without a NIK or a name; nothing of it is kept when it ends.

    The draft holds ``answers`` (facts of ``siaga.eligibility``) and ``last``, the names of those that came with the
    last answer.
    """

    name = "eligibility_form"
    answers = (OUTCOME,)
    marks = (WHOM,)
    draft_of = {OUTCOME: ("answers", "last")}

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
        """Their relation to the citizen; None while nobody was named, which is taken as oneself."""
        return self.slots[WHOM]

    @property
    def who(self) -> str:
        return who(self.whom, self.facts.get("sex"))

    @property
    def rules(self) -> RuleSet:
        return rules_in_force(self.message.today, preview=self.message.preview)

    def verdict(self) -> Ask | Outcome:
        """The next question, or the outcome as soon as nothing can better it."""
        return assess(self.rules, self.facts, self.message.today, at_once=True)

    def progress(self, slot: str) -> str:
        left = len(questions(self.rules, self.facts, self.message.today))
        if left > FEW:
            # At the beginning the most that may come says little: half of the questions exclude each other.
            return "beberapa pertanyaan lagi"
        return "tinggal satu pertanyaan" if left <= 1 else f"paling banyak {left} pertanyaan lagi"

    # ------------------------------------------------------------------ what changes
    def learn(self, facts: dict[str, Any]) -> dict[str, Any]:
        """What the draft becomes with further facts; illnesses add up."""
        known = self.facts
        together = {*known.get("comorbidity", []), *facts.get("comorbidity", [])}
        merged = {**known, **facts, **({"comorbidity": sorted(together)} if together else {})}
        return {"answers": merged, "last": [name for name in facts if name not in known]}
