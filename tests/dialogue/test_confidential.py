"""Who reports without a name has none at the desk either, though a person has been called."""

from __future__ import annotations

from typing import Any

import pytest

from siaga.db import transaction
from siaga.dialogue import attended
from siaga.dialogue.confidential import ANSWER, HIDDEN, hidden_as, is_of_report
from siaga.dialogue.turn import Spoken
from siaga.dialogue.work import Work
from siaga.handoffs import state
from siaga.turns.inbox import Waiting
from siaga.turns.lanes import Lease
from siaga.turns.messages import Draft, Shown
from siaga.turns.trackers import Stored
from tests.handoffs.given import NOW, ask, contact, told

WORDS = "kepala desa minta uang vaksin"


def user(intent: str) -> dict[str, Any]:
    return {"event": "user", "parse_data": {"intent": {"name": intent}}}


def said(response: str) -> dict[str, Any]:
    return {"event": "bot", "metadata": {"utter_action": response}}


def loop(name: str | None) -> dict[str, Any]:
    return {"event": "active_loop", "name": name}


LISTEN = {"event": "action", "name": "action_listen"}
GREETED = [user("greet"), said("utter_greet"), LISTEN]
REPORTING = [user("report_incident"), loop("report_form"), said("utter_ask_report_where"), LISTEN]


@pytest.mark.parametrize(
    ("before", "turn", "hidden"),
    [
        (GREETED, REPORTING, True),
        (GREETED + REPORTING, [user("nlu_fallback"), said("utter_ask_report_name"), LISTEN], True),
        (GREETED + REPORTING, [user("affirm"), loop(None), said("utter_report_recorded"), LISTEN], True),
        # What has become of one, asked by its number, typed or tapped.
        (GREETED, [user("choose_option"), said("utter_report_status"), LISTEN], True),
        (GREETED, [user("nlu_fallback"), said("utter_report_unknown"), LISTEN], True),
        (GREETED, [user("report_incident"), said("utter_report_beside"), LISTEN], True),
        ([*GREETED, *REPORTING, user("cancel"), loop(None), LISTEN], [user("greet"), said("utter_greet")], False),
        (GREETED, [user("emergency"), said("utter_emergency"), said("utter_report_offer"), LISTEN], False),
        ([*GREETED, loop("registration_form")], [user("affirm"), LISTEN], False),
        ([], GREETED, False),
    ],
)
def test_what_is_about_a_report(before: list[Any], turn: list[Any], hidden: bool) -> None:
    assert is_of_report(before, before + turn) is hidden


def test_of_a_turn_that_did_not_end_well_what_was_open_counts() -> None:
    assert is_of_report(REPORTING)
    assert not is_of_report(GREETED)


def asking(slot: str | None) -> list[dict[str, Any]]:
    return [loop("registration_form"), {"event": "slot", "name": "requested_slot", "value": slot}, LISTEN]


@pytest.mark.parametrize(
    ("before", "turn", "shown_as"),
    [
        (asking("nik"), [user("inform"), LISTEN], ANSWER),
        (asking("eligibility_outcome"), [user("deny"), LISTEN], ANSWER),
        (asking("health"), [user("nlu_fallback"), LISTEN], ANSWER),
        # What is said to a person, or in danger, is theirs to read.
        (asking("nik"), [user("talk_to_human"), LISTEN], None),
        (asking("nik"), [user("emergency"), LISTEN], None),
        (asking("session_choice"), [user("affirm"), LISTEN], None),
        (asking("nik") + asking(None), [user("greet"), LISTEN], None),
        (REPORTING, [user("inform"), LISTEN], HIDDEN),
        (GREETED, [user("greet"), LISTEN], None),
    ],
)
def test_answers_to_personal_questions_are_not_shown(before: list[Any], turn: list[Any], shown_as: str | None) -> None:
    assert hidden_as(before, before + turn) == shown_as


def test_of_a_personal_question_whose_turn_failed_nothing_is_shown() -> None:
    assert hidden_as(asking("nik")) == ANSWER


def _work(before: list[dict[str, Any]]) -> Work:
    who = contact()
    message = Waiting(id=1, key="m2", wamid="wamid.2", contact_id=who, at=NOW, kind="media", content={"caption": WORDS})
    return Work(Lease(who, 1), (message,), False, "k", False, None, Stored(before, 0), None, None, False, 0)


@pytest.mark.parametrize("well", [True, False])
@pytest.mark.parametrize(("before", "hidden"), [(REPORTING, True), (GREETED, False)])
def test_nothing_of_it_is_written_down(database: str, before: list[Any], hidden: bool, well: bool) -> None:
    number = ask().id
    after = [*before, user("nlu_fallback"), said("utter_ask_report_name" if hidden else "utter_unsure")]
    answer = Shown("Laporan LP-7K2M-9Q", ("Cek laporan",), None)
    draft = Draft({"type": "text"})
    with transaction() as session:
        hand_off = state.get(session, number, lock=True)
        if well:
            attended.record(session, hand_off, _work(before), Spoken(after, [draft], "o"), ["o"], lambda _: answer)
        else:
            attended.record_failed(session, hand_off, _work(before), danger=False)
    texts = [text for _, text in told(number)]
    assert texts == ([HIDDEN] * (2 if well else 1) if hidden else ["", answer.text][: 2 if well else 1])


def test_to_a_person_one_speaks_openly(database: str) -> None:
    number = ask().id
    with transaction() as session:
        hand_off = state.get(session, number, lock=True)
        spoken = Spoken(REPORTING, [], "o", silent=True)
        attended.record(session, hand_off, _work(REPORTING), spoken, [], lambda _: Shown(""))
    assert HIDDEN not in [text for _, text in told(number)]
