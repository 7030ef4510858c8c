"""Pictures that the bot sends, kept once each and named by content."""

from siaga.media.store import get, prolong, put
from siaga.media.tables import Media

__all__ = ["Media", "get", "prolong", "put"]
