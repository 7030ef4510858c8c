"""Keeping what people write out of Rasa's logs."""

from __future__ import annotations

import logging

from siaga.dialogue.turn import current_turn

# At DEBUG these write messages, slots and states.
_TALKATIVE = ("rasa.core", "rasa.shared.core", "rasa.nlu", "rasa.engine")


class _SwallowedErrors(logging.Filter):
    """Notes in the running turn that Rasa swallowed an error, and takes its text out of the log."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[0]:
            name = record.exc_info[0].__name__
            turn = current_turn()
            if turn:
                turn.failure = name
            record.msg, record.args = "an error in an action: %s", (name,)
            record.exc_info = record.exc_text = None
        return True


class _HandedOn(logging.Filter):
    """Drops the error that Rasa logs each time a form hands a message on, which is no error."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not str(record.msg).endswith(("rejected to run", "rejected execution."))


def quiet_rasa() -> None:
    """Set Rasa's loggers so; to be called when Rasa has set up its own logging."""
    for name in _TALKATIVE:
        logger = logging.getLogger(name)
        if logger.getEffectiveLevel() < logging.INFO:
            logger.setLevel(logging.INFO)
    for name, new in (("rasa.core.processor", _SwallowedErrors()), ("rasa.core.actions.action", _HandedOn())):
        logger = logging.getLogger(name)
        if not any(isinstance(old, type(new)) for old in logger.filters):
            logger.addFilter(new)
