"""Long JSON is written and read quickly, and is what Python's own module would have made of it."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.quick_json import dumped, loaded

# Lone halves of a surrogate pair and numbers of any length among them.
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=20,
)


@given(VALUES | st.text(st.characters(categories=["Cs", "Ll"])) | st.dictionaries(st.integers(), st.none()))
def test_it_is_the_same_value(value: Any) -> None:
    plain = json.loads(json.dumps(value))
    assert loaded(dumped(value)) == plain
    assert json.loads(dumped(value)) == plain
    assert loaded(json.dumps(value).encode()) == plain, "written before"


@pytest.mark.parametrize("value", [{1, 2}, datetime.now(timezone.utc), object(), b"bytes", {("a", "b"): 1}])
def test_what_is_no_json_is_an_error(value: object) -> None:
    with pytest.raises(TypeError):
        dumped(value)


@pytest.mark.parametrize("written", [b"", b"{", b"{'a': 1}", b"\xff"])
def test_what_was_cut_off_is_an_error(written: bytes) -> None:
    with pytest.raises(ValueError):
        loaded(written)
