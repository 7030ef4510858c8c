"""content/front: what is refused, with its line; which notice stands; when somebody is there."""

from __future__ import annotations

from datetime import date, datetime, time, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from siaga.content.leads import INTENTS
from siaga.content.sentences import domain_responses
from siaga.front import Front, FrontFileError, Hours, closed_for, closes, is_open, load_front, opens

JAKARTA = ZoneInfo("Asia/Jakarta")
GREETING = """  - id: salam
    is: greeting
    text: "{salam} Apa?"
    options:
      - label: Menu
        payload: /show_menu
"""
NOTICE = """  - id: libur
    is: notice
    text: "Besok libur."
    from: 2026-12-24 08:00
    until: 2026-12-26 00:00
"""


def _load(tmp_path: Path, text: str) -> Front:
    (tmp_path / "front.yml").write_text(f"front:\n{text}", encoding="utf-8")
    return load_front(tmp_path)


def test_the_files_say_what_the_domain_says() -> None:
    front = load_front()
    responses = domain_responses()
    assert front.greeting and front.menu and front.hours
    for part, name in ((front.greeting, "utter_greet"), (front.menu, "utter_menu")):
        (domain,) = responses[name]
        assert part.text == domain["text"]
        assert [{"title": o.label, "payload": o.payload} for o in part.options] == domain["buttons"]
    assert front.menu.button == responses["utter_menu"][0]["custom"]["list_button"]


def test_the_hours_of_the_file_are_the_week_of_an_office() -> None:
    """37.5 hours, with a break of an hour, on Fridays of an hour and a half (Perpres 21/2023)."""
    hours = load_front().hours
    assert hours
    total = sum((end.hour - begin.hour) * 60 + end.minute - begin.minute for day in hours.days for begin, end in day)
    assert total - 4 * 60 - 90 == 37.5 * 60


def test_there_are_41_intents() -> None:
    assert len(INTENTS) == 41


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (GREETING.replace("/show_menu", "/show_men"), 7, "leads nowhere"),
        (GREETING.replace("/show_menu", "show_menu"), 7, "no payload"),
        (GREETING.replace("/show_menu", "/greet"), 5, "nobody may get stuck"),
        (GREETING.replace("payload: /show_menu", "title: Menu"), 7, "not known"),
        (GREETING.replace("        payload: /show_menu\n", ""), 6, "either"),
        (GREETING.replace("label: Menu", "label: " + "M" * 21), 6, "at most 20"),
        (GREETING.replace("{salam}", "{nama}"), 4, "{salam}"),
        (GREETING.replace("{salam}", "Halo."), 4, "{salam}"),
        (GREETING.replace("Apa?", "{ Apa?"), 4, "braces"),
        (GREETING.replace("greeting", "greting"), 3, "must be one of"),
        (GREETING + "      - label: menu\n        payload: /talk_to_human\n", 8, "twice"),
        (GREETING + "".join(f"      - label: B{n}\n        payload: /greet\n" for n in range(3)), 5, "at most 3"),
        (GREETING + GREETING, 8, "already an id"),
        (GREETING + GREETING.replace("id: salam", "id: lain"), 9, "there is a greeting already"),
        (NOTICE.replace("2026-12-26 00:00", "2026-12-24 08:00"), 6, "after"),
        (NOTICE.replace("2026-12-26 00:00", "nanti"), 6, "a day and a time"),
        (NOTICE.replace("2026-12-26 00:00", "2026-02-30 08:00"), 6, "a day and a time"),
        (NOTICE.replace("    until: 2026-12-26 00:00\n", ""), 2, "until"),
        (NOTICE.replace("libur.", "l" * 300), 4, "at most 300"),
        (NOTICE + "    zone: GMT\n", 7, "WITA"),
        ("  - id: j\n    is: hours\n    days:\n      senin: 16.00-07.30\n", 5, "07.30-16.00"),
        ("  - id: j\n    is: hours\n    days:\n      senin: [07.30-12.00, 11.00-16.00]\n", 5, "order"),
        ("  - id: j\n    is: hours\n    days:\n      senin: 25.00-26.00\n", 5, "07.30-16.00"),
        ("  - id: j\n    is: hours\n    days:\n      monday: 07.30-16.00\n", 5, "not known"),
        ("  - id: j\n    is: hours\n    days:\n      minggu: tutup\n", 4, "on no day"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, text: str, line: int, reason: str) -> None:
    with pytest.raises(FrontFileError) as told:
        _load(tmp_path, text)
    assert reason in told.value.reason and told.value.line == line


def test_a_person_stands_on_the_menus_first_page(tmp_path: Path) -> None:
    menu = "  - id: m\n    is: menu\n    text: Pilih.\n    button: Menu\n    options:\n"
    options = [f"      - label: L{n}\n        payload: /greet\n" for n in range(9)]
    person = "      - label: Orang\n        payload: /talk_to_human\n"
    with pytest.raises(FrontFileError, match="first 9"):
        _load(tmp_path, menu + "".join([*options, person]))
    front = _load(tmp_path, menu + "".join([*options[:8], person]))
    assert front.menu and front.menu.options[-1].payload == "/talk_to_human"


def test_a_row_may_tell_an_answer(tmp_path: Path) -> None:
    front = _load(tmp_path, GREETING + "      - label: Halal?\n        answer: vaksin-halal\n")
    assert front.greeting
    assert front.greeting.options[1].payload == '/choose_option{"option": "answer=vaksin-halal"}'


def test_a_notice_stands_from_its_first_moment_until_before_its_last(tmp_path: Path) -> None:
    later = NOTICE.replace("id: libur", "id: natal").replace("2026-12-24 08:00", "2026-12-25 00:00")
    front = _load(tmp_path, NOTICE + later + "    zone: WIT\n")

    def standing(*moment: int) -> str | None:
        notice = front.notice(datetime(*moment, tzinfo=JAKARTA))  # type: ignore[arg-type, misc]
        return notice.id if notice else None

    assert standing(2026, 12, 24, 7, 59) is None
    assert standing(2026, 12, 24, 8, 0) == "libur"
    # Midnight in Jayapura is ten in the evening in Jakarta.
    assert standing(2026, 12, 24, 21, 59) == "libur"
    assert standing(2026, 12, 24, 22, 0) == "natal"
    assert standing(2026, 12, 25, 22, 0) == "libur"
    assert standing(2026, 12, 26, 0, 0) is None


WEEK = Hours(
    "WITA",
    (((time(8), time(12)), (time(13), time(16))), (), (), (), ((time(8), time(11)),), (), ()),
    {date(2026, 11, 23): "Hari Uji"},
)


def _wita(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=ZoneInfo("Asia/Makassar"))  # type: ignore[arg-type, misc]


def test_when_somebody_is_there() -> None:
    friday, monday = (2026, 11, 20), (2026, 11, 30)
    assert is_open(WEEK, _wita(*friday, 8, 0)) and not is_open(WEEK, _wita(*friday, 11, 0))
    assert closes(WEEK, _wita(*monday, 9, 30)) == _wita(*monday, 12, 0)
    assert not is_open(WEEK, _wita(*monday, 12, 30))
    assert opens(WEEK, _wita(*monday, 12, 30)) == _wita(*monday, 13, 0)
    # The zone of the hours, not of the moment: half past midnight UTC.
    assert is_open(WEEK, datetime(2026, 11, 20, 0, 30, tzinfo=timezone.utc))


def test_a_holiday_is_closed_and_named() -> None:
    assert not is_open(WEEK, _wita(2026, 11, 23, 9, 0))
    assert closed_for(WEEK, _wita(2026, 11, 23, 9, 0)) == "Hari Uji"
    assert closed_for(WEEK, _wita(2026, 11, 24, 9, 0)) is None
    assert opens(WEEK, _wita(2026, 11, 20, 12, 0)) == _wita(2026, 11, 27, 8, 0)
    assert opens(Hours("WIB", ((),) * 7, {}), _wita(2026, 11, 20, 12, 0)) is None
