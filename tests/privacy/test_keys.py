"""The key ring as it is written in the environment."""

from __future__ import annotations

import base64

import pytest

from siaga.privacy.keys import KeysMissing, parse

KEY, OTHER = (base64.b64encode(letter * 32).decode() for letter in (b"a", b"b"))


def test_the_first_key_seals_and_all_open() -> None:
    ring = parse(f"new:{KEY},old:{OTHER}", KEY)
    assert ring.active == "new"
    assert set(ring.keys) == {"new", "old"}


@pytest.mark.parametrize("keys", [f"a:{KEY},a:{OTHER}", f"a b:{KEY}", "a:", f"a:{KEY[:-4]}", ""])
def test_what_would_lose_something_is_refused_and_names_no_key(keys: str) -> None:
    with pytest.raises(KeysMissing) as problem:
        parse(keys, KEY)
    assert KEY not in str(problem.value) and OTHER not in str(problem.value)
