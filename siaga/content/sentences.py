"""The bot's fixed sentences that staff have worded anew: ``content/sentences``, over the domain's responses."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import yaml

from siaga.content.files import ContentError, Entry, only_keys, take_text
from siaga.settings import ROOT

TEXT = 1024
"""Characters of a text with buttons (Meta's message reference, November 2026: a body)."""
TITLE = 20
"""Characters on a button (the same)."""
ELSEWHERE = {"utter_greet": "the greeting", "utter_menu": "the menu"}
"""Sentences that stand in ``content/front``."""
# A way out of danger that a new wording must not lose.
_MUST_STAY = ("119",)

_KEYS = ("id", "text", "buttons")
_PLACEHOLDER = re.compile(r"{([^\n{}]+?)}")
# As in a number: not the 119 of "1190".
_NUMBER = r"(?<!\d){}(?!\d)"


class SentenceError(ContentError):
    """A sentence that is refused: which file, which line, and what is wrong, for whoever wrote it."""


@dataclass(frozen=True)
class Sentence:
    """Other words for a response of the domain. ``titles``: a button's title in the domain, and its new one."""

    id: str
    text: str
    titles: Mapping[str, str] = field(default_factory=dict)


def placeholders(text: str) -> frozenset[str]:
    """The names in braces, which the actions fill in."""
    return frozenset(_PLACEHOLDER.findall(text))


def misfit(sentence: Sentence, variants: Sequence[Mapping[str, Any]]) -> tuple[str, str] | None:
    """Why a sentence cannot stand for a response: the key at fault, and what to do; None if it can."""
    if len(variants) != 1:
        return "id", f"“{sentence.id}” has {len(variants)} wordings in domain.yml; they can only be changed there."
    variant = variants[0]
    before, now = placeholders(str(variant.get("text", ""))), placeholders(sentence.text)
    if lost := sorted(before - now):
        names = ", ".join(f"{{{name}}}" for name in lost)
        return "text", f"{names} is lost: it is filled in when the sentence is said, so put it into the new text."
    if unknown := sorted(now - before):
        names = ", ".join(f"{{{name}}}" for name in unknown)
        return (
            "text",
            f"{names} is filled in by nobody; take it out. Known here: {', '.join(sorted(before)) or 'none'}.",
        )
    if re.search(r"[{}]", _PLACEHOLDER.sub("", sentence.text)):
        return "text", "a brace stands by itself; braces only go around a name that is filled in, such as {salam}."
    for number in _MUST_STAY:
        pattern = _NUMBER.format(number)
        if re.search(pattern, str(variant.get("text", ""))) and not re.search(pattern, sentence.text):
            return "text", f"the number {number} is lost; people in danger need it, so put it into the new text."
    titles = [str(button.get("title", "")) for button in variant.get("buttons") or ()]
    for title in sentence.titles:
        if title not in titles:
            known = ", ".join(f"“{known}”" for known in titles) or "none"
            return "buttons", f"this sentence has no button “{title}”. Its buttons: {known}."
    renamed = [sentence.titles.get(title, title) for title in titles]
    if len({title.casefold() for title in renamed}) < len(renamed):
        return "buttons", "two buttons would have the same title; people also type them, so they must differ."
    return None


def worded(sentence: Sentence, variant: Mapping[str, Any]) -> dict[str, Any]:
    """The response with the new words: its text and its buttons' titles, nothing else."""
    changed = {**variant, "text": sentence.text}
    if variant.get("buttons"):
        changed["buttons"] = [
            {**button, "title": sentence.titles.get(button.get("title", ""), button.get("title", ""))}
            for button in variant["buttons"]
        ]
    return changed


def as_entry(name: str, variant: Mapping[str, Any]) -> str:
    """A response of the domain as the entry that would say the same: to be changed."""
    entry: dict[str, Any] = {"id": name, "text": variant.get("text", "")}
    if titles := [str(button.get("title", "")) for button in variant.get("buttons") or ()]:
        entry["buttons"] = {title: title for title in titles}
    return yaml.safe_dump(entry, allow_unicode=True, sort_keys=False, width=1000)


@lru_cache(maxsize=1)
def domain_responses() -> dict[str, list[dict[str, Any]]]:
    """The responses of ``domain.yml``, read once a process."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = (ROOT / "domain.yml").read_text(encoding="utf-8")
    responses: dict[str, list[dict[str, Any]]] = yaml.load(text, Loader=loader)["responses"]  # noqa: S506 - safe ones
    return responses


def _titles(entry: Entry) -> dict[str, str]:
    given = entry.get("buttons")
    if given is None:
        return {}
    if not isinstance(given, Entry):
        raise entry.error(
            "“buttons” must be the title of now and the new one, such as “Menu: Menu utama”.", "buttons", SentenceError
        )
    return {title: take_text(given, title, SentenceError, TITLE) for title in given}


def read_sentences(entries: Sequence[Entry]) -> dict[str, Sentence]:
    """The sentences by their response's name.

    Raises:
        SentenceError: a response that is not there, a placeholder or the number 119 lost, a button that it has not,
            or more than fits a message.
    """
    sentences: dict[str, Sentence] = {}
    for entry in entries:
        only_keys(entry, _KEYS, SentenceError)
        name = take_text(entry, "id", SentenceError, 80)
        if name in ELSEWHERE:
            raise entry.error(f"{ELSEWHERE[name]} stands in content/front; change it there.", "id", SentenceError)
        if name in sentences:
            raise entry.error(f"“{name}” is already an id.", "id", SentenceError)
        variants = domain_responses().get(name)
        if variants is None:
            raise entry.error(f"the bot has no sentence “{name}”; domain.yml has their names.", "id", SentenceError)
        sentence = Sentence(name, take_text(entry, "text", SentenceError, TEXT), _titles(entry))
        if (wrong := misfit(sentence, variants)) is not None:
            key, reason = wrong
            raise entry.error(reason, key, SentenceError)
        sentences[name] = sentence
    return sentences
