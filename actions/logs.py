"""Keeping what people write out of the action server's log: an error's text may quote it, and so may its cause's."""

from __future__ import annotations

import logging
import traceback

# Below, these write what an action was given or gave, and addresses, of which some hold a key.
_TALKATIVE = {
    "rasa_sdk": logging.INFO,
    "sanic": logging.INFO,
    "httpcore": logging.INFO,
    "urllib3": logging.INFO,
    "httpx": logging.WARNING,
}
_FAILS = "rasa_sdk.endpoint"


class _NamedErrors(logging.Filter):
    """Of an error its class and where it came up, but neither its text nor the request."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            frames = traceback.extract_tb(error.__traceback__)
            places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
            record.msg, record.args = "an error in an action: %s, at %s", (type(error).__name__, "; ".join(places))
            record.exc_info = record.exc_text = None
        return True


def register() -> None:
    """Set the server's loggers so, when it has set up its own logging."""
    for name, level in _TALKATIVE.items():
        logger = logging.getLogger(name)
        if logger.getEffectiveLevel() < level:
            logger.setLevel(level)
    logger = logging.getLogger(_FAILS)
    if not any(isinstance(old, _NamedErrors) for old in logger.filters):
        logger.addFilter(_NamedErrors())
