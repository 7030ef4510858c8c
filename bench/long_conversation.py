"""``python -m bench.long_conversation``: whether a citizen of two years is served as fast as a new one.

Three citizens, new, of a month and of two years, with four turns a day: what was received and sent, notices, what was
not understood, hand-offs, opinions, and a conversation that was kept turn by turn. What is old was swept by the rules
of retention; a fourth has two years of which nothing was ever forgotten. A turn's parts that the past could make
slower are timed in one run, the citizens taking turns: opening it (all that is read), making Rasa's tracker, keeping
the new events, and ending it (all that is written). No model and no action server. Counted is also how many rows the
statements of a turn read, as PostgreSQL counts them.
"""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from random import Random
from types import SimpleNamespace
from typing import Any

import typer
from rasa.shared.core.conversation import Dialogue
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    BotUttered,
    Event,
    SlotSet,
    UserUttered,
    deserialise_events,
)
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy import insert, text, update
from sqlalchemy.orm import Session

from bench.database import own_database
from bench.measures import Machine, Spread, as_json
from bench.run import JSON, SEED, say
from siaga.db import engine, transaction
from siaga.dialogue import memory
from siaga.dialogue.spared import spare
from siaga.dialogue.turn import Spoken
from siaga.dialogue.work import Work, open_work
from siaga.dialogue.worker import Worker
from siaga.handoffs.tables import HandOff, HandOffMessage
from siaga.knowledge.tables import AnswerFeedback
from siaga.news.tables import NewsTold
from siaga.people.contacts import ensure_contact
from siaga.people.tables import Contact, Notice
from siaga.retention.sweeping import sweep
from siaga.settings import ROOT, settings
from siaga.turns import inbox, lanes, outbox, trackers
from siaga.turns.messages import Draft, Incoming, Option
from siaga.turns.tables import Dispatch, InboundMessage, OutboundMessage
from siaga.unclear.tables import UnclearMessage

TURNS_A_DAY = 4
DAYS = {"new": 0, "a month": 30, "two years": 730}
UNSWEPT = "two years, nothing forgotten"
PARTS = ("open the turn", "make the tracker", "keep the events", "end the turn")
# Others in the same tables, so that reading a whole table is not the quickest way to find somebody's rows.
CROWD = 400
_LISTEN = ActionExecuted("action_listen")
_ROWS_READ = text("SELECT relname, seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables")


def main(
    turns: int = typer.Option(100, help="How many turns of each citizen are timed."),
    chance: int = SEED,
    as_data: bool = JSON,
) -> None:
    """Seed the past of each citizen, sweep, and time turns."""
    machine = Machine.here()
    spare()
    # Nobody waits for more that may be being typed.
    os.environ["SIAGA_PAUSE_SECONDS"] = "0"
    # Nor is one who writes as often as is timed here turned away.
    os.environ["SIAGA_WAITING_MESSAGES"] = "1000000"
    with own_database("long"):
        random = Random(chance)
        house = House(random)
        for number in range(CROWD):
            house.citizen(f"other {number}", 3)
        citizens = [house.citizen(name, days) for name, days in DAYS.items()]
        swept = sweep(house.now)
        citizens.append(house.citizen(UNSWEPT, DAYS["two years"]))
        with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
        for _ in range(turns + 5):
            for citizen in citizens:
                house.turn(citizen)
    for citizen in citizens:
        citizen.forget_warm_up(5)
    new = citizens[0].total().p50
    lines = [str(machine), f"swept: {json.dumps({name: count for name, count in (swept or {}).items() if count})}"]
    lines.append(f"{'p50 / p99 in ms':34}" + "".join(f"{one.name:>30}" for one in citizens))
    for part in PARTS:
        cells = (Spread.of(one.seconds[part]) for one in citizens)
        lines.append(f"{part:34}" + "".join(f"{f'{cell.p50:.1f} / {cell.p99:.1f}':>30}" for cell in cells))
    lines.append(f"{'together':34}" + "".join(f"{one.total().p50:>30.1f}" for one in citizens))
    lines.append(f"{'by a new citizen':34}" + "".join(f"{f'{one.total().p50 / new:.2f} x':>30}" for one in citizens))
    lines.append(f"{'rows read, at most':34}" + "".join(f"{one.read():>30}" for one in citizens))
    lines += [
        f"{f'  of {table}':34}" + "".join(f"{max(each[table] for each in one.rows):>30}" for one in citizens)
        for table in sorted({table for one in citizens for each in one.rows for table in each})
    ]
    lines.append(f"{'events stored, kB of them':34}" + "".join(f"{one.stored:>30}" for one in citizens))
    told = ", ".join(
        f"{one.name} {one.total().p50:.1f} ms ({one.total().p50 / new:.2f} x), {one.read()} rows read"
        for one in citizens
    )
    row = (
        f"| what the past could slow down of a turn, p50 | {told} | `python -m bench.long_conversation` "
        f"| {machine.date}, {machine.code} |"
    )
    data = as_json(machine=machine) | {
        "ms": {one.name: {part: as_json(x=Spread.of(one.seconds[part]))["x"] for part in PARTS} for one in citizens},
        "rows_read": {one.name: one.read() for one in citizens},
    }
    say(as_data, data, lines, row)


@dataclass
class Citizen:
    """Somebody, and how long the parts of their turns took."""

    name: str
    contact_id: int
    key: str
    phone: str
    seconds: dict[str, list[float]] = field(default_factory=lambda: {part: [] for part in PARTS})
    rows: list[Counter[str]] = field(default_factory=list)
    stored: str = ""

    @property
    def is_new(self) -> bool:
        """Each turn is another's, who has never written before."""
        return self.name == "new"

    def forget_warm_up(self, turns: int) -> None:
        """Leave the first turns out."""
        for times in (*self.seconds.values(), self.rows):
            del times[:turns]

    def read(self) -> int:
        """The most rows that a turn has read."""
        return max(each.total() for each in self.rows)

    def total(self) -> Spread:
        """All parts of a turn together."""
        return Spread.of(map(sum, zip(*self.seconds.values(), strict=True)))


class Reading:
    """How many rows of each table statements have read."""

    def __init__(self) -> None:
        self.rows: Counter[str] = Counter()

    @contextmanager
    def of(self, session: Session) -> Iterator[None]:
        """Count what is read in between; the counters go on from one transaction to the next."""
        before = Counter(dict(session.execute(_ROWS_READ).all()))
        yield
        self.rows += Counter(dict(session.execute(_ROWS_READ).all())) - before


class House:
    """The database with citizens in it, and a worker without a model."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.now = datetime.now(timezone.utc)
        self.domain = Domain.load(str(ROOT / "domain.yml"))
        self.form = sorted(self.domain.form_names)[0]
        door = SimpleNamespace(name="whatsapp", apology=lambda _: None)
        self.worker = Worker(SimpleNamespace(), door)  # type: ignore[arg-type]
        self.numbers = 0

    def citizen(self, name: str, days: int) -> Citizen:
        """A citizen who has written so many days long, until today."""
        self.numbers += 1
        phone = f"62800{self.numbers:07}"
        with transaction() as session:
            contact = ensure_contact(session, phone=phone)
            one = Citizen(name, contact.id, contact.key, phone)
            if not days:
                return one
            begins = self.now - timedelta(days=days)
            session.execute(
                update(Contact).where(Contact.id == contact.id).values(created_at=begins, last_message_at=self.now)
            )
            moments = [
                begins + timedelta(days=day, hours=8 + hour) for day in range(days - 1) for hour in range(TURNS_A_DAY)
            ]
            self._messages(session, one, moments)
            self._others(session, one, moments)
            trackers.write(session, one.key, self._conversation(len(moments)), version=0)
        return one

    def _messages(self, session: Session, one: Citizen, moments: Sequence[datetime]) -> None:
        received = [
            {
                "key": f"{one.contact_id:016}{number:08}",
                "contact_id": one.contact_id,
                "at": at,
                "received_at": at,
                "kind": "text",
                "status": "done",
            }
            for number, at in enumerate(moments)
        ]
        ids = []
        for start in range(0, len(received), 1000):
            rows = insert(InboundMessage).values(received[start : start + 1000]).returning(InboundMessage.id)
            ids += session.execute(rows).scalars().all()
        option = {"id": "x.1", "label": "Ya", "payload": "/affirm"}
        sent = [
            {
                "id": f"{one.contact_id:08}{number:08}{part}",
                "contact_id": one.contact_id,
                "channel": "whatsapp",
                "seq": 2 * number + part + 1,
                "caused_by": ids[number],
                "options": [option] if part else None,
                "status": "read",
                "created_at": at,
                "status_at": at,
            }
            for number, at in enumerate(moments)
            for part in range(2)
        ]
        for start in range(0, len(sent), 1000):
            session.execute(insert(OutboundMessage).values(sent[start : start + 1000]))
        session.execute(
            insert(Dispatch).values(contact_id=one.contact_id, channel="whatsapp", last_seq=2 * len(moments))
        )

    def _others(self, session: Session, one: Citizen, moments: Sequence[datetime]) -> None:
        contact_id = one.contact_id
        for number, at in enumerate(moments[:: TURNS_A_DAY * 5]):
            about = f"{contact_id}:{number}"
            session.add(
                Notice(
                    contact_id=contact_id, kind="next_dose", about=about, values={}, zone="Asia/Jakarta",
                    due_at=at, until=at, status="sent",
                )
            )  # fmt: skip
            session.add(
                UnclearMessage(
                    contact_id=contact_id, message_key=about, at=at, text="apa ya", ranking=[],
                    forget_after=at + timedelta(days=90),
                )
            )  # fmt: skip
        for number, at in enumerate(moments[:: TURNS_A_DAY * 30]):
            about = f"{contact_id}:{number}"
            hand_off = HandOff(
                contact_id=contact_id, reason="asked", caused_by=about, opened_at=at, waiting_since=at,
                state="closed", closed_at=at,
            )  # fmt: skip
            session.add(hand_off)
            session.flush()
            for said in range(10):
                session.add(
                    HandOffMessage(
                        hand_off_id=hand_off.id,
                        author="citizen",
                        content={"text": "halo"},
                        message_key=f"{about}:{said}",
                    )
                )
            session.add(AnswerFeedback(contact_id=contact_id, answer_id=about, helpful=True, at=at, message_id=about))
            session.add(NewsTold(contact_id=contact_id, news_id=about, told_at=at, message_id=about))

    def _conversation(self, turns: int) -> list[dict[str, Any]]:
        """What is stored after so many turns, each kept as a worker does."""
        stored: list[dict[str, Any]] = []
        for number in range(turns):
            stored = self._kept(stored, self._events(number))
        return stored

    def _kept(self, stored: list[dict[str, Any]], events: Sequence[Event]) -> list[dict[str, Any]]:
        # Of what is stored only how much it is counts.
        return memory.keep(stored, [_LISTEN] * len(stored) + list(events), self.domain.slots)

    def _events(self, number: int) -> list[Event]:
        """Small talk, and every now and then a form that is begun, asked in between, and given up."""
        words = ["saya mau tanya", "halo", "terima kasih", "vaksin di mana ya", "anak saya demam"]
        user = UserUttered(
            self.chance.choice(words),
            intent={"name": "greet", "confidence": 0.9},
            input_channel="whatsapp",
            message_id=f"m{number}",
        )
        bot = BotUttered("Halo", metadata={"utter_action": "utter_greet"})
        match number % 6:
            case 0:
                does = [ActionExecuted(self.form), ActiveLoop(self.form), SlotSet("requested_slot", "nik"), bot]
            case 1:
                does = [ActionExecutionRejected(self.form), ActionExecuted("utter_greet"), bot]
                does += [ActionExecuted(self.form), SlotSet("requested_slot", "nik"), bot]
            case 2:
                ends = [ActiveLoop(None), SlotSet("requested_slot", None)]
                does = [ActionExecuted("action_deactivate_loop"), *ends, ActionExecuted("utter_greet"), bot]
            case _:
                does = [ActionExecuted("utter_greet"), bot]
        return [user, *does, ActionExecuted("action_listen")]

    def turn(self, one: Citizen) -> None:
        """A message arrives, its turn is opened, kept and ended."""
        self.numbers += 1
        if one.is_new:
            one.phone = f"62800{self.numbers:07}"
            with transaction() as session:
                contact = ensure_contact(session, phone=one.phone)
                one.contact_id, one.key = contact.id, contact.key
        with transaction() as session:
            at = datetime.now(timezone.utc)
            inbox.receive(session, [Incoming(f"wamid.{self.numbers}", at, "text", {"text": "halo"}, one.phone, None)])
        work: Work | None = None
        while work is None:
            # What has only just arrived is not always there to be claimed at the first look.
            reading, began = Reading(), time.perf_counter()
            with transaction() as session, reading.of(session):
                for lease in lanes.claim(session, "bench", 1, 10.0, channel="whatsapp"):
                    work = open_work(session, lease, settings())
        opened = time.perf_counter()
        assert work.key == one.key
        tracker = DialogueStateTracker(one.key, self.domain.slots)
        tracker.recreate_from_dialogue(Dialogue(one.key, deserialise_events(work.stored.events)))
        made = time.perf_counter()
        kept = memory.keep(work.stored.events, [*tracker.events, *self._events(self.numbers)], self.domain.slots)
        at_hand = time.perf_counter()
        drafts = [Draft({"type": "text", "text": {"body": "Halo"}}, (Option("x.1", "Ya", "/affirm"),))]
        spoken = Spoken(kept, drafts, outbox.new_key())
        with transaction() as session, reading.of(session):
            self.worker._commit(session, work, spoken, [], keep_lane=False)
            session.flush()
        ended = time.perf_counter()
        for part, took in zip(PARTS, (opened - began, made - opened, at_hand - made, ended - at_hand), strict=True):
            one.seconds[part].append(took)
        one.rows.append(reading.rows)
        one.stored = f"{len(kept)}, {len(json.dumps(kept)) / 1000:.0f} kB"
        # Sent, and read at once.
        with transaction() as session:
            session.execute(
                update(OutboundMessage)
                .where(OutboundMessage.contact_id == one.contact_id, OutboundMessage.status == "queued")
                .values(status="read", payload=None)
            )


if __name__ == "__main__":
    typer.run(main)
