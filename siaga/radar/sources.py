"""The outside services of ``content/radar/sources.yml`` that figures are fetched from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from siaga.content import ContentError, Entry, only_keys, read_entry, take_entries, take_text
from siaga.radar.diseases import disease_named
from siaga.radar.importing.reading import SHAPES
from siaga.radar.situation import STALE_DAYS
from siaga.settings import ROOT

FILE = ROOT / "content" / "radar" / "sources.yml"
LONGEST_HOURS = 168
LONGEST_STALE = 90

_KEYS = (
    "name",
    "address",
    "shape",
    "every_hours",
    "stale_days",
    "enabled",
    "series",
    "said_by",
    "disease",
)
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_THIS_MACHINE = {"127.0.0.1", "localhost", "::1"}


class SourceFileError(ContentError):
    """A list of sources that is refused: which line, and what is wrong, for whoever wrote it."""


@dataclass(frozen=True)
class FetchSource:
    """A service, how often it is asked, and after how many days its figures are old.

    ``series``, ``said_by`` and ``disease`` say what the answer itself does not, or says otherwise.
    """

    name: str
    address: str
    shape: str
    every: timedelta
    stale_days: int = STALE_DAYS
    enabled: bool = True
    series: str | None = None
    said_by: str | None = None
    disease: str | None = None

    @property
    def told_address(self) -> str:
        """The address without its query, which may hold a secret."""
        parts = urlsplit(self.address)
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def load_sources(path: Path = FILE) -> tuple[FetchSource, ...]:
    """The sources of a file, in its order, those that are not enabled too.

    Raises:
        SourceFileError: the file is wrong.
    """
    content = read_entry(path, SourceFileError)
    only_keys(content, ("sources",), SourceFileError)
    found: list[FetchSource] = []
    for entry in take_entries(content, "sources", SourceFileError):
        source = _source(entry)
        if any(other.name == source.name for other in found):
            raise entry.error(f"“{source.name}” is there twice.", "name", SourceFileError)
        found.append(source)
    return tuple(found)


@lru_cache(maxsize=1)
def sources() -> tuple[FetchSource, ...]:
    """The sources of the installed file."""
    return load_sources()


def is_safe(address: str) -> bool:
    """Whether figures may be fetched from there: by https, or from this machine; no password in the address."""
    try:
        parts = urlsplit(address)
    except ValueError:  # "https://[" is no address at all
        return False
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _THIS_MACHINE)
    return safe and bool(parts.hostname) and "@" not in parts.netloc


def _source(entry: Entry) -> FetchSource:
    only_keys(entry, _KEYS, SourceFileError)
    name = take_text(entry, "name", SourceFileError)
    if not _NAME.fullmatch(name):
        raise entry.error("“name” must be small letters, digits and -, at most 40.", "name", SourceFileError)
    address = take_text(entry, "address", SourceFileError)
    if not is_safe(address):
        raise entry.error("“address” must begin with https:// and hold no password.", "address", SourceFileError)
    shape = take_text(entry, "shape", SourceFileError)
    if shape not in SHAPES:
        raise entry.error(f"“shape” must be one of {', '.join(SHAPES)}.", "shape", SourceFileError)
    enabled = entry.get("enabled", "yes")
    if enabled not in ("yes", "no"):
        raise entry.error("“enabled” must be yes or no.", "enabled", SourceFileError)
    disease = take_text(entry, "disease", SourceFileError, optional=True)
    if disease and disease_named(disease) is None:
        raise entry.error(f"“{disease}” is not in diseases.yml.", "disease", SourceFileError)
    return FetchSource(
        name,
        address,
        shape,
        timedelta(hours=_number(entry, "every_hours", LONGEST_HOURS, None)),
        _number(entry, "stale_days", LONGEST_STALE, STALE_DAYS),
        enabled == "yes",
        take_text(entry, "series", SourceFileError, 40, optional=True) or None,
        take_text(entry, "said_by", SourceFileError, optional=True) or None,
        disease or None,
    )


def _number(entry: Entry, key: str, most: int, otherwise: int | None) -> int:
    value = entry.get(key, otherwise)
    if type(value) is not int or not 1 <= value <= most:
        raise entry.error(f"“{key}” must be a whole number from 1 to {most}.", key, SourceFileError)
    return value
