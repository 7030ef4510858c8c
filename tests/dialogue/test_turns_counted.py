"""A turn is counted in the transaction that ends it: once, however often it was run."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

from rasa.core.agent import Agent
from sqlalchemy import func, select, update

from siaga.db import transaction
from siaga.dialogue.broker import TurnBroker
from siaga.dialogue.worker import Worker
from siaga.people.tables import Contact
from siaga.tallies.tables import Tally, TallyPerson
from siaga.turns import inbox
from siaga.turns.messages import Incoming
from tests.dialogue.actions import Actions
from tests.dialogue.test_worker import _worked
from tests.turns import people

Start = Callable[..., Awaitable[Worker]]


def _receive(*messages: Incoming) -> None:
    with transaction() as session:
        inbox.receive(session, list(messages))


def _tallies() -> dict[tuple[str, str], int]:
    with transaction() as session:
        rows = session.execute(select(Tally.what, Tally.key, func.sum(Tally.n)).group_by(Tally.what, Tally.key))
        return {(row.what, row.key): int(row[2]) for row in rows}


async def test_a_turn_that_is_run_again_is_counted_once(start_worker: Start, agent: Agent, actions: Actions) -> None:
    agent.tracker_store._tracker_store.event_broker = TurnBroker()
    actions.plan = [(500, {"error": "x"})]
    _receive(people.text("halo"), people.text("halo", "628000000002"))
    await start_worker(agent)
    await _worked()
    assert _tallies() == {
        ("message", ""): 2,
        ("answer", ""): 2,
        ("conversation", ""): 2,
        ("turn", "other"): 2,
        ("use", "other"): 2,
    }
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(TallyPerson)) == 2


async def test_the_next_turn_is_of_the_same_conversation(start_worker: Start, agent: Agent) -> None:
    agent.tracker_store._tracker_store.event_broker = TurnBroker()
    await start_worker(agent)
    for body in ("halo", "halo"):
        _receive(people.text(body))
        await _worked()
    assert _tallies() == {
        ("message", ""): 2,
        ("answer", ""): 2,
        ("conversation", ""): 1,
        ("turn", "other"): 2,
        ("use", "other"): 1,
    }


async def test_what_is_only_tried_out_is_not_counted(start_worker: Start, agent: Agent) -> None:
    _receive(people.text("halo"))
    with transaction() as session:
        session.execute(update(Contact).values(preview=True))
    await start_worker(agent)
    await _worked()
    assert _tallies() == {}


async def test_messages_are_counted_in_the_hour_in_which_they_were_written(start_worker: Start, agent: Agent) -> None:
    then = people.AT - timedelta(hours=30)
    _receive(Incoming("wamid.late", then, "text", {"text": "halo"}, "628000000001"))
    await start_worker(agent)
    await _worked()
    with transaction() as session:
        days = set(session.scalars(select(Tally.day)))
    assert days == {(then + timedelta(hours=7)).date()}
