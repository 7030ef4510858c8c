"""What Rasa says in a turn becomes one reply."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from siaga.whatsapp.render import render
from siaga.whatsapp.reply import Choice, Document, Flow, Link, Place, Reply, join, merge

BATAL = {"title": "Batal", "payload": "/cancel"}
MENU = {"title": "Menu", "payload": "/show_menu"}


def test_a_turn_is_one_reply() -> None:
    reply = merge(
        [
            {"text": "Vaksin halal. ", "buttons": [MENU]},
            {"custom": {"footer": "lama", "list_button": "Lihat"}},
            {"text": "Kita lanjut.", "image": "media:ab"},
            {"text": "NIK?", "buttons": [BATAL], "custom": {"footer": "baru"}, "image": "media:cd"},
            {"buttons": [{"title": "", "payload": "/x"}]},
        ]
    )
    assert reply.text == "Vaksin halal.\n\nKita lanjut.\n\nNIK?"
    assert reply.choices == (Choice("Batal", "/cancel"),)
    assert (reply.footer, reply.images, reply.list_button) == ("baru", ("media:ab", "media:cd"), "")


def test_a_text_that_stands_alone_is_a_message_of_its_own() -> None:
    reply = merge(
        [
            {"text": "HOAKS"},
            {"text": "Sumber: WHO"},
            {"text": "Teruskan ini.", "custom": {"alone": True}},
            {"text": "Kabar lain?", "buttons": [MENU]},
        ]
    )
    assert reply.before == ("HOAKS\n\nSumber: WHO", "Teruskan ini.") and reply.text == "Kabar lain?"
    first, second, last = render(reply, "k")
    assert [draft.payload["text"]["body"] for draft in (first, second)] == list(reply.before)
    assert not first.options and not second.options and last.options
    assert len(render(merge([{"text": "HOAKS"}, {"text": "Teruskan.", "custom": {"alone": True}}]), "k")) == 2


def test_a_later_response_names_the_list_of_an_earlier_one() -> None:
    assert merge([{"buttons": [MENU]}, {"custom": {"list_button": "Lihat menu"}}]).list_button == "Lihat menu"


@pytest.mark.parametrize(
    ("first", "second", "left"),
    [
        ({"buttons": [MENU]}, {"buttons": [BATAL]}, {"buttons": [BATAL]}),
        ({"buttons": [MENU]}, {"custom": {"ask_location": True}}, {"custom": {"ask_location": True}}),
        ({"custom": {"ask_location": True}}, {"buttons": [BATAL]}, {"buttons": [BATAL]}),
        (
            {"custom": {"contact_request": True}},
            {"custom": {"ask_location": False}},
            {"custom": {"contact_request": True}},
        ),
        ({"custom": {"flow": {"flow_id": "1"}}}, {"buttons": [BATAL]}, {"buttons": [BATAL]}),
        ({"buttons": [MENU]}, {"text": "", "buttons": []}, {"buttons": [MENU]}),
    ],
)
def test_the_last_question_stands(first: dict[str, Any], second: dict[str, Any], left: dict[str, Any]) -> None:
    assert merge([first, second]) == merge([left])


@pytest.mark.parametrize(
    ("custom", "expected"),
    [
        ({"footer": " Langkah 1 dari 7 "}, Reply(footer="Langkah 1 dari 7")),
        ({"list_button": "Pilih tempat"}, Reply(list_button="Pilih tempat")),
        ({"ask_location": True}, Reply(ask_location=True)),
        ({"contact_request": True}, Reply(ask_contact=True)),
        ({"preview": True}, Reply(preview=True)),
        (
            {"cta_url": {"title": "Buka peta", "url": "https://contoh.id/peta"}},
            Reply(links=(Link("Buka peta", "https://contoh.id/peta"),)),
        ),
        (
            {"document": {"media": "media:ab", "name": "Jadwal.pdf"}},
            Reply(documents=(Document("media:ab", "Jadwal.pdf"),)),
        ),
        (
            {"location": {"lat": "-7.25", "lon": 112.75, "name": "RSUD", "address": "Jl. Uji 1"}},
            Reply(places=(Place(-7.25, 112.75, "RSUD", "Jl. Uji 1"),)),
        ),
        (
            {"flow": {"flow_id": "123", "cta": "Isi", "token": "t", "screen": "DIRI", "data": {"langkah": 1}}},
            Reply(flow=Flow("123", title="Isi", token="t", screen="DIRI", data={"langkah": 1})),
        ),
        (
            {"flow": {"flow_name": "daftar", "exchange": True, "draft": True}},
            Reply(flow=Flow(name="daftar", exchange=True, draft=True)),
        ),
    ],
)
def test_what_custom_may_hold(custom: dict[str, Any], expected: Reply) -> None:
    assert merge([{"custom": custom}]) == expected


@pytest.mark.parametrize(
    "custom",
    [
        {"footer": 3},
        {"footer": "  "},
        {"cta_url": "https://contoh.id"},
        {"cta_url": {"title": "Buka"}},
        {"document": {"name": "x.pdf"}},
        {"location": {"lat": 91, "lon": 0}},
        {"location": {"lat": "nan", "lon": 0}},
        {"location": {"lat": 1}},
        {"flow": {"cta": "Isi"}},
        {"flow": {"flow_id": "1", "flow_name": "x"}},
        {"flow": {"flow_id": "1", "data": [1]}},
        {"something_else": 1},
        {"footer": None, "ask_location": False},
        "no mapping",
    ],
)
def test_what_cannot_be_understood_is_left_out(custom: Any) -> None:
    assert merge([{"text": "halo", "custom": custom}]) == Reply("halo")


def test_what_is_left_out_is_named_in_the_log_without_its_content(caplog: pytest.LogCaptureFixture) -> None:
    merge([{"custom": {"cta_url": {"title": "rahasia"}}}])
    assert "cta_url" in caplog.text
    assert "rahasia" not in caplog.text


@pytest.mark.parametrize("buttons", [None, "x", [3], [{"title": "Ya"}], [{"payload": "/affirm"}], {"title": "Ya"}])
def test_buttons_that_are_none(buttons: Any) -> None:
    assert merge([{"buttons": buttons}]) == Reply()


words = st.sampled_from(["", "halo", "dua\n\nbaris", " "])
responses = st.fixed_dictionaries(
    {},
    optional={
        "text": words,
        "image": st.sampled_from(["media:ab", "https://contoh.id/a.png", ""]),
        "buttons": st.lists(st.sampled_from([BATAL, MENU, {"title": "", "payload": "/x"}]), max_size=3),
        "custom": st.fixed_dictionaries(
            {},
            optional={
                "footer": words,
                "list_button": words,
                "ask_location": st.booleans(),
                "contact_request": st.booleans(),
                "preview": st.booleans(),
                "alone": st.booleans(),
                "cta_url": st.just({"url": "https://contoh.id"}),
                "document": st.just({"media": "media:cd"}),
                "location": st.just({"lat": 1, "lon": 2}),
                "flow": st.just({"flow_id": "1"}),
            },
        ),
    },
)


@given(st.lists(responses, max_size=6), st.integers(0, 6), st.integers(0, 6))
@example([{"text": "halo"}, {"text": "halo"}, {"text": "halo", "custom": {"alone": True}}], 1, 3)
def test_it_does_not_matter_how_responses_are_grouped(said: list[dict[str, Any]], one: int, two: int) -> None:
    first, second = sorted((one, two))
    parts = [merge(said[:first]), merge(said[first:second]), merge(said[second:])]
    assert merge(said) == join(join(parts[0], parts[1]), parts[2]) == join(parts[0], join(parts[1], parts[2]))
    assert merge(said) == merge(said)
