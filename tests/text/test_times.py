"""Times of day as people write and say them."""

# ruff: noqa: E501 - tables of sentences

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siaga.text.times import find_times

CLOCKS = [
    ("jam 9", "09:00"),
    ("jam9", "09:00"),
    ("jm 9", "09:00"),
    ("jam 9an", "09:00"),
    ("jam 3 sore", "15:00"),
    ("jam tiga sore", "15:00"),
    ("jam 3 pagi", "03:00"),
    ("jam 1 siang", "13:00"),
    ("jam 11 siang", "11:00"),
    ("jam 12 siang", "12:00"),
    ("jam 12 malam", "00:00"),
    ("jam 1 malam", "01:00"),
    ("jam 7 malem", "19:00"),
    ("jam 5 subuh", "05:00"),
    ("pkl 08.30", "08:30"),
    ("pkl. 08:30", "08:30"),
    ("pukul 13.00", "13:00"),
    ("pukul dua belas siang", "12:00"),
    ("jam 7.30", "07:30"),
    ("jam setengah 8", "07:30"),
    ("jam stgh 8 malem", "19:30"),
    ("jam setengah satu siang", "12:30"),
    ("jam setengah wolu", "07:30"),
    ("jam songo isuk", "09:00"),
    ("tabuh sedoso enjing", "10:00"),
    ("jam 8 kurang 15", "07:45"),
    ("jam 8 kurang seperempat", "07:45"),
    ("jam 8 lewat 10 menit", "08:10"),
    ("jam delapan tiga puluh", "08:30"),
    ("14:00 WIB", "14:00"),
    ("14:00", "14:00"),
    ("08.30", "08:30"),
    ("besok 9 pagi", "09:00"),
    ("setengah 8 pagi", "07:30"),
    ("tgl 5 jam 9", "09:00"),
    ("2021-05-03 14:00", "14:00"),
    ("suhu 38.5 jam 3 sore", "15:00"),
    ("at 9 am", "09:00"),
    ("3pm", "15:00"),
    ("jam 24", "00:00"),
    ("reschedule jam 10 aja min", "10:00"),
]


@pytest.mark.parametrize(("text", "value"), CLOCKS)
def test_clock_times(text: str, value: str) -> None:
    assert [time.value for time in find_times(text)] == [value]


SPANS = [
    ("jam 10-12", "10:00", "12:00"),
    ("jam 10 - 12", "10:00", "12:00"),
    ("jam 10 sampai 12 siang", "10:00", "12:00"),
    ("jam 8 s/d 11", "08:00", "11:00"),
    ("08.00-12.00 wib", "08:00", "12:00"),
    ("antara jam 8 dan 10", "08:00", "10:00"),
    ("jam 1-3 siang", "13:00", "15:00"),
    ("jam 11-1 siang", "11:00", "13:00"),
    ("jam 10-1", "10:00", "13:00"),
    ("jam 10 malam sampai jam 2 pagi", "22:00", "02:00"),
    ("jam 10 - 12 november", "10:00", None),
    ("jam 8 dan 10", "08:00", None),
]


@pytest.mark.parametrize(("text", "start", "until"), SPANS)
def test_spans(text: str, start: str, until: str | None) -> None:
    assert [(time.value, time.until) for time in find_times(text)] == [(start, until)]


PARTS = [
    ("besok pagi", "morning"),
    ("nanti siang", "midday"),
    ("tadi sore", "afternoon"),
    ("malam ini", "night"),
    ("pagi ini saya demam", "morning"),
    ("tgl 5 malam", "night"),
    ("sesuk isuk", "morning"),
    ("mengke sonten", "afternoon"),
    ("habis subuh", "morning"),
    ("habis dhuhur", "midday"),
    ("abis jumatan", "midday"),
    ("setelah ashar", "afternoon"),
    ("ba'da maghrib", "night"),
    ("bakda isya", "night"),
    ("bar magrib", "night"),
    ("sebelum ashar", "midday"),
    ("sebelum dzuhur", "morning"),
    ("sore aja kak", "afternoon"),
    ("pagi aja", "morning"),
]


@pytest.mark.parametrize(("text", "part"), PARTS)
def test_parts_of_the_day(text: str, part: str) -> None:
    assert [(time.value, time.precision, time.hour) for time in find_times(text)] == [(part, "part", None)]


NO_TIME = """selamat pagi|pagi|pagi min|malam kak|siang, mau tanya|pagi saya mau daftar|halo selamat sore|sugeng enjing|wilujeng sonten|mas mbak admin pagi|awan panas|met malem|assalamualaikum pagi|
jam berapa|24 jam|3 jam|3 jam yang lalu|3 jam 20 menit|17.08.1954|17/08/1954|dosis 2|67 th|umur 9|38.50|suhu 38.5|Rp 10.000|081234567890|3578011708549001|
sudah 3 malam|2 malam demam|jam 25|makan siang|obat 3x1|rt 03/02|||🙏|ashar|jalan maghribi""".replace("\n", "").split(
    "|"
)


@pytest.mark.parametrize("text", NO_TIME)
def test_no_time(text: str) -> None:
    assert find_times(text) == []


def test_a_greeting_is_an_answer_where_a_time_was_asked() -> None:
    assert [time.part for time in find_times("pagi", asked=True)] == ["morning"]
    assert find_times("selamat pagi", asked=True) == []


def test_what_nobody_said_stays_open() -> None:
    (open_half,) = find_times("jam 3")
    assert (open_half.certain, open_half.candidates, open_half.part) == (False, ("03:00", "15:00"), None)
    (said,) = find_times("jam 3 sore")
    assert (said.certain, said.candidates, said.part, said.precision) == (True, ("15:00",), "afternoon", "hour")
    assert [time.precision for time in find_times("pkl 08.30")] == ["minute"]


@pytest.mark.parametrize(
    ("text", "zone"), [("14:00 WIB", "WIB"), ("jam 9 wita", "WITA"), ("jam 9 WIT", "WIT"), ("jam 9", None)]
)
def test_zones(text: str, zone: str | None) -> None:
    assert [time.zone for time in find_times(text)] == [zone]


WORDS = st.sampled_from(
    "jam pkl setengah 8 9 12 25 08.30 14:00 pagi sore malam wib - sampai dan antara kurang lewat 15 menit habis ashar tgl 🙏".split()
)


@settings(deadline=None)
@given(st.one_of(st.text(max_size=80), st.lists(WORDS, max_size=12).map(" ".join)), st.booleans())
def test_laws(text: str, asked: bool) -> None:
    end = 0
    for time in find_times(text, asked):
        assert end <= time.start < time.end <= len(text)
        assert text[time.start : time.end].strip()
        assert time.hour is None or 0 <= time.hour < 24
        assert 0 <= time.minute < 60
        end = time.end


@settings(deadline=None)
@given(st.integers(0, 23), st.integers(0, 59), st.sampled_from([".", ":"]), st.sampled_from(["jam", "pukul", "pkl"]))
def test_reads_what_is_written_in_full(hour: int, minute: int, mark: str, lead: str) -> None:
    (time,) = find_times(f"besok {lead} {hour:02d}{mark}{minute:02d}")
    assert time.value == f"{hour:02d}:{minute:02d}"
