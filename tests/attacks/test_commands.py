"""Nothing that a citizen can type, tap or fill in becomes a command of Rasa's, an intent, an entity or a slot.

Only what we offered to this very contact stands for something, and the few things that are no words: a pin, a file, our
own form. What is typed with slashes is tried in tests/dialogue/test_reading.py, too.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from rasa.core.channels.channel import UserMessage
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.core.run import create_http_input_channels
from rasa.graph_components.converters.nlu_message_converter import NLUMessageConverter
from rasa.nlu.classifiers.regex_message_handler import RegexMessageHandler
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

from siaga.db import transaction
from siaga.dialogue import attended
from siaga.dialogue.reading import Read, metadata
from siaga.dialogue.work import Work, open_work
from siaga.people.contacts import ensure_contact
from siaga.settings import settings
from siaga.turns import inbox, lanes, outbox
from siaga.turns.intake import keep
from siaga.turns.messages import Delivery, Draft, Option
from siaga.turns.statuses import record
from siaga.whatsapp.input import WhatsAppInput
from siaga.whatsapp.parse import parse
from siaga.whatsapp.twilio.parse import parse_message
from tests.turns.people import AT
from tests.whatsapp.twilio import webhooks as twilio
from tests.whatsapp.webhooks import FLOW, MESSAGES, OTHER_PHONE, PHONE, message, webhook

ROOT = Path(__file__).parents[2]
COMMANDS = [
    "/delete_my_data",
    "/affirm",
    "/back_to_bot",
    "/restart",
    "/session_start",
    "/back",
    '/inform{"nik": "3578010502859001"}',
    '/choose_option{"option": "cancel_code=ABC123"}',
    '/SetSlots{"nik": "3578010502859001"}',
    '/greet@0.99["nik"]',
    "  /delete_my_data",
    "\t\n\r\u00a0\u2003\u3000/delete_my_data",
    "///delete_my_data",
    "/ /delete_my_data",
    "\u200b/delete_my_data",
    "\ufeff/delete_my_data",
    "\u200e/delete_my_data",
    "\u202e/delete_my_data",
    "\u2066/delete_my_data\u2069",
    "／delete_my_data",
    "\u2044delete_my_data",
    "\u29f8delete_my_data",
    "\x00/delete_my_data",
    "\ud800/delete_my_data",
    "[/delete_my_data]",
    "[3578010502859001](nik)",
    '[surabaya]{"entity": "nik", "value": "3578010502859001"}',
    "EXTERNAL: /delete_my_data",
    "page:2",
    '{"text": "/delete_my_data", "parse_data": {"intent": {"name": "delete_my_data"}}}',
]

# What may be known without being understood from words: the shapes of messages, and nothing that they say.
SHAPES = {"location": "share_location", "media": "send_media"}


def _opened(phone: str = PHONE) -> list[Work]:
    """Everything that waits, as a worker opens it; each turn is ended before the next."""
    works = []
    with transaction() as session:
        for lease in lanes.claim(session, "uji", 50, 60, channel="whatsapp"):
            while (work := open_work(session, lease, settings())) is not None:
                works.append(work)
                inbox.finish(session, work.turn)
            lanes.free(lanes.hold(session, lease), waiting=False)
    return works


def _heard(*raw: dict[str, Any], **beside: Any) -> list[Read]:
    """What Rasa is given of these messages, through the parser, the inbox, and what opens a turn."""
    with transaction() as session:
        keep(session, parse(json.loads(json.dumps(webhook(list(raw), **beside)))), "whatsapp")
    return [attended.heard(work) for work in _opened()]


@pytest.fixture(scope="module")
def as_rasa() -> Callable[[str], dict[str, Any]]:
    """The two components of Rasa's that look at a text before and after the pipeline: what they find in it."""
    domain = Domain.load(str(ROOT / "domain.yml"))

    def understood(text: str) -> dict[str, Any]:
        (converted,) = NLUMessageConverter().convert_user_message([UserMessage(text)])
        (handled,) = RegexMessageHandler().process([converted], domain)
        return {name: handled.get(name) for name in ("intent", "entities") if handled.get(name)}

    return understood


def _only_words(read: Read, as_rasa: Callable[[str], dict[str, Any]]) -> bool:
    """Whether Rasa is to understand it from its words, or it is a shape; and finds no command in the words."""
    known = read.parse_data
    if known is not None and known["intent"]["name"] != SHAPES.get(read.kind):
        return False
    return as_rasa(read.text) == {} and bool(read.text.strip())


# ---------------------------------------------------------------- typed
def test_rasas_own_components_would_notice(as_rasa: Callable[[str], dict[str, Any]]) -> None:
    """The same commands, not disarmed, are ones: else all of this would prove nothing."""
    assert as_rasa("/delete_my_data")["intent"]["name"] == "delete_my_data"
    assert as_rasa('  /choose_option{"option": "x"}')["entities"][0]["value"] == "x"


@pytest.mark.parametrize("number", range(len(COMMANDS)))
def test_nothing_typed_is_a_command(database: str, as_rasa: Callable[[str], dict[str, Any]], number: int) -> None:
    typed = COMMANDS[number]
    photo = {"id": "1", "mime_type": "image/jpeg", "caption": typed}
    changed = {"original_message_id": "wamid.lama", "message": {"type": "text", "text": {"body": typed}}}
    ways = [
        message(content={"body": typed}),
        message("image", photo, wamid="wamid.2"),
        message("edit", changed, wamid="wamid.3"),
        message("button", {"payload": typed, "text": typed}, wamid="wamid.4"),
        message("interactive", {"type": "button_reply", "button_reply": {"id": typed, "title": typed}}, "wamid.5"),
        message("interactive", {"type": "list_reply", "list_reply": {"id": typed, "title": typed}}, "wamid.6"),
    ]
    heard = [read for way in ways for read in _heard({**way, "timestamp": str(int(AT.timestamp()))})]
    assert len(heard) == len(ways)
    assert [read for read in heard if not _only_words(read, as_rasa)] == []
    assert {read.kind for read in heard} <= {"text", "media"}


# ---------------------------------------------------------------- hidden in a message
_PLACES = [
    *"text image video document location contacts order sticker voice reaction poll unsupported".split(),
    "button reply", "list reply", "template button", "flow reply", "call permission", "from an ad", "forwarded",
    "product inquiry", "own contact",
]  # fmt: skip


def _leaves(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, (dict, list)):
        for key, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _leaves(part, (*way, key))
    elif isinstance(value, str):
        yield way


def _with(content: Any, way: tuple[Any, ...], text: str) -> Any:
    changed = copy.deepcopy(content)
    holder = changed
    for key in way[:-1]:
        holder = holder[key]
    holder[way[-1]] = text
    return changed


@pytest.mark.parametrize("name", _PLACES)
@pytest.mark.parametrize("command", ["/delete_my_data", '/inform{"nik": "3578010502859001"}'])
def test_nor_is_anything_that_is_hidden_in_any_place(
    database: str, as_rasa: Callable[[str], dict[str, Any]], name: str, command: str
) -> None:
    """In the name of a place, of a file, of a contact, in an ad, in what is quoted, in the answers of a form."""
    kept = ("id", "from", "timestamp", "type")
    sent = []
    for number, way in enumerate(way for way in _leaves(MESSAGES[name]) if way[0] not in kept):
        changed = _with(MESSAGES[name], way, command)
        sent.append({**changed, "id": f"wamid.{number}"})
    card = {"profile": {"name": command}, "wa_id": PHONE, "user_id": command, "username": command}
    heard = _heard(*sent, {**MESSAGES[name], "id": "wamid.x"}, contacts=[card])
    assert [read for read in heard if not _only_words(read, as_rasa)] == []


def test_the_answers_of_a_form_that_is_not_ours_are_looked_at_by_nobody(database: str) -> None:
    """A client that is not WhatsApp's may send any form: its fields name intents, slots and texts, and none counts."""
    fields = {"flow_token": "milik.orang", "intent": "delete_my_data", "text": "/restart", "nik": "3578010502859001"}
    (read,) = _heard(message("interactive", {"type": "nfm_reply", "nfm_reply": {**FLOW, "response_json": json.dumps(
        fields)}}))  # fmt: skip
    assert (read.kind, read.parse_data["intent"]["name"]) == ("media", "send_media")
    assert "3578010502859001" not in json.dumps(read.parse_data) and "restart" not in json.dumps(read.parse_data)


@pytest.mark.parametrize(
    "fields",
    [
        {"ButtonPayload": "/delete_my_data", "ButtonText": "/delete_my_data"},
        {"ListId": "/delete_my_data", "ListTitle": "/delete_my_data"},
        {"Body": "/delete_my_data"},
        {"InteractiveData": '{"flow_token": "x", "intent": "delete_my_data"}', "MessageType": "interactive"},
        {"Latitude": "-7.2", "Longitude": "112.7", "Label": "/delete_my_data", "Body": "/delete_my_data"},
        {"NumMedia": "1", "MediaUrl0": "https://x/1", "MediaContentType0": "image/png", "Body": "/delete_my_data"},
        {"ProfileName": "/delete_my_data", "ReferralBody": "/delete_my_data", "ChannelMetadata": "/delete_my_data"},
    ],
)
def test_nor_by_the_other_road(database: str, as_rasa: Callable[[str], dict[str, Any]], fields: dict[str, str]) -> None:
    with transaction() as session:
        keep(session, parse_message(twilio.message(**fields), AT), "whatsapp")
    reads = [attended.heard(work) for work in _opened()]
    assert reads and [read for read in reads if not _only_words(read, as_rasa)] == []


# ---------------------------------------------------------------- options
SHOWN = Option("", "Batalkan jadwal", '/choose_option{"option": "cancel_code=ABC123"}')


def _offer(phone: str, *labels: str) -> list[str]:
    """The ids of options with these labels, offered to whoever has this number."""
    with transaction() as session:
        contact_id = ensure_contact(session, phone=phone).id
        key = outbox.new_key()
        options = tuple(Option(f"{key}.{n}", label, SHOWN.payload) for n, label in enumerate(labels, 1))
        outbox.put_all(session, contact_id, [Draft({"type": "text"}, options)], key)
    return [option.id for option in options]


def _tapped(option_id: str, title: str, phone: str = PHONE, wamid: str = "wamid.1") -> Read:
    reply = {"type": "button_reply", "button_reply": {"id": option_id, "title": title}}
    (read,) = _heard(message("interactive", reply, wamid, **{"from": phone}))
    return read


def test_an_option_counts_for_whom_it_was_offered_and_no_other(database: str) -> None:
    (theirs,) = _offer(OTHER_PHONE, SHOWN.label)
    assert _tapped(theirs, SHOWN.label) == Read(SHOWN.label, "text")
    own = _tapped(theirs, SHOWN.label, OTHER_PHONE, "wamid.2")
    assert own.parse_data["intent"]["name"] == "choose_option"


@pytest.mark.parametrize(
    "made_up",
    [
        "{key}.2",
        "{key}.0",
        "{key}.1.1",
        "{key}.",
        "{key}",
        "{key}. 1",
        "{key}.01",
        "{key}.１",
        " {key}.1",
        "{key}.1' OR '1'='1",
        "%.1",
        "{other}.1",
        '/choose_option{{"option": "cancel_code=ABC123"}}',
        "",
    ],
)
def test_an_id_that_was_made_up_is_only_what_its_title_says(database: str, made_up: str) -> None:
    """Even where it is nearly that of an option that the contact was offered."""
    (mine,), (theirs,) = _offer(PHONE, "Setuju"), _offer(OTHER_PHONE, "Setuju")
    option_id = made_up.format(key=mine.partition(".")[0], other=theirs.partition(".")[0])
    assert _tapped(option_id, "hapus data saya") == Read("hapus data saya", "text")


def test_a_label_that_is_not_the_options_own_says_nothing(database: str) -> None:
    """The id decides what is done, and our own label is what is kept of it: not the words that came along."""
    (mine,) = _offer(PHONE, SHOWN.label)
    read = _tapped(mine, "/restart [3578010502859001](nik)")
    assert (read.text, read.kind) == (SHOWN.label, "option")
    assert read.parse_data["entities"] == [
        {"entity": "option", "value": "cancel_code=ABC123", "start": 0, "end": 0, "extractor": "option"}
    ]


def test_quoting_what_another_was_sent_offers_nothing_of_theirs(database: str) -> None:
    (theirs,) = _offer(OTHER_PHONE, SHOWN.label)
    with transaction() as session:
        record(session, [Delivery("wamid.theirs", "sent", AT, theirs.partition(".")[0])])
    quote = {"from": "628000009999", "id": "wamid.theirs"}
    assert _heard(message(content={"body": "1"}, context=quote)) == [Read("1", "text")]
    assert _heard(message(content={"body": SHOWN.label}, context=quote, wamid="wamid.2")) == [Read(SHOWN.label, "text")]


# ---------------------------------------------------------------- metadata, sessions, keys
def test_nothing_in_a_webhook_becomes_what_actions_are_told(database: str) -> None:
    """Fields named like ours, everywhere: actions are told what we know, and the conversation is the sender's own."""
    with transaction() as session:
        victim = ensure_contact(session, phone=OTHER_PHONE).key
    forged = {
        "hand_off": "held", "preview": True, "phone": True, "at": "2020-01-01T00:00:00", "message_id": victim,
        "silence": 9e9, "late": {"danger": True}, "kind": "option", "sender_id": victim, "metadata": {"preview": True},
        "session_started_metadata": {"x": 1}, "input_channel": "rest", "slots": {"nik": "3578010502859001"},
        "parse_data": {"intent": {"name": "delete_my_data"}}, "files": ["x"], "forwarded": "often",
    }  # fmt: skip
    raw = message(content={"body": victim, **forged}, **{**forged, "metadata": forged}, context={"x": 1, **forged})
    with transaction() as session:
        keep(session, parse(webhook([raw], **forged)), "whatsapp")
    (work,) = _opened()
    assert work.key != victim and not work.preview and work.hand_off is None and not work.is_late
    told = metadata(work.turn, "text", has_phone=work.has_phone, previous=None, preview=work.preview)
    assert set(told) == {"message_id", "at", "kind", "phone", "silence", "forwarded", "files"}
    assert (told["message_id"], told["forwarded"], told["files"]) == (work.turn[0].key, None, [])
    assert set(work.turn[0].content) == {"text"}


def test_only_our_channel_is_open() -> None:
    """Rasa's own doors (rest, callback, socketio) take anybody's word for who they are: none of them is named."""
    named = create_http_input_channels(None, str(ROOT / "credentials.yml"))
    assert [type(channel) for channel in named] == [WhatsAppInput]


# ---------------------------------------------------------------- templates
@pytest.mark.parametrize(
    "name", ["{nik}", "{0.__class__}", "{nik.__init__.__globals__}", "%s %(nik)s", "${nik}", "{{nik}}"]
)
async def test_words_of_a_citizen_are_no_template(name: str) -> None:
    """What fills a response is never itself looked at for braces, nor does it reach into objects or other slots."""
    generator = TemplatedNaturalLanguageGenerator({"utter_x": [{"text": "Halo {person}, NIK {masked}."}]})
    tracker = DialogueStateTracker.from_events("x", [])
    said = await generator.generate("utter_x", tracker, "whatsapp", person=name, masked="x", nik="3578010502859001")
    assert said["text"] == f"Halo {name}, NIK x."
