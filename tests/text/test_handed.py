"""Vectors that one process hands to another with a call."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextvars import copy_context
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from actions.handed import Handed, take_from
from siaga.text import vectors
from siaga.text.handed import VECTORS, hand, take
from siaga.text.vectors import E5, USE, Encoder, handed, plain

TEXT = "Efek samping vaksin apa aja ya min, NIK 3578 0112 3456 9001?"
OTHER = "Bukan yang itu"


def _row(encoder: Encoder, seed: int = 1) -> np.ndarray:
    made: np.ndarray = np.random.default_rng(seed).normal(size=encoder.dimensions).astype(np.float32)
    return made


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, str]]]:
    """What was computed anew: the encoder and the sentence."""
    seen: list[tuple[str, str]] = []

    def raw(encoder: Encoder, sentences: list[str]) -> np.ndarray:
        seen.extend((encoder.name, sentence) for sentence in sentences)
        return np.array([_row(encoder, 2) for _ in sentences])

    monkeypatch.setattr(Encoder, "raw", raw)
    for encoder in (USE, E5):
        monkeypatch.setitem(encoder.__dict__, "kept", encoder.kept)
    _elsewhere()
    token = handed.set({})
    yield seen
    handed.reset(token)


def _call(text: str, told: Any) -> Any:
    """As it comes out of the call's JSON."""
    return json.loads(json.dumps({"tracker": {"latest_message": {"text": text}}, VECTORS: told}))


def _elsewhere() -> None:
    """As in a process that has computed nothing yet."""
    for encoder in (USE, E5):
        encoder.__dict__["kept"] = vectors._Kept()


def _told() -> dict[str, str]:
    """What a process hands on that has computed a vector of ``TEXT``."""
    USE.kept.put(plain(TEXT), _row(USE))
    told = hand(TEXT)
    _elsewhere()
    return told


def test_what_was_computed_here_is_not_computed_there(computed: list[tuple[str, str]]) -> None:
    here = {encoder.name: encoder.vector(TEXT) for encoder in (USE, E5)}
    told = hand(TEXT)
    _elsewhere()
    computed.clear()
    take_from(_call(TEXT, told))
    for encoder in (USE, E5):
        # To the last bit: a search finds the same.
        assert encoder.vector(TEXT).tobytes() == here[encoder.name].tobytes()
    assert computed == []


def test_what_was_not_computed_is_neither_handed_on_nor_computed_for_it(computed: list[tuple[str, str]]) -> None:
    assert hand(TEXT) == {}
    USE.vector(TEXT)
    assert list(hand(TEXT)) == [USE.name]
    assert [name for name, _ in computed] == [USE.name]
    take_from(_call(TEXT, hand(TEXT)))
    E5.vector(TEXT)
    assert [name for name, _ in computed] == [USE.name, E5.name]


def test_only_of_the_text_that_it_was_computed_of(computed: list[tuple[str, str]]) -> None:
    take(TEXT, _told())
    USE.vector(OTHER)
    assert computed == [(USE.name, plain(OTHER))]


def test_it_is_forgotten_with_the_call(computed: list[tuple[str, str]]) -> None:
    told = _told()
    copy_context().run(take, TEXT, told)
    assert handed.get() == {}
    take(TEXT, told)
    take_from(_call(OTHER, None))
    assert handed.get() == {}
    USE.vector(TEXT)
    assert computed == [(USE.name, plain(TEXT))]


def test_what_is_handed_is_not_kept(computed: list[tuple[str, str]]) -> None:
    take(TEXT, _told())
    assert USE.vector(TEXT).any()
    assert computed == []
    assert USE.kept.get(plain(TEXT)) is None


@pytest.mark.parametrize(
    "told",
    [
        None,
        "AAAA",
        [],
        {"use": None},
        {"use": "nothing of the kind!"},
        {"use": "ünfit"},
        {"use": "AAAA"},
        # Another engine's, and one of not a number.
        {"e5": "A" * 2048},
        {"use": "//8A" * 682 + "//8="},
    ],
)
def test_what_is_no_vector_is_left_out(computed: list[tuple[str, str]], told: Any) -> None:
    take_from(_call(TEXT, told))
    assert handed.get() == {}


@pytest.mark.parametrize("call", [None, [], {}, {"tracker": None}, {"tracker": {"latest_message": []}}])
def test_a_call_of_any_other_shape_brings_nothing(computed: list[tuple[str, str]], call: Any) -> None:
    take_from(call)
    assert handed.get() == {}


def test_those_that_nobody_has_asked_for_the_longest_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "MOST_REMEMBERED", 2)
    kept, row = vectors._Kept(), _row(USE)
    kept.put("a", row)
    kept.put("b", row)
    assert kept.get("a") is row
    kept.put("c", row)
    assert kept.get("b") is None
    assert kept.get("a") is row
    assert kept.get("c") is row


class _Server:
    """What a plugin needs of the action server."""

    def __init__(self) -> None:
        self.middleware: list[Any] = []

    def register_middleware(self, one: Any, when: str) -> None:
        assert when == "request"
        self.middleware.append(one)


def test_each_request_brings_its_own_or_none(computed: list[tuple[str, str]]) -> None:
    server = _Server()
    Handed().attach_sanic_app_extensions(server)  # type: ignore[arg-type]
    body = json.dumps(_call(TEXT, _told())).encode()

    async def requests() -> list[int]:
        brought = []
        for path, headers in (("/webhook", {}), ("/webhook", {"content-encoding": "deflate"}), ("/health", {})):
            for one in server.middleware:
                await one(SimpleNamespace(path=path, headers=headers, load_json=lambda loads: loads(body)))
            brought.append(len(handed.get()))
        return brought

    assert asyncio.run(requests()) == [1, 0, 0]
