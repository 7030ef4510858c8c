"""Why a question of the registration is asked."""

from __future__ import annotations

from typing import Any

from actions.registration.form import Form
from siaga.eligibility import Ask


def why(form: Form, with_example: bool) -> tuple[str, dict[str, Any]]:
    """The response that tells why the open question is asked, with what fills it."""
    values = {}
    if form.asked == "health" and isinstance(asking := form.verdict(), Ask):
        values["why"] = f"{asking.why}\n{asking.example}" if with_example else asking.why
    return f"utter_why_{form.asked}", values
