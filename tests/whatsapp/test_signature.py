"""Only what Meta signed is let in."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.whatsapp.signature import genuine, sign

SECRET = "rahasia"  # the test's own


def test_it_is_the_hmac_of_the_received_bytes() -> None:
    body = b'{"nama":"S\\u00e9"}'
    assert sign(body, SECRET) == "sha256=" + hmac.new(b"rahasia", body, hashlib.sha256).hexdigest()


@given(st.binary(), st.binary())
def test_a_signature_is_good_for_its_bytes_only(body: bytes, other: bytes) -> None:
    assert genuine(body, sign(body, SECRET), SECRET)
    assert genuine(other, sign(body, SECRET), SECRET) == (other == body)


@pytest.mark.parametrize("header", [None, "", "sha256=", "sha1=abc", "sha256=" + "0" * 64, "sha256=ééé", "\ud800"])
def test_anything_else_is_refused(header: str | None) -> None:
    assert not genuine(b"{}", header, SECRET)


def test_another_secret_is_refused() -> None:
    assert not genuine(b"{}", sign(b"{}", "lain"), SECRET)
