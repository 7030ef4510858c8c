"""Whatever is said fits into what Twilio accepts, and every option stays within reach."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siaga.turns.messages import PAGE, Draft
from siaga.turns.offers import Offered
from siaga.whatsapp.reply import Choice, Document, Flow, Link, Place, Reply
from siaga.whatsapp.twilio.content import SAMPLE, definition, digest
from siaga.whatsapp.twilio.render import ANSWER, SEND_LOCATION, page, render

KEY = "k" * 24
PICTURE = "media:" + "a" * 64
PLACEHOLDER = re.compile(r"\{\{(\d+)\}\}")


def _choices(count: int, **more: Any) -> tuple[Choice, ...]:
    return tuple(Choice(f"Pilihan {n}", f"/pick{{{n}}}", **more) for n in range(1, count + 1))


def _filled(content: dict[str, Any]) -> dict[str, Any]:
    """The template with its variables in place, as the citizen gets it."""

    def fill(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: fill(held) for key, held in value.items()}
        if isinstance(value, list):
            return [fill(held) for held in value]
        return PLACEHOLDER.sub(lambda found: content["variables"][found[1]], value)

    (shape,) = fill(content["types"]).values()
    return shape


def test_a_text_with_a_picture_is_one_message() -> None:
    assert render(Reply(text="Ini tiketnya.", images=(PICTURE,)), KEY) == [
        Draft({"Body": "Ini tiketnya.", "MediaUrl": PICTURE})
    ]


def test_a_long_text_is_split_where_a_reader_pauses() -> None:
    text = "\n\n".join(f"Paragraf {n}. " + "kata " * 60 for n in range(12))
    drafts = render(Reply(text=text), KEY)
    assert len(drafts) == 3
    assert all(draft.payload["Body"].startswith("Paragraf") for draft in drafts)


def test_three_short_options_are_buttons() -> None:
    (draft,) = render(Reply(text="Setuju?\n\nBaca dulu.", choices=_choices(3)), KEY)
    assert list(draft.payload["Content"]["types"]) == ["twilio/quick-reply"]
    shape = _filled(draft.payload["Content"])
    assert shape["body"] == "Setuju?\n\nBaca dulu."
    assert shape["actions"][2] == {"type": "QUICK_REPLY", "title": "Pilihan 3", "id": f"{KEY}.3"}
    assert [option.payload for option in draft.options] == ["/pick{1}", "/pick{2}", "/pick{3}"]
    assert draft.payload["Body"] == f"Setuju?\n\nBaca dulu.\n\n1. Pilihan 1\n2. Pilihan 2\n3. Pilihan 3\n\n{ANSWER}"


def test_more_options_are_a_list_and_sections_stand_below_their_options() -> None:
    choices = (Choice("Batuk", "/a", "kering", "Gejala"), Choice("Demam", "/b", "", "Gejala"), *_choices(4))
    (draft,) = render(Reply(text="Apa?", choices=choices, list_button="Lihat"), KEY)
    shape = _filled(draft.payload["Content"])
    assert shape["button"] == "Lihat"
    assert shape["items"][0] == {"item": "Batuk", "id": f"{KEY}.1", "description": "Gejala · kering"}
    assert shape["items"][2] == {"item": "Pilihan 1", "id": f"{KEY}.3"}


def test_words_never_stand_in_a_template_that_twilio_keeps() -> None:
    choices = (Choice("Budi Rahasia", "/a"), Choice("Lainnya", "/b", "Rahasia"))
    (draft,) = render(Reply(text="NIK 3578010101709001\nRahasia", choices=choices), KEY)
    content = draft.payload["Content"]
    made = definition(content["types"], content["variables"], digest(content["types"], "AC1"))
    assert "Rahasia" not in str(made)
    assert "3578" not in str(made)
    assert set(made["variables"].values()) == {SAMPLE}


def test_the_same_shape_is_the_same_template() -> None:
    def shape(text: str) -> bytes:
        (draft,) = render(Reply(text=text, choices=_choices(2)), KEY)
        return digest(draft.payload["Content"]["types"], "AC1")

    assert shape("Satu\nbaris") == shape("Lain sekali.\nYa?")
    assert shape("Satu\nbaris") != shape("Satu\n\nbaris")


def test_many_options_come_page_by_page() -> None:
    (draft,) = render(Reply(text="Di mana?", choices=_choices(25)), KEY)
    first = _filled(draft.payload["Content"])
    assert len(first["items"]) == 10
    assert "9. Pilihan 9\n" in draft.payload["Body"]
    assert "• Pilihan lainnya" in draft.payload["Body"]
    (second,) = page(draft.options, 2, "n" * 24)
    body = second.payload["Body"]
    assert body.startswith("Halaman 2 dari ")
    assert "10. Pilihan 10\n" in body
    assert "\n1. " not in body
    assert {option.label for option in second.options} >= {choice.title for choice in _choices(25)}


def test_without_templates_all_options_are_numbered_in_the_text() -> None:
    choices = (*_choices(12), Choice("Batal", "/cancel"))
    (draft,) = render(Reply(text="Di mana?", choices=choices), KEY, use_content=False)
    assert "Content" not in draft.payload
    assert "\n12. Pilihan 12\n• Batal\n" in draft.payload["Body"]
    assert len(draft.options) == 13
    assert not any(option.payload.startswith(PAGE) for option in draft.options)
    (again,) = page(draft.options, 1, "n" * 24, use_content=False)
    assert "\n12. Pilihan 12\n" in again.payload["Body"]


@pytest.mark.parametrize("use_content", [True, False])
def test_the_number_shown_is_the_number_understood(use_content: bool) -> None:
    from siaga.dialogue.reading import typed_option

    choices = (Choice("Batal", "/cancel"), *_choices(14))
    (draft,) = render(Reply(text="Yang mana?", choices=choices), KEY, use_content=use_content)
    offered = Offered(list(draft.options), True)
    shown = re.findall(r"^(\d+)\. (.+)$", draft.payload["Body"], re.MULTILINE)
    assert len(shown) >= 8
    for number, label in shown:
        found = typed_option(number, offered)
        assert found is not None
        assert found.label == label


def test_what_twilio_has_no_button_for_is_said_in_words() -> None:
    reply = Reply(
        text="Vaksin di sini.",
        ask_location=True,
        ask_contact=True,
        links=(Link("Peta", "https://siaga.test/peta"),),
        places=(Place(-7.25, 112.75, "Puskesmas Uji", "Surabaya"),),
        footer="Kemenkes",
        documents=(Document("https://siaga.test/a.pdf"),),
    )
    pdf, said = render(reply, KEY)
    assert pdf.payload == {"MediaUrl": "https://siaga.test/a.pdf"}
    for part in ("Peta: https://siaga.test/peta", "📍 Puskesmas Uji, Surabaya\nhttps://maps.google.com/?q=-7.25", "HP"):
        assert part in said.payload["Body"]
    assert SEND_LOCATION in said.payload["Body"]
    assert said.payload["Body"].endswith("_Kemenkes_")


def test_a_form_is_left_out_and_what_can_be_chosen_instead_stays() -> None:
    (draft,) = render(Reply(text="Daftar?", flow=Flow(id="1", title="Isi"), choices=_choices(2)), KEY)
    assert len(draft.options) == 2


def test_nothing_to_say_is_no_message() -> None:
    assert render(Reply(), KEY) == []
    assert render(Reply(text=" \n\u200b"), KEY) == []


TEXTS = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="ab \n\t.*_{}1👩‍⚕️é", max_size=5000),
    st.lists(st.text(alphabet="kata ", min_size=1, max_size=30), max_size=200).map("\n".join),
)
SHORT = st.one_of(st.text(max_size=100), st.just("{{1}}"), st.just("Batal"))
CHOICES = st.lists(
    st.builds(Choice, SHORT, st.sampled_from(["/a", "/cancel", "/talk_to_human", '/b{"c": 1}']), SHORT, SHORT),
    max_size=25,
)


@settings(max_examples=400, deadline=None)
@given(
    TEXTS, CHOICES, SHORT, SHORT, st.lists(st.sampled_from([PICTURE, "x"]), max_size=2), st.booleans(), st.booleans()
)
def test_no_reply_makes_a_message_that_is_refused(
    text: str, choices: list[Choice], footer: str, opener: str, images: list[str], ask: bool, use_content: bool
) -> None:
    reply = Reply(text, tuple(choices), opener, None, ask, False, tuple(images), footer=footer)
    drafts = render(reply, KEY, use_content=use_content)
    for number in (1, 2):
        drafts += page(drafts[-1].options, number, KEY, use_content=use_content) if drafts else []
    for draft in drafts:
        payload = draft.payload
        assert payload.get("Body") or payload.get("MediaUrl")
        body = payload.get("Body", "x")
        assert body.strip()
        assert len(body) <= (1024 if "MediaUrl" in payload else 1600)
        if "Content" in payload:
            assert use_content
            _check(payload["Content"], {option.id for option in draft.options})


def _check(content: dict[str, Any], ids: set[str]) -> None:
    variables = content["variables"]
    assert len(variables) <= 100
    for value in variables.values():
        assert value.strip()
        assert not re.search(r"[\n\r\t]| {5}", value)
        assert len(value) <= 1600
    ((kind, template),) = content["types"].items()
    assert set(PLACEHOLDER.findall(str(template))) == set(variables)
    shape = _filled(content)
    assert len(shape["body"]) <= 1024
    rows = shape["actions"] if kind == "twilio/quick-reply" else shape["items"]
    assert 1 <= len(rows) <= (3 if kind == "twilio/quick-reply" else 10)
    titles = [row.get("title") or row["item"] for row in rows]
    assert all(len(title) <= (20 if kind == "twilio/quick-reply" else 24) for title in titles)
    assert all(row["id"] in ids and len(row["id"]) <= 200 for row in rows)
    assert all(len(row.get("description", "")) <= 72 for row in rows)
    assert len(shape.get("button", "")) <= 20
