"""However many come at once, no session holds more people than it has places, and nobody has two."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from siaga.db import transaction
from siaga.people.tables import ContactPerson, Person
from siaga.registration import tables
from siaga.registration.registry import AlreadyRegistered, LocalRegistry, SessionFull, Submission, Ticket
from tests.registration.given import NOW, contact, facility, held, submission


def at_once(jobs: list[Callable[[], str]]) -> Counter[str]:
    with ThreadPoolExecutor(max_workers=len(jobs)) as pool:
        return Counter(pool.map(lambda job: job(), jobs))


def attempt(wanted: Submission, tickets: list[Ticket] | None = None) -> str:
    try:
        with transaction() as session:
            ticket = LocalRegistry(session).register(wanted)
    except (SessionFull, AlreadyRegistered) as refused:
        return type(refused).__name__
    if tickets is not None:
        tickets.append(ticket)
    return "booked"


def test_fifty_people_after_ten_places(database: str) -> None:
    with transaction() as session:
        keys = [contact(session, number) for number in range(50)]
        place = held(session, facility(session), quota=10)
    wanted = [submission(key, place, serial) for serial, key in enumerate(keys)]
    ends = at_once([lambda one=one: attempt(one) for one in wanted])
    assert ends == {"booked": 10, "SessionFull": 40}
    with transaction() as session:
        assert session.execute(select(tables.Session.booked)).scalar_one() == 10
        held_places = select(func.count()).select_from(tables.Appointment).where(tables.Appointment.status == "booked")
        assert session.execute(held_places).scalar_one() == 10
        # Who got no place is not on file either.
        assert session.execute(select(func.count()).select_from(Person)).scalar_one() == 10


def test_one_nik_from_two_contacts_at_once(database: str) -> None:
    with transaction() as session:
        keys = [contact(session, number) for number in range(8)]
        place = held(session, facility(session))
    wanted = [submission(key, place, 1, message_id=f"wamid.{number}") for number, key in enumerate(keys)]
    ends = at_once([lambda one=one: attempt(one) for one in wanted])
    assert ends == {"booked": 1, "AlreadyRegistered": 7}
    with transaction() as session:
        for table in (Person, ContactPerson, tables.Registration, tables.Appointment):
            assert session.execute(select(func.count()).select_from(table)).scalar_one() == 1
        assert session.execute(select(tables.Session.booked)).scalar_one() == 1


def test_one_message_many_times_at_once(database: str) -> None:
    with transaction() as session:
        key = contact(session)
        place = held(session, facility(session))
    tickets: list[Ticket] = []
    ends = at_once([lambda: attempt(submission(key, place), tickets)] * 8)
    assert ends == {"booked": 8}
    assert len({ticket.code for ticket in tickets}) == 1
    with transaction() as session:
        assert session.execute(select(tables.Session.booked)).scalar_one() == 1


def test_booking_and_cancelling_in_any_mix_keeps_the_count(database: str) -> None:
    with transaction() as session:
        keys = [contact(session, number) for number in range(12)]
        at = facility(session)
        places = [held(session, at, quota=3), held(session, facility(session, "uji-2"), quota=2)]

    def live(number: int) -> str:
        chance, code = random.Random(number), None
        for step in range(12):
            if code is not None and chance.random() < 0.5:
                with transaction() as session:
                    LocalRegistry(session).cancel(keys[number], code, f"wamid.{number}.{step}", NOW)
                code = None
            elif code is None:
                tickets: list[Ticket] = []
                wanted = submission(keys[number], chance.choice(places), number, message_id=f"wamid.{number}.{step}")
                attempt(wanted, tickets)
                code = tickets[0].code if tickets else None
        return "done"

    assert at_once([lambda number=number: live(number) for number in range(12)]) == {"done": 12}
    with transaction() as session:
        for place in places:
            kept, quota = session.execute(
                select(tables.Session.booked, tables.Session.quota).where(tables.Session.id == place)
            ).one()
            really = session.execute(
                select(func.count())
                .select_from(tables.Appointment)
                .where(tables.Appointment.session_id == place, tables.Appointment.status == "booked")
            ).scalar_one()
            assert kept == really <= quota
