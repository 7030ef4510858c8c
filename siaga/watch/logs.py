"""Setting up the log: plain lines at a terminal, or one JSON object a line for whatever collects them (`SIAGA_LOG`).

In JSON an error is its class and where it came up: its words may quote what somebody wrote.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from types import TracebackType
from typing import Any

import structlog

from siaga.settings import settings
from siaga.watch import trace

PLAIN = "%(levelname)s %(name)s: %(message)s"
EXTRA = frozenset({"trace", "contact", "outgoing", "kind", "action", "outcome", "messages", "answers", "of", "ms"})
"""What a line may hold besides, where the code gives it."""
# They write each request, with its address.
_REQUESTS = ("sanic.access", "uvicorn.access", "aiohttp.access")
_QUIETER = {"httpx": logging.WARNING, "httpcore": logging.WARNING, "sanic.root": logging.WARNING}
_FRAMES = 8
_DEPRECATION = re.compile(r": \w*(Deprecation|Future)Warning: ")


def set_up(process: str, level: int = logging.INFO) -> None:
    """Have this process's lines written as the setting says; may be called again when others have set up theirs."""
    if settings().log == "plain":
        logging.basicConfig(level=level, format=PLAIN)
        return
    only = logging.StreamHandler(sys.stdout)
    only.setFormatter(formatter(process))
    only.addFilter(_is_news)
    root = logging.getLogger()
    root.handlers[:] = [only]
    root.setLevel(level)
    for logger in [one for one in logging.Logger.manager.loggerDict.values() if isinstance(one, logging.Logger)]:
        if logger.name not in _REQUESTS:
            logger.handlers.clear()
            logger.propagate = True
    for name in _REQUESTS:
        logging.getLogger(name).disabled = True
    for name, quieter in _QUIETER.items():
        logger = logging.getLogger(name)
        logger.setLevel(max(quieter, logger.level))
    logging.getLogger(trace.WAY).setLevel(logging.INFO)
    logging.captureWarnings(True)
    sys.excepthook = _ended


def formatter(process: str) -> logging.Formatter:
    """Makes a JSON object of each record, whoever wrote it: at, level, process, logger, trace, event, and ``EXTRA``."""

    def named(_: Any, __: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
        event["process"] = process
        event.setdefault("trace", trace.current())
        return {name: value for name, value in event.items() if value is not None}

    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.ExtraAdder(allow=EXTRA),
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            _unwrapped,
            _without_words,
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            named,
            structlog.processors.JSONRenderer(sort_keys=False, ensure_ascii=False),
        ],
    )


def _is_news(record: logging.LogRecord) -> bool:
    """Whether it is more than a programmer's warning in somebody else's package."""
    return record.name != "py.warnings" or not _DEPRECATION.search(record.getMessage())


def _unwrapped(_: Any, __: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    """Rasa writes JSON of its own, with whatever it was given: only its event's name is kept."""
    said = event["event"]
    if isinstance(said, str) and said.startswith("{"):
        try:
            own = json.loads(said)
        except ValueError:
            own = None
        event["event"] = str(own["event"]) if isinstance(own, dict) and "event" in own else "{…}"
    return event


def _without_words(_: Any, __: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    event.pop("stack_info", None)
    kind, _error, found = event.pop("exc_info", None) or (None, None, None)
    if kind is not None:
        event["error"], event["where"] = kind.__name__, _places(found)
    return event


def _places(found: TracebackType | None) -> list[str]:
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(found)[-_FRAMES:]]


def _ended(kind: type[BaseException], error: BaseException, found: TracebackType | None) -> None:
    """An error that ends the process."""
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, found)
        return
    logging.getLogger(__name__).critical("the process ends", exc_info=(kind, error, found))
