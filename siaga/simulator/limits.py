"""What Meta accepts to be sent: shapes and limits of a message, as pure checks.

Lengths are counted in Unicode code points. Source: Meta's reference of the Cloud API and its OpenAPI file v23;
where the two differ (a list's body), the stricter number is held. Stricter than Meta may be: an unknown key at the top
of a message is refused, since it can only be a mistake of ours; product messages and call requests are not taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from siaga.simulator.errors import GraphRefusal

TEXT_BODY = 4096
INTERACTIVE_BODY = 1024
CAPTION = 1024
HEADER = 60
FOOTER = 60
BUTTONS = 3
BUTTON_TITLE = 20
BUTTON_ID = 256
LIST_BUTTON = 20
SECTIONS = 10
ROWS = 10
SECTION_TITLE = 24
ROW_TITLE = 24
ROW_DESCRIPTION = 72
ROW_ID = 200
LINK_LABEL = 20
FLOW_LABEL = 30
OPAQUE = 512
CONTACTS = 5
TEMPLATE_NAME = 512
LINK = 2000
STATIC_STICKER = 100 * 1024

MEDIA_KINDS = {"image", "document", "audio", "video", "sticker"}

_OFFICE = "application/vnd.openxmlformats-officedocument."
MIME_TYPES: dict[str, set[str]] = {
    "image": {"image/jpeg", "image/png"},
    "sticker": {"image/webp"},
    "audio": {"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"},
    "video": {"video/mp4", "video/3gpp"},
    "document": {
        "text/plain",
        "application/pdf",
        "application/msword",
        "application/vnd.ms-excel",
        "application/vnd.ms-powerpoint",
        _OFFICE + "wordprocessingml.document",
        _OFFICE + "spreadsheetml.sheet",
        _OFFICE + "presentationml.presentation",
    },
}

_MB = 1024 * 1024
MEDIA_BYTES = {"image": 5 * _MB, "sticker": 500 * 1024, "audio": 16 * _MB, "video": 16 * _MB, "document": 100 * _MB}

MediaType = Callable[[str], "str | None"]
"""Says the MIME type of an uploaded media id, or None when there is no such media."""


def bare_mime(mime: str) -> str:
    """``audio/ogg; codecs=opus`` → ``audio/ogg``."""
    return mime.partition(";")[0].strip().lower()


def media_kind(mime: str) -> str | None:
    """The kind of message that may carry this MIME type."""
    bare = bare_mime(mime)
    return next((kind for kind, types in MIME_TYPES.items() if bare in types), None)


def check_upload(mime: str, content: bytes) -> None:
    """Refuse a file that Meta would not take.

    Raises:
        GraphRefusal: 100 for the type, 131053 for the size or for content that is not what its type says.
    """
    kind = media_kind(mime)
    if kind is None:
        raise GraphRefusal(100, "Param file: this media type is not supported")
    if not content:
        raise GraphRefusal(131053, "Param file: the file is empty")
    if len(content) > MEDIA_BYTES[kind]:
        raise GraphRefusal(131053, f"Param file: at most {MEDIA_BYTES[kind]} bytes for {kind}")
    bare = bare_mime(mime)
    expected = _STARTS.get(bare)
    if expected and not content.startswith(expected):
        raise GraphRefusal(131053, f"Param file: the content is not {bare}")
    if bare == "image/png" and (content[24:25] != b"\x08" or content[25:26] not in (b"\x02", b"\x06")):
        raise GraphRefusal(131053, "Param file: a picture must have 8 bits a channel, RGB or RGBA")
    if bare == "image/webp" and len(content) > STATIC_STICKER and not _animated(content):
        raise GraphRefusal(131053, f"Param file: a sticker that does not move has at most {STATIC_STICKER} bytes")
    if bare == "audio/ogg" and not _OPUS_MONO.search(content[:4096]):
        raise GraphRefusal(131053, "Param file: audio/ogg must be OPUS with one channel")


_STARTS = {
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
    "image/webp": b"RIFF",
    "audio/amr": b"#!AMR",
    "audio/ogg": b"OggS",
    "application/pdf": b"%PDF",
}
# The head of an Opus stream: its name, a version, the number of channels.
_OPUS_MONO = re.compile(rb"OpusHead.\x01", re.DOTALL)


def _animated(webp: bytes) -> bool:
    return webp[12:16] == b"VP8X" and bool(webp[20] & 0x02)


def _missing(path: str) -> GraphRefusal:
    return GraphRefusal(131008, f"{path} is required")


def _invalid(path: str, rule: str) -> GraphRefusal:
    return GraphRefusal(131009, f"{path} {rule}")


def _object(parent: dict[str, Any], key: str, path: str) -> dict[str, Any]:
    value = parent.get(key)
    if value is None:
        raise _missing(path)
    if not isinstance(value, dict):
        raise _invalid(path, "must be an object")
    return value


def _list(parent: dict[str, Any], key: str, path: str, most: int) -> list[dict[str, Any]]:
    value = parent.get(key)
    if value is None:
        raise _missing(path)
    if not isinstance(value, list) or not 1 <= len(value) <= most:
        raise _invalid(path, f"must hold 1 to {most} items")
    if not all(isinstance(item, dict) for item in value):
        raise _invalid(path, "must hold objects")
    return value


def _text(parent: dict[str, Any], key: str, path: str, most: int | None = None) -> str:
    value = parent.get(key)
    if value is None:
        raise _missing(path)
    if not isinstance(value, str):
        raise _invalid(path, "must be a string")
    if not value.strip():
        raise _invalid(path, "must not be empty")
    if most is not None and len(value) > most:
        raise _invalid(path, f"must be at most {most} characters long")
    return value


def _optional_text(parent: dict[str, Any], key: str, path: str, most: int | None = None) -> None:
    value = parent.get(key)
    if value is None:
        return
    if not isinstance(value, str):
        raise _invalid(path, "must be a string")
    if most is not None and len(value) > most:
        raise _invalid(path, f"must be at most {most} characters long")


def _only(value: dict[str, Any], allowed: set[str], path: str) -> None:
    if set(value) - allowed:
        raise GraphRefusal(100, f"Unexpected key on {path}; allowed: {', '.join(sorted(allowed))}")


def _unique(values: list[str], path: str) -> None:
    if len(set(values)) != len(values):
        raise _invalid(path, "must be unique")


def _link(value: str, path: str) -> None:
    try:
        parts = urlsplit(value)
        good = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        good = False
    if not good or len(value) > LINK or any(character.isspace() for character in value):
        raise _invalid(path, f"must be a http(s) URL of at most {LINK} characters")


def _media(block: dict[str, Any], kind: str, path: str, media_type: MediaType, *, caption: bool = True) -> None:
    allowed = {"id", "link"}
    if caption and kind in ("image", "video", "document"):
        allowed.add("caption")
    if kind == "document":
        allowed.add("filename")
    if kind == "audio":
        allowed.add("voice")
    _only(block, allowed, path)
    if "id" in block and "link" in block:
        raise _invalid(path, "takes either id or link, not both")
    if "link" in block:
        _link(_text(block, "link", f"{path}.link"), f"{path}.link")
    elif "id" in block:
        mime = media_type(_text(block, "id", f"{path}.id"))
        if mime is None:
            raise GraphRefusal(100, f"Param {path}.id is not an uploaded media id of this number")
        if bare_mime(mime) not in MIME_TYPES[kind]:
            raise GraphRefusal(131053, f"{path}.id holds a media type that {kind} does not take")
    else:
        raise _missing(f"{path}.id or {path}.link")
    _optional_text(block, "caption", f"{path}.caption", CAPTION)
    _optional_text(block, "filename", f"{path}.filename")


def _check_text(message: dict[str, Any], media_type: MediaType) -> None:
    block = _object(message, "text", "text")
    _only(block, {"body", "preview_url"}, "text")
    body = _text(block, "body", "text.body")
    if len(body) > TEXT_BODY:
        raise GraphRefusal(100, f"Param text.body must be at most {TEXT_BODY} characters long")
    if not isinstance(block.get("preview_url", False), bool):
        raise _invalid("text.preview_url", "must be true or false")


def _check_media(message: dict[str, Any], media_type: MediaType) -> None:
    kind = message["type"]
    _media(_object(message, kind, kind), kind, kind, media_type)


def _degrees(block: dict[str, Any], key: str, most: int) -> None:
    value = block.get(key)
    if value is None:
        raise _missing(f"location.{key}")
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise _invalid(f"location.{key}", "must be a number") from None
    if not -most <= number <= most:
        raise _invalid(f"location.{key}", f"must be between -{most} and {most}")


def _check_location(message: dict[str, Any], media_type: MediaType) -> None:
    block = _object(message, "location", "location")
    _only(block, {"latitude", "longitude", "name", "address"}, "location")
    _degrees(block, "latitude", 90)
    _degrees(block, "longitude", 180)
    _optional_text(block, "name", "location.name")
    _optional_text(block, "address", "location.address")


# The parts of a contact card: which keys each has, and which of them is needed.
_CARD: dict[str, tuple[set[str], str | None]] = {
    "addresses": ({"street", "city", "state", "zip", "country", "country_code", "type"}, None),
    "emails": ({"email", "type"}, "email"),
    "phones": ({"phone", "type", "wa_id"}, "phone"),
    "urls": ({"url", "type"}, "url"),
}
_NAME = {"formatted_name", "first_name", "last_name", "middle_name", "prefix", "suffix"}
# "title" stands in the example of the OpenAPI file, though not in its schema.
_ORGANISATION = {"company", "department", "title"}


def _check_contacts(message: dict[str, Any], media_type: MediaType) -> None:
    for number, card in enumerate(_list(message, "contacts", "contacts", CONTACTS)):
        path = f"contacts[{number}]"
        _only(card, {"name", "org", "birthday", *_CARD}, path)
        name = _object(card, "name", f"{path}.name")
        _only(name, _NAME, f"{path}.name")
        _text(name, "formatted_name", f"{path}.name.formatted_name")
        for part in name:
            _optional_text(name, part, f"{path}.name.{part}")
        if not any(name[part] for part in name if part != "formatted_name"):
            raise _missing(f"{path}.name: one more part, such as first_name,")
        # Clients write null for what a person does not have.
        if card.get("org") is not None:
            _only(_object(card, "org", f"{path}.org"), _ORGANISATION, f"{path}.org")
        if card.get("birthday") is not None:
            _birthday(card["birthday"], f"{path}.birthday")
        for part, (keys, needed) in _CARD.items():
            if card.get(part) is not None:
                _card_part(card[part], keys, needed, f"{path}.{part}")


def _birthday(value: Any, path: str) -> None:
    try:
        good = isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        good = False
    if not good:
        raise _invalid(path, "must be a date such as 2012-08-18")


def _card_part(rows: Any, keys: set[str], needed: str | None, path: str) -> None:
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise _invalid(path, "must be a list of objects")
    for number, row in enumerate(rows):
        _only(row, keys, f"{path}[{number}]")
        for key in row:
            _optional_text(row, key, f"{path}[{number}].{key}")
        if needed:
            _text(row, needed, f"{path}[{number}].{needed}")


# Joiners, variation selectors, keycaps and skin colours count with the emoji that they belong to.
_EMOJI = re.compile(
    "[#*0-9]\ufe0f?\u20e3|[\u00a9\u00ae\u2000-\u3300\U0001f000-\U0001faff\U000e0020-\U000e007f\ufe0f\u200d]{1,24}"
)


def _check_reaction(message: dict[str, Any], media_type: MediaType) -> None:
    block = _object(message, "reaction", "reaction")
    _only(block, {"message_id", "emoji"}, "reaction")
    _text(block, "message_id", "reaction.message_id")
    if "emoji" not in block:
        raise _missing("reaction.emoji")
    _optional_text(block, "emoji", "reaction.emoji")
    if block["emoji"] and not _EMOJI.fullmatch(block["emoji"]):
        raise _invalid("reaction.emoji", "must be one emoji, or empty")


_PARAMETERS = {
    "text",
    "currency",
    "date_time",
    "image",
    "video",
    "document",
    "location",
    "payload",
    "action",
    "coupon_code",
    "limited_time_offer",
    "product",
}
_TEMPLATE_BUTTONS = {"quick_reply", "url", "catalog", "flow", "copy_code", "mpm", "voice_call", "request_contact_info"}


def _check_template(message: dict[str, Any], media_type: MediaType) -> None:
    block = _object(message, "template", "template")
    _only(block, {"name", "language", "components"}, "template")
    _text(block, "name", "template.name", TEMPLATE_NAME)
    language = _object(block, "language", "template.language")
    _only(language, {"code", "policy"}, "template.language")
    _text(language, "code", "template.language.code")
    if language.get("policy", "deterministic") != "deterministic":
        raise _invalid("template.language.policy", "must be deterministic")
    components = block.get("components", [])
    if not isinstance(components, list) or not all(isinstance(component, dict) for component in components):
        raise _invalid("template.components", "must be a list of objects")
    for number, component in enumerate(components):
        _check_component(component, f"template.components[{number}]", media_type)


def _check_component(component: dict[str, Any], path: str, media_type: MediaType) -> None:
    kind = _text(component, "type", f"{path}.type").lower()
    if kind not in ("header", "body", "button"):
        raise _invalid(f"{path}.type", "must be header, body or button")
    _only(component, {"type", "parameters", *({"sub_type", "index"} if kind == "button" else ())}, path)
    if kind == "button":
        if _text(component, "sub_type", f"{path}.sub_type").lower() not in _TEMPLATE_BUTTONS:
            raise _invalid(f"{path}.sub_type", f"must be one of {', '.join(sorted(_TEMPLATE_BUTTONS))}")
        if "index" not in component:
            raise _missing(f"{path}.index")
        if not re.fullmatch("[0-9]", str(component["index"])):
            raise _invalid(f"{path}.index", "must be 0 to 9")
    parameters = component.get("parameters", [])
    if not isinstance(parameters, list) or not all(isinstance(parameter, dict) for parameter in parameters):
        raise _invalid(f"{path}.parameters", "must be a list of objects")
    for number, parameter in enumerate(parameters):
        at = f"{path}.parameters[{number}]"
        kind = _text(parameter, "type", f"{at}.type")
        if kind not in _PARAMETERS:
            raise _invalid(f"{at}.type", f"must be one of {', '.join(sorted(_PARAMETERS))}")
        _only(parameter, {"type", kind, "parameter_name"}, at)
        _optional_text(parameter, "parameter_name", f"{at}.parameter_name")
        if kind in ("image", "video", "document"):
            _media(_object(parameter, kind, f"{at}.{kind}"), kind, f"{at}.{kind}", media_type, caption=False)


def _header(interactive: dict[str, Any], kinds: set[str], media_type: MediaType) -> None:
    if "header" not in interactive:
        return
    block = _object(interactive, "header", "interactive.header")
    kind = _text(block, "type", "interactive.header.type")
    if kind not in kinds:
        raise _invalid("interactive.header.type", f"must be one of {', '.join(sorted(kinds))}")
    _only(block, {"type", kind}, "interactive.header")
    if kind == "text":
        _text(block, "text", "interactive.header.text", HEADER)
    else:
        path = f"interactive.header.{kind}"
        _media(_object(block, kind, path), kind, path, media_type, caption=False)


def _body_and_footer(interactive: dict[str, Any]) -> None:
    body = _object(interactive, "body", "interactive.body")
    _only(body, {"text"}, "interactive.body")
    _text(body, "text", "interactive.body.text", INTERACTIVE_BODY)
    if "footer" in interactive:
        footer = _object(interactive, "footer", "interactive.footer")
        _only(footer, {"text"}, "interactive.footer")
        _text(footer, "text", "interactive.footer.text", FOOTER)


def _buttons(action: dict[str, Any]) -> None:
    _only(action, {"buttons"}, "interactive.action")
    ids, titles = [], []
    for number, button in enumerate(_list(action, "buttons", "interactive.action.buttons", BUTTONS)):
        path = f"interactive.action.buttons[{number}]"
        _only(button, {"type", "reply"}, path)
        if _text(button, "type", f"{path}.type") != "reply":
            raise _invalid(f"{path}.type", "must be reply")
        reply = _object(button, "reply", f"{path}.reply")
        _only(reply, {"id", "title"}, f"{path}.reply")
        ids.append(_text(reply, "id", f"{path}.reply.id", BUTTON_ID))
        titles.append(_text(reply, "title", f"{path}.reply.title", BUTTON_TITLE))
        if ids[-1] != ids[-1].strip():
            raise _invalid(f"{path}.reply.id", "must not begin or end with a space")
    _unique(ids, "interactive.action.buttons: ids")
    _unique(titles, "interactive.action.buttons: titles")


def _sections(action: dict[str, Any]) -> None:
    _only(action, {"button", "sections"}, "interactive.action")
    _text(action, "button", "interactive.action.button", LIST_BUTTON)
    sections = _list(action, "sections", "interactive.action.sections", SECTIONS)
    ids: list[str] = []
    for number, section in enumerate(sections):
        path = f"interactive.action.sections[{number}]"
        _only(section, {"title", "rows"}, path)
        if len(sections) > 1:
            _text(section, "title", f"{path}.title", SECTION_TITLE)
        else:
            _optional_text(section, "title", f"{path}.title", SECTION_TITLE)
        for index, row in enumerate(_list(section, "rows", f"{path}.rows", ROWS)):
            row_path = f"{path}.rows[{index}]"
            _only(row, {"id", "title", "description"}, row_path)
            ids.append(_text(row, "id", f"{row_path}.id", ROW_ID))
            _text(row, "title", f"{row_path}.title", ROW_TITLE)
            _optional_text(row, "description", f"{row_path}.description", ROW_DESCRIPTION)
    if len(ids) > ROWS:
        raise _invalid("interactive.action.sections", f"must hold at most {ROWS} rows in all")
    _unique(ids, "interactive.action.sections: row ids")


def _named_action(action: dict[str, Any], name: str) -> None:
    if _text(action, "name", "interactive.action.name") != name:
        raise _invalid("interactive.action.name", f"must be {name}")


def _bare_action(action: dict[str, Any], name: str) -> None:
    _only(action, {"name"}, "interactive.action")
    _named_action(action, name)


def _cta_url(action: dict[str, Any]) -> None:
    _only(action, {"name", "parameters"}, "interactive.action")
    _named_action(action, "cta_url")
    parameters = _object(action, "parameters", "interactive.action.parameters")
    _only(parameters, {"display_text", "url"}, "interactive.action.parameters")
    _text(parameters, "display_text", "interactive.action.parameters.display_text", LINK_LABEL)
    _link(
        _text(parameters, "url", "interactive.action.parameters.url"),
        "interactive.action.parameters.url",
    )


def _flow(action: dict[str, Any]) -> None:
    _only(action, {"name", "parameters"}, "interactive.action")
    _named_action(action, "flow")
    path = "interactive.action.parameters"
    parameters = _object(action, "parameters", path)
    _only(parameters, _FLOW, path)
    if _text(parameters, "flow_message_version", f"{path}.flow_message_version") != "3":
        raise _invalid(f"{path}.flow_message_version", "must be 3")
    named = [key for key in ("flow_id", "flow_name") if key in parameters]
    if len(named) != 1:
        raise _invalid(path, "takes either flow_id or flow_name")
    _text(parameters, named[0], f"{path}.{named[0]}")
    _text(parameters, "flow_cta", f"{path}.flow_cta", FLOW_LABEL)
    _optional_text(parameters, "flow_token", f"{path}.flow_token")
    if parameters.get("mode", "published") not in ("draft", "published"):
        raise _invalid(f"{path}.mode", "must be draft or published")
    action_name = parameters.get("flow_action", "navigate")
    if action_name not in ("navigate", "data_exchange"):
        raise _invalid(f"{path}.flow_action", "must be navigate or data_exchange")
    if "flow_action_payload" in parameters:
        if action_name == "data_exchange":
            raise _invalid(f"{path}.flow_action_payload", "goes with navigate only")
        payload = _object(parameters, "flow_action_payload", f"{path}.flow_action_payload")
        _only(payload, {"screen", "data"}, f"{path}.flow_action_payload")
        _optional_text(payload, "screen", f"{path}.flow_action_payload.screen")
        if "data" in payload and not _object(payload, "data", f"{path}.flow_action_payload.data"):
            raise _invalid(f"{path}.flow_action_payload.data", "must not be empty")


_FLOW = {
    "flow_message_version",
    "flow_id",
    "flow_name",
    "flow_cta",
    "flow_token",
    "flow_action",
    "flow_action_payload",
    "mode",
}


def _check_interactive(message: dict[str, Any], media_type: MediaType) -> None:
    block = _object(message, "interactive", "interactive")
    kind = _text(block, "type", "interactive.type")
    media = {"text", "image", "video", "document"}
    # header kinds, whether a footer may stand there, and the check of the action
    rules: dict[str, tuple[set[str], bool, Callable[[dict[str, Any]], None]]] = {
        "button": (media, True, _buttons),
        "list": ({"text"}, True, _sections),
        "cta_url": (media, True, _cta_url),
        "flow": (media, True, _flow),
        "location_request_message": (set(), False, lambda action: _bare_action(action, "send_location")),
        "contact_request": (set(), False, lambda action: _bare_action(action, "request_contact_info")),
    }
    if kind not in rules:
        raise _invalid("interactive.type", f"must be one of {', '.join(sorted(rules))}")
    headers, footer, check_action = rules[kind]
    allowed = {"type", "body", "action"} | ({"header"} if headers else set()) | ({"footer"} if footer else set())
    _only(block, allowed, "interactive")
    _header(block, headers, media_type)
    _body_and_footer(block)
    check_action(_object(block, "action", "interactive.action"))


_CHECKS: dict[str, Callable[[dict[str, Any], MediaType], None]] = {
    "text": _check_text,
    "interactive": _check_interactive,
    "location": _check_location,
    "contacts": _check_contacts,
    "reaction": _check_reaction,
    "template": _check_template,
    **dict.fromkeys(MEDIA_KINDS, _check_media),
}


_ENVELOPE = {
    "messaging_product",
    "recipient_type",
    "to",
    "recipient",
    "type",
    "context",
    "biz_opaque_callback_data",
}


def check_envelope(payload: Any) -> dict[str, Any]:
    """The payload as an object that is meant for WhatsApp.

    Raises:
        GraphRefusal: 100.
    """
    if not isinstance(payload, dict):
        raise GraphRefusal(100, "The body must be a JSON object")
    if payload.get("messaging_product") != "whatsapp":
        raise GraphRefusal(100, "The parameter messaging_product is required and must be whatsapp")
    return payload


def check_message(message: dict[str, Any], media_type: MediaType) -> None:
    """Refuse a message that Meta would not take, recipient apart.

    Raises:
        GraphRefusal: 100 (structure, a text too long, unknown media), 131008 (missing), 131009 (not valid),
            131051 (unknown type), 131053 (media of the wrong type).
    """
    if message.get("recipient_type", "individual") != "individual":
        raise _invalid("recipient_type", "must be individual")
    kind = message.get("type", "text")
    if not isinstance(kind, str) or kind not in _CHECKS:
        raise GraphRefusal(131051, f"type must be one of {', '.join(sorted(_CHECKS))}")
    _only(message, {*_ENVELOPE, kind}, "the message")
    if "context" in message:
        context = _object(message, "context", "context")
        _only(context, {"message_id"}, "context")
        _text(context, "message_id", "context.message_id")
    _optional_text(message, "biz_opaque_callback_data", "biz_opaque_callback_data", OPAQUE)
    _CHECKS[kind]({**message, "type": kind}, media_type)


def check_read(message: dict[str, Any]) -> None:
    """Refuse a read mark that Meta would not take, its message apart.

    Raises:
        GraphRefusal: 100 (an unknown key), 131008 (missing), 131009 (not valid).
    """
    _only(message, {"messaging_product", "status", "message_id", "typing_indicator"}, "the message")
    if message["status"] != "read":
        raise _invalid("status", "must be read")
    _text(message, "message_id", "message_id")
    if "typing_indicator" in message and message["typing_indicator"] != {"type": "text"}:
        raise _invalid("typing_indicator", 'must be {"type": "text"}')
