"""The keys: there, kept to themselves, complete for what is stored, and the same as before."""

from __future__ import annotations

import stat
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from sqlalchemy import select
from sqlalchemy.orm import Session

from siaga.doctor.finding import Finding, broken, look, ok
from siaga.keyring.sealed import usage
from siaga.people.contacts import phone_index
from siaga.people.tables import Contact
from siaga.privacy.keys import KeysMissing, ring
from siaga.settings import Settings

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def present(chosen: Settings) -> Finding:
    """There are keys of the right size."""
    try:
        found = ring()
    except KeysMissing as problem:
        return broken(
            "keys", str(problem), "bring the keys back; never make new ones over old data: docs/operation.md, “Keys”"
        )
    made_up = "" if chosen.keys and chosen.index_key else ", made up for development"
    return ok("keys", f"{len(found.keys)}, sealing with {found.active}{made_up}")


def rights(files: Mapping[Path, int]) -> Finding:
    """Files that hold keys or secrets (with their modes) are read by their owner only."""
    if wide := [path.name for path, mode in files.items() if mode & _OTHERS]:
        return broken(
            "files with keys", f"others may read {', '.join(wide)}", "chmod 600, and take what stood in it for leaked"
        )
    return ok("files with keys", "read by their owner only" if files else "none; they come from the environment")


def files(chosen: Settings, root: Path) -> dict[Path, int]:
    """The files that may hold keys, with their modes."""
    places = (chosen.home / "keys.json", root / ".env")
    return {place: place.stat().st_mode for place in places if place.exists()}


@dataclass(frozen=True)
class Sealed:
    """How many values each key has sealed; None: a value without a key's name. ``index_fits`` is None of no contact."""

    values: Mapping[str | None, int]
    active: str
    known: Sequence[str]
    index_fits: bool | None = field(default=None)


def gather(session: Session) -> Sealed:
    """Count, and look whether the index key is the one that contacts are found by.

    Raises:
        KeysMissing
    """
    counted: Counter[str | None] = Counter()
    for line in usage(session):
        counted[line.key] += line.values
    return Sealed(counted, ring().active, list(ring().keys), _index_fits(session))


def _index_fits(session: Session) -> bool | None:
    newest = select(Contact.phone, Contact.phone_index).where(Contact.phone_index.is_not(None))
    try:
        found = session.execute(newest.order_by(Contact.id.desc()).limit(1)).first()
    except (KeyError, InvalidTag):
        return None  # another line tells of a key that is missing
    return None if found is None else phone_index(found.phone) == bytes(found.phone_index)


def in_use(facts: Sealed) -> Finding:
    """What is stored can be opened, and a rotation is not left half done."""
    lost = {key: count for key, count in facts.values.items() if key not in facts.known}
    if lost:
        names = ", ".join(str(key) for key in lost)
        says = f"{sum(lost.values())} values are sealed with keys that are missing ({names})"
        return broken("keys in use", says, "bring those keys back, last in SIAGA_KEYS")
    old = sum(count for key, count in facts.values.items() if key != facts.active)
    if old:
        return look("keys in use", f"{old} values are not under {facts.active} yet", "`siaga keys rotate`")
    if spare := [key for key in facts.known if key != facts.active]:
        says = f"nothing stored needs {', '.join(spare)} any more"
        return look("keys in use", says, "take them out of SIAGA_KEYS; keep them apart, as long as backups of then")
    return ok("keys in use", f"all {sum(facts.values.values())} values are under {facts.active}")


def index(facts: Sealed) -> Finding:
    """Whoever wrote before is found again."""
    if facts.index_fits is False:
        says = "SIAGA_INDEX_KEY is not the one that people are found by"
        return broken("index key", says, "bring the former one back at once: everybody is a stranger until then")
    return ok("index key", "fits" if facts.index_fits else "nobody is stored yet to try it on")


def check(facts: Sealed) -> Iterator[Finding]:
    """The lines that need the database."""
    yield in_use(facts)
    yield index(facts)
