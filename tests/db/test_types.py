"""What an encrypted column holds, and what comes out of it."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from siaga.db.types import PACKED_FROM_BYTES, EncryptedJSON
from siaga.privacy import decrypt, encrypt

COLUMN = EncryptedJSON("test.content")
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda part: st.lists(part) | st.dictionaries(st.text(), part),
)


@given(_JSON.filter(lambda value: value is not None), st.integers(0, 400))
def test_what_is_put_in_comes_out(value: Any, times: int) -> None:
    for each in (value, [value] * times):
        assert COLUMN.process_result_value(COLUMN.process_bind_param(each, None), None) == each


def test_what_is_long_is_written_short_and_what_is_short_as_it_is() -> None:
    long = [{"event": "action", "name": "action_listen", "number": number} for number in range(200)]
    plain = json.dumps(long).encode()
    sealed = COLUMN.process_bind_param(long, None)
    assert sealed is not None and len(sealed) < len(plain) / 5
    short = COLUMN.process_bind_param("x" * (PACKED_FROM_BYTES - 3), None)
    assert short is not None and decrypt(short, "test.content") == json.dumps("x" * (PACKED_FROM_BYTES - 3)).encode()


def test_what_was_sealed_unpacked_is_read() -> None:
    long = ["siaga"] * PACKED_FROM_BYTES
    assert COLUMN.process_result_value(encrypt(json.dumps(long).encode(), "test.content"), None) == long
