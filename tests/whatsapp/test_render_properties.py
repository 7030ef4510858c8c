"""Whatever a bot says, Meta takes it, nothing of it is lost, and it is no more messages than it must be."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator
from typing import Any

import jsonschema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siaga.simulator.limits import check_message
from siaga.turns.messages import Draft
from siaga.whatsapp.render import page, render
from siaga.whatsapp.reply import Choice, Document, Flow, Link, Place, Reply

# ---------------------------------------------------------------------- Meta's rules, written anew from its own words
# OpenAPI file v23: schemas TextMessage, MediaObject, InteractiveObject, HeaderObject, BodyObject, FooterObject,
# ActionObject, SectionObject, LocationMessage; message reference of November 2026: text 4096, caption 1024, link and
# location and contact requests, which the OpenAPI file lacks. A list's body: 1024 there, 4096 on the page.


def _object(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(required),
        "properties": {**required, **(optional or {})},
    }


def _text(most: int) -> dict[str, Any]:
    # \S: what is only space is refused as empty.
    return {"type": "string", "minLength": 1, "maxLength": most, "pattern": r"\S"}


def _media(*more: str) -> dict[str, Any]:
    optional = {"caption": _text(1024), "filename": _text(240)}
    optional = {key: optional[key] for key in more}
    link = {"type": "string", "pattern": r"^https?://[^\s/]+"}
    return {"oneOf": [_object({"id": _text(200)}, optional), _object({"link": link}, optional)]}


def _is(value: str) -> dict[str, Any]:
    return {"const": value}


def _interactive(kind: str, action: dict[str, Any], headers: dict[str, Any], footer: bool) -> dict[str, Any]:
    optional: dict[str, Any] = {}
    if headers:
        optional["header"] = {"oneOf": [_object({"type": _is(name), name: shape}) for name, shape in headers.items()]}
    if footer:
        optional["footer"] = _object({"text": _text(60)})
    return _object({"type": _is(kind), "body": _object({"text": _text(1024)}), "action": action}, optional)


_REPLY = _object({"id": {**_text(256), "pattern": r"^\S(.*\S)?$"}, "title": _text(20)})
_ROW = _object({"id": {**_text(200), "pattern": r"^\S(.*\S)?$"}, "title": _text(24)}, {"description": _text(72)})
_SECTION = _object({"rows": {"type": "array", "minItems": 1, "maxItems": 10, "items": _ROW}}, {"title": _text(24)})
_BUTTON_ACTION = _object(
    {
        "buttons": {
            "type": "array",
            "minItems": 1,
            "maxItems": 3,
            "items": _object({"type": _is("reply"), "reply": _REPLY}),
        }
    }
)
_LIST_ACTION = _object(
    {"button": _text(20), "sections": {"type": "array", "minItems": 1, "maxItems": 10, "items": _SECTION}}
)
_LINK_ACTION = _object(
    {
        "name": _is("cta_url"),
        "parameters": _object({"display_text": _text(20), "url": {"type": "string", "pattern": r"^https?://\S+$"}}),
    }
)
_FLOW_BASE = {"flow_message_version": _is("3"), "flow_cta": _text(30)}
_FLOW_MORE = {
    "mode": {"enum": ["draft", "published"]},
    "flow_token": _text(10**6),
    "flow_action": {"enum": ["navigate", "data_exchange"]},
    "flow_action_payload": _object({}, {"screen": _text(10**6), "data": {"type": "object", "minProperties": 1}}),
}
_FLOW_ACTION = _object(
    {
        "name": _is("flow"),
        "parameters": {
            "oneOf": [_object({**_FLOW_BASE, name: _text(10**6)}, _FLOW_MORE) for name in ("flow_id", "flow_name")]
        },
    }
)
_HEADERS = {"image": _media(), "document": _media("filename")}
_INTERACTIVE = [
    _interactive("button", _BUTTON_ACTION, _HEADERS, footer=True),
    _interactive("list", _LIST_ACTION, {}, footer=True),
    _interactive("cta_url", _LINK_ACTION, _HEADERS, footer=True),
    _interactive("flow", _FLOW_ACTION, _HEADERS, footer=True),
    _interactive("location_request_message", _object({"name": _is("send_location")}), {}, footer=False),
    _interactive("contact_request", _object({"name": _is("request_contact_info")}), {}, footer=False),
]
_PLACE = _object(
    {
        "latitude": {"type": "number", "minimum": -90, "maximum": 90},
        "longitude": {"type": "number", "minimum": -180, "maximum": 180},
    },
    {"name": _text(1000), "address": _text(1000)},
)
MESSAGE = {
    "oneOf": [
        _object({"type": _is("text"), "text": _object({"body": _text(4096), "preview_url": {"type": "boolean"}})}),
        _object({"type": _is("image"), "image": _media("caption")}),
        _object({"type": _is("document"), "document": _media("caption", "filename")}),
        _object({"type": _is("location"), "location": _PLACE}),
        *(_object({"type": _is("interactive"), "interactive": kind}) for kind in _INTERACTIVE),
    ]
}
_VALIDATOR = jsonschema.Draft7Validator(MESSAGE)


def _doubled(value: Any) -> Any:
    """The same with two characters for each that UTF-16 writes as two: Meta does not say how it counts."""
    if isinstance(value, str):
        return "".join("xx" if ord(letter) > 0xFFFF else letter for letter in value)
    if isinstance(value, dict):
        return {key: _doubled(held) for key, held in value.items()}
    return [_doubled(held) for held in value] if isinstance(value, list) else value


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, held in value.items():
            yield key
            yield from _strings(held)
    elif isinstance(value, list):
        for held in value:
            yield from _strings(held)


def _meta_takes(payload: dict[str, Any]) -> None:
    """Both judges: the simulator's, and the schema above with what no schema says."""
    check_message(payload, lambda _: "image/png" if "document" not in str(payload) else "application/pdf")
    _VALIDATOR.validate(_doubled(payload))
    for text in _strings(payload):
        text.encode("utf-8")
        assert not any(unicodedata.category(letter) == "Cc" and letter != "\n" for letter in text)
    action = payload.get("interactive", {}).get("action", {})
    titles = [button["reply"]["title"].casefold() for button in action.get("buttons", [])]
    assert len(set(titles)) == len(titles)
    sections = action.get("sections", [])
    assert len(sections) == 1 or all("title" in section for section in sections)
    names = [section["title"] for section in sections if "title" in section]
    assert len(set(names)) == len(names)
    rows = [row for section in sections for row in section["rows"]]
    assert len(rows) <= 10
    assert len({(row["title"].casefold(), row.get("description", "").casefold()) for row in rows}) == len(rows)
    assert all("\n" not in text for row in rows for text in row.values())
    ids = [row["id"] for row in rows] + [button["reply"]["id"] for button in action.get("buttons", [])]
    assert len(set(ids)) == len(ids)


# ---------------------------------------------------------------------- replies
nasty = st.sampled_from(
    [
        *(
            "\x00",
            "\ud800",
            "\udfff",
            "\ufffe",
            "\U0010ffff",
            "\x1f",
            "\x85",
            "\u2028",
            "\r\n",
            "\t",
            "\u00a0",
            "\u3000",
        ),
        *("\u200b", "\u200d", "\u200e", "\u202e", "\u2066", "\ufeff", "\u00ad", "\u3164", "\u2800", "\u0301", "\ufe0f"),
        *("😀", "👨‍👩‍👧‍👦", "👍🏽", "🇮🇩", "1️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "ﷺ", "ß", "İ", "a" + "\u0301" * 50),
        *(
            "*",
            "_",
            "~",
            "`",
            "```",
            "*tebal*",
            "https://contoh.id/a",
            "dr. ",
            "1. ",
            ". ",
            "…",
            "\n",
            "\n\n",
            " ",
            " (2)",
        ),
    ]
)
# Also characters of the newest Unicode, of which this Python knows nothing.
anything = st.text(max_size=8)
known = st.text(st.characters(exclude_categories=["Cn", "Co"]), max_size=8)
words = st.lists(anything | nasty | st.sampled_from(["Ya", "Tidak", "Puskesmas"]), max_size=12).map("".join)
long = st.builds(lambda text, times: text * times, words, st.integers(1, 400)).map(lambda text: text[:9000])
texts = words | long
titles = words | st.sampled_from(["Ya", "Ya ", "*Ya*", "Batal", "Sebelumnya", "Pilihan lainnya", "x" * 24, "y" * 90])
payloads = st.sampled_from(["/affirm", "/cancel", "/talk_to_human", '/choose_option{"option": "a=1"}'])
choices = st.lists(st.builds(Choice, titles, payloads, st.just("") | texts, st.just("") | titles), max_size=14)
many = st.builds(
    lambda count, title, way_out: [Choice(f"{title}{n}", f"/{n}") for n in range(count)] + way_out,
    st.integers(0, 45),
    titles,
    st.lists(st.builds(Choice, st.sampled_from(["Batal", "Hubungi petugas", "x" * 30]), payloads), max_size=3),
)
references = st.sampled_from(["media:" + "a" * 64, "https://contoh.id/a.png", "123456789"]) | words
addresses = st.sampled_from(["https://contoh.id/peta?a=1", "http://a.id"]) | words | words.map("https://{}".format)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | words, lambda held: st.lists(held, max_size=2)
)
flows = st.builds(
    Flow,
    id=st.just("123"),
    title=texts,
    token=words,
    screen=words,
    data=st.dictionaries(words, values, max_size=2),
    exchange=st.booleans(),
    draft=st.booleans(),
)
replies = st.builds(
    Reply,
    text=texts,
    choices=st.just(()) | choices.map(tuple) | many.map(tuple),
    list_button=st.just("") | titles,
    flow=st.none() | flows,
    ask_location=st.booleans(),
    ask_contact=st.booleans(),
    images=st.lists(references, max_size=2).map(tuple),
    documents=st.lists(st.builds(Document, references, texts), max_size=1).map(tuple),
    places=st.lists(st.builds(Place, st.floats(-90, 90), st.floats(-180, 180), texts, texts), max_size=1).map(tuple),
    links=st.lists(st.builds(Link, titles, addresses), max_size=2).map(tuple),
    footer=st.just("") | texts,
    preview=st.booleans(),
)
KEY = "0123456789abcdef" * 2
slow = settings(
    deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@slow
@given(replies)
def test_meta_takes_whatever_is_rendered(reply: Reply) -> None:
    drafts = render(reply, KEY)
    for draft in drafts:
        _meta_takes(draft.payload)
    assert not any(draft.options for draft in drafts[:-1])
    assert drafts == render(reply, KEY)


# ---------------------------------------------------------------------- nothing is lost
def _seen(text: str) -> str:
    """Letters, digits, signs: all that is more than space and invisible marks."""
    unseen = "\u3164\u2800\u115f\u1160\uffa0"
    return "".join(letter for letter in text if unicodedata.category(letter)[0] in "LNPS" and letter not in unseen)


def _said(drafts: list[Draft]) -> str:
    found = []
    for draft in drafts:
        block = draft.payload[draft.payload["type"]]
        body = block.get("body", "")
        found += [block.get("caption", ""), body["text"] if isinstance(body, dict) else body]
    return "\n".join(found)


FIXED = ("", "Silakan pilih:", "Kirim lokasi Anda, ya.", "Kirim nomor HP Anda, ya.", "Silakan isi formulirnya.")


@slow
@given(
    texts,
    st.just([]) | choices | many,
    st.lists(st.just("media:ab"), max_size=2),
    st.lists(st.just(Document("media:cd")), max_size=1),
    st.sampled_from([{}, {"ask_location": True}, {"ask_contact": True}, {"flow": Flow("1")}]),
)
def test_all_that_is_said_arrives_in_its_order(
    text: str, offered: list[Choice], images: list[str], documents: list[Document], asked: dict[str, Any]
) -> None:
    if asked and not asked.get("flow"):
        offered = []
    reply = Reply(text, tuple(offered), images=tuple(images), documents=tuple(documents), **asked)
    drafts = render(reply, KEY)
    said = _seen(_said(drafts)).removesuffix(_seen("Atau pilih:") if asked.get("flow") else "")
    assert said in [_seen(text) + _seen(fixed) for fixed in FIXED]


labels = st.lists(known | nasty | st.sampled_from(["Ya", "Puskesmas", " "]), max_size=8).map("".join)
known_choices = st.lists(st.builds(Choice, labels, payloads, labels, labels), max_size=24)


@slow
@given(known_choices | many)
def test_all_options_can_be_reached_and_told_apart(offered: list[Choice]) -> None:
    drafts = render(Reply("Mana?", tuple(offered)), KEY)
    readable = [choice for choice in offered if _seen(choice.title + choice.description)]
    if not readable:
        assert not drafts[-1].options
        return
    options = [option for option in drafts[-1].options if ".page." not in option.id]
    assert [option.id for option in options] == [f"{KEY}.{n}" for n in range(1, len(readable) + 1)]
    assert sorted(option.payload for option in options) == sorted(choice.payload for choice in readable)
    # Page by page, as a citizen who goes on until there is nothing more.
    shown: list[str] = []
    draft: Draft | None = drafts[-1]
    pages = 0
    while draft:
        _meta_takes(draft.payload)
        action = draft.payload["interactive"]["action"]
        rows = [row for section in action.get("sections", []) for row in section["rows"]]
        ids = [row["id"] for row in rows] or [button["reply"]["id"] for button in action["buttons"]]
        by_id = {option.id: option for option in draft.options}
        assert set(ids) <= set(by_id)
        assert len(by_id) == len(draft.options)
        again = [option for option in draft.options if ".page." not in option.id]
        assert [(o.label, o.payload, o.description) for o in again] == [
            (o.label, o.payload, o.description) for o in options
        ]
        ways_out = {"/cancel", "/talk_to_human"} & {option.payload for option in options}
        assert len(options) <= 3 or ways_out <= {by_id[option_id].payload for option_id in ids} or len(options) <= 10
        shown += [by_id[option_id].id.rpartition(".")[2] for option_id in ids if ".page." not in option_id]
        pages += 1
        forward = [option for option in draft.options if option.payload == f"page:{pages + 1}"]
        draft = page(draft.options, pages + 1, f"{KEY}{pages}")[0] if forward else None
    assert set(shown) == {str(n) for n in range(1, len(options) + 1)}
    # A page has at most two ways out, and at most two rows to turn it.
    assert pages == 1 if len(options) <= 10 else pages <= math.ceil(len(options) / 6)


# ---------------------------------------------------------------------- no more messages than needed
plain = st.integers(0, 9000).map(lambda count: ("kata lain " * 1000)[:count].strip())


@slow
@given(plain, st.integers(0, 12), st.booleans(), st.integers(0, 1))
def test_no_more_messages_than_the_limits_ask_for(text: str, count: int, described: bool, pictures: int) -> None:
    offered = tuple(Choice(f"Pilihan {n}", f"/{n}", "jelas" if described else "") for n in range(count))
    drafts = render(Reply(text, offered, images=("media:ab",) * pictures), KEY)
    # What can hold text: a picture 1024, options 1024, each text more 4096. A word may not fit: 5 for each break.
    buttons = 0 < count <= 3 and not described
    apart = 0 if buttons else pictures
    room = (1024 if count else 0) + 1024 * apart
    extra = max(0, math.ceil((len(text) - room) / (4096 - 5)))
    least = apart + (1 if count else 0) + max(0, math.ceil((len(text) - room) / 4096))
    if not count and not pictures and not text:
        assert drafts == []
    else:
        assert least <= len(drafts) <= apart + (1 if count else 0) + extra + (len(text) > room - 10 and extra == 0)
