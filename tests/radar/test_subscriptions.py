"""Who asked for it is told when a level changes: once, at most one message a day, and never by made-up figures."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from siaga.db import transaction
from siaga.people.contacts import contact_by_key
from siaga.people.tables import Contact, Notice
from siaga.radar import store, subscriptions
from siaga.radar.figures import NATION
from siaga.radar.importing import Row
from siaga.radar.subscriptions import MOST, Subscription
from siaga.radar.tables import RadarSubscription
from siaga.reminders.sending import send_due
from siaga.retention.sweeping import sweep
from siaga.turns.tables import OutboundMessage
from tests.radar.given import GRESIK, MALANG, NOON, SIDOARJO, SURABAYA, TODAY, bring, rows
from tests.turns.outgoing import correspondent

DAY = timedelta(days=1)
LATER = NOON + timedelta(minutes=30)


def _contact(number: int = 1) -> str:
    with transaction() as session:
        return str(session.get(Contact, correspondent(session, f"62800000{number:04}")).key)


def _subscribe(key: str, *codes: str, at: datetime = NOON, disease: str = "covid19") -> list[str]:
    with transaction() as session:
        return [
            subscriptions.subscribe(session, key, code, disease, f"wamid.{code}.{disease}", at).outcome
            for code in codes
        ]


def _bring(*args: Any, **kwargs: Any) -> int:
    with transaction() as session:
        return bring(session, *args, **kwargs)


def _told() -> list[str]:
    """What is in the outbox, in order: the news in each message."""
    with transaction() as session:
        payloads = session.scalars(select(OutboundMessage.payload).order_by(OutboundMessage.seq)).all()
    bodies = [payload["interactive"]["body"]["text"] for payload in payloads]
    return [re.findall(r"\*(.+?)\*", body)[0] for body in bodies]


def _day(levels: dict[str, int], days: int) -> None:
    """New figures of so many days later arrive, and all that is due that day is sent."""
    at = NOON + days * DAY
    _bring(levels, day=TODAY + days * DAY, at=at)
    subscriptions.plan_all(at)
    send_due(at)


# ---------------------------------------------------------------------- beginning and ending
def test_begin_and_end(database: str) -> None:
    key = _contact()
    _bring({SURABAYA: 3})
    assert _subscribe(key, SURABAYA) == ["begun"]
    assert _subscribe(key, SURABAYA) == ["begun"], "a turn may run twice"
    with transaction() as session:
        assert subscriptions.subscribe(session, key, SURABAYA, "covid19", "wamid.2", NOON).outcome == "already"
        assert subscriptions.of_contact(session, key) == [Subscription(SURABAYA, "covid19", 3, None)]
    for _ in range(2):
        with transaction() as session:
            ended = subscriptions.unsubscribe(session, key, "wamid.3", NOON)
            assert [each.code for each in ended] == [SURABAYA], "a turn may run twice"
    with transaction() as session:
        assert subscriptions.of_contact(session, key) == []
        assert subscriptions.unsubscribe(session, key, "wamid.4", NOON) == []
        assert subscriptions.unsubscribe(session, "nobody", "wamid.4", NOON) == []


def test_only_the_named_places_end(database: str) -> None:
    key = _contact()
    _subscribe(key, SURABAYA, GRESIK)
    _subscribe(key, SURABAYA, disease="dengue")
    with transaction() as session:
        ended = subscriptions.unsubscribe(session, key, "m", NOON, codes=[SURABAYA], disease="dengue")
        assert [(each.code, each.disease) for each in ended] == [(SURABAYA, "dengue")]
        assert subscriptions.unsubscribe(session, key, "n", NOON, codes=[MALANG]) == []
        assert len(subscriptions.unsubscribe(session, key, "o", NOON, codes=[SURABAYA])) == 1
        assert [each.code for each in subscriptions.of_contact(session, key)] == [GRESIK]


def test_not_for_ever_more_places_nor_for_one_that_is_not(database: str) -> None:
    from siaga.places import regions

    key = _contact()
    codes = regions.regencies("35")[: MOST + 1]
    assert _subscribe(key, *codes) == ["begun"] * MOST + ["full"]
    with pytest.raises(subscriptions.UnknownPlace):
        _subscribe(key, "35.99")
    with transaction() as session:
        subscriptions.unsubscribe(session, key, "m", NOON, codes=codes[:1])
    assert _subscribe(key, NATION) == ["begun"]


def test_who_begins_again_starts_from_what_is_known_then(database: str) -> None:
    key = _contact()
    _bring({SURABAYA: 2})
    _subscribe(key, SURABAYA)
    with transaction() as session:
        subscriptions.unsubscribe(session, key, "m", NOON)
    _day({SURABAYA: 4}, 1)
    with transaction() as session:
        subscriptions.subscribe(session, key, SURABAYA, "covid19", "n", NOON + DAY)
        assert subscriptions.of_contact(session, key)[0].level == 4
    subscriptions.plan_all(NOON + DAY)
    send_due(NOON + DAY)
    assert _told() == []


# ---------------------------------------------------------------------- being told
def test_a_change_is_told_once_with_date_source_and_buttons(database: str) -> None:
    key = _contact()
    _bring({SURABAYA: 2})
    _subscribe(key, SURABAYA)
    _day({SURABAYA: 2}, 1)
    assert _told() == []
    _day({SURABAYA: 3}, 2)
    _day({SURABAYA: 3}, 3)
    assert _told() == ["Kota Surabaya tingkat penularan 3 dari 4 (tinggi), naik dari tingkat 2"]
    with transaction() as session:
        message = session.execute(select(OutboundMessage)).scalar_one()
        assert "24 November 2026" in str(message.payload) and "Dinas Kesehatan Uji" in str(message.payload)
        assert message.template["template"]["name"] == "kabar_radar"
        assert [option["payload"] for option in message.options] == [
            f'/choose_option{{"option": "radar={SURABAYA}/covid19"}}',
            f'/choose_option{{"option": "radar_unsubscribe={SURABAYA}/covid19"}}',
        ]
        assert subscriptions.of_contact(session, key)[0].level == 3
    _day({SURABAYA: 1}, 4)
    assert _told()[1:] == ["Kota Surabaya tingkat penularan 1 dari 4 (rendah), turun dari tingkat 3"]


def test_at_most_one_a_day_of_all_places(database: str) -> None:
    key = _contact()
    _bring({SURABAYA: 2, GRESIK: 2})
    _subscribe(key, SURABAYA, GRESIK)
    _day({SURABAYA: 3}, 1)
    at = NOON + DAY + timedelta(hours=1)
    _bring({GRESIK: 4}, day=TODAY + DAY, at=at)
    for hour in range(8):
        subscriptions.plan_all(at + timedelta(hours=hour))
        send_due(at + timedelta(hours=hour))
    assert _told() == ["Kota Surabaya tingkat penularan 3 dari 4 (tinggi), naik dari tingkat 2"]
    send_due(NOON + 2 * DAY)
    assert _told()[1:] == ["Kab. Gresik tingkat penularan 4 dari 4 (sangat tinggi), naik dari tingkat 2"]


def test_changes_of_one_day_stand_together_and_what_does_not_fit_comes_the_next(database: str) -> None:
    key = _contact()
    places = [SURABAYA, GRESIK, SIDOARJO, MALANG, "35.23", "35.24", "35.26"]
    _bring(dict.fromkeys(places, 1))
    _subscribe(key, *places)
    _day(dict(zip(places, (4, 2, 3, 2, 2, 2, 2), strict=True)), 1)
    (first,) = _told()
    assert first.startswith("Kota Surabaya tingkat 4") and len(first) <= 150
    send_due(NOON + 2 * DAY)
    send_due(NOON + 3 * DAY)
    everything = "; ".join(_told())
    assert all(everything.count(name) == 1 for name in (
        "Surabaya", "Gresik", "Sidoarjo", "Malang", "Tuban", "Lamongan", "Bangkalan",
    )), everything  # fmt: skip


def test_what_changes_back_before_it_was_told_is_no_news(database: str) -> None:
    key = _contact()
    _bring({SURABAYA: 2})
    _subscribe(key, SURABAYA)
    night = NOON + timedelta(hours=10)  # 22.00 in Jakarta
    wrong = _bring({SURABAYA: 4}, day=TODAY + DAY, at=night)
    subscriptions.plan_all(night)
    assert send_due(night).messages == 0, "nobody is woken"
    with transaction() as session:
        store.undo(session, wrong, night)
    subscriptions.plan_all(night)
    send_due(NOON + DAY)
    assert _told() == []


def test_who_ends_it_before_it_was_told_is_not_told(database: str) -> None:
    key = _contact()
    _bring({SURABAYA: 2, GRESIK: 2})
    _subscribe(key, SURABAYA, GRESIK)
    night = NOON + timedelta(hours=10)
    _bring({SURABAYA: 4, GRESIK: 3}, day=TODAY + DAY, at=night)
    subscriptions.plan_all(night)
    with transaction() as session:
        subscriptions.unsubscribe(session, key, "m", night, codes=[SURABAYA])
    send_due(NOON + DAY)
    assert _told() == ["Kab. Gresik tingkat penularan 3 dari 4 (tinggi), naik dari tingkat 2"]


def test_figures_that_come_later_are_news(database: str) -> None:
    key = _contact()
    _subscribe(key, SURABAYA)
    _day({SURABAYA: 2}, 1)
    assert _told() == ["Kota Surabaya tingkat penularan 2 dari 4 (sedang), sebelumnya belum diketahui"]


def test_samples_tell_nobody_anything(database: str) -> None:
    key = _contact()
    _bring({SURABAYA: 2}, sample=True)
    _subscribe(key, SURABAYA)
    with transaction() as session:
        assert subscriptions.of_contact(session, key)[0].level is None
    _bring({SURABAYA: 4}, day=TODAY + DAY, at=NOON + DAY, sample=True)
    assert subscriptions.plan_all(NOON + DAY) == 0
    assert send_due(NOON + DAY).messages == 0


def test_old_figures_tell_nobody_anything(database: str) -> None:
    key = _contact()
    _bring({SURABAYA: 2})
    _subscribe(key, SURABAYA)
    # A file of history, and one that comes a week too late.
    _bring({SURABAYA: 4}, day=TODAY - 300 * DAY, source="lama")
    _bring({SURABAYA: 4}, day=TODAY + DAY, at=NOON + 8 * DAY)
    assert subscriptions.plan_all(NOON + 8 * DAY) == 0


def test_a_lower_level_from_less_is_not_told(database: str) -> None:
    key = _contact()
    hospital = {1: 1, 3: 20, 4: 60}
    _bring({SURABAYA: 1}, more=rows({SURABAYA: 3}, measure="hospital", rates=hospital))
    _subscribe(key, SURABAYA)
    with transaction() as session:
        assert subscriptions.of_contact(session, key)[0].level == 3
    _day({SURABAYA: 1}, 9)  # of which the hospitals do not tell
    assert _told() == []
    _bring(
        day=TODAY + 10 * DAY,
        at=NOON + 10 * DAY,
        more=(
            *rows({SURABAYA: 1}, TODAY + 10 * DAY),
            *rows({SURABAYA: 1}, TODAY + 10 * DAY, "hospital", hospital),
        ),
    )
    subscriptions.plan_all(NOON + 10 * DAY)
    send_due(NOON + 10 * DAY)
    assert _told() == ["Kota Surabaya tingkat penularan 1 dari 4 (rendah), turun dari tingkat 3"]


def test_colours_are_told_where_there_is_no_level(database: str) -> None:
    key = _contact()
    _bring(disease="dengue", colours={SURABAYA: "yellow"})
    _subscribe(key, SURABAYA, disease="dengue")
    _bring(disease="dengue", colours={SURABAYA: "red"}, day=TODAY + DAY, at=NOON + DAY)
    subscriptions.plan_all(NOON + DAY)
    send_due(NOON + DAY)
    assert _told() == ["Kota Surabaya zona merah, sebelumnya zona kuning"]
    with transaction() as session:
        assert "DBD (demam berdarah)" in str(session.scalar(select(OutboundMessage.payload)))


def test_an_old_colour_is_not_told(database: str) -> None:
    key = _contact()
    _subscribe(key, SURABAYA, disease="dengue")
    _bring(disease="dengue", colours={SURABAYA: "red"}, day=TODAY - 15 * DAY)
    assert subscriptions.plan_all(NOON) == 0


def test_where_levels_end_the_colours_go_on(database: str) -> None:
    key = _contact()
    _bring({SURABAYA: 2})
    _subscribe(key, SURABAYA)
    # No more figures come; the office goes on giving colours.
    for week, colour in enumerate(("yellow", "yellow", "red"), 1):
        at = NOON + 7 * week * DAY
        _bring(colours={SURABAYA: colour}, day=TODAY + 7 * week * DAY, at=at)
        subscriptions.plan_all(at)
        send_due(at)
    assert _told() == ["Kota Surabaya zona merah, sebelumnya zona kuning"]


def test_of_the_nation_too(database: str) -> None:
    key = _contact()
    _bring({NATION: 1})
    _subscribe(key, NATION)
    _day({NATION: 2}, 1)
    assert _told() == ["Indonesia tingkat penularan 2 dari 4 (sedang), naik dari tingkat 1"]


def test_each_contact_is_told_of_their_own(database: str) -> None:
    first, second, third = _contact(1), _contact(2), _contact(3)
    _bring({SURABAYA: 2, GRESIK: 2})
    _subscribe(first, SURABAYA)
    _subscribe(second, GRESIK)
    _subscribe(third, SURABAYA, GRESIK)
    _bring({SURABAYA: 3}, day=TODAY + DAY, at=NOON + DAY)
    assert subscriptions.plan_all(NOON + DAY) == 2
    assert send_due(NOON + DAY).messages == 2
    assert subscriptions.plan_all(NOON + DAY) == 0, "told once, whoever looks again"
    with transaction() as session:
        told = set(session.scalars(select(Notice.contact_id).where(Notice.status == "sent")))
        assert told == {contact_by_key(session, key).id for key in (first, third)}


def test_a_notice_that_was_of_no_use_changes_nothing(database: str) -> None:
    key = _contact()
    _bring({SURABAYA: 2})
    _subscribe(key, SURABAYA)
    _bring({SURABAYA: 3}, day=TODAY + DAY, at=NOON + DAY)
    subscriptions.plan_all(NOON + DAY)
    assert send_due(NOON + 9 * DAY).skipped == 1
    with transaction() as session:
        assert subscriptions.of_contact(session, key)[0].level == 2


def test_what_ended_long_ago_is_forgotten(database: str) -> None:
    key = _contact()
    _subscribe(key, SURABAYA, GRESIK)
    with transaction() as session:
        subscriptions.unsubscribe(session, key, "m", NOON, codes=[SURABAYA])
    assert [sweep(NOON + days * DAY)["subscriptions"] for days in (29, 31)] == [0, 1]
    with transaction() as session:
        assert list(session.scalars(select(RadarSubscription.region_code))) == [GRESIK]


def test_a_correction_that_leaves_the_level_open_is_no_news(database: str) -> None:
    key = _contact()
    _bring({SURABAYA: 3})
    _subscribe(key, SURABAYA)
    at = NOON + DAY
    _bring(day=TODAY + DAY, at=at, more=(Row(SURABAYA, "confirmed", "total", TODAY + DAY, 1),))
    assert subscriptions.plan_all(at) == 0
