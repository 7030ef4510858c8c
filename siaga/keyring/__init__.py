"""Which keys seal what is stored, and sealing it anew under another. Knows all tables, so it stands above them."""

from siaga.keyring.rotating import Outcome, rotate
from siaga.keyring.sealed import Sealed, sealed_tables, usage

__all__ = ["Outcome", "Sealed", "rotate", "sealed_tables", "usage"]
