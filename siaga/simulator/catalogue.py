"""Message templates: the form in which Meta takes them, and whether a message fits the template it names.

Source: Meta's pages on templates (May 2026) and the examples of its OpenAPI file v23. What a reviewer at Meta judges
(wording, how many variables a text bears, the right category) is not checked.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from typing import Any

from siaga.simulator.errors import GraphRefusal

CATEGORIES = ("AUTHENTICATION", "MARKETING", "UTILITY")
STATUSES = ("APPROVED", "PENDING", "REJECTED", "PAUSED", "DISABLED")
NAME = re.compile(r"[a-z0-9_]{1,512}")
LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z]{2,3})?")
BODY = 1024
HEADER = 60
FOOTER = 60
BUTTONS = 10
BUTTON_TEXT = 25
URL = 2000
PHONE = 20
CODE = 15
MEDIA_FORMATS = ("IMAGE", "VIDEO", "DOCUMENT")
# how many buttons of a type a template may have
BUTTON_TYPES = {
    "QUICK_REPLY": 10,
    "URL": 2,
    "PHONE_NUMBER": 1,
    "COPY_CODE": 1,
    "OTP": 1,
    "FLOW": 1,
    "CATALOG": 1,
    "MPM": 1,
    "SPM": 1,
    "VOICE_CALL": 1,
    "REQUEST_CONTACT_INFO": 1,
}
SAME_NAME = 2388024
UNKNOWN_NAME = 2593002

_VARIABLE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_NAMED = re.compile(r"[a-z][a-z0-9_]*")
_UNWANTED = re.compile(r"[\n\r\t]| {5,}")


@dataclass(frozen=True)
class Template:
    """A template as it was submitted, and how far its review has come.

    ``parameter_format`` is POSITIONAL (``{{1}}``) or NAMED (``{{nama}}``); ``reason`` is Meta's, for REJECTED.
    """

    id: str
    name: str
    language: str
    category: str
    components: list[dict[str, Any]] = field(default_factory=list)
    parameter_format: str = "POSITIONAL"
    status: str = "PENDING"
    reason: str = "NONE"

    def as_json(self) -> dict[str, Any]:
        """The template as ``GET …/message_templates`` lists it."""
        shown = asdict(self)
        reason = shown.pop("reason")
        return {**shown, "rejected_reason": reason} if self.status == "REJECTED" else shown

    def part(self, kind: str) -> dict[str, Any]:
        """The component of one kind, empty if there is none."""
        return next((part for part in self.components if str(part["type"]).upper() == kind), {})

    @property
    def buttons(self) -> list[dict[str, Any]]:
        return self.part("BUTTONS").get("buttons", [])


def variables(text: str) -> list[str]:
    """The names, or numbers, of a text's variables in order, each once."""
    return list(dict.fromkeys(_VARIABLE.findall(text)))


# ---- the form of a new template ------------------------------------------------------------------------------------


def _refuse(details: str, subcode: int | None = None) -> GraphRefusal:
    return GraphRefusal(100, details, subcode)


def _text(owner: dict[str, Any], path: str, most: int) -> str:
    text = owner.get("text")
    if not isinstance(text, str) or not text.strip():
        raise _refuse(f"{path}.text is required")
    if len(text) > most:
        raise _refuse(f"{path}.text must be at most {most} characters long")
    return text


def _check_variables(text: str, path: str, named: bool) -> list[str]:
    found = variables(text)
    if "{{" in _VARIABLE.sub("", text) or "}}" in _VARIABLE.sub("", text):
        raise _refuse(f"{path}.text has a variable that is not closed")
    if named and not all(_NAMED.fullmatch(name) for name in found):
        raise _refuse(f"{path}.text: named variables are lower-case letters, digits and underscores")
    if not named and found != [str(number + 1) for number in range(len(found))]:
        raise _refuse(f"{path}.text: variables must be numbered {{{{1}}}}, {{{{2}}}} and so on, without gaps")
    return found


def _check_example(example: Any, key: str, found: list[str], path: str, named: bool) -> None:
    if not found:
        return
    given = example.get(f"{key}_named_params" if named else key) if isinstance(example, dict) else None
    if named:
        pairs = given if isinstance(given, list) else []
        told = {pair.get("param_name"): pair.get("example") for pair in pairs if isinstance(pair, dict)}
        good = set(told) == set(found) and all(isinstance(value, str) and value for value in told.values())
    else:
        # body_text is a list of rows, header_text one row.
        row = given[0] if key == "body_text" and isinstance(given, list) and given else given
        good = isinstance(row, list) and len(row) == len(found) and all(isinstance(value, str) for value in row)
    if not good:
        raise _refuse(f"{path}.example must give a value for each variable")


def _check_header(part: dict[str, Any], named: bool) -> None:
    kind = str(part.get("format", "")).upper()
    if kind == "TEXT":
        found = _check_variables(_text(part, "header", HEADER), "header", named)
        if len(found) > 1:
            raise _refuse("header.text takes at most one variable")
        _check_example(part.get("example"), "header_text", found, "header", named)
    elif kind in MEDIA_FORMATS:
        handles = part.get("example", {}).get("header_handle") if isinstance(part.get("example"), dict) else None
        if not isinstance(handles, list) or not handles:
            raise _refuse("header.example.header_handle is required")
    elif kind != "LOCATION":
        raise _refuse(f"header.format must be TEXT, LOCATION or one of {', '.join(MEDIA_FORMATS)}")


def _check_body(part: dict[str, Any], named: bool, category: str) -> None:
    if category == "AUTHENTICATION":
        if "text" in part:
            raise _refuse("body.text: the text of an authentication template is Meta's")
        return
    text = _text(part, "body", BODY)
    found = _check_variables(text, "body", named)
    bare = text.strip()
    if bare.startswith("{{") or bare.endswith("}}"):
        raise _refuse("body.text must not begin or end with a variable")
    _check_example(part.get("example"), "body_text", found, "body", named)


def _check_footer(part: dict[str, Any], category: str) -> None:
    if category != "AUTHENTICATION" and variables(_text(part, "footer", FOOTER)):
        raise _refuse("footer.text takes no variables")


def _check_button(button: Any, path: str) -> str:
    if not isinstance(button, dict) or str(button.get("type", "")).upper() not in BUTTON_TYPES:
        raise _refuse(f"{path}.type must be one of {', '.join(BUTTON_TYPES)}")
    kind = str(button["type"]).upper()
    if kind in ("QUICK_REPLY", "URL", "PHONE_NUMBER", "FLOW"):
        _text(button, path, BUTTON_TEXT)
    if kind == "URL":
        url = button.get("url")
        if not isinstance(url, str) or not url.startswith(("http://", "https://")) or len(url) > URL:
            raise _refuse(f"{path}.url must be a http(s) URL of at most {URL} characters")
        found = variables(url)
        if len(found) > 1 or (found and not url.endswith("}}")):
            raise _refuse(f"{path}.url takes one variable, at its end")
        if found and not (isinstance(button.get("example"), list) and button["example"]):
            raise _refuse(f"{path}.example must give a value for the variable")
    if kind == "PHONE_NUMBER" and not 0 < len(str(button.get("phone_number") or "")) <= PHONE:
        raise _refuse(f"{path}.phone_number must have 1 to {PHONE} characters")
    if kind == "COPY_CODE" and not 0 < len(str(button.get("example") or "")) <= CODE:
        raise _refuse(f"{path}.example must have 1 to {CODE} characters")
    return kind


def _check_buttons(part: dict[str, Any]) -> None:
    given = part.get("buttons")
    if not isinstance(given, list) or not 1 <= len(given) <= BUTTONS:
        raise _refuse(f"buttons must hold 1 to {BUTTONS} items")
    kinds = [_check_button(button, f"buttons[{number}]") for number, button in enumerate(given)]
    for kind, most in BUTTON_TYPES.items():
        if kinds.count(kind) > most:
            raise _refuse(f"buttons: at most {most} of type {kind}")
    replies = [kind == "QUICK_REPLY" for kind in kinds]
    if sum(replies[number] != replies[number - 1] for number in range(1, len(replies))) > 1:
        raise _refuse("buttons: quick replies must stand together")


def checked_form(given: Any) -> dict[str, Any]:
    """Name, language, category, components and parameter_format of a template that Meta would take for review.

    Raises:
        GraphRefusal: 100; the details name the field and the rule.
    """
    if not isinstance(given, dict):
        raise _refuse("The body must be a JSON object")
    name, language = given.get("name"), given.get("language")
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise _refuse("name must be 1 to 512 lower-case letters, digits and underscores")
    if not isinstance(language, str) or not LANGUAGE.fullmatch(language):
        raise _refuse("language must be a language code such as id or en_US")
    category = str(given.get("category", "")).upper()
    if category not in CATEGORIES:
        raise _refuse(f"category must be one of {', '.join(CATEGORIES)}")
    form = str(given.get("parameter_format", "POSITIONAL")).upper()
    if form not in ("POSITIONAL", "NAMED"):
        raise _refuse("parameter_format must be POSITIONAL or NAMED")
    components = given.get("components")
    if not isinstance(components, list) or not all(isinstance(part, dict) for part in components):
        raise _refuse("components must be a list of objects")
    kinds = [str(part.get("type", "")).upper() for part in components]
    if not set(kinds) <= {"HEADER", "BODY", "FOOTER", "BUTTONS"} or len(set(kinds)) != len(kinds):
        raise _refuse("components are at most one HEADER, BODY, FOOTER and BUTTONS")
    if "BODY" not in kinds:
        raise _refuse("components must hold a BODY")
    for kind, part in zip(kinds, components, strict=True):
        if kind == "HEADER":
            _check_header(part, form == "NAMED")
        elif kind == "BODY":
            _check_body(part, form == "NAMED", category)
        elif kind == "FOOTER":
            _check_footer(part, category)
        else:
            _check_buttons(part)
    return {
        "name": name,
        "language": language,
        "category": category,
        "components": components,
        "parameter_format": form,
    }


# ---- a message that uses a template --------------------------------------------------------------------------------


def _mismatch(details: str) -> GraphRefusal:
    return GraphRefusal(132000, details)


def _filled(text: str, parameters: list[Any], path: str, named: bool) -> str:
    """The text with its variables replaced."""
    wanted = variables(text)
    if len(parameters) != len(wanted):
        raise _mismatch(f"{path}: number of localizable_params ({len(parameters)}) is not {len(wanted)}")
    values: dict[str, str] = {}
    for number, parameter in enumerate(parameters):
        name = parameter.get("parameter_name") if named else str(number + 1)
        if name not in wanted or name in values:
            raise _mismatch(f"{path}: parameter_name of parameter {number} is not one of the template's")
        values[name] = _value(parameter, f"{path}.parameters[{number}]")
    return _VARIABLE.sub(lambda found: values[found[1]], text)


def _value(parameter: dict[str, Any], path: str) -> str:
    kind = parameter.get("type")
    if kind in ("currency", "date_time"):
        block = parameter.get(kind)
        value = block.get("fallback_value") if isinstance(block, dict) else None
    elif kind == "text":
        value = parameter.get("text")
    else:
        raise GraphRefusal(132012, f"{path}.type must be text, currency or date_time")
    if not isinstance(value, str) or not value:
        raise GraphRefusal(131008, f"{path} has no value")
    if _UNWANTED.search(value):
        raise GraphRefusal(132018, f"{path} must have no new lines, tabs or more than four spaces in a row")
    return value


def _parameters(components: list[dict[str, Any]], kind: str) -> list[Any]:
    found = [part for part in components if str(part.get("type", "")).lower() == kind]
    if len(found) > 1:
        raise _mismatch(f"components hold more than one {kind}")
    return found[0].get("parameters", []) if found else []


def _check_header_sent(template: Template, parameters: list[Any]) -> None:
    header = template.part("HEADER")
    kind = str(header.get("format", "TEXT")).lower()
    if kind == "text":
        _filled(header.get("text", ""), parameters, "header", template.parameter_format == "NAMED")
    elif len(parameters) != 1:
        raise GraphRefusal(132012, f"header: the template needs one parameter of type {kind}")
    elif parameters[0].get("type") != kind or not isinstance(parameters[0].get(kind), dict):
        raise GraphRefusal(132012, f"header: the parameter must be of type {kind}")


def _check_buttons_sent(template: Template, components: list[dict[str, Any]]) -> None:
    sent: dict[int, dict[str, Any]] = {}
    for part in components:
        if str(part.get("type", "")).lower() != "button":
            continue
        index = int(part["index"])
        if index >= len(template.buttons) or index in sent:
            raise _mismatch("button: index is not that of one of the template's buttons")
        kind = str(template.buttons[index]["type"]).lower()
        if str(part["sub_type"]).lower() not in {kind, "url" if kind == "otp" else kind}:
            raise GraphRefusal(132012, f"button {index}: sub_type must be {kind}")
        sent[index] = part
    for index, button in enumerate(template.buttons):
        if str(button["type"]).upper() == "URL" and variables(button["url"]):
            parameters = sent.get(index, {}).get("parameters", [])
            if len(parameters) != 1:
                raise _mismatch(f"button {index}: the URL needs one parameter")
            _value(parameters[0], f"button {index}")


def check_use(template: Template | None, message: dict[str, Any]) -> None:
    """Whether the ``template`` block of a message fits the template found under its name and language.

    Raises:
        GraphRefusal: 132001 (there is none, or it is not approved), 132015 (paused), 132016 (disabled), 132000 (number
            or names of parameters), 132012 (their types), 132018 (their text), 132005 (too long when filled).
    """
    if template is None or template.status in ("PENDING", "REJECTED"):
        raise GraphRefusal(132001, "template name does not exist in this language")
    if template.status == "PAUSED":
        raise GraphRefusal(132015, "The template is paused for low quality")
    if template.status == "DISABLED":
        raise GraphRefusal(132016, "The template is disabled for low quality")
    components = message.get("components", [])
    _check_header_sent(template, _parameters(components, "header"))
    if template.category != "AUTHENTICATION":
        named = template.parameter_format == "NAMED"
        text = _filled(template.part("BODY")["text"], _parameters(components, "body"), "body", named)
        if len(text) > BODY:
            raise GraphRefusal(132005, f"body is longer than {BODY} characters when filled")
    _check_buttons_sent(template, components)


def shown(template: Template, message: dict[str, Any]) -> dict[str, Any]:
    """What the citizen reads: ``{"header"?, "body"?, "footer"?, "buttons"?: [text, …]}``.

    Only for a message that ``check_use`` let pass.
    """
    named = template.parameter_format == "NAMED"
    components = message.get("components", [])
    read: dict[str, Any] = {}
    for kind in ("header", "body"):
        text = template.part(kind.upper()).get("text")
        if text:
            read[kind] = _filled(text, _parameters(components, kind), kind, named)
    if template.part("FOOTER").get("text"):
        read["footer"] = template.part("FOOTER")["text"]
    if template.buttons:
        read["buttons"] = [str(button.get("text", button["type"])) for button in template.buttons]
    return read
