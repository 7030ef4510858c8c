"""What is fetched from outside on our own account, and what Meta or Twilio, or a box on the way to them, may answer."""

from __future__ import annotations

import gzip
import json
import time

import pytest

from siaga.radar.asked import LARGEST, Limits, NotFetched, ask
from siaga.whatsapp.client import _json, _retry_after
from siaga.whatsapp.twilio.client import _seconds
from tests.attacks.services.test_registry import Say, answering, endless, saying

ONCE = Limits(connect=1, answer=2, total=2, tries=1, pause=0)
BOMB = gzip.compress(bytes(2 * LARGEST), 9)
ANSWERS: dict[str, tuple[Say, str]] = {
    "endless": (endless, "too_large"),
    "packed": (saying(BOMB, Content_Encoding="gzip"), "too_large"),
    "packed twice": (saying(gzip.compress(BOMB, 9), Content_Encoding="gzip, gzip"), "too_large"),
    "nothing": (saying(b"", 204), "http_204"),
    "sent round": (saying(b"", 302, Location="/x"), "redirected"),
    "sent to a file": (saying(b"", 302, Location="file:///etc/passwd"), "redirected"),
    "sent inside": (saying(b"", 302, Location="http://169.254.169.254/latest"), "redirected"),
    "sent to an address in another's": (saying(b"", 302, Location="https://a@127.0.0.1/"), "redirected"),
    "sent to what is no address": (saying(b"", 302, Location="http://["), "failed"),
    "sent to what is no text": (saying(b"", 302, Location="https://ex\xe4mple.org/"), "failed"),
    "sent to no port": (saying(b"", 302, Location="http://127.0.0.1:99999/"), "connection"),
}


@pytest.mark.parametrize("what", ANSWERS)
def test_a_service_that_means_harm_is_one_that_does_not_answer(what: str) -> None:
    say, code = ANSWERS[what]
    began = time.monotonic()
    with answering(say) as (url, asked), pytest.raises(NotFetched) as problem:
        ask(url, limits=ONCE)
    assert problem.value.code == code
    assert len(asked) <= 4 and time.monotonic() - began < 4


@pytest.mark.parametrize("mark", ["a\x00b", "x" * 5000, "\x85"])
def test_a_mark_that_cannot_be_kept_is_none(mark: str) -> None:
    with answering(saying(b"{}", ETag=mark, Last_Modified=mark)) as (url, _):
        answer = ask(url, limits=ONCE)
    assert (answer.content, answer.etag, answer.last_modified) == (b"{}", None, None)


@pytest.mark.parametrize("content", [b"[" * 100_000, b"", b"\xff", b"<html>", b"9" * 9000])
def test_an_answer_to_a_message_that_is_none_is_nothing(content: bytes) -> None:
    assert _json(content) is None


FAR = json.dumps({"a": [{"estimated_time_to_regain_access": 10**400}]})


@pytest.mark.parametrize("used", ["[" * 5000, "9" * 5000, "[]", '{"a": 5}', '{"a": [5]}', FAR], ids=range(6))
def test_a_pause_that_cannot_be_read_is_none(used: str) -> None:
    assert _retry_after({"X-Business-Use-Case-Usage": used}) is None
    assert _seconds(f"{used} detik") is None
