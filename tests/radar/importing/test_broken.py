"""Whatever arrives is read or refused; no reader gives up in another way."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siaga.radar.importing import Refused
from tests.radar.importing.excerpts import daily, detail, load, office, prov, series, shares, text, update

ANSWERS = {"prov": prov(added=True), "update": update(), "detail": detail(undated=3), "data": shares()}
LINES = {"series": series(), "daily": daily(1), "office": [*office(), "AKHIR"]}
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.sampled_from(
        ["--5", "9999-12-31", "0001-01-01", "１２", 253402300799000, -1, 0, [], {}, [[]], {"value": {}}]
    ).map(copy.deepcopy),
)
CELLS = st.one_of(
    st.text(max_size=8), st.sampled_from(["01/02/0000", "00/00/2026", "9999-12-31", "-5", "9" * 5000, '"'])
)


def _paths(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(found for key, child in children for found in _paths(child, (*path, key)))]


def _read_or_refused(content: bytes | str, **more: Any) -> None:
    try:
        table = load(content, **more)
    except Refused as refused:
        assert refused.reasons
        assert all(reason.strip() for reason in refused.reasons)
    else:
        assert table.rows or table.colours
        assert all(row.value >= 0 or row.count == "new" for row in table.rows)


@pytest.mark.parametrize("name", ANSWERS)
@given(draw=st.data())
@settings(max_examples=150, deadline=None)
def test_an_answer_with_something_odd_in_it(name: str, draw: st.DataObject) -> None:
    content = copy.deepcopy(ANSWERS[name])
    for _ in range(draw.draw(st.integers(1, 3))):
        path = draw.draw(st.sampled_from([path for path in _paths(content) if path]))
        at: Any = content
        for key in path[:-1]:
            at = at[key]
        at[path[-1]] = draw.draw(ODD)
    _read_or_refused(json.dumps(content))


@pytest.mark.parametrize("name", LINES)
@given(draw=st.data())
@settings(max_examples=150, deadline=None)
def test_lines_with_something_odd_in_them(name: str, draw: st.DataObject) -> None:
    lines = list(LINES[name])
    separator = ";" if name == "office" else ","
    for _ in range(draw.draw(st.integers(1, 3))):
        at = draw.draw(st.integers(0, len(lines) - 1))
        cells = lines[at].split(separator)
        cells[draw.draw(st.integers(0, len(cells) - 1))] = draw.draw(CELLS)
        lines[at] = separator.join(cells)
    content = text(lines).encode("utf-8", "surrogatepass")
    _read_or_refused(content, file="JAWA_TIMUR.csv")


@given(content=st.one_of(st.binary(max_size=60), st.text(max_size=60).map(lambda said: said.encode("utf-8", "ignore"))))
@settings(max_examples=300)
def test_anything(content: bytes) -> None:
    _read_or_refused(content)
