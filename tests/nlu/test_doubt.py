"""Which examples get the slow vector."""

from __future__ import annotations

import numpy as np

from siaga.nlu.doubt import doubtful


def _learned_without_each(features: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """By how much the likeliest class of each example leads, when all others have taught it."""
    rows = np.hstack([features * 4, np.ones((len(features), 1))])
    right = np.eye(classes.max() + 1)[classes]
    leads = []
    for place in range(len(rows)):
        others = np.delete(rows, place, axis=0)
        taught = np.linalg.solve(
            others.T @ others + 20 * np.eye(rows.shape[1]), others.T @ np.delete(right, place, axis=0)
        )
        second, first = np.sort(rows[place] @ taught)[-2:]
        leads.append(first - second)
    return np.array(leads)


def test_each_example_is_judged_by_the_others() -> None:
    random = np.random.default_rng(1)
    classes = random.integers(0, 4, 60)
    features = random.normal(size=(60, 5)) + np.eye(5)[classes] * 2
    leads = _learned_without_each(features, classes)
    assert set(doubtful(features, classes, 0.25)) == set(np.argsort(leads)[:15])


def test_none_and_all() -> None:
    features, classes = np.eye(6), np.array([0, 1, 2, 0, 1, 2])
    assert list(doubtful(features, classes, 0)) == []
    assert list(doubtful(features, classes, 1)) == list(range(6))
