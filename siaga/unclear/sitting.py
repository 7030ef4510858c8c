"""A sitting: groups of messages are shown one after the other, and the reviewer says what each means."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date
from sqlalchemy.orm import Session

from siaga.unclear import review
from siaga.unclear.examples import as_example
from siaga.unclear.groups import likeliest
from siaga.unclear.personal import leftover
from siaga.unclear.review import Message
from siaga.unclear.words import Answer, Does, read_answer

Say = Callable[[str], None]
Ask = Callable[[str], str]
Transaction = Callable[[], AbstractContextManager[Session]]

# So many wordings of a group are shown.
SHOWN = 12
_ZONE = ZoneInfo("Asia/Jakarta")


def day(at: datetime) -> str:
    """``22 Nov 2026``"""
    return str(format_date(at.astimezone(_ZONE), "d MMM y", locale="id"))


class Sitting:
    """Each answer is kept at once: whoever stops loses nothing."""

    def __init__(self, names: Mapping[str, str], transaction: Transaction, say: Say, ask: Ask) -> None:
        self._names = names
        self._transaction = transaction
        self._say = say
        self._ask = ask
        self.labelled = self.discarded = self.skipped = 0

    def work(self, groups: Sequence[Sequence[Message]]) -> None:
        """Go through the groups until they, or the reviewer's patience, are at an end."""
        left = [list(group) for group in groups]
        done = 0
        while left:
            group = left.pop(0)
            does = self._one(group, f"{done + 1} dari {done + 1 + len(left)}")
            if does == Does.QUIT:
                return
            if does == Does.APART:
                left = [*_wordings(group).values(), *left]
            else:
                done += 1

    def _one(self, group: list[Message], place: str) -> Does:
        """Ask about a group until it is settled; returns how."""
        offered = likeliest(group, self._names)
        self._show(group, offered, place)
        while True:
            answer = read_answer(self._ask("Maksudnya"), offered, self._names)
            if answer.does == Does.EDIT:
                self._edit(group)
                self._show(group, offered, place)
            elif answer.does == Does.LIST:
                self._say("\n".join(f"  {name:<24}{plain}".rstrip() for name, plain in self._names.items()))
            elif answer.does == Does.UNKNOWN or (answer.does == Does.APART and len(_wordings(group)) == 1):
                fits = ", ".join(answer.fits)
                self._say(f"Ada beberapa yang cocok: {fits}" if fits else f"Belum dikenali. Tulis {_help(group)}")
            elif answer.does != Does.LABEL or self._may_be_example(group):
                self._settle(group, answer)
                return answer.does

    def _settle(self, group: Sequence[Message], answer: Answer) -> None:
        if answer.does == Does.LABEL:
            self._keep(group, answer.intent)
            self._say(f"Disimpan sebagai {answer.intent}.")
            self.labelled += len(group)
        elif answer.does == Does.DISCARD:
            self._keep(group, review.DISCARD)
            self.discarded += len(group)
        elif answer.does == Does.SKIP:
            self.skipped += len(group)

    def _show(self, group: Sequence[Message], offered: Sequence[str], place: str) -> None:
        wordings = _wordings(group)
        self._say("\n" + place + (f" · {len(group)} pesan mirip" if len(group) > 1 else ""))
        for number, (text, same) in enumerate(wordings.items()):
            if number == SHOWN:
                self._say(f"  … dan {len(wordings) - SHOWN} bunyi lain")
                break
            mark = f"{_letter(number)}) " if len(wordings) > 1 else ""
            times = f" ({len(same)} kali)" if len(same) > 1 else ""
            asked = f"  (saat ditanya: {same[0].asked})" if same[0].asked else ""
            self._say(f"  {mark}{text}{times}   {day(same[0].at)}{asked}")
        for why in _problems(group):
            self._say(f"  ! {why}: ubah dulu (u)")
        for number, intent in enumerate(offered, start=1):
            self._say(f"    {number}  {intent:<24}{self._names[intent]:<22}{_source(group, intent)}".rstrip())
        self._say("  " + _help(group))

    def _may_be_example(self, group: Sequence[Message]) -> bool:
        for why in _problems(group):
            self._say(f"Teksnya {why}. Ubah dulu (u), atau buang (b).")
        return not _problems(group)

    def _edit(self, group: list[Message]) -> None:
        """Change a wording, in all messages that have it."""
        wordings = list(_wordings(group).values())
        at = 0
        if len(wordings) > 1:
            said = self._ask(f"Teks yang mana (a-{_letter(len(wordings) - 1)})").strip().casefold()
            at = next((number for number in range(len(wordings)) if _letter(number) == said), -1)
            if at < 0:
                return
        text = as_example(self._ask("Tulis ulang, tanpa nama dan nomor (kosong: tetap)"))
        if not text:
            return
        chosen = {message.id for message in wordings[at]}
        with self._transaction() as session:
            text = review.rewrite(session, chosen, text)
        group[:] = [replace(message, text=text) if message.id in chosen else message for message in group]

    def _keep(self, group: Sequence[Message], label: str) -> None:
        with self._transaction() as session:
            review.give_label(session, [message.id for message in group], label)


def _wordings(group: Sequence[Message]) -> dict[str, list[Message]]:
    """The messages of a group by how they read."""
    wordings: dict[str, list[Message]] = {}
    for message in group:
        wordings.setdefault(as_example(message.text), []).append(message)
    return wordings


def _problems(group: Sequence[Message]) -> list[str]:
    return sorted({why for text in _wordings(group) if (why := leftover(text))})


def _help(group: Sequence[Message]) -> str:
    apart = "p satu per satu · " if len(_wordings(group)) > 1 else ""
    return f"nomor atau nama maksud · l lewati · b buang · u ubah teks · {apart}? semua nama · q selesai"


def _letter(number: int) -> str:
    """a, b, … z, aa, ab, …"""
    return (_letter(number // 26 - 1) if number >= 26 else "") + chr(ord("a") + number % 26)


def _source(group: Sequence[Message], intent: str) -> str:
    if any(message.label == intent for message in group):
        return "(pernah dipilih di sini)"
    return "(dipilih warganya)" if any(message.suggested == intent for message in group) else ""
