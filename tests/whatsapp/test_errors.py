"""What refusals mean for us."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from siaga.simulator.errors import TITLES
from siaga.turns.messages import Verdict
from siaga.whatsapp.errors import at_home, hint, verdict, verdict_for


@pytest.mark.parametrize(
    ("code", "status", "subcode", "expected"),
    [
        (131000, 500, None, Verdict.RETRY),
        (130429, 400, None, Verdict.RETRY),
        (131056, 400, None, Verdict.RETRY_CONTACT),
        (131048, 400, None, Verdict.RETRY_LATE),
        (131053, 400, None, Verdict.RETRY_ONCE),
        (190, 401, None, Verdict.PAUSE),
        (200, 403, None, Verdict.PAUSE),
        (299, 403, None, Verdict.PAUSE),
        (131042, 400, None, Verdict.PAUSE),
        (131047, 400, None, Verdict.WINDOW),
        (130403, 400, None, Verdict.BLOCKED),
        (131050, 400, None, Verdict.OPTED_OUT),
        (131026, 400, None, Verdict.UNREACHABLE),
        (131049, 400, None, Verdict.UNREACHABLE),
        (100, 400, None, Verdict.DROP),
        (100, 400, 33, Verdict.PAUSE),
        (132000, 400, None, Verdict.DROP),
        (None, 503, None, Verdict.RETRY),
        (None, 429, None, Verdict.RETRY),
        (None, 401, None, Verdict.PAUSE),
        (None, 404, None, Verdict.PAUSE),
        (None, 400, None, Verdict.DROP),
        (999999, 400, None, Verdict.DROP),
        (999999, 500, None, Verdict.RETRY),
    ],
)
def test_what_refusals_mean(code: int | None, status: int, subcode: int | None, expected: Verdict) -> None:
    assert verdict(code, status, subcode) is expected


def test_every_code_that_the_simulator_knows_has_a_meaning_of_its_own() -> None:
    """With a status that would mean something else, so that it is the code that counts."""
    about_received_messages = {131060}
    unknown = {code for code in TITLES if verdict(code, 400) is not verdict(code, 500)}
    assert unknown == about_received_messages


def test_a_pause_says_where_to_look() -> None:
    codes = [None, *range(0, 400), *range(130000, 136000)]
    silent = [code for code in codes if verdict(code, 401 if code is None else 400) is Verdict.PAUSE and not hint(code)]
    assert silent == []


def test_the_settings_that_hints_name_exist() -> None:
    settings = Path("siaga/settings.py").read_text(encoding="utf-8")
    hints = " ".join(hint(code) for code in (None, 0, 190, 3, 10, 33, 100, 131042, 368))
    names = re.findall(r"SIAGA_([A-Z_]+)", hints)
    assert names
    assert all(f"    {name.lower()}: " in settings for name in names)


@pytest.mark.parametrize(
    ("phone", "user_id", "home"),
    [("628000000001", None, True), ("60123456789", "MY.abc", False), (None, "ID.abc", True), (None, "MY.abc", False)],
)
def test_one_citizen_abroad_does_not_hold_up_all_others(phone: str | None, user_id: str | None, home: bool) -> None:
    assert at_home(phone, user_id) is home
    assert verdict_for(130497, verdict(130497), home) is (Verdict.PAUSE if home else Verdict.UNREACHABLE)
    assert verdict_for(190, verdict(190), home) is Verdict.PAUSE
