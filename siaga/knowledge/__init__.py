"""Answers to what people ask about vaccines and COVID-19: sourced content, found by what is meant and by its words.

The search brings numeric libraries along; it is imported when it is first asked for, since the tables here are read by
every process.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from siaga.knowledge.answers import Answer, AnswerFileError, load_answers
    from siaga.knowledge.search import Far, Finder, Found, Knowledge, Near, Sure

__all__ = ["Answer", "AnswerFileError", "Far", "Finder", "Found", "Knowledge", "Near", "Sure", "load_answers"]

_ANSWERS = {"Answer", "AnswerFileError", "load_answers"}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{'answers' if name in _ANSWERS else 'search'}"), name)
