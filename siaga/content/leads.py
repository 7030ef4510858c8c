"""Where a button of the content may lead: an intent of the conversation, or an answer."""

from __future__ import annotations

import re

INTENTS: frozenset[str] = frozenset(
    "greet goodbye thanks affirm deny show_menu ask_capabilities bot_challenge cancel change_answer ask_why "
    "skip_question repeat register_vaccination check_eligibility check_registration reschedule_appointment "
    "cancel_appointment ask_next_dose ask_certificate find_facility start_self_check report_symptoms report_contact "
    "emergency ask_case_data ask_covid_question ask_vaccine_question ask_tips check_hoax good_news report_incident "
    "talk_to_human delete_my_data see_my_data withdraw_consent ask_privacy stop_messages start_messages complaint "
    "out_of_scope".split()
)
"""What a citizen's message may ask for: the names in ``domain.yml`` that have examples."""

_PAYLOAD = re.compile(r"/(\w+)")


def answer_payload(answer_id: str) -> str:
    """What a button carries that tells one answer."""
    return f'/choose_option{{"option": "answer={answer_id}"}}'


def leads_nowhere(payload: str) -> str | None:
    """Why nothing would happen after this button, for whoever wrote it; None if something would."""
    found = _PAYLOAD.fullmatch(payload)
    if found is None:
        return f"“{payload}” is no payload: write a slash and an intent, such as /show_menu."
    if found[1] not in INTENTS:
        return f"“{payload}” leads nowhere: there is no such intent. Those that there are: docs/content.md."
    return None
