"""What the Python code says about the conversation: which actions it has, what it says, and what it fills in.

It is read as text and never run: no action's imports, no database.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

FOLDERS = ("actions", "siaga/dialogue", "siaga/whatsapp/flows", "siaga/registration")
_NAME = re.compile(r"utter_[a-z0-9_]+\b")
_FORM = re.compile(r"[a-z_]+_form")
_NO_RESPONSES = frozenset({"utter_action", "utter_message"})
"""Names of Rasa's own."""
PARTS_OF_A_MESSAGE = frozenset("text image json_message template response attachment buttons elements".split())
"""What ``utter_message`` of the SDK takes for a part of the message: no placeholder may be called so."""


@dataclass
class Code:
    """``forms``: those that have code; ``composed``: how names of responses are put together from parts;
    ``words``: every text that could be a part, a key or an argument's name; ``given``: what is filled into a response
    wherever it is said, None where that cannot be told from the code."""

    actions: set[str] = field(default_factory=set)
    forms: set[str] = field(default_factory=set)
    responses: dict[str, tuple[str, int]] = field(default_factory=dict)
    composed: set[tuple[str, str]] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    given: dict[str, frozenset[str] | None] = field(default_factory=dict)

    def says(self, response: str) -> bool:
        """Whether the code may say this: it names it, or has all parts of its name."""
        if response in self.responses:
            return True
        for before, after in self.composed:
            middle = response[len(before) : len(response) - len(after) or None]
            if response.startswith(before) and response.endswith(after) and middle in self.words:
                return True
        return False

    def fills(self, response: str, placeholder: str) -> bool:
        """Whether the code fills a placeholder of a response, as far as one can tell."""
        given = self.given.get(response)
        return placeholder in (self.words if given is None else given)

    def does(self, action: str) -> bool:
        """Whether there is code for an action."""
        if action in self.actions:
            return True
        if action.startswith("validate_"):
            return action.removeprefix("validate_") in self.forms
        asked = action.removeprefix("action_ask_")
        return asked != action and any(
            asked.startswith(f"{form}_") and asked.removeprefix(f"{form}_") in self.words for form in self.forms
        )


def read_code(root: Path) -> Code:
    """What the Python files below ``root`` say. A file that is no Python tells nothing: its own tests see to that."""
    code = Code()
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            try:
                tree = ast.parse(text)
            except SyntaxError:
                continue
            _read(code, tree, path.relative_to(root).as_posix())
    return code


def _read(code: Code, tree: ast.Module, file: str) -> None:
    in_templates = set()
    given: dict[int, frozenset[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            given |= _given(node)
        elif isinstance(node, ast.JoinedStr):
            in_templates |= {id(part) for part in node.values}
            code.composed |= set(_composed(node))
        elif isinstance(node, ast.keyword) and node.arg:
            code.words.add(node.arg)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            code.words.add(node.value)
            if id(node) not in in_templates and node.value not in _NO_RESPONSES and _NAME.fullmatch(node.value):
                code.responses.setdefault(node.value, (file, node.lineno))
                here, before = given.get(id(node)), code.given.get(node.value, frozenset())
                code.given[node.value] = None if here is None or before is None else before | here
        elif isinstance(node, ast.ClassDef):
            _of_class(code, node)


def _given(call: ast.Call) -> dict[int, frozenset[str]]:
    """What a call fills into the response that it names outright, by the name's node: ``utter_message(response=…,
    who=…)`` and a form's ``say("utter_…", who=…)``. Nothing where more comes out of a mapping."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    keys = {keyword.arg: keyword.value for keyword in call.keywords}
    response = keys.get("response") if name == "utter_message" else None
    if name == "say" and len(call.args) == 1:
        response = call.args[0]
    if response is None or None in keys:
        return {}
    return {id(response): frozenset(key for key in keys if key is not None)}


def _composed(node: ast.JoinedStr) -> Iterator[tuple[str, str]]:
    """``utter_why_{slot}`` as what stands before and after its part."""
    texts = [part.value if isinstance(part, ast.Constant) else None for part in node.values]
    if len(texts) > 1 and isinstance(texts[0], str) and texts[0].startswith("utter_") and texts[1:].count(None) == 1:
        after = texts[-1]
        yield texts[0], after if isinstance(after, str) else ""


def _of_class(code: Code, node: ast.ClassDef) -> None:
    for part in node.body:
        if isinstance(part, ast.FunctionDef) and part.name == "name":
            said = part.body[-1]
            if isinstance(said, ast.Return) and isinstance(said.value, ast.Constant):
                code.actions.add(str(said.value.value))
        elif isinstance(part, ast.Assign) and isinstance(part.value, ast.Constant):
            names = [target.id for target in part.targets if isinstance(target, ast.Name)]
            if names == ["name"] and _FORM.fullmatch(str(part.value.value)):
                code.forms.add(str(part.value.value))
