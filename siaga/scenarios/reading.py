"""Reading scenario files; what is wrong in one is said in one sentence with its line."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from siaga.scenarios.model import UNTIL, Scenario, Turn
from siaga.scenarios.persons import PersonUnclear, fill_in, make, wanted_in
from siaga.simulator.clock import seconds

# Ten times as fast, where PyYAML came with libyaml.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MEDIA = ("image", "audio", "video", "document", "sticker")
ACTIONS = ("user", "forward", "tap", "location", "wait", *MEDIA)
EXPECTATIONS = ("bot", "never", "options")


class ScenarioUnclear(ValueError):
    """A file that cannot be played; the text is ``file:line: what is wrong``."""


@dataclass(frozen=True)
class _Node:
    """A YAML value with the place it stands at."""

    file: str
    line: int
    value: Any

    def wrong(self, what: str) -> ScenarioUnclear:
        return ScenarioUnclear(f"{self.file}:{self.line}: {what}")


def _nodes(file: str, node: yaml.Node) -> _Node:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        pairs: dict[str, _Node] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise ScenarioUnclear(f"{file}:{key.start_mark.line + 1}: a key must be a word")
            if key.value in pairs:
                raise ScenarioUnclear(f"{file}:{key.start_mark.line + 1}: {key.value} stands twice")
            pairs[key.value] = _nodes(file, value)
        return _Node(file, line, pairs)
    if isinstance(node, yaml.SequenceNode):
        return _Node(file, line, [_nodes(file, item) for item in node.value])
    # What looks like a number or a date is still what somebody types; only nothing is nothing.
    return _Node(file, line, None if node.tag == "tag:yaml.org,2002:null" else node.value)


def _plain(node: _Node) -> Any:
    if isinstance(node.value, dict):
        return {key: _plain(value) for key, value in node.value.items()}
    if isinstance(node.value, list):
        return [_plain(value) for value in node.value]
    return node.value


def read_file(path: Path, chance: random.Random | None = None) -> list[Scenario]:
    """The scenarios of a file, with their synthetic persons filled in.

    Raises:
        ScenarioUnclear: not there, not YAML, or not in the form that docs/scenarios.md describes.
    """
    chance = chance or random.SystemRandom()
    file = str(path)
    try:
        content = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise ScenarioUnclear(f"{file}: cannot be read") from None
    try:
        document = yaml.compose(content, Loader=_LOADER)
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark
        line = mark.line + 1 if mark else 1
        raise ScenarioUnclear(f"{file}:{line}: not YAML: {problem.problem or problem.context}") from None
    except yaml.YAMLError:
        raise ScenarioUnclear(f"{file}: not YAML") from None
    if document is None:
        return []
    root = _nodes(file, document)
    if not isinstance(root.value, list):
        raise root.wrong("a scenario file is a list, each entry beginning with '- name:'")
    scenarios = [_scenario(node, chance) for node in root.value]
    names: dict[str, int] = {}
    for scenario in scenarios:
        if scenario.name in names:
            raise ScenarioUnclear(
                f"{file}:{scenario.line}: the name {scenario.name!r} stands at line {names[scenario.name]} already"
            )
        names[scenario.name] = scenario.line
    return scenarios


def _check_keys(node: _Node, allowed: tuple[str, ...], what: str) -> None:
    for key, value in node.value.items():
        if key not in allowed:
            raise value.wrong(f"{what} has no {key!r}; it has {', '.join(allowed)}")


def _scenario(node: _Node, chance: random.Random) -> Scenario:
    if not isinstance(node.value, dict):
        raise node.wrong("a scenario is a mapping with name and turns")
    _check_keys(node, ("name", "contact", "turns"), "a scenario")
    name = node.value.get("name")
    if name is None or not isinstance(name.value, str) or not name.value.strip():
        raise node.wrong("a scenario needs a name")
    turns = node.value.get("turns")
    if turns is None or not isinstance(turns.value, list) or not turns.value:
        raise node.wrong(f"scenario {name.value!r} needs a list of turns")
    contact = node.value.get("contact")
    if contact is not None and not re.fullmatch(r"\+?\d{8,15}", str(contact.value)):
        raise contact.wrong('contact is a phone number with country code, such as "628000000001"')
    try:
        wanted = wanted_in(_strings(turns))
    except PersonUnclear as problem:
        raise node.wrong(str(problem)) from None
    persons = {number: make(person, chance) for number, person in wanted.items()}

    def filled(text: str) -> str:
        return fill_in(text, persons)

    number = str(contact.value).removeprefix("+") if contact else None
    return Scenario(node.file, node.line, name.value, number, tuple(_turn(turn, filled) for turn in turns.value))


def _strings(node: _Node) -> list[str]:
    if isinstance(node.value, dict):
        return [text for value in node.value.values() for text in _strings(value)]
    if isinstance(node.value, list):
        return [text for value in node.value for text in _strings(value)]
    return [node.value] if isinstance(node.value, str) else []


def _turn(node: _Node, filled: Callable[[str], str]) -> Turn:
    if not isinstance(node.value, dict):
        raise node.wrong(f"a turn is a mapping with one of {', '.join(ACTIONS)}")
    _check_keys(node, (*ACTIONS, *EXPECTATIONS), "a turn")
    actions = [key for key in node.value if key in ACTIONS]
    if len(actions) != 1:
        found = " and ".join(actions) or "none"
        raise node.wrong(f"a turn has exactly one of {', '.join(ACTIONS)}; here: {found}")
    action = actions[0]
    return Turn(
        line=node.line,
        action=action,
        value=_value(action, node.value[action], filled),
        bot=_patterns(node, "bot", filled),
        never=_patterns(node, "never", filled),
        options=tuple(filled(label.value) for label in _list_of_texts(node, "options")),
    )


def _value(action: str, node: _Node, filled: Callable[[str], str]) -> Any:
    if action in ("user", "forward", "tap"):
        if not isinstance(node.value, str) or not node.value:
            raise node.wrong(f"{action} is a text")
        return filled(node.value)
    if action == "wait":
        try:
            given = str(node.value)
            return given if UNTIL.fullmatch(given) or seconds(given) > 0 else None
        except ValueError:
            raise node.wrong(
                "wait is a duration with s, m, h or d, such as 25h, or until 09.00, or tomorrow 09.00"
            ) from None
    if action == "location":
        return _location(node)
    return _media(action, node, filled)


def _location(node: _Node) -> list[float]:
    try:
        latitude, longitude = (float(part.value) for part in node.value)
    except (TypeError, ValueError, AttributeError):
        raise node.wrong("location is [latitude, longitude], such as [-7.25, 112.75]") from None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise node.wrong("location: latitude from -90 to 90, longitude from -180 to 180")
    return [latitude, longitude]


def _media(action: str, node: _Node, filled: Callable[[str], str]) -> dict[str, str]:
    """``sample`` or nothing for a stand-in, a caption, or ``{file: …, caption: …}``."""
    plain = _plain(node)
    if plain in (None, "", "sample", "true"):
        return {}
    if isinstance(plain, str):
        return {"caption": filled(plain)}
    if not isinstance(plain, dict) or not set(plain) <= {"file", "caption"}:
        raise node.wrong(f"{action} is sample, a caption, or a mapping with file and caption")
    if not all(isinstance(part, str) for part in plain.values()):
        raise node.wrong(f"{action}: file and caption are texts")
    found = {key: filled(value) for key, value in plain.items()}
    if "file" in found:
        path = Path(node.file).parent / found["file"]
        if not path.is_file():
            raise node.wrong(f"{action}: there is no file {found['file']}")
        found["file"] = str(path)
    return found


def _list_of_texts(turn: _Node, key: str) -> list[_Node]:
    node = turn.value.get(key)
    if node is None:
        return []
    items = [node] if isinstance(node.value, str) else node.value
    if not isinstance(items, list) or not all(isinstance(item.value, str) for item in items):
        raise node.wrong(f"{key} is a list of texts")
    return items


def _patterns(turn: _Node, key: str, filled: Callable[[str], str]) -> tuple[re.Pattern[str], ...]:
    patterns = []
    for item in _list_of_texts(turn, key):
        try:
            patterns.append(re.compile(filled(item.value), re.IGNORECASE | re.DOTALL))
        except re.error as problem:
            raise item.wrong(f"{key}: {item.value!r} is not a regular expression: {problem}") from None
    return tuple(patterns)
