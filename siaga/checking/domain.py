"""``domain.yml`` as designers write it, each name with its line; and what is wrong inside of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from siaga.checking.mistake import Mistake, meant
from siaga.checking.nodes import Value

FILE = "domain.yml"
SECTIONS = (
    "version", "session_config", "config", "intents", "entities", "slots", "forms", "actions", "responses",
    "e2e_actions",
)  # fmt: skip
SLOT_TYPES = ("any", "text", "bool", "float", "categorical", "list")
MAPPINGS = ("from_entity", "from_text", "from_intent", "from_trigger_intent", "custom")
BUILT_IN = frozenset(
    """
    action_listen action_restart action_session_start action_default_fallback action_deactivate_loop
    action_revert_fallback_events action_default_ask_affirmation action_default_ask_rephrase
    action_two_stage_fallback action_unlikely_intent action_back action_extract_slots
    """.split()
)
"""Actions that Rasa brings."""


@dataclass(frozen=True)
class Slot:
    """A slot: its type, whether the rules see it, and the values of one that has a fixed list."""

    line: int
    type: str
    seen: bool
    values: tuple[str, ...] = ()


@dataclass
class Domain:
    """Names with their lines; a response with its variants, a form with its slots."""

    intents: dict[str, int] = field(default_factory=dict)
    entities: dict[str, int] = field(default_factory=dict)
    actions: dict[str, int] = field(default_factory=dict)
    slots: dict[str, Slot] = field(default_factory=dict)
    forms: dict[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    responses: dict[str, Value] = field(default_factory=dict)
    response_lines: dict[str, int] = field(default_factory=dict)

    def can_do(self, action: str) -> bool:
        """Whether a rule may name this as an action."""
        return action in self.actions or action in self.forms or action in self.responses or action in BUILT_IN

    @property
    def doable(self) -> list[str]:
        """All that a rule may name as an action."""
        return [*self.actions, *self.forms, *self.responses]


def _wrong(line: int, kind: str, sentence: str) -> Mistake:
    return Mistake(FILE, line, kind, sentence)


def read_domain(root: Value, mistakes: list[Mistake]) -> Domain:
    """The domain; what is wrong in it goes to ``mistakes``."""
    domain = Domain()
    mistakes += root.strange(SECTIONS, FILE, "domain", "domain.yml")
    for section, names in (("intents", domain.intents), ("entities", domain.entities), ("actions", domain.actions)):
        for name, line in _names(root, section):
            if names.setdefault(name, line) != line:
                mistakes.append(_wrong(line, "twice", f"“{name}” sudah ada di baris {names[name]}; hapus salah satu."))
    for name, line, entry in _entries(root, "slots"):
        domain.slots[name] = _slot(name, line, entry, mistakes)
    for name, line, entry in _entries(root, "forms"):
        domain.forms[name] = (line, tuple(slot.text or "" for slot in entry.listed("required_slots")))
    for name, line, entry in _entries(root, "responses"):
        domain.responses[name] = entry
        domain.response_lines[name] = line
    mistakes += _mappings(root, domain)
    mistakes += _forms(root, domain)
    return domain


def _names(root: Value, section: str) -> Iterator[tuple[str, int]]:
    """The names of a list, of which one may have settings below it: ``- greet: {use_entities: []}``."""
    for item in root.listed(section):
        if item.kind == "map" and item.pairs:
            yield item.pairs[0][0].text or "", item.line
        elif item.text:
            yield item.text, item.line


def _entries(root: Value, section: str) -> Iterator[tuple[str, int, Value]]:
    found = root.get(section)
    for key, value in found.pairs if found else ():
        yield key.text or "", key.line, value


def _slot(name: str, line: int, entry: Value, mistakes: list[Mistake]) -> Slot:
    given = entry.get("type")
    kind = (given.text if given else None) or ""
    if kind not in SLOT_TYPES and "." not in kind:
        sentence = f"Slot “{name}” bertipe “{kind}”; yang ada: {', '.join(SLOT_TYPES)}.{meant(kind, SLOT_TYPES)}"
        mistakes.append(_wrong(given.line if given else line, "slot-type", sentence))
    if not entry.listed("mappings"):
        mistakes.append(_wrong(line, "slot", f"Slot “{name}” belum punya “mappings” (dari mana isinya)."))
    values = tuple(one.text or "" for one in entry.listed("values"))
    if kind == "categorical" and not values:
        mistakes.append(_wrong(line, "slot", f"Slot “{name}” bertipe categorical, jadi perlu daftar “values”."))
    influence = entry.get("influence_conversation")
    seen = kind != "any" and not (influence is not None and influence.plain is False)
    return Slot(line, kind, seen, values)


def _mappings(root: Value, domain: Domain) -> Iterator[Mistake]:
    """Where slots are filled from: entities, intents and forms that are there."""
    for name, _, entry in _entries(root, "slots"):
        for mapping in entry.listed("mappings"):
            kind = mapping.get("type")
            if kind is not None and kind.text not in MAPPINGS:
                sentence = f"Slot “{name}” diisi dengan cara “{kind.text}”; yang ada: {', '.join(MAPPINGS)}."
                yield _wrong(kind.line, "slot", sentence)
            for key, known, tell in _REFERENCES:
                given = mapping.get(key)
                for one in (given.items or (given,)) if given else ():
                    if one.text is not None and one.text not in known(domain):
                        sentence = f"Slot “{name}” memakai {tell} “{one.text}”, yang tidak ada di domain.yml."
                        yield _wrong(one.line, key.removeprefix("not_"), sentence + meant(one.text, known(domain)))


_REFERENCES: tuple[tuple[str, Callable[[Domain], dict[str, int]], str], ...] = (
    ("entity", lambda domain: domain.entities, "entitas"),
    ("intent", lambda domain: domain.intents, "maksud"),
    ("not_intent", lambda domain: domain.intents, "maksud"),
)


def _forms(root: Value, domain: Domain) -> Iterator[Mistake]:
    for name, line, entry in _entries(root, "forms"):
        asked = entry.listed("required_slots")
        if not asked:
            yield _wrong(line, "form", f"Formulir “{name}” belum punya “required_slots” (yang ditanyakannya).")
        for slot in asked:
            if slot.text not in domain.slots:
                sentence = f"Formulir “{name}” menanyakan slot “{slot.text}”, yang tidak ada di domain.yml."
                yield _wrong(slot.line, "slot", sentence + meant(slot.text or "", domain.slots))
