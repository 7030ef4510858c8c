"""The outcome of a check: for whom, what, why, from which rules, and what can be done next."""

from __future__ import annotations

import json

from actions.conversation import Say, command
from actions.eligibility.form import Form
from actions.wording import long_date, sentence_start
from siaga.eligibility import Outcome

_RESPONSES = {
    "eligible": "utter_eligibility_eligible",
    "postpone": "utter_eligibility_postpone_open",
    "refer": "utter_eligibility_refer",
    "not_eligible": "utter_eligibility_not_eligible",
}
_PERSON = command("Hubungi petugas", "talk_to_human")
_ANOTHER = {"title": "Periksa orang lain", "payload": '/check_eligibility{"relation": "other"}'}


def tell(form: Form, outcome: Outcome) -> Say:
    """Good news in a line; bad news as what, why, what next."""
    dated = outcome.kind == "postpone" and outcome.until is not None
    values = {
        "who": form.who,
        "who_start": sentence_start(form.who),
        "reason": "".join(f" {sentence}" for sentence in [*outcome.reasons, *outcome.notes]),
        "source": "; ".join(outcome.sources),
        "since": long_date(form.rules.valid_from),
        "buttons": next_steps(form, outcome),
    }
    if dated and outcome.until:
        return Say.it("utter_eligibility_postpone", date=long_date(outcome.until), **values)
    return Say.it(_RESPONSES[outcome.kind], **values)


def next_steps(form: Form, outcome: Outcome) -> list[dict[str, str]]:
    """At most three; whom the registration would turn away is not sent there."""
    if outcome.kind == "not_eligible":
        return [_ANOTHER, _PERSON]
    known = json.dumps({"relation": form.whom}) if form.whom else ""
    register = {"title": "Daftar vaksin", "payload": f"/register_vaccination{known}"}
    return [_PERSON, register, _ANOTHER] if outcome.kind == "refer" else [register, _ANOTHER, _PERSON]
