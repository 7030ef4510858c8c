"""Who waits first is offered the place that somebody gives back, exactly one person each, and no place is lost."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as anything
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import func, select, update

from siaga.db import transaction
from siaga.people.tables import Notice
from siaga.registration import daytime, tables, waiting
from siaga.registration.registry import CannotWait, LocalRegistry, SessionFull, WaitingView
from tests.emptying import empty
from tests.registration.given import NOW, SURABAYA, contact, facility, held, submission

WIB = ZoneInfo("Asia/Jakarta")
MORNING = datetime(2026, 11, 23, 8, tzinfo=WIB).astimezone(timezone.utc)
IN_TWO_DAYS = NOW + timedelta(days=2)  # NOW is 10.00 in Surabaya


# ---------------------------------------------------------------------- the deadline
@pytest.mark.parametrize(
    ("now", "hours", "then"),
    [
        ((22, 10, 0), 3, (22, 13, 0)),
        ((22, 17, 0), 3, (22, 20, 0)),
        ((22, 19, 0), 3, (23, 9, 0)),
        ((22, 20, 0), 3, (23, 10, 0)),
        ((22, 23, 30), 3, (23, 10, 0)),
        ((22, 5, 0), 3, (22, 10, 0)),
        ((22, 7, 0), 26, (23, 20, 0)),
    ],
)
def test_only_daytime_counts(now: tuple[int, ...], hours: int, then: tuple[int, ...]) -> None:
    for local in (WIB, ZoneInfo("Asia/Makassar"), ZoneInfo("Asia/Jayapura")):
        begin, end = (datetime(2026, 11, *moment, tzinfo=local) for moment in (now, then))
        assert daytime.after(begin, timedelta(hours=hours), local) == end
        assert daytime.between(begin, end, local) == timedelta(hours=hours)


@anything(st.integers(0, 60 * 24 * 4), st.integers(1, 60 * 40))
def test_after_and_between_agree(minutes: int, wanted: int) -> None:
    now, span = NOW + timedelta(minutes=minutes), timedelta(minutes=wanted)
    then = daytime.after(now, span, WIB)
    assert daytime.between(now, then, WIB) == span
    assert daytime.BEGINS <= then.astimezone(WIB).time() <= daytime.ENDS


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ((22, 10, 0), (22, 13, 0)),
        ((22, 18, 30), (23, 7, 0)),  # not later than an hour before 08.00
        ((22, 19, 0), (23, 7, 0)),
        ((22, 19, 1), None),  # under an hour of daytime to answer in
        ((23, 6, 0), None),
    ],
)
def test_a_place_is_held_no_longer_than_makes_sense(now: tuple[int, ...], until: tuple[int, ...] | None) -> None:
    found = waiting.offer_until(datetime(2026, 11, *now, tzinfo=WIB), MORNING, SURABAYA)
    assert found == (until and datetime(2026, 11, *until, tzinfo=WIB))


# ---------------------------------------------------------------------- one after the other
class Given:
    """One full session of one place, held by the first people; everybody has a contact of their own."""

    def __init__(self, quota: int = 1) -> None:
        with transaction() as session:
            self.place = facility(session)
            self.session = held(session, self.place, quota=quota, starts_at=IN_TWO_DAYS)
        self.keys: dict[int, str] = {}
        self.codes: dict[int, str] = {}
        self.steps = 0

    def register(self, serial: int, *, holds: bool = False) -> None:
        with transaction() as session:
            key = self.keys[serial] = contact(session, serial)
            wanted = submission(key, self.session if holds else None, serial)
            self.codes[serial] = LocalRegistry(session).register(wanted).code or ""

    def do(self, what: str, serial: int, *values: Any, at: datetime = NOW, message: str | None = None) -> Any:
        self.steps += 1
        with transaction() as session:
            call = getattr(LocalRegistry(session), what)
            return call(self.keys[serial], *values, message or f"wamid.{self.steps}", at)

    def person(self, serial: int) -> int:
        with transaction() as session:
            return LocalRegistry(session).mine(self.keys[serial], NOW)[0].person_id

    def join(self, serial: int, **how: Any) -> WaitingView:
        view: WaitingView = self.do("wait", serial, self.person(serial), self.place, **how)
        return view

    def waits(self, serial: int) -> WaitingView | None:
        with transaction() as session:
            return next(iter(LocalRegistry(session).waits(self.keys[serial])), None)

    def booked(self) -> int:
        with transaction() as session:
            return session.execute(select(tables.Session.booked).where(tables.Session.id == self.session)).scalar_one()

    def expire(self, at: datetime) -> int:
        with transaction() as session:
            return waiting.expire(session, at)

    def notices(self, status: str = "planned") -> list[Any]:
        with transaction() as session:
            query = select(Notice).where(Notice.kind == "place_free", Notice.status == status).order_by(Notice.id)
            return list(session.execute(query).scalars())


@pytest.fixture
def queue(database: str) -> Given:
    """One place, held by person 1; persons 2 and 3 wait for it."""
    given = Given()
    given.register(1, holds=True)
    for serial in (2, 3):
        given.register(serial)
        given.join(serial)
    return given


def test_positions_and_the_same_message_again(queue: Given) -> None:
    second, third = queue.waits(2), queue.waits(3)
    assert second and third and (second.position, third.position) == (1, 2)
    assert queue.join(2) == second, "joining twice keeps the place in the line"
    queue.register(4)
    assert queue.join(4, message="wamid.same") == queue.join(4, message="wamid.same")


def test_who_cancels_frees_a_place_for_the_first(queue: Given) -> None:
    queue.do("cancel", 1, queue.codes[1])
    offer, next_one = queue.waits(2), queue.waits(3)
    assert offer and next_one
    assert (offer.status, next_one.status) == ("offered", "waiting")
    assert offer.until == NOW + timedelta(hours=3)
    assert queue.booked() == 1, "the place is held"
    [notice] = queue.notices()
    assert notice.about == f"waiting:{offer.id}" and not notice.urgent
    assert (notice.due_at, notice.until) == (NOW, offer.until)
    assert notice.values == {
        "nama": "Warga",
        "tempat": "Puskesmas Uji uji-1",
        "hari_tanggal": "Selasa, 24 November 2026",
        "jam": "10.00–13.00 WIB",
        "batas": "Minggu, 22 November 2026 pukul 13.00 WIB",
    }
    queue.register(5)
    with pytest.raises(SessionFull):
        queue.do("book", 5, queue.person(5), queue.session)


def test_who_moves_away_frees_one_too(queue: Given) -> None:
    with transaction() as session:
        other = held(session, facility(session, "uji-2"), starts_at=IN_TWO_DAYS)
    queue.do("move", 1, queue.codes[1], other)
    offer = queue.waits(2)
    assert offer and offer.status == "offered"


def test_taking_the_place_and_the_same_message_again(queue: Given) -> None:
    queue.do("cancel", 1, queue.codes[1])
    offer = queue.waits(2)
    assert offer
    taken = [queue.do("take", 2, offer.id, message="wamid.take") for _ in range(2)]
    assert taken[0] == taken[1] and taken[0].status == "booked"
    assert queue.booked() == 1 and queue.waits(2) is None
    assert queue.notices() == []
    assert queue.do("take", 3, offer.id) is None, "somebody else's"


def test_too_late_by_a_minute_and_the_next_is_offered(queue: Given) -> None:
    queue.do("cancel", 1, queue.codes[1])
    offer = queue.waits(2)
    assert offer and offer.until
    late = offer.until.astimezone(timezone.utc)
    assert queue.do("take", 2, offer.id, at=late) is None
    following = queue.waits(3)
    assert queue.waits(2) is None and following and following.status == "offered"
    assert queue.booked() == 1


def test_the_sweep_ends_an_offer_and_makes_the_next(queue: Given) -> None:
    queue.do("cancel", 1, queue.codes[1])
    offer = queue.waits(2)
    assert offer and offer.until
    assert queue.expire(offer.until - timedelta(minutes=1)) == 0
    assert queue.expire(offer.until) == 2
    assert queue.expire(offer.until) == 0
    following = queue.waits(3)
    assert queue.waits(2) is None and following and following.until
    assert [notice.about for notice in queue.notices()] == [f"waiting:{following.id}"]
    assert queue.expire(following.until) == 1
    assert queue.booked() == 0, "nobody waits any more: the place is free for all"


def test_leaving_gives_the_offer_to_the_next(queue: Given) -> None:
    queue.do("cancel", 1, queue.codes[1])
    offer = queue.waits(2)
    assert offer
    queue.do("leave", 2, offer.id)
    queue.do("leave", 2, offer.id)
    following = queue.waits(3)
    assert following and following.status == "offered" and queue.booked() == 1
    assert queue.do("leave", 3, offer.id) is None, "somebody else's"


def test_who_has_a_place_by_now_is_passed_over(queue: Given) -> None:
    with transaction() as session:
        other = held(session, facility(session, "uji-2"), starts_at=IN_TWO_DAYS)
    queue.do("book", 2, queue.person(2), other)
    assert queue.waits(2) is None
    queue.do("cancel", 1, queue.codes[1])
    following = queue.waits(3)
    assert following and following.status == "offered"


def test_who_books_elsewhere_lets_go_of_the_offer(queue: Given) -> None:
    with transaction() as session:
        other = held(session, facility(session, "uji-2"), starts_at=IN_TWO_DAYS)
    queue.do("cancel", 1, queue.codes[1])
    queue.do("book", 2, queue.person(2), other)
    following = queue.waits(3)
    assert following and following.status == "offered" and queue.booked() == 1


def test_whose_registration_does_not_count_is_passed_over(queue: Given) -> None:
    with transaction() as session:
        session.execute(
            update(tables.Registration)
            .where(tables.Registration.person_id == queue.person(2))
            .values(status="refused")
            .execution_options(synchronize_session=False)
        )
    queue.do("cancel", 1, queue.codes[1])
    following = queue.waits(3)
    assert following and following.status == "offered"


def test_registering_again_keeps_the_place_in_the_line(queue: Given) -> None:
    with transaction() as session:
        LocalRegistry(session).register(submission(queue.keys[2], None, 2, message_id="wamid.again"))
    queue.do("cancel", 1, queue.codes[1])
    offer = queue.waits(2)
    assert offer and offer.status == "offered"


def test_registering_again_with_a_session_ends_the_waiting_and_frees_what_was_held(queue: Given) -> None:
    with transaction() as session:
        other = held(session, facility(session, "uji-2"), starts_at=IN_TWO_DAYS)
    queue.do("cancel", 1, queue.codes[1])
    with transaction() as session:
        LocalRegistry(session).register(submission(queue.keys[2], other, 2, message_id="wamid.again"))
    following = queue.waits(3)
    assert queue.waits(2) is None and following and following.status == "offered"


def test_who_holds_a_place_or_is_a_stranger_cannot_wait(queue: Given) -> None:
    with pytest.raises(CannotWait):
        queue.join(1)
    with pytest.raises(CannotWait), transaction() as session:
        LocalRegistry(session).wait(queue.keys[3], queue.person(2), queue.place, "wamid.stranger", NOW)


def test_another_list_ends_the_first(queue: Given) -> None:
    with transaction() as session:
        other = facility(session, "uji-2")
    first = queue.waits(2)
    second = queue.do("wait", 2, queue.person(2), other)
    assert first and second.facility_id == other and queue.waits(2) == second
    queue.do("cancel", 1, queue.codes[1])
    following = queue.waits(3)
    assert following and following.status == "offered"


def test_a_session_called_off_takes_nobodys_turn(queue: Given) -> None:
    queue.do("cancel", 1, queue.codes[1])
    offer = queue.waits(2)
    assert offer and offer.status == "offered"
    with transaction() as session:
        session.get(tables.Session, queue.session).cancelled_at = NOW
    assert queue.do("take", 2, offer.id, at=NOW) is None or queue.waits(2)


def test_the_sweep_puts_them_back_where_they_stood(queue: Given) -> None:
    queue.do("cancel", 1, queue.codes[1])
    with transaction() as session:
        session.get(tables.Session, queue.session).cancelled_at = NOW
    queue.expire(NOW)
    first, second = queue.waits(2), queue.waits(3)
    assert first and second and (first.position, second.position) == (1, 2)
    with transaction() as session:
        held(session, queue.place, quota=1, starts_at=IN_TWO_DAYS + timedelta(days=1))
    assert queue.expire(NOW) == 1, "a session that is added is offered to who waits"
    offer = queue.waits(2)
    assert offer and offer.status == "offered"


def test_what_is_free_by_now_is_offered_at_once(queue: Given) -> None:
    with transaction() as session:
        empty = facility(session, "uji-2")
        held(session, empty, starts_at=IN_TWO_DAYS)
    queue.register(7)
    assert queue.do("wait", 7, queue.person(7), empty).status == "offered"


# ---------------------------------------------------------------------- laws
def lawful() -> None:
    """Places are counted right and never negative, and none is free while somebody could be offered it."""
    with transaction() as session:
        for one in session.execute(select(tables.Session)).scalars():
            appointments = session.execute(
                select(func.count())
                .select_from(tables.Appointment)
                .where(tables.Appointment.session_id == one.id, tables.Appointment.status == "booked")
            ).scalar_one()
            offers = session.execute(
                select(func.count())
                .select_from(tables.Waiting)
                .where(tables.Waiting.session_id == one.id, tables.Waiting.status == "offered")
            ).scalar_one()
            assert 0 <= appointments + offers == one.booked <= one.quota
            in_line = session.execute(
                select(func.count())
                .select_from(tables.Waiting)
                .where(tables.Waiting.facility_id == one.facility_id, tables.Waiting.status == "waiting")
            ).scalar_one()
            assert not (in_line and one.booked < one.quota), "a place is free while somebody waits for it"
        both = select(tables.Waiting.id).where(
            tables.Waiting.status.in_(waiting.OPEN),
            select(tables.Appointment.id)
            .where(tables.Appointment.person_id == tables.Waiting.person_id, tables.Appointment.status == "booked")
            .exists(),
        )
        assert session.execute(both).all() == [], "who has a place waits for none"


class Line(RuleBasedStateMachine):
    """Anybody may do anything in any order; each step is checked against who stood first."""

    PEOPLE = 6

    def __init__(self) -> None:
        super().__init__()
        empty()
        self.given = Given(quota=2)
        self.now = NOW
        with transaction() as session:
            # Somewhere else to go.
            self.other = held(session, facility(session, "uji-2"), quota=3, starts_at=IN_TWO_DAYS)
        for serial in range(self.PEOPLE):
            self.given.register(serial, holds=serial < 2)

    def line(self) -> list[int]:
        with transaction() as session:
            query = select(tables.Waiting.id).where(tables.Waiting.status == "waiting").order_by(tables.Waiting.id)
            return list(session.execute(query).scalars())

    def step(self, what: Callable[[], Any]) -> None:
        """Whoever leaves the line by being offered a place stood first in it."""
        before = self.line()
        try:
            what()
        except (SessionFull, CannotWait):
            return
        with transaction() as session:
            offered = set(
                session.execute(select(tables.Waiting.id).where(tables.Waiting.status == "offered")).scalars()
            )
        after = self.line()
        promoted = [entry for entry in before if entry in offered]
        assert all(entry < min(after, default=entry + 1) for entry in promoted)

    def me(self, serial: int) -> Any:
        with transaction() as session:
            return LocalRegistry(session).mine(self.given.keys[serial], self.now)[0]

    @rule(serial=st.integers(0, PEOPLE - 1))
    def cancels(self, serial: int) -> None:
        place = self.me(serial).appointment
        if place:
            self.step(lambda: self.given.do("cancel", serial, place.code, at=self.now))

    @rule(serial=st.integers(0, PEOPLE - 1), away=st.booleans())
    def moves(self, serial: int, away: bool) -> None:
        place = self.me(serial).appointment
        if place:
            to = self.other if away else self.given.session
            self.step(lambda: self.given.do("move", serial, place.code, to, at=self.now))

    @rule(serial=st.integers(0, PEOPLE - 1), away=st.booleans())
    def books(self, serial: int, away: bool) -> None:
        me = self.me(serial)
        if me.appointment is None:
            to = self.other if away else self.given.session
            self.step(lambda: self.given.do("book", serial, me.person_id, to, at=self.now))

    @rule(serial=st.integers(0, PEOPLE - 1))
    def waits(self, serial: int) -> None:
        self.step(lambda: self.given.join(serial, at=self.now))

    @rule(serial=st.integers(0, PEOPLE - 1))
    def takes(self, serial: int) -> None:
        view = self.given.waits(serial)
        if view:
            self.step(lambda: self.given.do("take", serial, view.id, at=self.now))

    @rule(serial=st.integers(0, PEOPLE - 1))
    def leaves(self, serial: int) -> None:
        view = self.given.waits(serial)
        if view:
            self.step(lambda: self.given.do("leave", serial, view.id, at=self.now))

    @rule(minutes=st.integers(1, 400))
    @precondition(lambda self: self.now < NOW + timedelta(hours=20))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        self.step(lambda: self.given.expire(self.now))

    @invariant()
    def is_lawful(self) -> None:
        lawful()


def test_any_order_of_events_is_lawful(database: str) -> None:
    run_state_machine_as_test(
        Line,
        settings=settings(
            max_examples=10, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_everybody_at_once_is_lawful(database: str) -> None:
    given = Given(quota=2)
    for serial in range(10):
        given.register(serial, holds=serial < 2)
    for serial in range(2, 6):
        given.join(serial)

    def live(serial: int) -> str:
        chance = random.Random(serial)
        for step in range(12):
            at = NOW + timedelta(minutes=15 * step)
            message = f"wamid.{serial}.{step}"
            with transaction() as session:
                me = LocalRegistry(session).mine(given.keys[serial], at)[0]
            view = given.waits(serial)
            try:
                if me.appointment:
                    given.do("cancel", serial, me.appointment.code, at=at, message=message)
                elif view is None:
                    given.join(serial, at=at, message=message)
                elif chance.random() < 0.8:
                    given.do("take", serial, view.id, at=at, message=message)
                else:
                    given.do("leave", serial, view.id, at=at, message=message)
                if chance.random() < 0.3:
                    given.expire(at)
            except CannotWait:
                continue
        return "done"

    with ThreadPoolExecutor(max_workers=10) as pool:
        assert list(pool.map(live, range(10))) == ["done"] * 10
    lawful()


def test_one_freed_place_and_many_sweeps_at_once(database: str) -> None:
    given = Given(quota=3)
    for serial in range(8):
        given.register(serial, holds=serial < 3)
        if serial >= 3:
            given.join(serial)
    jobs: list[Callable[[], Any]] = [
        *(lambda serial=serial: given.do("cancel", serial, given.codes[serial]) for serial in range(3)),
        *(lambda: given.expire(NOW) for _ in range(5)),
    ]
    with ThreadPoolExecutor(max_workers=8) as pool:
        list(pool.map(lambda job: job(), jobs))
    with transaction() as session:
        offered = (
            session.execute(
                select(tables.Waiting.id).where(tables.Waiting.status == "offered").order_by(tables.Waiting.id)
            )
            .scalars()
            .all()
        )
        assert offered == [1, 2, 3], "the first three, once each"
        assert session.scalar(select(func.count()).select_from(Notice).where(Notice.kind == "place_free")) == 3
    lawful()
