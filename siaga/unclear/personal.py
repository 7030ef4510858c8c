"""What may not go into a file of examples, because it may tell who somebody is."""

from __future__ import annotations

import re

from siaga.privacy import mask_text

_LONG_NUMBER = re.compile(r"\d{6,}")
_MASKED = re.compile(r"\*{3,}")


def leftover(text: str) -> str | None:
    """What in a text must be taken out first, in words for the reviewer; None if nothing is known to be personal.

    Not every name can be told from other words: people look for those.
    """
    if _LONG_NUMBER.search(text):
        return "masih memuat nomor panjang"
    if "@" in text:
        return "masih memuat tanda @ (alamat surel atau akun)"
    if _MASKED.search(text):
        return "masih memuat bagian yang disamarkan (***)"
    if mask_text(text) != text:
        return "masih memuat nomor, tanggal lengkap, atau nama"
    return None
