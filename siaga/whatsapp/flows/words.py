"""What a form says: the sentences of ``domain.yml``, so that the form and the chat say the same."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import yaml

from siaga.settings import ROOT


@lru_cache(maxsize=1)
def _responses() -> dict[str, str]:
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    return {name: variants[0]["text"] for name, variants in domain["responses"].items()}


def said(response: str, **values: Any) -> str:
    """A response's text, filled in; without the chat's asterisks, which a form would show as they are.

    Raises:
        KeyError: no such response, or something to fill in is missing.
    """
    return _responses()[response].replace("*", "").format(**values)
