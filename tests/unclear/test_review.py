"""Groups of messages that say the same, and reading what a reviewer types."""

from __future__ import annotations

from dataclasses import replace

import pytest

from siaga.unclear.groups import grouped, likeliest
from siaga.unclear.review import Message
from siaga.unclear.words import Answer, Does, read_answer
from tests.unclear.given import AT, RANKING

NAMES = {
    "check_registration": "Cek pendaftaran",
    "ask_certificate": "Sertifikat vaksin",
    "cancel": "",
    "cancel_appointment": "",
}


def _message(number: int, text: str) -> Message:
    return Message(number, AT, text, RANKING[1:])


def test_the_same_in_other_words_is_one_group_oldest_first() -> None:
    said = [
        "jadwalku kapan ya",
        "sertifikat mana",
        "JADWALKU KAPAN YA??",
        "jadwalku kpn ya",
        "batal jadwalku",
        "sertifikat mana.",
    ]
    groups = grouped([_message(number, text) for number, text in enumerate(said)])
    assert [[message.id for message in group] for group in groups] == [[0, 2, 3], [1, 5], [4]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("daftar vaksin", "batal daftar vaksin"),
        ("bisa divaksin hari ini?", "bisa diwakilkan hari ini?"),
        ("ya", "tidak"),
    ],
)
def test_what_means_something_else_stands_apart(one: str, other: str) -> None:
    assert len(grouped([_message(1, one), _message(2, other)])) == 2


def test_what_the_machine_takes_for_something_else_stands_apart() -> None:
    opposite = replace(_message(2, "nonaktifkan pengingat vaksin"), ranking=[("stop_messages", 0.4)])
    assert len(grouped([_message(1, "aktifkan pengingat vaksin"), opposite])) == 2


def test_people_count_before_the_machine() -> None:
    group = [_message(number, "jadwalku piye") for number in range(3)]
    intents = {"check_registration", "ask_next_dose", "find_facility", "greet", "thanks"}
    assert likeliest(group, intents) == ["check_registration", "ask_next_dose", "find_facility"]
    group[1] = replace(group[1], suggested="find_facility")
    assert likeliest(group, intents) == ["find_facility", "check_registration", "ask_next_dose"]
    group[2] = replace(group[2], label="greet")
    assert likeliest(group, intents) == ["greet", "find_facility", "check_registration"]
    assert likeliest(group, intents - {"greet"}, most=2) == ["find_facility", "check_registration"]


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("1", Answer(Does.LABEL, "ask_certificate")),
        (" 2 ", Answer(Does.LABEL, "cancel")),
        ("3", Answer(Does.UNKNOWN)),
        ("0", Answer(Does.UNKNOWN)),
        ("check_registration", Answer(Does.LABEL, "check_registration")),
        ("Regis", Answer(Does.LABEL, "check_registration")),
        ("cancel", Answer(Does.LABEL, "cancel")),
        ("cancel app", Answer(Does.LABEL, "cancel_appointment")),
        ("ca", Answer(Does.UNKNOWN, fits=("ask_certificate", "cancel", "cancel_appointment"))),
        ("sertifikat", Answer(Does.LABEL, "ask_certificate")),
        ("zzz", Answer(Does.UNKNOWN)),
        ("", Answer(Does.UNKNOWN)),
        ("l", Answer(Does.SKIP)),
        ("B", Answer(Does.DISCARD)),
        ("u", Answer(Does.EDIT)),
        ("p", Answer(Does.APART)),
        ("?", Answer(Does.LIST)),
        ("q", Answer(Does.QUIT)),
        ("selesai", Answer(Does.QUIT)),
    ],
)
def test_an_answer_is_a_number_a_letter_or_part_of_a_name(typed: str, answer: Answer) -> None:
    assert read_answer(typed, ["ask_certificate", "cancel"], NAMES) == answer
