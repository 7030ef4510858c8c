"""``python -m bench.registry``: whether booking answers as fast with 100,000 registrations as with a thousand.

No chat and no stack: the registry itself on an embedded PostgreSQL with fsync on, one transaction a call. The same
calls are timed at each size in one run, and the plan of each statement they make is looked at: what reads a large
table from end to end is named.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from random import Random
from typing import Any

import typer
from sqlalchemy import event, insert, select, text

from bench.database import own_database
from bench.measures import Machine, Spread, as_json
from bench.run import JSON, SEED, say
from siaga.db import engine, transaction
from siaga.db.bulk import insert_rows
from siaga.people.contacts import phone_index
from siaga.people.tables import Consent, Contact, ContactPerson, Person
from siaga.registration.people import nik_index
from siaga.registration.registry import LocalRegistry, Submission
from siaga.registration.seed import seed
from siaga.registration.tables import Appointment, Facility, Registration
from siaga.registration.tables import Session as VaccinationSession

SIZES = (1_000, 10_000, 100_000)
_BATCH = 2_000
# A session that everybody fits into, so that it is the tables that grow and not a crowd before one door.
_QUOTA = 1_000_000
# Tables that grow with the number of people; to read one of them whole is what a plan must not do.
GROWING = frozenset({"contact", "person", "contact_person", "consent", "registration", "appointment", "notice"})


def main(
    sizes: str = typer.Option(",".join(map(str, SIZES)), help="Registrations in the database, with commas, rising."),
    calls: int = typer.Option(200, help="How often each call is timed at each size."),
    chance: int = SEED,
    as_data: bool = JSON,
) -> None:
    """Fill a database, and time the registry's calls at each size."""
    wanted = [int(size) for size in sizes.split(",")]
    machine = Machine.here()
    times: dict[int, dict[str, Spread]] = {}
    with own_database("registry"):
        crowd = Crowd(Random(chance))
        for size in wanted:
            crowd.grow(size)
            times[size] = crowd.time(calls)
        whole = crowd.read_whole()
    names = list(times[wanted[0]])
    lines = [str(machine), f"{'call':28}" + "".join(f"{size:>24,}" for size in wanted)]
    lines += [
        f"{name:28}"
        + "".join(f"{f'{times[size][name].p50:.1f} / {times[size][name].p99:.1f} ms':>24}" for size in wanted)
        for name in names
    ]
    lines.append(f"reads a growing table whole: {', '.join(sorted(whole)) or 'nothing'}")
    least, most = wanted[0], wanted[-1]
    told = ", ".join(f"{name} {times[least][name].p50:.1f} → {times[most][name].p50:.1f}" for name in names)
    row = (
        f"| the registry's calls, p50 in ms, with {least:,} and {most:,} registrations | {told} "
        f"| `python -m bench.registry` | {machine.date}, {machine.code} |"
    )
    data = as_json(machine=machine) | {
        "ms": {size: {name: as_json(x=spread)["x"] for name, spread in found.items()} for size, found in times.items()},
        "reads_whole": sorted(whole),
    }
    say(as_data, data, lines, row)


def _short(spread: Spread) -> str:
    return f"{spread.p50:.1f} / {spread.p99:.1f} ms"


class Crowd:
    """People in the database, all from Surabaya, whose NIKs end in the reserved serials and their neighbours."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.now = datetime.now(timezone.utc)
        self.size = 0
        self.fresh = 0
        with transaction() as session:
            seed(session, self.now.date())
            session.execute(text("UPDATE session SET quota = :quota"), {"quota": _QUOTA})
            (self.facility_id, self.session_id), (_, self.other_session_id) = session.execute(
                select(Facility.id, VaccinationSession.id)
                .join(VaccinationSession, VaccinationSession.facility_id == Facility.id)
                .where(Facility.regency_code == "35.78", VaccinationSession.starts_at > self.now + timedelta(days=2))
                .order_by(Facility.id, VaccinationSession.starts_at)
                .limit(2)
            ).all()

    def nik(self, number: int) -> str:
        """Sixteen digits, different for each number, of a woman or man born between 1950 and 2005."""
        born = date(1950, 1, 1) + timedelta(days=number % 20_000)
        serial = 9000 + number // 20_000
        return f"357804{born:%d%m%y}{serial}"

    def grow(self, size: int) -> None:
        """Add people until there are so many."""
        while self.size < size:
            numbers = range(self.size, min(size, self.size + _BATCH))
            with transaction() as session:
                self._add(session, numbers)
            self.size = numbers.stop
        with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))

    def _add(self, session: Any, numbers: range) -> None:
        contacts = [
            {"key": f"bench{number:08}", "phone": f"62800{number:07}", "phone_index": phone_index(f"62800{number:07}")}
            for number in numbers
        ]
        contact_ids = _ids(session, Contact, contacts)
        people = [_person(self.nik(number), number) for number in numbers]
        person_ids = _ids(session, Person, people)
        pairs = list(zip(contact_ids, person_ids, numbers, strict=True))
        session.execute(
            insert(ContactPerson), [{"contact_id": c, "person_id": p, "relation": "self"} for c, p, _ in pairs]
        )
        session.execute(
            insert(Consent),
            [
                {
                    "contact_id": c,
                    "person_id": p,
                    "purpose": "registration",
                    "version": "2026-11",
                    "given_at": self.now,
                    "message_id": f"bench.{number}",
                }
                for c, p, number in pairs
            ],
        )
        registrations = [
            {
                "contact_id": c,
                "person_id": p,
                "status": "confirmed",
                "caused_by": f"bench.{number}",
                "answers": {"doses_received": 0},
                "outcome": "eligible",
                "rules_version": "2023-01-24",
            }
            for c, p, number in pairs
        ]
        registration_ids = _ids(session, Registration, registrations)
        session.execute(
            insert(Appointment),
            [
                {
                    "registration_id": registration,
                    "person_id": p,
                    "session_id": self.session_id,
                    "code": f"B{number:09}",
                    "status": "booked",
                    "caused_by": f"bench.{number}",
                }
                for registration, (_, p, number) in zip(registration_ids, pairs, strict=True)
            ],
        )
        session.execute(
            text("UPDATE session SET booked = booked + :more WHERE id = :id"),
            {"more": len(pairs), "id": self.session_id},
        )

    # ------------------------------------------------------------------ what is timed
    def calls(self) -> Mapping[str, Callable[[], object]]:
        """One call each, of somebody drawn anew every time, in a transaction of its own."""
        return {
            "find by NIK": lambda: self._in(lambda registry: registry.find(self.nik(self._someone()), now=self.now)),
            "my people": lambda: self._in(lambda registry: registry.mine(self._key(), now=self.now)),
            "places near": lambda: self._in(lambda registry: registry.facilities("35.78", "35.78.04", now=self.now)),
            "sessions of a place": lambda: self._in(lambda registry: registry.sessions(self.facility_id, self.now)),
            "register and book": self._register,
            "move": self._move,
            "cancel": self._cancel,
        }

    def time(self, calls: int) -> dict[str, Spread]:
        """How long each call takes, the commit included."""
        spreads = {}
        for name, call in self.calls().items():
            took = []
            for number in range(calls + calls // 10):
                began = time.perf_counter()
                call()
                # The first tenth warms caches and connections.
                if number >= calls // 10:
                    took.append(time.perf_counter() - began)
            spreads[name] = Spread.of(took)
        return spreads

    def _someone(self) -> int:
        return self.chance.randrange(self.size)

    def _key(self) -> str:
        return f"bench{self._someone():08}"

    def _in(self, work: Callable[[LocalRegistry], object]) -> object:
        with transaction() as session:
            return work(LocalRegistry(session))

    def _register(self) -> None:
        self.fresh += 1
        # Beyond all that were added in bulk, however many those become.
        number = 10_000_000 + self.fresh
        born = date(1960, 1, 1) + timedelta(days=self.fresh % 15_000)
        submission = Submission(
            contact_key=self._key(),
            relation="other",
            nik=f"357805{born:%d%m%y}{9000 + self.fresh // 15_000}",
            birth_date=born,
            birth_date_matches_nik=True,
            name=f"Warga Uji {number}",
            regency_code="35.78",
            district_code="35.78.04",
            answers={"doses_received": 0},
            outcome="eligible",
            rules_version="2023-01-24",
            session_id=self.session_id,
            consent_version="2026-11",
            consented_at=self.now,
            message_id=f"bench.{number}",
            at=self.now,
        )
        self._in(lambda registry: registry.register(submission))

    def _move(self) -> None:
        number = self._someone()
        self._in(
            lambda registry: registry.move(
                f"bench{number:08}", f"B{number:09}", self.other_session_id, f"bench.move.{number}", self.now
            )
        )

    def _cancel(self) -> None:
        number = self._someone()
        self._in(
            lambda registry: registry.cancel(f"bench{number:08}", f"B{number:09}", f"bench.cancel.{number}", self.now)
        )

    # ------------------------------------------------------------------ plans
    def read_whole(self) -> set[str]:
        """The growing tables that any statement of these calls reads from end to end, each with its call."""
        found: set[str] = set()
        for name, call in self.calls().items():
            for statement, values in _statements(call):
                for table in _tables_read_whole(statement, values):
                    found.add(f"{name}: {table}")
        return found


def _person(nik: str, number: int) -> dict[str, Any]:
    born = date(1950, 1, 1) + timedelta(days=number % 20_000)
    return {
        "nik": nik,
        "nik_index": nik_index(nik),
        "name": f"Warga Uji {number:03}",
        "birth_date": born.isoformat(),
        "sex": "L",
        "regency_code": "35.78",
        "district_code": "35.78.04",
    }


def _ids(session: Any, table: Any, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert rows and tell their ids, in the order of the rows."""
    return sorted(session.scalars(insert_rows(table, rows).returning(table.id)))


def _statements(call: Callable[[], object]) -> list[tuple[str, Any]]:
    """What a call asks of the database."""
    heard: list[tuple[str, Any]] = []

    def hear(_: Any, __: Any, statement: str, values: Any, ___: Any, many: bool) -> None:
        if not many and statement.lstrip().upper().startswith(("SELECT", "UPDATE", "INSERT", "DELETE", "WITH")):
            heard.append((statement, values))

    event.listen(engine(), "before_cursor_execute", hear)
    try:
        call()
    finally:
        event.remove(engine(), "before_cursor_execute", hear)
    return heard


def _tables_read_whole(statement: str, values: Any) -> set[str]:
    with engine().connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", values).scalar_one()
        connection.rollback()
    return set(_seq_scans(plan[0]["Plan"])) & GROWING


def _seq_scans(node: Mapping[str, Any]) -> Iterator[str]:
    if node["Node Type"] == "Seq Scan":
        yield node["Relation Name"]
    for child in node.get("Plans", ()):
        yield from _seq_scans(child)


if __name__ == "__main__":
    typer.run(main)
