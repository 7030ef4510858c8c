"""``siaga selfcheck``: the rules without a chat, for health workers, testers and checks from outside."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Annotated, Any

import typer

from siaga.places.timezone import zone
from siaga.rulefiles.dated import RuleFileError
from siaga.rulefiles.facts import FactError
from siaga.rulefiles.jsonlines import answer_lines, read_lines
from siaga.selfcheck.assess import assess
from siaga.selfcheck.results import Ask, Result
from siaga.selfcheck.rules import DIRECTORY, all_rules, rules_in_force

app = typer.Typer(no_args_is_help=True, help="How urgent somebody's signs are, without a chat.")

_CAPITAL = "31"


@app.callback()
def _group() -> None:
    """How urgent somebody's signs are, without a chat."""


def _hours(length: timedelta | None) -> float | None:
    return None if length is None else length.total_seconds() / 3600


def _written(found: Ask | Result) -> dict[str, Any]:
    if isinstance(found, Ask):
        return {
            "ask": found.question_id,
            "text": found.text.replace("{who}", "Anda"),
            "kind": found.kind,
            "options": [{"value": value, "label": label} for value, label in found.options],
            "why": found.why,
            "example": found.example,
        }
    return {
        "level": found.level,
        "danger": list(found.danger),
        "reasons": list(found.reasons),
        "advice": list(found.advice),
        "until": found.until.isoformat() if found.until else None,
        "again_after_hours": _hours(found.again_after),
        "valid_for_hours": _hours(found.valid_for),
        "sources": list(found.sources),
        "version": found.version,
    }


def answer_line(request: Mapping[str, Any]) -> dict[str, Any]:
    """What is known of a person, with ``day`` (today if absent), to how urgent it is or the next question.

    Raises:
        FactError: a fact or day that cannot be read.
        NoRules: no rules were in force on that day.
        RuleFileError: the rule file of that day is wrong.
    """
    facts = {name: value for name, value in request.items() if name != "day"}
    try:
        day = date.fromisoformat(request["day"]) if request.get("day") else datetime.now(zone(_CAPITAL)).date()
    except (TypeError, ValueError):
        raise FactError("day must be a date such as 2022-02-01") from None
    return _written(assess(rules_in_force(day), facts, day))


@app.command("assess")
def assess_command(
    fact: Annotated[list[str] | None, typer.Option(help="name=value, any number of times.")] = None,
    day: Annotated[str | None, typer.Option(help="YYYY-MM-DD; today if absent.")] = None,
) -> None:
    """Prints how urgent it is, or the next question, as a line of JSON; without --fact reads JSON lines."""
    given: dict[str, Any] = {}
    for pair in fact or []:
        name, sign, value = pair.partition("=")
        if not sign:
            raise typer.BadParameter("write --fact name=value", param_hint="--fact")
        given[name.strip()] = value.strip()
    if given:
        requests = [given | ({"day": day} if day else {})]
        answer_lines(requests, answer_line, FactError)
    else:
        answer_lines(
            (each if each is None or day is None else {"day": day, **each} for each in read_lines()),
            answer_line,
            FactError,
        )


@app.command()
def check() -> None:
    """Reads every rule file, and tells the first mistake with its file and line."""
    try:
        found = all_rules(DIRECTORY)
    except RuleFileError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    for rules in found:
        typer.echo(f"{rules.valid_from}  {len(rules.rules)} rules  {rules.title}")
