"""What is wrong with what designers write, told in a sentence with file and line, before any training."""

from siaga.checking.everything import check
from siaga.checking.mistake import Mistake

__all__ = ["Mistake", "check"]
