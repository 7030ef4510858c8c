"""What to do, by situation: sourced advice for a phone's screen, found by the words people tell their situation in."""

from siaga.tips.asking import asks_what_to_do
from siaga.tips.audience import read_audience
from siaga.tips.finder import Near, Sure, Tips, Unknown, tips
from siaga.tips.follow import Follow, is_dangerous, read_follow_up
from siaga.tips.tips import AUDIENCES, Audience, FollowUp, Tip, TipFileError, load_tips

__all__ = [
    "AUDIENCES",
    "Audience",
    "Follow",
    "FollowUp",
    "Near",
    "Sure",
    "Tip",
    "TipFileError",
    "Tips",
    "Unknown",
    "asks_what_to_do",
    "is_dangerous",
    "load_tips",
    "read_audience",
    "read_follow_up",
    "tips",
]
