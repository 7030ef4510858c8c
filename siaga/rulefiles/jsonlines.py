"""Look-ups for other programs: a line of JSON in, a line of JSON out."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import typer

from siaga.content import ContentError
from siaga.rulefiles.dated import NoRules


def read_lines() -> Iterator[Mapping[str, Any] | None]:
    """The objects in the lines of standard input; None for a line that is no JSON object. Empty lines are skipped."""
    for line in sys.stdin:
        if line.strip():
            try:
                request = json.loads(line)
            except (ValueError, RecursionError):
                request = None
            yield request if isinstance(request, dict) else None


def read_texts(beside: str) -> Iterator[tuple[str, str | None]]:
    """The texts in the lines of standard input, each with what stands under ``beside``, if anything.

    A line is ``{"text": …}`` or a plain JSON string; the text is empty for what cannot be read.
    """
    for line in sys.stdin:
        if not line.strip():
            continue
        try:
            request = json.loads(line)
        except (ValueError, RecursionError):
            request = None
        if isinstance(request, dict):
            yield str(request.get("text") or ""), request.get(beside)
        else:
            yield request if isinstance(request, str) else "", None


def answer_lines(
    requests: Iterable[Mapping[str, Any] | None],
    answer: Callable[[Mapping[str, Any]], dict[str, Any]],
    refusal: type[Exception],
) -> None:
    """Print a line of JSON for each request: its answer, or ``{"error": …}`` with exit code 1 after the last.

    Raises:
        typer.Exit: a line could not be answered: no object, a ``refusal`` of ``answer``, no rules in force, or a rule
            file that is wrong.
    """
    failed = False
    for request in requests:
        try:
            line = {"error": "a line must be a JSON object"} if request is None else answer(request)
        except (refusal, NoRules, ContentError) as error:
            line = {"error": str(error)}
        failed |= "error" in line
        typer.echo(json.dumps(line, ensure_ascii=False))
    if failed:
        raise typer.Exit(1)
