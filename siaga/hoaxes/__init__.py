"""Hoaxes: claims that are told around, what is true of them, and a queue for those that nobody has checked."""

from siaga.hoaxes.claims import VERDICTS, Claim, ClaimFileError, load_claims, read_claims
from siaga.hoaxes.matching import Checker, Far, Found, Near, Sure, check, checker
from siaga.hoaxes.passages import is_rumour, names_nothing

__all__ = [
    "VERDICTS",
    "Checker",
    "Claim",
    "ClaimFileError",
    "Far",
    "Found",
    "Near",
    "Sure",
    "check",
    "checker",
    "is_rumour",
    "load_claims",
    "names_nothing",
    "read_claims",
]
