"""Replies that a volunteer at the desk has ready: chosen, filled in with their name, and sent by themselves."""

from siaga.canned.replies import Canned, CannedFileError, canned_now, fill, read_canned
from siaga.canned.searching import find

__all__ = ["Canned", "CannedFileError", "canned_now", "fill", "find", "read_canned"]
