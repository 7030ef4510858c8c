"""What programme staff write: read from files, kept in versions, and changed while everything runs."""

from siaga.content.files import (
    ContentError,
    Entry,
    only_keys,
    parse_entry,
    read_entry,
    take_date,
    take_entries,
    take_review,
    take_text,
    take_texts,
)

__all__ = [
    "ContentError", "Entry", "only_keys", "parse_entry", "read_entry", "take_date", "take_entries", "take_review",
    "take_text", "take_texts",
]  # fmt: skip
