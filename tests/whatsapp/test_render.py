"""Whatever a turn says becomes the fewest messages that Meta takes."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siaga.simulator.limits import check_message
from siaga.whatsapp.render import CHOOSE, cut, length, render, split
from siaga.whatsapp.reply import Choice, Reply, merge


def _choices(*titles: str, description: str = "") -> tuple[Choice, ...]:
    return tuple(Choice(title, f'/choose_option{{"option": "x={n}"}}', description) for n, title in enumerate(titles))


def _types(reply: Reply) -> list[str]:
    payloads = [draft.payload for draft in render(reply, "k")]
    return [payload["interactive"]["type"] if "interactive" in payload else payload["type"] for payload in payloads]


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (Reply(), []),
        (Reply("halo"), ["text"]),
        (Reply("halo", _choices("Ya")), ["button"]),
        (Reply("halo", _choices("Ya", "Tidak", "Batal")), ["button"]),
        (Reply("halo", _choices("Ya", "Tidak", "Batal", "Lain")), ["list"]),
        (Reply("halo", _choices("Ya", description="sekarang")), ["list"]),
        (Reply("halo", _choices("x" * 20)), ["button"]),
        (Reply("halo", _choices("x" * 21)), ["list"]),
        (Reply("halo", _choices("Ya", "ya")), ["list"]),
        (Reply("halo", _choices(*map(str, range(10)))), ["list"]),
        (Reply("halo", _choices(*map(str, range(11)))), ["text"]),
        (Reply("x" * 1024, _choices("Ya")), ["button"]),
        (Reply("x" * 1025, _choices("Ya")), ["text", "button"]),
        (Reply("x" * 4096), ["text"]),
        (Reply("x" * 4097), ["text", "text"]),
        (Reply("tiket", image="media:ab"), ["image"]),
        (Reply("x" * 1024, image="media:ab"), ["image"]),
        (Reply("x" * 1025, image="media:ab"), ["image", "text"]),
        (Reply("tiket", _choices("Menu"), image="media:ab"), ["button"]),
        (Reply("x" * 1025, _choices("Menu"), image="media:ab"), ["image", "text", "button"]),
        (Reply("tiket", _choices(*map(str, range(5))), image="media:ab"), ["image", "list"]),
        (Reply("di mana?", ask_location=True), ["location_request_message"]),
        (Reply("", ask_location=True), ["location_request_message"]),
        (Reply("di mana?", _choices("Batal"), ask_location=True), ["button"]),
        (Reply("di mana?", image="media:ab", ask_location=True), ["image", "location_request_message"]),
    ],
)
def test_shapes(reply: Reply, expected: list[str]) -> None:
    assert _types(reply) == expected


def test_what_is_tapped_can_be_found_again() -> None:
    (draft,) = render(Reply("Setuju?", _choices("Ya", "Tidak")), "kunci")
    buttons = draft.payload["interactive"]["action"]["buttons"]
    assert [button["reply"] for button in buttons] == [
        {"id": "kunci.1", "title": "Ya"},
        {"id": "kunci.2", "title": "Tidak"},
    ]
    assert [(option.id, option.label, option.payload) for option in draft.options] == [
        ("kunci.1", "Ya", '/choose_option{"option": "x=0"}'),
        ("kunci.2", "Tidak", '/choose_option{"option": "x=1"}'),
    ]


def test_a_long_label_is_cut_in_its_row_and_whole_below_it() -> None:
    (draft,) = render(Reply("Mana?", _choices("Puskesmas Kecamatan Wonokromo", "B", "C", "D")), "k")
    row = draft.payload["interactive"]["action"]["sections"][0]["rows"][0]
    assert row["title"] == "Puskesmas Kecamatan Won…"
    assert row["description"] == "Puskesmas Kecamatan Wonokromo"
    assert draft.options[0].label == "Puskesmas Kecamatan Wonokromo"


def test_more_than_a_list_holds_is_numbered() -> None:
    (draft,) = render(Reply("Mana?", _choices(*(f"Tempat {n}" for n in range(1, 13)))), "k")
    text = draft.payload["text"]["body"]
    assert text.startswith("Mana?\n\n1. Tempat 1\n2. Tempat 2\n")
    assert text.endswith("12. Tempat 12")
    assert len(draft.options) == 12


def test_the_question_stays_with_its_options() -> None:
    before, draft = render(Reply("x" * 1000 + "\n\n" + "y" * 500 + "\n\nSetuju?", _choices("Ya")), "k")
    assert before.payload["text"]["body"] == "x" * 1000
    assert draft.payload["interactive"]["body"]["text"] == "y" * 500 + "\n\nSetuju?"
    assert not before.options


def test_a_footer_stands_in_its_place_or_in_the_text() -> None:
    (draft,) = render(Reply("Setuju?", _choices("Ya"), footer="Layanan uji"), "k")
    assert draft.payload["interactive"]["footer"] == {"text": "Layanan uji"}
    (draft,) = render(Reply("Setuju?", _choices("Ya"), footer="f" * 61), "k")
    assert draft.payload["interactive"]["body"]["text"] == "Setuju?\n\n_" + "f" * 61 + "_"
    (draft,) = render(Reply("halo", footer="Layanan uji"), "k")
    assert draft.payload["text"]["body"] == "halo\n\n_Layanan uji_"


def test_a_turn_is_one_message() -> None:
    reply = merge(
        [
            {"text": "Vaksin halal. ", "buttons": [{"title": "Menu", "payload": "/show_menu"}]},
            {"custom": {"footer": "lama", "list_button": "Lihat"}},
            {"text": "Kita lanjut.", "image": "media:ab"},
            {"text": "NIK?", "buttons": [{"title": "Batal", "payload": "/cancel"}], "custom": {"footer": "baru"}},
            {"buttons": [{"title": "", "payload": "/x"}]},
        ]
    )
    assert reply.text == "Vaksin halal.\n\nKita lanjut.\n\nNIK?"
    assert reply.choices == (Choice("Batal", "/cancel"),)
    assert (reply.footer, reply.image, reply.list_button) == ("baru", "media:ab", "Pilih")
    assert len(render(reply, "k")) == 1


texts = st.text(st.characters(), max_size=60).map(lambda text: text * 40) | st.text(st.characters(), max_size=200)
short = st.text(st.characters(), max_size=40)
choices = st.lists(st.builds(Choice, short, st.just("/affirm"), st.just("") | short | texts), max_size=14).map(tuple)
replies = st.builds(
    Reply,
    texts,
    choices,
    st.sampled_from([None, "media:" + "a" * 64, "https://contoh.id/a.png"]),
    st.just("") | short | texts,
    st.booleans(),
    short,
)


@settings(deadline=None, max_examples=300)
@given(replies)
def test_meta_takes_whatever_is_rendered(reply: Reply) -> None:
    drafts = render(reply, "k" * 24)
    for draft in drafts:
        _within_utf16(draft.payload)
        check_message(draft.payload, lambda _: "image/png")
    assert sum(bool(draft.options) for draft in drafts) <= 1
    for draft in drafts:
        ids = [option.id for option in draft.options]
        assert len(set(ids)) == len(ids)
        assert all(length(option_id) <= 200 for option_id in ids)


def _within_utf16(payload: dict[str, Any]) -> None:
    body = payload.get("text", {}).get("body") or payload.get("interactive", {}).get("body", {}).get("text") or CHOOSE
    assert length(body) <= (4096 if "text" in payload else 1024)
    body.encode()


@given(st.text(st.characters(codec="utf-8")), st.integers(2, 40))
def test_cutting_keeps_within_the_limit(text: str, limit: int) -> None:
    assert length(cut(text, limit)) <= limit


@given(st.text(st.sampled_from("ab .\n😀"), max_size=300), st.integers(4, 50))
def test_splitting_loses_nothing_but_space(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert all(0 < length(part) <= limit for part in parts)
    assert re.sub(r"\s", "", "".join(parts)) == re.sub(r"\s", "", text)
