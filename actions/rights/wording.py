"""What is on file because of a contact, in words that fit into a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from actions.appointments.words import in_a_line
from siaga.registration.kept import Kept

SHOWN = 3
"""So many are called by their names."""


def called(one: Kept, among: Sequence[Kept]) -> str:
    """``*Siti*``: enough for whoever registered them, unless others of the same first name are among them."""
    first = one.name.split()[0]
    same = sum(other.name.split()[0].casefold() == first.casefold() for other in among)
    return f"*{one.name}*" if same > 1 else f"*{first}*"


def names(people: Sequence[Kept], among: Sequence[Kept] | None = None) -> str:
    """``*Siti*``, ``*Siti* dan *Budi*``, ``*Siti*, *Budi*, *Tono*, dan 2 orang lagi``; ``among`` whom they must be
    told apart."""
    said = [called(one, among or people) for one in people[:SHOWN]]
    more = len(people) - len(said)
    if more:
        return f"{', '.join(said)}, dan {more} orang lagi"
    if len(said) < 3:
        return " dan ".join(said)
    return f"{', '.join(said[:-1])}, dan {said[-1]}"


def given_up(people: Sequence[Kept]) -> list[str]:
    """What somebody else gets: each appointment, each place on a waiting list."""
    places = [one.person.appointment for one in people if one.person.appointment]
    waits = [one for one in people if one.waits]
    said = []
    if len(places) == 1:
        said.append(f"jadwal {in_a_line(places[0])}")
    elif places:
        said.append(f"{len(places)} jadwal")
    if waits:
        said.append("antrean di daftar tunggu")
    return said
