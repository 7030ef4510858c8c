"""Each rule takes what is just too old and nothing younger, and the plan says beforehand what the sweep does."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import InternalError
from sqlalchemy.orm import Session

from siaga.db import transaction
from siaga.desk.tables import DeskAccount
from siaga.media.store import PREFIX
from siaga.media.tables import Media
from siaga.people.tables import Contact
from siaga.registration.tables import RegistrationForm
from siaga.reports.tables import Report
from siaga.retention import planning
from siaga.retention.planning import plan
from siaga.retention.rule import Rule
from siaga.retention.rules import BY_NAME, RULES
from siaga.retention.sweeping import sweep
from siaga.rights.subjects import Subject, of_contact
from siaga.settings import settings
from siaga.tallies.tables import TallyPerson
from tests.registration.given import contact
from tests.retention.given import CASES, MINUTE, add, just

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=timezone.utc)
ELSEWHERE_TESTED = {"forms", "people_counted", "last_messages", "contacts", "registered", "persons"}


@pytest.fixture
def subject(database: str) -> Subject:
    """A contact who has just written, so that only rows go."""
    with transaction() as session:
        key = contact(session, 1)
        row = session.execute(select(Contact).where(Contact.key == key)).scalar_one()
        row.created_at = row.last_message_at = NOW
        # Whose sessions at the desk are over.
        session.add(DeskAccount(login="rini", name="Rini", roles=["admin"], created_by="uji"))
        session.flush()
        return of_contact(session, row)


def _count(session: Session, table: Any, *which: Any) -> int:
    return int(session.execute(select(func.count()).select_from(table).where(*which)).scalar_one())


def planned(now: datetime) -> dict[str, int]:
    return {one.rule.name: one.rows for one in plan(now) if not one.rule.elsewhere}


def test_each_rule_has_its_cases() -> None:
    assert set(BY_NAME) == set(CASES) | ELSEWHERE_TESTED
    assert len(BY_NAME) == len(RULES)


@pytest.mark.parametrize("name", sorted(CASES))
def test_what_is_just_too_old_goes_and_nothing_else(subject: Subject, name: str) -> None:
    rule, case = BY_NAME[name], CASES[name]
    with transaction() as session:
        add(session, subject, rule, just(rule, NOW, MINUTE))
        add(session, subject, rule, just(rule, NOW, -MINUTE))
        for spared in case.spared:
            add(session, subject, rule, just(rule, NOW, MINUTE), **spared)
        before = _count(session, rule.table)
    assert planned(NOW)[name] == 1
    done = sweep(NOW)
    assert done is not None and done[name] == 1
    with transaction() as session:
        assert _count(session, rule.table) == before - (0 if rule.blank else 1)
    assert planned(NOW)[name] == 0
    again = sweep(NOW)
    assert again is not None and not any(again.values())


def test_of_a_rule_that_empties_only_the_words_go(subject: Subject) -> None:
    rule = BY_NAME["unreported"]
    with transaction() as session:
        add(session, subject, rule, just(rule, NOW, MINUTE), options=[{"id": "a"}], template={"name": "x"})
    sweep(NOW)
    with transaction() as session:
        row = session.execute(select(rule.table)).scalar_one()
        assert (row.payload, row.template, row.options) == (None, None, [{"id": "a"}])


def test_a_form_goes_with_its_link_or_later_if_it_was_sent(database: str) -> None:
    link, sent = timedelta(), timedelta(days=14)
    with transaction() as session:
        for number, (age, at) in enumerate(
            [(link + MINUTE, None), (link - MINUTE, None), (sent + MINUTE, NOW), (sent - MINUTE, NOW)], start=1
        ):
            session.execute(select(Contact.id).where(Contact.key == contact(session, number)))
            owner = session.scalar(select(func.max(Contact.id)))
            session.add(
                RegistrationForm(
                    contact_id=owner, token_index=bytes([number]), expires_at=NOW - age, sent_at=at and at - age
                )
            )
            session.flush()
    assert planned(NOW)["forms"] == 2
    done = sweep(NOW)
    assert done is not None and done["forms"] == 2
    with transaction() as session:
        assert {bytes(left) for left in session.scalars(select(RegistrationForm.token_index))} == {b"\2", b"\4"}


def test_who_was_there_is_told_in_the_plan_and_left_to_who_counts(subject: Subject) -> None:
    with transaction() as session:
        for days in (2, 3):
            day = NOW.date() - timedelta(days=days)
            session.add(TallyPerson(day=day, hour=7, contact_id=subject.contact_id))
    (told,) = [one for one in plan(NOW) if one.rule.name == "people_counted"]
    assert (told.rows, told.age) == (1, NOW - datetime(2026, 11, 20, tzinfo=timezone.utc))
    done = sweep(NOW)
    assert done is not None and "people_counted" not in done
    with transaction() as session:
        assert _count(session, TallyPerson) == 2


def test_a_picture_that_a_report_shows_is_neither_planned_nor_taken(subject: Subject) -> None:
    rule = BY_NAME["documents"]
    with transaction() as session:
        add(session, subject, rule, NOW - timedelta(days=3))
        sha256 = session.scalar(select(Media.sha256))
        add(session, subject, BY_NAME["reports"], NOW, status="working", picture=PREFIX + sha256)
    assert planned(NOW)["documents"] == 0
    done = sweep(NOW)
    assert done is not None and done["documents"] == 0
    with transaction() as session:
        assert _count(session, Media, Media.forget_after > NOW) == _count(session, Report) == 1


@pytest.mark.parametrize("seed", range(3))
def test_the_plan_is_what_the_sweep_does_and_a_second_sweep_has_nothing_to_do(subject: Subject, seed: int) -> None:
    chance = random.Random(seed)
    with transaction() as session:
        for name, case in CASES.items():
            for _ in range(4):
                at = NOW - timedelta(hours=chance.uniform(-24 * 40, 24 * 450))
                add(session, subject, BY_NAME[name], at, **chance.choice([{}, *case.spared]))
    for later in (timedelta(), timedelta(days=chance.uniform(1, 60)), timedelta(days=900)):
        before = planned(NOW + later)
        assert sweep(NOW + later, batch=3) == before
        again = sweep(NOW + later)
        assert again is not None and not any(again.values())
        assert not any(planned(NOW + later).values())


def test_two_sweeps_at_once_take_each_row_once(subject: Subject) -> None:
    rule = BY_NAME["quarantine"]
    with transaction() as session:
        for _ in range(20):
            add(session, subject, rule, NOW - timedelta(days=31))
    with ThreadPoolExecutor(2) as threads:
        done = list(threads.map(lambda _: sweep(NOW, batch=1), range(2)))
    assert sum((one or {}).get("quarantine", 0) for one in done) == 20
    assert any(one is not None for one in done)


def test_a_rule_that_fails_keeps_no_other_from_being_carried_out(
    subject: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = BY_NAME["erasures"]
    with transaction() as session:
        add(session, subject, rule, just(rule, NOW, MINUTE))
    broken = Rule("x", rule.table, lambda _: 1 / 0, rule.since, "never", "it is broken", days=1)
    monkeypatch.setattr("siaga.retention.sweeping.RULES", (broken, rule))
    with pytest.raises(ZeroDivisionError):
        sweep(NOW)
    with transaction() as session:
        assert _count(session, rule.table) == 0


def test_a_plan_cannot_change_anything(subject: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    def writing(before: datetime) -> Any:
        return func.nextval("contact_id_seq") > 0

    harmful = Rule("x", Contact, writing, Contact.created_at, "never", "it writes", days=1)
    monkeypatch.setattr(planning, "RULES", (harmful,))
    with pytest.raises(InternalError):
        plan(NOW)


@pytest.mark.parametrize(
    ("name", "setting", "days"),
    [("tasks", "task_days", 365), ("erasures", "erased_days", 400), ("files", "media_days", 7)],
)
def test_a_setting_says_how_long(
    subject: Subject, monkeypatch: pytest.MonkeyPatch, name: str, setting: str, days: int
) -> None:
    assert BY_NAME[name].life() == timedelta(days=days)
    monkeypatch.setattr(settings(), setting, 3)
    assert BY_NAME[name].life() == timedelta(days=3)
    assert BY_NAME[name].in_words().startswith("3 days ")
