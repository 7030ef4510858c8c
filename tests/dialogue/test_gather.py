"""What is said in one breath makes one turn; what takes something back does not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.dialogue.gather import gathered
from siaga.turns.inbox import Waiting
from tests.turns import people

PAUSE = 1.2
NIK, OTHER_NIK = "3578011708719001", "3578014101909002"


def _row(number: int, content: dict[str, Any], kind: str = "text", second: float = 0) -> Waiting:
    return Waiting(
        id=number,
        key=f"k{number}",
        wamid="",
        contact_id=1,
        at=people.AT + timedelta(seconds=second),
        kind=kind,
        content=content,
    )


def _texts(*bodies: str, every: float = 1) -> list[Waiting]:
    return [_row(number, {"text": body}, second=number * every) for number, body in enumerate(bodies)]


@pytest.mark.parametrize(
    ("bodies", "count"),
    [
        (("halo", "min", "mau daftar"), 3),
        (("ibu sy 67 th", "darah tinggi", "boleh vaksin ga?"), 3),
        (("Warga Uji", "001"), 2),
        ((NIK, "17 agustus 1971"), 2),
        ((NIK, NIK), 2),
        (("halo",), 1),
    ],
)
def test_said_in_one_breath(bodies: tuple[str, ...], count: int) -> None:
    assert gathered(_texts(*bodies), PAUSE) == count


@pytest.mark.parametrize(
    ("bodies", "count"),
    [
        ((NIK, "eh salah", OTHER_NIK), 1),
        ((NIK, OTHER_NIK), 1),
        (("ya", "eh ga jadi"), 1),
        (("iya benar", "batal deh"), 1),
        (("surabaya", "ralat, sidoarjo"), 1),
        (("halo", "min", "bukan itu"), 2),
    ],
)
def test_what_takes_something_back_has_a_turn_of_its_own(bodies: tuple[str, ...], count: int) -> None:
    assert gathered(_texts(*bodies), PAUSE) == count


def test_a_longer_pause_ends_the_turn() -> None:
    assert gathered(_texts("halo", "min", every=3), PAUSE) == 1


def test_without_a_pause_each_message_has_its_own_turn() -> None:
    assert gathered(_texts("halo", "min"), 0) == 1


def test_an_album_is_one_turn_and_ends_where_something_is_typed_later() -> None:
    photos = [_row(n, {"media_kind": "image"}, "media", n * 2) for n in range(8)]
    assert gathered([*photos, _row(9, {"text": "ini apa"}, second=60)], 0) == 8


@pytest.mark.parametrize("kinds", [("media", "text"), ("text", "media"), ("media", "media", "text")])
def test_a_photo_and_what_is_asked_about_it_are_one_turn(kinds: tuple[str, ...]) -> None:
    rows = [_row(n, {"text": "ini benar?"} if kind == "text" else {}, kind, n) for n, kind in enumerate(kinds)]
    assert gathered(rows, PAUSE) == len(rows)


@pytest.mark.parametrize("kind", ["option", "location", "unsupported", "contacts"])
def test_a_tap_and_a_place_stand_alone(kind: str) -> None:
    tap = _row(0, {}, kind)
    assert gathered([tap, *_texts("halo")], PAUSE) == 1
    assert gathered([*_texts("halo"), tap], PAUSE) == 1


@given(
    st.lists(
        st.tuples(st.sampled_from(["text", "media", "option", "location"]), st.text(max_size=20), st.floats(0, 60)),
        min_size=1,
        max_size=12,
    )
)
def test_a_turn_is_never_empty_and_holds_what_was_sent_in_a_row(messages: list[tuple[str, str, float]]) -> None:
    messages.sort(key=lambda message: message[2])
    rows = [_row(n, {"text": text}, kind, at) for n, (kind, text, at) in enumerate(messages)]
    count = gathered(rows, PAUSE)
    assert 1 <= count <= len(rows)
    assert count == 1 or {row.kind for row in rows[:count]} <= {"text", "media"}


def test_what_was_written_long_before_and_came_late_stands_alone() -> None:
    rows = [_row(1, {"text": "mau daftar"}, second=600), _row(2, {"text": "halo"}, second=0)]
    assert gathered(rows, PAUSE) == 1
