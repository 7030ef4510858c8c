"""Self-check: how urgent somebody's signs are, and what to do."""

from siaga.selfcheck.results import LEVELS, Ask, Level, Result

__all__ = ["LEVELS", "Ask", "Level", "Result"]
