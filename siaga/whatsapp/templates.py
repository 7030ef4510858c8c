"""The templates of ``content/templates``: what may be sent to somebody who has not written for a day.

Meta's pages "templates/overview" and "template components" (2026), and its error codes 132000 to 132018, are the rules.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from siaga.content import ContentError, Entry, only_keys, read_entry, take_text
from siaga.settings import ROOT

DIRECTORY = ROOT / "content" / "templates"

CATEGORIES = ("utility", "marketing", "authentication")
# What Meta writes around a one-time code, in Indonesian: nobody else may.
CODE = "kode"
CODE_BODY = "*{kode}* adalah kode verifikasi Anda. Demi keamanan Anda, jangan bagikan kode ini."
CODE_FOOTER = "Kode ini kedaluwarsa dalam {minutes} menit."
CODE_EXAMPLE = "123456"
LONGEST_MINUTES = 90
NAME = re.compile(r"[a-z0-9_]{1,512}")
LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z]{2})?")
BODY = 1024
FOOTER = 60
BUTTON = 25
BUTTONS = 3

_KEYS = ("purpose", "category", "language", "body", "examples", "footer", "buttons")
_CODE_KEYS = ("purpose", "category", "language", "minutes")
_VARIABLE = re.compile(r"\{([^{}]*)\}")
_VARIABLE_NAME = re.compile(r"[a-z][a-z0-9_]*")
# Meta refuses these in the value of a variable.
_UNWANTED = re.compile(r"[\n\r\t]| {4}")


class TemplateFileError(ContentError):
    """A template's file that cannot be used."""


class TemplateMisused(ValueError):
    """A template was filled in wrongly: a programmer's error. Says which variable, never with what."""


@dataclass(frozen=True)
class Template:
    """A message approved beforehand; ``{names}`` in ``body`` are filled in when it is sent.

    One of the category authentication carries a one-time code, good for so many ``minutes``; its words are Meta's.
    """

    name: str
    language: str
    category: str
    purpose: str
    body: str
    examples: Mapping[str, str] = field(default_factory=dict)
    footer: str = ""
    buttons: tuple[str, ...] = ()
    minutes: int = 0

    @property
    def carries_code(self) -> bool:
        """Whether it brings a one-time code; such a one goes to a phone number only."""
        return self.category == "authentication"

    @property
    def variables(self) -> tuple[str, ...]:
        """The names in the body, in order, each once."""
        return tuple(dict.fromkeys(_VARIABLE.findall(self.body)))

    def filled(self, values: Mapping[str, str]) -> str:
        """The body as the citizen reads it."""
        return _VARIABLE.sub(lambda found: values[found[1]], self.body)

    def definition(self) -> dict[str, Any]:
        """The template as it is submitted to Meta."""
        if self.carries_code:
            return {
                "name": self.name,
                "language": self.language,
                "category": "AUTHENTICATION",
                "parameter_format": "POSITIONAL",
                "components": [
                    {"type": "BODY", "add_security_recommendation": True},
                    {"type": "FOOTER", "code_expiration_minutes": self.minutes},
                    {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE"}]},
                ],
            }
        body: dict[str, Any] = {"type": "BODY", "text": _VARIABLE.sub(r"{{\1}}", self.body)}
        if self.variables:
            pairs = [{"param_name": name, "example": self.examples[name]} for name in self.variables]
            body["example"] = {"body_text_named_params": pairs}
        components = [body]
        if self.footer:
            components.append({"type": "FOOTER", "text": self.footer})
        if self.buttons:
            buttons = [{"type": "QUICK_REPLY", "text": text} for text in self.buttons]
            components.append({"type": "BUTTONS", "buttons": buttons})
        return {
            "name": self.name,
            "language": self.language,
            "category": self.category.upper(),
            "parameter_format": "NAMED",
            "components": components,
        }


def template_payload(name: str, language: str, values: Mapping[str, str], taps: Sequence[str] = ()) -> dict[str, Any]:
    """A message made of a template, in Meta's form, without its recipient.

    A tap on one of its buttons comes back like the button's text typed; or, with ``taps``, like the tap on the option
    that has this id: one for each button.

    Raises:
        TemplateMisused: no such template; a value is missing, unknown, empty or in a form that Meta refuses; too long;
            not as many ``taps`` as buttons.
    """
    template = templates().get((name, language))
    if template is None:
        raise TemplateMisused(f"there is no template {name} in {language}")
    missing = [variable for variable in template.variables if variable not in values]
    unknown = [variable for variable in values if variable not in template.variables]
    if missing or unknown:
        raise TemplateMisused(f"{name}: missing {missing}, unknown {unknown}")
    for variable in template.variables:
        value = values[variable]
        if not isinstance(value, str) or not value.strip():
            raise TemplateMisused(f"{name}: {variable} is empty")
        if _UNWANTED.search(value):
            raise TemplateMisused(f"{name}: {variable} has a new line, a tab, or four spaces in a row")
    if len(template.filled(values)) > BODY:
        raise TemplateMisused(f"{name}: with these values the text has more than {BODY} characters")
    payload: dict[str, Any] = {"name": name, "language": {"code": language}}
    components: list[dict[str, Any]] = []
    if template.carries_code:
        code = {"parameters": [{"type": "text", "text": values[CODE]}]}
        components = [{"type": "body", **code}, {"type": "button", "sub_type": "url", "index": "0", **code}]
    elif template.variables:
        parameters = [
            {"type": "text", "parameter_name": variable, "text": values[variable]} for variable in template.variables
        ]
        components.append({"type": "body", "parameters": parameters})
    if taps and len(taps) != len(template.buttons):
        raise TemplateMisused(f"{name}: {len(taps)} taps for {len(template.buttons)} buttons")
    for index, tap in enumerate(taps):
        tapped = {"type": "payload", "payload": tap}
        components.append({"type": "button", "sub_type": "quick_reply", "index": str(index), "parameters": [tapped]})
    if components:
        payload["components"] = components
    return {"type": "template", "template": payload}


def carries_code(payload: Mapping[str, Any]) -> bool:
    """Whether a message is made of a template that brings a one-time code: no other of ours has a button that opens."""
    parts = payload["template"].get("components", ()) if payload.get("type") == "template" else ()
    return any(part.get("sub_type") == "url" for part in parts)


@lru_cache(maxsize=1)
def templates() -> dict[tuple[str, str], Template]:
    """The templates by name and language; read once."""
    return {(template.name, template.language): template for template in load()}


def load(directory: Path = DIRECTORY) -> list[Template]:
    """All templates of a directory, by name.

    Raises:
        TemplateFileError: with the file and the line.
    """
    return [_read(path) for path in sorted(directory.glob("*.yml"))]


def _read(path: Path) -> Template:
    entry = read_entry(path, TemplateFileError)
    only_keys(entry, _CODE_KEYS if entry.get("category") == "authentication" else _KEYS, TemplateFileError)
    if not NAME.fullmatch(path.stem):
        raise entry.error(
            "the file's name must be lower-case letters, digits and “_”: it names the template.", kind=TemplateFileError
        )
    category = take_text(entry, "category", TemplateFileError)
    if category not in CATEGORIES:
        raise entry.error(f"“category” must be one of {', '.join(CATEGORIES)}.", "category", TemplateFileError)
    language = take_text(entry, "language", TemplateFileError)
    if not LANGUAGE.fullmatch(language):
        raise entry.error("“language” must be a code such as id.", "language", TemplateFileError)
    purpose = take_text(entry, "purpose", TemplateFileError)
    if category == "authentication":
        minutes = entry.get("minutes")
        if not isinstance(minutes, int) or not 1 <= minutes <= LONGEST_MINUTES:
            raise entry.error(
                f"“minutes” must be a number from 1 to {LONGEST_MINUTES}: how long the code is good.",
                "minutes",
                TemplateFileError,
            )
        footer = CODE_FOOTER.format(minutes=minutes)
        example = {CODE: CODE_EXAMPLE}
        return Template(path.stem, language, category, purpose, CODE_BODY, example, footer, minutes=minutes)
    footer = take_text(entry, "footer", TemplateFileError, longest=FOOTER, optional=True)
    if _VARIABLE.search(footer):
        raise entry.error("“footer” takes no variables.", "footer", TemplateFileError)
    body = _body(entry)
    return Template(
        name=path.stem,
        language=language,
        category=category,
        purpose=purpose,
        body=body,
        examples=_examples(entry, body),
        footer=footer,
        buttons=_buttons(entry),
    )


def _body(entry: Entry) -> str:
    body = take_text(entry, "body", TemplateFileError, longest=BODY)
    rest = _VARIABLE.sub("", body)
    wrong = next((name for name in _VARIABLE.findall(body) if not _VARIABLE_NAME.fullmatch(name)), None)
    reason = None
    if "{" in rest or "}" in rest:
        reason = "has a “{” or “}” that belongs to no variable; write {nama}"
    elif wrong is not None:
        reason = f"has a variable “{wrong}”; use lower-case letters, digits and “_”"
    elif body.startswith("{") or body.endswith("}"):
        reason = "must not begin or end with a variable"
    elif re.search(r"\}\s*\{", body):
        reason = "has two variables with nothing between them"
    elif "\n\n\n" in body:
        reason = "has more than one empty line in a row"
    if reason:
        raise entry.error(f"“body” {reason}.", "body", TemplateFileError)
    return body


def _examples(entry: Entry, body: str) -> dict[str, str]:
    """A value for each variable, which Meta's reviewers read and which is tried here."""
    variables = dict.fromkeys(_VARIABLE.findall(body))
    given = entry.get("examples", Entry())
    if not isinstance(given, Entry):
        raise entry.error(
            "“examples” must give each variable of the body a value: “nama: …”.", "examples", TemplateFileError
        )
    for name, value in given.items():
        if name not in variables:
            raise given.error(f"“{name}” is no variable of the body.", name, TemplateFileError)
        if not isinstance(value, str) or not value.strip() or _UNWANTED.search(value):
            raise given.error(
                f"“{name}” must be one line of text, between quotes if it is a number.", name, TemplateFileError
            )
    missing = [name for name in variables if name not in given]
    if missing:
        raise entry.error(f"“examples” has no value for {', '.join(missing)}.", "examples", TemplateFileError)
    if len(_VARIABLE.sub(lambda found: given[found[1]], body)) > BODY:
        raise entry.error(
            f"with the examples filled in, the text has more than {BODY} characters.", "body", TemplateFileError
        )
    return dict(given)


def _buttons(entry: Entry) -> tuple[str, ...]:
    given = entry.get("buttons", [])
    good = isinstance(given, list) and all(isinstance(text, str) and 0 < len(text) <= BUTTON for text in given)
    if not good or len(given) > BUTTONS or len(set(given)) != len(given):
        raise entry.error(
            f"“buttons” must be a list of at most {BUTTONS} different texts of at most {BUTTON} characters.",
            "buttons",
            TemplateFileError,
        )
    return tuple(given)
