"""How a relation of the contact is called in a sentence: ``ibu Anda``."""

from __future__ import annotations

WHO = {
    "self": "Anda",
    "mother": "ibu Anda",
    "father": "bapak Anda",
    "spouse": "suami/istri Anda",
    "child": "anak Anda",
    "grandparent": "kakek/nenek Anda",
    "sibling": "saudara Anda",
}
_BY_SEX = {
    ("spouse", "L"): "suami Anda",
    ("spouse", "P"): "istri Anda",
    ("grandparent", "L"): "kakek Anda",
    ("grandparent", "P"): "nenek Anda",
}


def who(beneficiary: str | None, sex: str | None = None) -> str:
    """``mother`` -> ``ibu Anda``; anyone unnamed ``anggota keluarga Anda``. ``sex``: L or P, as it is known."""
    relation = beneficiary or "self"
    return _BY_SEX.get((relation, sex or "")) or WHO.get(relation, "anggota keluarga Anda")
