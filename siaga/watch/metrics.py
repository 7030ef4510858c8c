"""What is counted while it happens, each figure with all that its labels may say. `docs/watching.md` tells them all."""

from __future__ import annotations

import time

from prometheus_client import Gauge, ProcessCollector

from siaga.watch.families import REGISTRY, Counts, Spread

# The process itself: processor time, memory, open files.
ProcessCollector(registry=REGISTRY)

_SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0)
PARTS = ("webhook", "queue", "understanding", "dialogue", "action", "commit", "turn", "outbox", "send")
LATENCY = Spread(
    "siaga_latency_seconds",
    "How long each part of a way takes: webhook until it is kept; queue until its turn begins, understanding; "
    "dialogue with actions; one action; commit; the whole turn; outbox until sending begins; send until accepted",
    _SECONDS,
    {"part": PARTS},
)

TURNS = Counts(
    "siaga_turns",
    "Turns by how they ended: answered, silent (a person has the conversation), failed, outage (of the action server), "
    "lost (the lane was taken over), cut (the database was away)",
    {"outcome": ("answered", "silent", "failed", "outage", "lost", "cut")},
)
CONFIDENCE = Spread(
    "siaga_understanding_confidence",
    "How sure the understanding was, of texts",
    (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0),
)
UNDERSTOOD = Counts(
    "siaga_understood",
    "Texts by how they were understood: meaning (one of ours), fallback (not sure), out_of_scope",
    {"how": ("meaning", "fallback", "out_of_scope")},
)
ACTIONS = Counts(
    "siaga_action_calls",
    "Calls of the action server by how they ended: done, rejected (a form hands the message on), away, failed",
    {"outcome": ("done", "rejected", "away", "failed")},
)

WEBHOOKS = Counts(
    "siaga_webhooks",
    "Webhooks by what became of them: kept, unkept (the channel delivers it again), forged, turned_away (too many)",
    {"outcome": ("kept", "unkept", "forged", "turned_away")},
)
RECEIVED = Counts(
    "siaga_received",
    "What webhooks brought; unread: messages beyond what one contact may have waiting",
    {"what": ("message", "status", "alias_change", "preference", "oddity", "unread")},
)
STATUSES = Counts(
    "siaga_statuses",
    "How far the channel says messages of ours have come",
    {"status": ("sent", "delivered", "read", "failed")},
)

VERDICTS = tuple("retry retry_contact retry_late retry_once pause window blocked opted_out unreachable drop".split())
SENDS = Counts(
    "siaga_sends",
    "Tries to send a message by how they ended; refusals by what they mean (siaga.turns.messages.Verdict); away: the "
    "channel was not reached; unsure: no answer came; picture_gone",
    {"outcome": ("accepted", "away", "unsure", "picture_gone", *VERDICTS)},
)
FILES = Counts(
    "siaga_files",
    "Files that citizens sent, by what became of fetching them",
    {"outcome": ("kept", "refused", "gone", "later")},
)

DOORS = ("webhook", "desk", "actions", "rasa_api")
REFUSED = Counts(
    "siaga_refused",
    "Who was turned away at which door, and why: without a signature or token, or too often",
    {"door": DOORS, "why": ("unsigned", "often")},
)

WORKS = frozenset(
    (
        "sweep",
        "figures",
        "places",
        "validation",
        "hand-offs",
        "tallies",
        "audit head",
        "notices",
        "wishes",
        "erased list",
    )
)
_DONE = Gauge(
    "siaga_work_done_timestamp_seconds",
    "When each kind of work that recurs was last done without a fault by this process, in seconds since 1970",
    ["work"],
    registry=REGISTRY,
)


def done(work: str) -> None:
    """A kind of work that recurs was done now; one that is not in ``WORKS`` is not told."""
    if work in WORKS:
        _DONE.labels(work).set(time.time())
