"""What is read once of a text: the same for everybody, and soon forgotten."""

from __future__ import annotations

from datetime import date

from siaga.text.dates import find_dates
from siaga.text.durations import find_durations
from siaga.text.numbers import find_numbers
from siaga.text.once import LAST, once
from siaga.text.words import split_words


def test_a_text_is_read_once_while_it_is_at_hand() -> None:
    read: list[str] = []

    @once
    def length(text: str) -> int:
        read.append(text)
        return len(text)

    assert [length("batuk"), length("batuk")] == [5, 5]
    assert read == ["batuk"]


def test_only_the_last_texts_are_kept() -> None:
    read: list[str] = []

    @once
    def length(text: str) -> int:
        read.append(text)
        return len(text)

    for number in range(LAST + 1):
        length(f"pesan {number}")
    length("pesan 0")
    assert read.count("pesan 0") == 2
    assert LAST <= 24  # "some dozens" would be a log of what people write


def test_what_one_reader_does_to_its_list_no_other_sees() -> None:
    text, today = "3 hari lalu tgl 5 mei umur 67", date(2026, 11, 23)
    readers = (split_words, find_numbers, find_durations, lambda said: find_dates(said, today))
    for read in readers:
        before = read(text)
        read(text).clear()
        assert read(text) == before != []


def test_dates_count_from_the_day_that_is_asked_for() -> None:
    assert [find_dates("besok", date(2026, 11, day))[0].value for day in (23, 24)] == [
        date(2026, 11, 24),
        date(2026, 11, 25),
    ]
