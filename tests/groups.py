"""Which tests stay together when several processes share them, and which of them begin first.

A group is worked by one process from its first test to its last, in the order of its files: what a fixture makes for a
session or a module is made once. Every module is a group of its own, but for those that share the running system.
"""

from __future__ import annotations

from pathlib import PurePath

# What takes longest begins first, or one process would still be at it when the others have nothing left to do.
_LONGEST = {
    # In the order of their names, as without groups: the page shows whoever is there, and scenarios leave many behind.
    "the running system": (
        "stack/test_channel.py",
        "stack/test_desk.py",
        "stack/test_exactly_once.py",
        "stack/test_page.py",
        "stack/test_registry.py",
        "stack/test_scenarios.py",
        "stack/test_watching.py",
    ),
    "a start of its own": ("stack/test_start.py",),
    # The form first: the other kills processes that would have to be started again.
    "several Rasa": ("stack/test_flow.py", "stack/test_several_rasa.py"),
}
_GROUP = {file: group for group, files in _LONGEST.items() for file in files}
_PLACE = {file: place for place, file in enumerate(_GROUP)}


def group(file: PurePath) -> str:
    """The group of the tests in a file, which is named as seen from this folder."""
    return _GROUP.get(file.as_posix(), file.as_posix())


def place(file: PurePath) -> int:
    """Sorts the files by when they begin; those that none is named for come last."""
    return _PLACE.get(file.as_posix(), len(_PLACE))
