"""A sitting: groups of messages are shown one after the other, and the reviewer says what each means."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date
from sqlalchemy.orm import Session

from siaga.unclear import review, words
from siaga.unclear.examples import as_example
from siaga.unclear.groups import likeliest
from siaga.unclear.personal import leftover
from siaga.unclear.review import Message

Say = Callable[[str], None]
Ask = Callable[[str], str]
Transaction = Callable[[], AbstractContextManager[Session]]

HELP = "nomor atau nama maksud · l lewati · b buang · u ubah teks · ? semua nama · q selesai"
HELP_MANY = "nomor atau nama maksud · l lewati · b buang · u ubah teks · p satu per satu · ? semua nama · q selesai"
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
            done += 1
            apart = self._one(group, f"{done} dari {done + len(left)}")
            if apart is None:
                return
            if apart:
                done -= 1
            left = [[message] for message in apart] + left

    def _one(self, group: list[Message], place: str) -> list[Message] | None:
        """Ask about a group; returns those of it that are to be asked about one by one, None at the end."""
        offered = likeliest(group, self._names)
        self._show(group, offered, place)
        while True:
            answer = words.read_answer(self._ask("Maksudnya"), offered, self._names)
            if answer.does == words.QUIT:
                return None
            if answer.does == words.SKIP:
                self.skipped += len(group)
                return []
            if answer.does == words.DISCARD:
                self._keep(group, review.DISCARD)
                self.discarded += len(group)
                return []
            if answer.does == words.LABEL:
                if self._may_be_example(group):
                    self._keep(group, answer.intent)
                    self.labelled += len(group)
                    self._say(f"Disimpan sebagai {answer.intent}.")
                    return []
            elif answer.does == words.EDIT:
                self._edit(group)
                self._show(group, offered, place)
            elif answer.does == words.ALONE and len(group) > 1:
                return group
            elif answer.does == words.LIST:
                self._say("\n".join(f"  {name:<24}{plain}".rstrip() for name, plain in self._names.items()))
            elif answer.fits:
                self._say("Ada beberapa yang cocok: " + ", ".join(answer.fits))
            else:
                self._say("Belum dikenali. Tulis " + (HELP_MANY if len(group) > 1 else HELP))

    def _show(self, group: Sequence[Message], offered: Sequence[str], place: str) -> None:
        self._say("")
        self._say(f"{place}" + (f" · {len(group)} pesan mirip" if len(group) > 1 else ""))
        for number, message in enumerate(group):
            mark = f"{_letter(number)}) " if len(group) > 1 else ""
            asked = f"  (saat ditanya: {message.asked})" if message.asked else ""
            self._say(f"  {mark}{as_example(message.text)}   {day(message.at)}{asked}")
            if why := leftover(as_example(message.text)):
                self._say(f"     ! {why}: ubah dulu (u) sebelum diberi maksud")
        for number, intent in enumerate(offered, start=1):
            self._say(f"    {number}  {intent:<24}{self._names[intent]:<22}{_source(group, intent)}".rstrip())
        self._say("  " + (HELP_MANY if len(group) > 1 else HELP))

    def _may_be_example(self, group: Sequence[Message]) -> bool:
        problems = {why for message in group if (why := leftover(as_example(message.text)))}
        for why in sorted(problems):
            self._say(f"Teksnya {why}. Ubah dulu (u), atau buang (b).")
        return not problems

    def _edit(self, group: list[Message]) -> None:
        at = 0
        if len(group) > 1:
            said = self._ask(f"Teks yang mana (a-{_letter(len(group) - 1)})").strip().casefold()
            at = next((number for number in range(len(group)) if _letter(number) == said), -1)
            if at < 0:
                return
        text = as_example(self._ask("Tulis ulang, tanpa nama dan nomor (kosong: tetap)"))
        if text:
            with self._transaction() as session:
                group[at] = replace(group[at], text=review.rewrite(session, group[at].id, text))

    def _keep(self, group: Sequence[Message], label: str) -> None:
        with self._transaction() as session:
            review.give_label(session, [message.id for message in group], label)


def _letter(number: int) -> str:
    """a, b, … z, aa, ab, …"""
    return (_letter(number // 26 - 1) if number >= 26 else "") + chr(ord("a") + number % 26)


def _source(group: Sequence[Message], intent: str) -> str:
    if any(message.label == intent for message in group):
        return "(pernah dipilih di sini)"
    return "(dipilih warganya)" if any(message.suggested == intent for message in group) else ""
