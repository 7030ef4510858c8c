"""What a form says: the sentences of the chat, as staff have worded them, so that both say the same."""

from __future__ import annotations

import logging
from typing import Any

from siaga.content import ContentError, live
from siaga.content.sentences import domain_responses, read_sentences

log = logging.getLogger(__name__)


def _text(response: str) -> str:
    try:
        changed = live.built("sentence", read_sentences).get(response)
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
