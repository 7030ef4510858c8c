"""How citizens are received: the greeting, the menu, the notice of the day, and when somebody is there."""

from siaga.front.front import Front, FrontFileError, Greeting, Menu, Notice, Option, load_front, read_front
from siaga.front.hours import DAY_NAMES, Hours, closed_for, closes, is_open, opens

__all__ = [
    "DAY_NAMES", "Front", "FrontFileError", "Greeting", "Hours", "Menu", "Notice", "Option", "closed_for", "closes",
    "is_open", "load_front", "opens", "read_front",
]  # fmt: skip
