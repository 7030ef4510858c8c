"""Citizens who write, read the answer, and tap what it offers: each visit is a generator of messages."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from bench import words
from siaga.scenarios.persons import Wanted, make

Content = dict[str, Any]
"""A message in the Cloud API's inbound form, less sender, id and time."""

LONGEST_REGISTRATION = 20


@dataclass(frozen=True)
class Heard:
    """What a citizen reads in one message: its text, and id and title of what it offers."""

    body: str = ""
    options: list[tuple[str, str]] = field(default_factory=list)


Visit = Generator[Content, Heard, None]


def heard(message: dict[str, Any]) -> Heard:
    """Read a message of the bot's."""
    kind = message.get("type")
    if kind != "interactive":
        part = message.get(str(kind)) or {}
        return Heard(str(part.get("body") or part.get("caption") or ""))
    interactive = message["interactive"]
    action = interactive.get("action") or {}
    buttons = [(one["reply"]["id"], one["reply"]["title"]) for one in action.get("buttons") or () if "reply" in one]
    rows = [(row["id"], row["title"]) for part in action.get("sections") or () for row in part.get("rows") or ()]
    return Heard(interactive.get("body", {}).get("text", ""), buttons + rows)


def text(body: str) -> Content:
    """A typed message."""
    return {"type": "text", "text": {"body": body}}


def tap(said: Heard, *titles: str) -> Content:
    """The first of these options that is offered; typed if none is."""
    for wanted in titles:
        for id_, title in said.options:
            if title.startswith(wanted):
                return _tapped(said, (id_, title))
    return text(titles[0])


def _tapped(said: Heard, option: tuple[str, str]) -> Content:
    kind = "button_reply" if len(said.options) <= 3 else "list_reply"
    return {"type": "interactive", "interactive": {"type": kind, kind: {"id": option[0], "title": option[1]}}}


def asking(chance: Random) -> Visit:
    """Some questions, one after the other; where the bot offers several meanings, one is tapped."""
    if chance.random() < 0.4:
        yield text(words.greeting(chance))
    for _ in range(chance.randint(1, 3)):
        said = yield text(words.question(chance))
        if said.options and chance.random() < 0.5:
            yield _tapped(said, chance.choice(said.options[:3]))
    if chance.random() < 0.3:
        yield text(words.small_talk(chance))


def looking_around(chance: Random) -> Visit:
    """Greets, opens the menu, and taps through it."""
    said = yield text(words.greeting(chance))
    said = yield tap(said, "Menu")
    said = yield tap(said, chance.choice(("Boleh divaksin?", "Tanya soal vaksin", "Soal data saya", "Hubungi petugas")))
    said = yield text(words.question(chance))
    if chance.random() < 0.5:
        yield text(words.checking(chance))


def small_talk(chance: Random) -> Visit:
    """A word or two."""
    yield text(words.greeting(chance))
    yield text(words.small_talk(chance))


def registering(chance: Random) -> Visit:
    """A registration from the first word to the ticket."""
    person = make(Wanted(), chance)
    name = f"Warga Uji {chance.randrange(1, 1000):03}"
    answers: list[tuple[str, Callable[[Heard], Content]]] = [
        (r"Ringkasan pendaftaran", lambda said: tap(said, "Ya, daftarkan")),
        (r"mohon dibaca", lambda said: tap(said, "Setuju") if chance.random() < 0.8 else text("iya setuju")),
        (r"Siapa yang mau didaftarkan", lambda said: tap(said, "Saya sendiri")),
        (r"Berapa \*NIK\*|Tulis lagi NIK", lambda said: text(person.nik)),
        (r"lahir \*.*Betul\?", lambda said: tap(said, "Ya, betul") if chance.random() < 0.7 else text("iya bener")),
        (r"nama lengkap", lambda said: text(name)),
        (r"tinggal di \*kecamatan\*|kecamatan apa", lambda said: text(words.place(chance))),
        (r"Mau di mana\?|mau hari apa\?|Yang mana maksud", lambda said: _offered(chance, said)),
        (r"Langkah 5 dari|berapa kali|sehat|alergi|punya salah satu", lambda said: _healthy(chance, said)),
    ]
    said = yield text(words.registering(chance))
    for _ in range(LONGEST_REGISTRATION):
        if not said.options and "?" not in said.body:
            return  # the ticket
        answer = next((write for pattern, write in answers if re.search(pattern, said.body)), None)
        if answer is None:
            if not said.options or "sudah terdaftar" in said.body:
                return
            said = yield _offered(chance, said)
        else:
            said = yield answer(said)


def _offered(chance: Random, said: Heard) -> Content:
    options = [option for option in said.options if option[1] != "Batal"]
    return _tapped(said, chance.choice(options)) if options else text("1")


def _healthy(chance: Random, said: Heard) -> Content:
    for title in ("Belum", "Sehat", "Tidak"):
        if any(option[1].startswith(title) for option in said.options):
            return tap(said, title) if chance.random() < 0.7 else text(title.lower())
    return _offered(chance, said)


MIX: list[tuple[Callable[[Random], Visit], int]] = [
    (asking, 45),
    (looking_around, 25),
    (registering, 15),
    (small_talk, 15),
]
"""Kinds of visits, and how many of a hundred are of each."""


def visit(chance: Random) -> Visit:
    """One visit."""
    kinds, weights = [kind for kind, _ in MIX], [weight for _, weight in MIX]
    return chance.choices(kinds, weights)[0](chance)


def unprompted(chance: Random) -> Content:
    """A message that needs nothing that came before: for those who do not wait for an answer."""
    return text(chance.choices((words.question, words.greeting, words.small_talk), (70, 20, 10))[0](chance))
