"""Doses that people have had."""

from siaga.doses.recording import record_told

__all__ = ["record_told"]
