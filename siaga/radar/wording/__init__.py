"""What the radar says: an answer in words, from what is known of the places that were asked about. Pure."""

from siaga.radar.wording.answer import LONGEST, Answer
from siaga.radar.wording.telling import NOT_KEPT, SAMPLE, tell

__all__ = ["LONGEST", "NOT_KEPT", "SAMPLE", "Answer", "tell"]
