"""Labels say what was written down beforehand, whoever counts what."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client import generate_latest
from prometheus_client.metrics_core import Metric

from siaga.watch import metrics
from siaga.watch.families import OTHER, REGISTRY, Counts, Spread
from tests.planted.values import planted

OURS = {name: one for name, one in vars(metrics).items() if isinstance(one, (Counts, Spread))}
PLANTED = sorted({one.value for one in planted()} | {one.written for one in planted()})
ANYTHING = st.one_of(st.text(), st.sampled_from(PLANTED))


def families() -> Iterator[Metric]:
    return (family for family in REGISTRY.collect() if family.name.startswith("siaga_"))


def label_values() -> set[str]:
    return {value for family in families() for one in family.samples for value in one.labels.values()}


KNOWN = label_values()


@given(said=st.lists(ANYTHING, min_size=2, max_size=2))
@settings(deadline=None, max_examples=60)
def test_no_word_that_somebody_wrote_becomes_a_label(said: list[str]) -> None:
    for name, family in OURS.items():
        assert len(family.labels) <= len(said), name
        words = said[: len(family.labels)]
        if isinstance(family, Counts):
            family.add(*words)
        else:
            family.see(0.5, *words)
    metrics.done(said[0])

    assert label_values() - KNOWN <= metrics.WORKS


def test_nothing_that_was_planted_is_in_what_is_told() -> None:
    for value in PLANTED:
        metrics.STATUSES.add(value)
        metrics.REFUSED.add(value, value)
    told = generate_latest(REGISTRY).decode()
    assert [value for value in PLANTED if value in told] == []
    assert re.search(rf'siaga_refused_total{{door="{OTHER}",why="{OTHER}"}} [1-9]', told)


def test_one_unknown_word_leaves_the_known_one() -> None:
    metrics.REFUSED.add("desk", "because")
    assert REGISTRY.get_sample_value("siaga_refused_total", {"door": "desk", "why": OTHER}) == 1


def test_each_figure_is_there_before_it_is_counted() -> None:
    assert REGISTRY.get_sample_value("siaga_turns_total", {"outcome": "lost"}) is not None
    assert REGISTRY.get_sample_value("siaga_latency_seconds_count", {"part": "outbox"}) is not None


def test_what_took_less_than_nothing_took_nothing() -> None:
    before = REGISTRY.get_sample_value("siaga_latency_seconds_sum", {"part": "queue"})
    metrics.LATENCY.see(-5.0, "queue")
    assert REGISTRY.get_sample_value("siaga_latency_seconds_sum", {"part": "queue"}) == before
