"""What stands in the database, read when somebody asks for the figures: by one statement, whose answer holds a while.

Every count has a bound, so that asking costs little on the worst morning, too: where it stands, it may be more.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import text

from siaga.db import replica, transaction

MOST = 100_000
"""No more rows of a kind than this are counted. With more messages waiting, their age is that of the oldest seen."""
KEEP_SECONDS = 10.0
_LIMIT_SECONDS = 3

# The rows in question are few, found by partial indexes, and read once. What is looked at in all of its rows is small.
STATEMENT = """
WITH waiting AS MATERIALIZED (
    SELECT id FROM inbound_message WHERE status = 'waiting' LIMIT :most
), busy AS MATERIALIZED (
    SELECT ready_at, settle_until, lease_owner, failures FROM lane WHERE ready_at IS NOT NULL LIMIT :most
), leaving AS MATERIALIZED (
    SELECT status, created_at FROM outbound_message WHERE status IN ('queued', 'sending', 'unknown') LIMIT :most
), open AS MATERIALIZED (
    SELECT state, waiting_since, danger_at FROM hand_off WHERE state <> 'closed' LIMIT :most
)
SELECT
    now() AS now,
    (SELECT count(*) FROM waiting) AS messages_waiting,
    (SELECT received_at FROM inbound_message WHERE id = (SELECT min(id) FROM waiting)) AS oldest_waiting,
    (SELECT count(*) FROM (SELECT 1 FROM inbound_message WHERE status = 'parked' LIMIT :most) AS part) AS parked,
    (SELECT count(*) FROM (SELECT 1 FROM quarantine LIMIT :most) AS part) AS quarantined,
    lanes.*, outbox.*, people.*,
    (SELECT count(*) FROM channel_state WHERE paused_until > now()) AS channels_paused,
    (SELECT min(due_at) FROM notice WHERE status = 'planned' AND due_at < now()) AS oldest_notice,
    (SELECT count(*) FROM (SELECT 1 FROM registry_write WHERE status = 'waiting' LIMIT :most) AS part)
        AS registry_waiting,
    (SELECT count(*) FROM (
        SELECT 1 FROM audit WHERE seal IS NULL AND at < now() - interval '1 minute' LIMIT :most
    ) AS part) AS audit_unsealed,
    (SELECT max(place) FROM audit) AS audit_place,
    (SELECT (max(last_day) + 1)::timestamp AT TIME ZONE 'Asia/Jakarta' FROM radar_import
        WHERE NOT sample AND undone_at IS NULL) AS radar_age,
    (SELECT max(at) FROM content_release WHERE undone_at IS NULL) AS content_age,
    (SELECT max(at) FROM import_run WHERE kind = 'people') AS people_age,
    (SELECT at FROM audit WHERE action = 'backup.make' AND at > now() - interval '7 days'
        ORDER BY at DESC LIMIT 1) AS backup_age
FROM (
    SELECT
        count(*) FILTER (WHERE lease_owner IS NULL AND ready_at <= now()) AS lanes_ready,
        count(*) FILTER (WHERE lease_owner IS NULL AND ready_at > now() AND settle_until >= ready_at) AS lanes_settling,
        count(*) FILTER (WHERE lease_owner IS NULL AND ready_at > now() AND settle_until IS NULL) AS lanes_resting,
        count(*) FILTER (WHERE lease_owner IS NOT NULL AND ready_at >= now()) AS lanes_worked,
        count(*) FILTER (WHERE lease_owner IS NOT NULL AND ready_at < now()) AS lanes_abandoned,
        -- danger is put before its time: until when it was waited for more is close enough
        min(CASE WHEN ready_at < now() - interval '15 days' THEN least(settle_until, now()) ELSE ready_at END)
            FILTER (WHERE lease_owner IS NULL AND ready_at <= now()) AS oldest_lane
    FROM busy
) AS lanes, (
    SELECT
        count(*) FILTER (WHERE status = 'queued') AS outbox_queued,
        count(*) FILTER (WHERE status = 'sending') AS outbox_sending,
        count(*) FILTER (WHERE status = 'unknown') AS outbox_unknown,
        min(created_at) AS oldest_outgoing
    FROM leaving
) AS outbox, (
    SELECT
        count(*) FILTER (WHERE state = 'waiting') AS handoffs_waiting,
        count(*) FILTER (WHERE state = 'held') AS handoffs_held,
        count(*) FILTER (WHERE state = 'waiting' AND danger_at IS NOT NULL) AS handoffs_danger,
        min(waiting_since) FILTER (WHERE state = 'waiting') AS oldest_handoff
    FROM open
) AS people
"""


@dataclass(frozen=True)
class Figure:
    """A figure by the columns that it is made of; ``ages``: columns hold times, and their age in seconds is told.

    The age of what has never been is infinite; that of what waits is 0 where nothing does.
    """

    name: str
    told: str
    columns: Mapping[str, str]
    """what its label says, by column; of a figure without a label one column, which says nothing"""
    label: str | None = None
    ages: bool = False
    never: float = 0.0


FIGURES = (
    Figure("siaga_messages_waiting", "Messages that have not had their turn", {"messages_waiting": ""}),
    Figure("siaga_oldest_waiting_seconds", "Since when the oldest message waits", {"oldest_waiting": ""}, ages=True),
    Figure("siaga_oldest_lane_seconds", "For how long the next contact's turn could have begun: the age of the queue",
           {"oldest_lane": ""}, ages=True),
    Figure(
        "siaga_lanes",
        "Contacts for whom something waits: ready; settling (more may be typed); resting (after a failure); worked; "
        "abandoned (the worker is gone)",
        {f"lanes_{state}": state for state in ("ready", "settling", "resting", "worked", "abandoned")},
        "state",
    ),
    Figure("siaga_messages_parked", "Messages that were given up, for an operator to look at", {"parked": ""}),
    Figure("siaga_quarantined", "Webhooks that could not be understood, for people to look at", {"quarantined": ""}),
    Figure(
        "siaga_outbox",
        "Messages of ours that are not sent: queued, being sent, or with unknown fate",
        {f"outbox_{state}": state for state in ("queued", "sending", "unknown")},
        "state",
    ),
    Figure("siaga_oldest_outgoing_seconds", "Since when the oldest of them waits", {"oldest_outgoing": ""}, ages=True),
    Figure("siaga_channels_paused", "Channels that nothing is sent by for now", {"channels_paused": ""}),
    Figure(
        "siaga_handoffs",
        "Conversations that wait for a person, that a person holds, and those waiting that told of danger",
        {f"handoffs_{state}": state for state in ("waiting", "held", "danger")},
        "state",
    ),
    Figure("siaga_oldest_handoff_seconds", "Since when a person is waited for", {"oldest_handoff": ""}, ages=True),
    Figure("siaga_oldest_notice_seconds", "How late the oldest notice is", {"oldest_notice": ""}, ages=True),
    Figure("siaga_registry_waiting", "What an outside registry has still to be told", {"registry_waiting": ""}),
    Figure("siaga_audit_unsealed", "Rows of the audit log that nobody has sealed", {"audit_unsealed": ""}),
    Figure("siaga_audit_place", "How far the audit log's chain goes; it never goes back", {"audit_place": ""}),
    Figure(
        "siaga_data_age_seconds",
        "Since when there has been nothing new: the last day of the radar's figures, content, official lists, backups "
        "(of the last seven days)",
        {f"{what}_age": what for what in ("radar", "content", "people", "backup")},
        "what",
        ages=True,
        never=math.inf,
    ),
)  # fmt: skip
_UP = "siaga_figures_up", "Whether the database told the figures; without it there are none"
_LAG = "siaga_replica_lag_seconds", "How far the replica is behind that figures are read from, where there is one"


class Figures(Collector):
    """The figures of the whole system, the same whichever process tells them: one kind of process does."""

    def __init__(
        self,
        ask: Callable[[], Mapping[str, Any]] | None = None,
        clock: Callable[[], float] = time.monotonic,
        lag: Callable[[], float | None] = replica.lag,
    ) -> None:
        self._ask = ask or read
        self._clock = clock
        self._lag = lag
        self._lock = Lock()
        self._kept: tuple[float, Mapping[str, Any] | None, float | None] | None = None

    def describe(self) -> list[Metric]:
        """Their names, without asking."""
        return [GaugeMetricFamily(*_UP), GaugeMetricFamily(*_LAG), *(_family(figure) for figure in FIGURES)]

    def collect(self) -> Iterator[Metric]:
        """The figures, no older than some seconds."""
        row, lag = self._row()
        yield GaugeMetricFamily(*_UP, value=0.0 if row is None else 1.0)
        if row is None:
            return
        if lag is not None:
            yield GaugeMetricFamily(*_LAG, value=lag)
        for figure in FIGURES:
            family = _family(figure)
            for column, word in figure.columns.items():
                family.add_metric([word] if figure.label else [], _value(figure, row, column))
            yield family

    def _row(self) -> tuple[Mapping[str, Any] | None, float | None]:
        with self._lock:
            now = self._clock()
            if self._kept is None or now - self._kept[0] > KEEP_SECONDS:
                try:
                    row = self._ask()
                except Exception:
                    # Whatever is wrong, readiness tells it.
                    row = None
                self._kept = now, row, None if row is None else self._behind()
            return self._kept[1:]

    def _behind(self) -> float | None:
        """Of a replica that does not answer nobody can say how far it is behind: infinitely, then."""
        try:
            return self._lag()
        except Exception:
            return math.inf


def read() -> Mapping[str, Any]:
    """One row: counts and times, by column.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: the database is away, or took too long.
    """
    with transaction() as session:
        session.execute(text(f"SET LOCAL statement_timeout = '{_LIMIT_SECONDS}s'"))
        return dict(session.execute(text(STATEMENT), {"most": MOST}).mappings().one())


def _family(figure: Figure) -> GaugeMetricFamily:
    return GaugeMetricFamily(figure.name, figure.told, labels=[figure.label] if figure.label else None)


def _value(figure: Figure, row: Mapping[str, Any], column: str) -> float:
    found = row[column]
    if not figure.ages:
        return float(found or 0)
    return figure.never if found is None else max(0.0, (row["now"] - found).total_seconds())
