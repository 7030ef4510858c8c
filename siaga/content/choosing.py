"""Several versions at once: by their numbers, or all that are in a state, of a kind, of a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from sqlalchemy.orm import Session

from siaga.content.kinds import KINDS
from siaga.content.store import STATES, StoreError, open_versions
from siaga.content.tables import ContentVersion


@dataclass(frozen=True)
class Choice:
    """Versions that somebody means: ``numbers``, or all (``everything``), or all of a kind or file."""

    numbers: Sequence[int] = ()
    everything: bool = False
    kind: str | None = None
    file: str | None = None
    """such as "vaccine.yml", or "answers/vaccine.yml" """
    written_by: str | None = None
    """only this person's, where no numbers are given: another's half-finished draft is not theirs to hand on"""

    def of(self, session: Session, *states: str) -> list[int]:
        """The numbers: as they were given, else of the versions in one of the states, the oldest first.

        Raises:
            StoreError: nothing is chosen, or in two ways, or nothing fits.
        """
        by_words = self.everything or self.kind is not None or self.file is not None
        if self.numbers and by_words:
            raise StoreError("Give either numbers, or --all, --kind and --file; not both.")
        if self.numbers:
            return list(dict.fromkeys(self.numbers))
        if not by_words:
            raise StoreError("Which? Give numbers (“siaga content list” shows them), --kind, --file or --all.")
        if self.kind is not None and self.kind not in KINDS:
            raise StoreError(f"There is no kind “{self.kind}”. Kinds: {', '.join(KINDS)}.")
        found = [one for one in open_versions(session, self.kind) if one.state in states and self._fits(one)]
        if not found:
            whose = f" that {self.written_by} wrote" if self.written_by else ""
            state = " or ".join(STATES[state] for state in states)
            raise StoreError(f"No version{whose} is {state} there. “siaga content list” shows what is being worked on.")
        return [int(one.id) for one in found]

    def _fits(self, version: ContentVersion) -> bool:
        if self.written_by is not None and version.made_by.casefold() != self.written_by.casefold():
            return False
        if self.file is None:
            return True
        path = PurePosixPath(self.file)
        # A file's name alone may stand in several folders; with its folder it is one.
        return path.name == version.file and path.parent.name in ("", KINDS[version.kind].folder)


@dataclass
class Done:
    """What became of each: ``done`` as “kind/key” by number, ``refused`` in a sentence each."""

    done: dict[int, str] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)


def each(session: Session, numbers: Sequence[int], do: Callable[[int], None]) -> Done:
    """Do something with every version by itself: that one is refused keeps no other from being done."""
    result = Done()
    for number in numbers:
        try:
            with session.begin_nested():
                do(number)
        except StoreError as refusal:
            result.refused.append(str(refusal))
        else:
            version = session.get(ContentVersion, number)
            result.done[number] = f"{version.kind}/{version.key}"
    return result
