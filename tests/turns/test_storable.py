"""Whatever JSON can hold, what is kept of it can be written, encrypted, and read again."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.turns.storable import CUT, DEPTH, SIZE, TooMuch, kept_or_shape, loads, storable


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("a\x00b\ud800", "ab"),
        ({"a\x00": 1, "a": 2}, {"a": 1, "a'": 2}),
        (float("nan"), "nan"),
        ([float("-inf"), 1.5, True, None, -5], ["-inf", 1.5, True, None, -5]),
        (2**63, hex(2**63)),
        pytest.param(10**5000, hex(10**5000)[:256], id="googol"),
        (b"x", "b'x'"),
    ],
)
def test_values(value: Any, kept: Any) -> None:
    assert storable(value) == kept


def test_depth() -> None:
    deep: Any = "x"
    for _ in range(900):
        deep = [deep]
    kept, levels = storable(deep), 0
    while isinstance(kept, list):
        kept, levels = kept[0], levels + 1
    assert (kept, levels) == (CUT, DEPTH)


@pytest.mark.parametrize("value", ["x" * SIZE, [0] * 30_000, {str(n): n for n in range(30_000)}], ids=["a", "b", "c"])
def test_too_much(value: Any) -> None:
    with pytest.raises(TooMuch):
        storable(value)
    assert len(json.dumps(kept_or_shape(value))) < 5000


def test_the_shape_of_what_is_too_much() -> None:
    value = {"entry": [{"changes": [{"value": {"x": 1}}]}], "long": "x" * SIZE, "n": 1}
    assert kept_or_shape(value) == {
        "too large": {"entry": {"list of 1": {"changes": {"list of 1": None}}}, "long": f"text of {SIZE}", "n": "int"}
    }


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b'{"a": 1, "a": 2}', {"a": 2}),
        (b"[NaN, Infinity, -Infinity]", ["NaN", "Infinity", "-Infinity"]),
        (b"[1795316400000, -1]", [1795316400000, -1]),
        (b"9" * 10_000, "9" * 256),
    ],
)
def test_reading(content: bytes, value: Any) -> None:
    assert loads(content) == value


_json = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters()), inner),
)


@given(_json)
def test_anything(value: Any) -> None:
    kept = kept_or_shape(value)
    written = json.dumps(kept, ensure_ascii=False, allow_nan=False)
    assert "\x00" not in written.encode().decode()
    assert json.loads(written) == kept
    assert storable(kept) == kept
