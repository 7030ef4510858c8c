"""What stands in the database, as figures: right, read by one statement, and by indexes where rows are many."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

from prometheus_client import CollectorRegistry
from sqlalchemy import event, text

from siaga.db import engine, transaction
from siaga.db.audit import note
from siaga.handoffs.tables import HandOff
from siaga.people.tables import Contact, Notice
from siaga.radar.tables import RadarImport
from siaga.turns import inbox, outbox, pauses, quarantine
from siaga.turns.messages import Draft, Oddity
from siaga.turns.tables import InboundMessage, Lane
from siaga.watch import figures
from tests.turns.people import text as said

WIB = ZoneInfo("Asia/Jakarta")
LARGE = frozenset({"inbound_message", "outbound_message", "lane", "hand_off", "notice", "audit"})
"""Tables with more rows than anybody should read for a figure."""


def told(collector: figures.Figures | None = None) -> dict[str, float]:
    registry = CollectorRegistry()
    registry.register(collector or figures.Figures())
    return {
        one.name + ("" if not one.labels else "/" + "/".join(one.labels.values())): one.value
        for family in registry.collect()
        for one in family.samples
    }


def ago(**what: float) -> datetime:
    return datetime.now(timezone.utc) - timedelta(**what)


def test_where_nothing_ever_was_nothing_waits_and_data_is_infinitely_old(database: str) -> None:
    found = told()
    assert found["siaga_figures_up"] == 1
    assert found["siaga_messages_waiting"] == found["siaga_oldest_waiting_seconds"] == found["siaga_lanes/ready"] == 0
    assert {name: age for name, age in found.items() if name.startswith("siaga_data_age")} == {
        f"siaga_data_age_seconds/{what}": math.inf for what in ("radar", "content", "people", "backup")
    }


def test_everything_is_counted(database: str) -> None:
    with transaction() as session:
        inbox.receive(session, [said(phone=f"62800000000{n}") for n in range(1, 7)])
        quarantine.keep(session, [Oddity("no field", {"a": 1})])
        pauses.pause(session, "whatsapp", 60.0, 190)
    with transaction() as session:
        people = [one.id for one in session.query(Contact).order_by(Contact.id)]
        first = session.query(InboundMessage).order_by(InboundMessage.id).first()
        first.received_at = ago(minutes=10)
        session.query(InboundMessage).filter_by(contact_id=people[5]).update({"status": "parked"})
        lanes = {lane.contact_id: lane for lane in session.query(Lane)}
        lanes[people[0]].ready_at = ago(minutes=9)
        lanes[people[1]].ready_at = lanes[people[1]].settle_until = ago(minutes=-1)
        lanes[people[2]].ready_at, lanes[people[2]].settle_until = ago(minutes=-1), None
        lanes[people[3]].ready_at, lanes[people[3]].lease_owner = ago(minutes=-1), "w"
        lanes[people[4]].ready_at, lanes[people[4]].lease_owner = ago(minutes=1), "w"
        lanes[people[5]].ready_at = None
        outbox.put_all(session, people[0], [Draft({"type": "text"}), Draft({"type": "text"})])
        when = ago(hours=2)
        for contact, state in zip(people, ("waiting", "held"), strict=False):
            session.add(
                HandOff(
                    contact_id=contact, reason="asked", state=state, caused_by=str(contact), opened_at=when,
                    waiting_since=when, held_by="relawan", danger_at=when if state == "waiting" else None,
                )
            )  # fmt: skip
        session.add(
            Notice(contact_id=people[0], kind="x", about="1", values={}, zone="Asia/Jakarta",
                   due_at=ago(hours=1), until=ago(hours=-9))
        )  # fmt: skip
        session.add(
            RadarImport(shape="x", source="s", said_by="s", file="f", digest="0", disease="covid",
                        last_day=ago(days=3).astimezone(WIB).date(), taken=1)
        )  # fmt: skip
        note(session, "command", "backup.make", {})

    found = told()

    assert found["siaga_messages_waiting"] == 5
    assert found["siaga_messages_parked"] == found["siaga_quarantined"] == found["siaga_channels_paused"] == 1
    assert 595 < found["siaga_oldest_waiting_seconds"] < 660
    assert 535 < found["siaga_oldest_lane_seconds"] < 600
    states = ("ready", "settling", "resting", "worked", "abandoned")
    assert [found[f"siaga_lanes/{state}"] for state in states] == [1, 1, 1, 1, 1]
    assert [found[f"siaga_outbox/{state}"] for state in ("queued", "sending", "unknown")] == [2, 0, 0]
    assert [found[f"siaga_handoffs/{state}"] for state in ("waiting", "held", "danger")] == [1, 1, 1]
    assert 7190 < found["siaga_oldest_handoff_seconds"] < 7300
    assert 3590 < found["siaga_oldest_notice_seconds"] < 3700
    # A day's figures are as old as its end.
    assert 2 <= found["siaga_data_age_seconds/radar"] / 86400 < 3.01
    assert found["siaga_data_age_seconds/backup"] < 60
    assert found["siaga_audit_place"] == 1
    assert found["siaga_audit_unsealed"] == 0


def test_it_is_one_statement_and_its_answer_holds_some_seconds(database: str) -> None:
    seen: list[str] = []
    now = [0.0]
    collector = figures.Figures(clock=lambda: now[0])
    event.listen(engine(), "before_cursor_execute", lambda *args: seen.append(args[2]))

    for moment in (0.0, figures.KEEP_SECONDS - 1, figures.KEEP_SECONDS + 1):
        now[0] = moment
        told(collector)

    assert [one for one in seen if not one.startswith("SET LOCAL")] == [seen[1]] * 2


def test_without_the_database_there_are_no_figures_and_that_is_told() -> None:
    def away() -> Mapping[str, Any]:
        raise OSError

    assert told(figures.Figures(away)) == {"siaga_figures_up": 0.0}


def test_how_far_the_replica_is_behind_is_told_where_there_is_one() -> None:
    def away() -> float:
        raise OSError

    row = dict.fromkeys(column for figure in figures.FIGURES for column in figure.columns)
    for lag, seen in ((lambda: 1.5, 1.5), (away, math.inf), (lambda: None, None)):
        assert told(figures.Figures(lambda: row, lag=lag)).get("siaga_replica_lag_seconds") == seen


def test_large_tables_are_reached_by_indexes_only(database: str) -> None:
    with transaction() as session:
        inbox.receive(session, [said(phone=f"62800000001{n}") for n in range(3)])
        session.execute(
            text(
                "INSERT INTO contact (key) SELECT 'many' || n FROM generate_series(1, 4000) AS n;"
                "INSERT INTO lane (contact_id, channel) SELECT id, 'whatsapp' FROM contact WHERE key LIKE 'many%';"
                "INSERT INTO inbound_message (key, contact_id, at, kind, status) "
                "SELECT 'k' || id || '.' || n, id, now(), 'text', 'done' FROM contact, generate_series(1, 3) AS n;"
                "INSERT INTO outbound_message (id, contact_id, channel, seq, status) "
                "SELECT 'o' || id || '.' || n, id, 'whatsapp', n, 'read' FROM contact, generate_series(1, 3) AS n;"
                "INSERT INTO hand_off (contact_id, reason, state, caused_by, opened_at, waiting_since, closed_at) "
                "SELECT id, 'asked', 'closed', 'h' || id, now(), now(), now() FROM contact;"
                "INSERT INTO notice (contact_id, kind, about, values, zone, due_at, until, status) "
                "SELECT id, 'x', '1', '\\x00', 'UTC', now(), now(), 'sent' FROM contact;"
                "INSERT INTO audit (at, actor, action, detail, place, seal) "
                "SELECT now() - n * interval '1 hour', 'x', 'x', '{}', n, '\\x00' FROM generate_series(1, 4000) AS n;"
            )
        )
    with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
        plan = connection.execute(
            text("EXPLAIN (FORMAT JSON) " + figures.STATEMENT), {"most": figures.MOST}
        ).scalar_one()

    read = list(nodes(plan[0]["Plan"] if not isinstance(plan, str) else json.loads(plan)[0]["Plan"]))
    assert {node["Relation Name"] for node in read if node["Node Type"] == "Seq Scan"} & LARGE == set()
    assert {node["Index Name"] for node in read if "Index Name" in node} >= {
        "ix_inbound_message_waiting",
        "ix_inbound_message_parked",
        "ix_outbound_message_open",
        "ix_notice_due",
        "ix_audit_unsealed",
        "ix_audit_at",
    }
    assert {node["Index Name"] for node in read if str(node.get("Index Name")).startswith("ix_lane_")}


def nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for inner in plan.get("Plans", []):
        yield from nodes(inner)
