"""What questions to the radar are read as: ``asked.tsv`` and ``follow.tsv`` hold, ``measured.tsv`` is only counted."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siaga.places.regions import name
from siaga.radar.asking import Question, follow, read_question

FOLDER = Path(__file__).parent
TODAY = date(2026, 11, 22)
LEAST_RIGHT = 0.8
"""Of sentences that nothing was written for."""


def rows(file: str) -> list[dict[str, str]]:
    with (FOLDER / file).open(encoding="utf-8", newline="") as lines:
        return [{key: value or "" for key, value in row.items()} for row in csv.DictReader(lines, delimiter="\t")]


def expected(row: dict[str, str]) -> Question:
    given = dict(part.partition("=")[::2] for part in row["rest"].split())
    days = [date.fromisoformat(day) for day in given["days"].split("..")] if "days" in given else None
    places = [] if row["places"] in ("-", "here") else row["places"].split()
    return Question(
        kind=row["kind"],  # type: ignore[arg-type]
        radar="radar" in given,
        places=tuple(tuple(place.split("|")) for place in places),
        here=row["places"] == "here" or "here" in given,
        measures=tuple(given["measures"].split(",")) if "measures" in given else (),  # type: ignore[arg-type]
        count=given.get("count"),  # type: ignore[arg-type]
        disease=given.get("disease", "covid19"),
        day=date.fromisoformat(given["day"]) if "day" in given else None,
        days=(days[0], days[1]) if days else None,
        colour=given.get("colour"),  # type: ignore[arg-type]
        level=int(given["level"]) if "level" in given else None,
        within=given.get("within"),
        order=given.get("order", "most"),  # type: ignore[arg-type]
        share="share" in given,
        finer="finer" in given,
        beyond=given.get("beyond"),  # type: ignore[arg-type]
    )


ASKED = rows("asked.tsv")


@pytest.mark.parametrize("row", ASKED, ids=[row["text"] for row in ASKED])
def test_a_question_is_read(row: dict[str, str]) -> None:
    assert read_question(row["text"], TODAY) == expected(row)


FOLLOWED = rows("follow.tsv")


@pytest.mark.parametrize("row", FOLLOWED, ids=[f"{row['before']} / {row['text']}" for row in FOLLOWED])
def test_what_follows_keeps_what_it_does_not_say(row: dict[str, str]) -> None:
    found = follow(row["text"], TODAY, read_question(row["before"], TODAY))
    assert found == (None if row["kind"] == "-" else expected(row))


def test_there_are_enough_of_them() -> None:
    assert len(ASKED) + len(FOLLOWED) > 250
    assert len({row["text"] for row in ASKED}) == len(ASKED)


def test_most_of_what_nothing_was_written_for_is_read_too() -> None:
    measured = rows("measured.tsv")
    right = sum(read_question(row["text"], TODAY) == expected(row) for row in measured)
    print(f"{right} of {len(measured)}")
    assert right / len(measured) >= LEAST_RIGHT


TEXTS = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from(" ".join(row["text"] for row in ASKED).split()), max_size=15).map(" ".join),
)


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_whatever_is_written_gives_a_question_that_can_be_kept(text: str) -> None:
    question = read_question(text, TODAY)
    assert Question.of(question.kept()) == question
    assert all(code == "ID" or name(code) for codes in question.places for code in codes)
    assert question.day is None or question.day <= TODAY
    assert question.days is None or question.days[0] <= question.days[1] <= TODAY
    after = follow(text, TODAY, read_question("kasus surabaya", TODAY))
    assert after is None or Question.of(after.kept()) == after
