"""What a form says: the sentences of the chat, as staff have worded them, so that both say the same."""

from __future__ import annotations

import logging
from threading import Thread
from typing import Any

from siaga.content import ContentError, live
from siaga.content.sentences import Sentence, domain_responses, read_sentences

log = logging.getLogger(__name__)


def follow() -> None:
    """Say what staff publish from now on, read before the first citizen opens a form; waits for nothing."""
    live.watch()
    Thread(target=live.read_first, args=((_published,),), name="content-first", daemon=True).start()


def _published() -> dict[str, Sentence]:
    return live.built("sentence", read_sentences)


def _text(response: str) -> str:
    try:
        changed = _published().get(response)
    except ContentError as error:
        log.error("the domain's own words are said: %s", error)
        changed = None
    return changed.text if changed else str(domain_responses()[response][0]["text"])


def said(response: str, **values: Any) -> str:
    """A response's text, filled in; without the chat's asterisks, which a form would show as they are.

    Raises:
        KeyError: no such response, or something to fill in is missing.
    """
    return _text(response).replace("*", "").format(**values)
