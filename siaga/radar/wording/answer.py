"""An answer, and how as much of it as there is room for is told."""

from __future__ import annotations

from dataclasses import dataclass

LONGEST = 900
"""Characters of an answer, about: what a phone shows without much thumbing."""


@dataclass(frozen=True)
class Answer:
    """An answer in Indonesian. ``lines`` may be empty lines, too. ``picture``: the picture goes with it, as was asked
    for. ``tip`` is one piece of advice, told last; empty where none fits."""

    title: str
    lines: tuple[str, ...]
    picture: bool = False
    tip: str = ""

    @property
    def text(self) -> str:
        """All of it, as a message of WhatsApp."""
        parts = [f"*{self.title}*", *self.lines]
        if self.tip:
            parts += ["", self.tip]
        return "\n".join(parts)


@dataclass(frozen=True)
class Line:
    """A line of an answer; of those that may be left out where there is no room, the highest ``spare`` goes first."""

    text: str
    spare: int = 0


GAP = Line("")
"""Between what belongs together; none is told first, last or twice."""


def fitted(title: str, lines: list[Line], *, picture: bool, tip: str) -> Answer:
    """The answer with as many of its lines as there is room for, and the tip last to go."""
    kept = list(lines)
    title = title[:1].upper() + title[1:]  # "campak di Kota Surabaya"

    def answer(tip: str) -> Answer:
        return Answer(title, tuple(_without_idle_gaps([line.text for line in kept])), picture, tip)

    while len(answer(tip).text) > LONGEST and any(line.spare for line in kept):
        most = max(line.spare for line in kept)
        kept.reverse()
        kept.remove(next(line for line in kept if line.spare == most))
        kept.reverse()
    return answer(tip) if len(answer(tip).text) <= LONGEST else answer("")


def _without_idle_gaps(lines: list[str]) -> list[str]:
    told = [line for at, line in enumerate(lines) if line or (at and lines[at - 1])]
    return told[:-1] if told and not told[-1] else told
