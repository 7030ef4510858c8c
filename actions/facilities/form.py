"""The state of an open search for a place during one turn."""

from __future__ import annotations

from typing import Any

from actions.forms.state import OpenForm

NEAR = "facility_near"


class Form(OpenForm):
    """Where to look is the only question. Of a pin nothing is kept: it is used in the turn that it comes in.

    The draft holds ``choices`` (codes of regions that one name may mean) and ``vaccine``, if one was asked for.
    """

    name = "facility_form"
    answers = (NEAR,)
    draft_of = {NEAR: ("choices",)}

    @property
    def words(self) -> str:
        """What the citizen wrote, without another request in it; of a tapped button, the question it carries."""
        return self.message.question

    @property
    def choices(self) -> list[str]:
        known: list[str] = self.draft.get("choices") or []
        return known

    @property
    def vaccine(self) -> str | None:
        return self.draft.get("vaccine")

    def told(self, what: str, **draft: Any) -> None:
        """The answer has been said: the form is done."""
        self.fill(NEAR, what, **draft)
        self.end("told")
