"""``siaga eligibility``: the rules without a chat, for health workers, testers and checks from outside."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

import typer

from siaga.eligibility.assess import Ask, Outcome, assess, questions
from siaga.eligibility.mentioned import asks_in_general, mentioned
from siaga.eligibility.rules import DIRECTORY, all_rules, rules_in_force
from siaga.rulefiles.dated import RuleFileError
from siaga.rulefiles.facts import FactError
from siaga.rulefiles.jsonlines import answer_lines, read_lines

app = typer.Typer(no_args_is_help=True, help="Who may be vaccinated, without a chat.")


@app.callback()
def _group() -> None:
    """Who may be vaccinated, without a chat."""


def _written(result: Ask | Outcome, still_open: list[str]) -> dict[str, Any]:
    if isinstance(result, Ask):
        return {
            "ask": result.question_id,
            "text": result.text.replace("{who}", "Anda"),
            "kind": result.kind,
            "options": [{"value": value, "label": label} for value, label in result.options],
            "why": result.why,
            "example": result.example,
            "may_follow": [name for name in still_open if name != result.question_id],
        }
    return {
        "outcome": result.kind,
        "until": result.until.isoformat() if result.until else None,
        "reasons": result.reasons,
        "notes": result.notes,
        "sources": result.sources,
        "rule": result.rule_id,
        "version": result.version,
    }


def answer_line(request: Mapping[str, Any]) -> dict[str, Any]:
    """What is known of a person, with ``day`` (today if absent) and ``at_once``, to the outcome or the next question.

    Raises:
        FactError: a fact or day that cannot be read.
        NoRules: no rules were in force on that day.
        RuleFileError: the rule file of that day is wrong.
    """
    facts = {name: value for name, value in request.items() if name not in ("day", "at_once")}
    try:
        day = date.fromisoformat(request["day"]) if request.get("day") else date.today()  # noqa: DTZ011 - a civil day
    except (TypeError, ValueError):
        raise FactError("day must be a date such as 2023-01-24") from None
    rules = rules_in_force(day)
    result = assess(rules, facts, day, at_once=request.get("at_once") is True)
    return _written(result, questions(rules, facts, day))


@app.command("assess")
def assess_command(
    birth_date: Annotated[str | None, typer.Option(help="YYYY-MM-DD; or give --fact age=67.")] = None,
    sex: Annotated[str | None, typer.Option(help="L or P.")] = None,
    fact: Annotated[list[str] | None, typer.Option(help="name=value, any number of times.")] = None,
    day: Annotated[str | None, typer.Option(help="YYYY-MM-DD; today if absent.")] = None,
    at_once: Annotated[bool, typer.Option("--at-once", help="Do not ask what cannot better the outcome.")] = False,
) -> None:
    """Prints the outcome, or the next question, as a line of JSON; without options reads JSON lines."""
    given = {"birth_date": birth_date, "sex": sex, "day": day}
    for pair in fact or []:
        name, sign, value = pair.partition("=")
        if not sign:
            raise typer.BadParameter("write --fact name=value", param_hint="--fact")
        given[name.strip()] = value.strip()
    request: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if request and at_once:
        request["at_once"] = True
    answer_lines([request] if request else read_lines(), answer_line, FactError)


@app.command("mentioned")
def mentioned_command(
    message: Annotated[
        str | None, typer.Argument(help="What a citizen writes; lines of standard input if absent.")
    ] = None,
    day: Annotated[str | None, typer.Option(help="YYYY-MM-DD; today if absent.")] = None,
) -> None:
    """Prints who and what a message speaks of, as a line of JSON."""
    try:
        today = date.fromisoformat(day) if day else date.today()  # noqa: DTZ011 - a civil day
    except ValueError:
        raise typer.BadParameter("write a date such as 2023-01-24", param_hint="--day") from None
    for text in [message] if message is not None else (line.rstrip("\n") for line in sys.stdin):
        told = mentioned(text, today)
        line = {"whom": told.whom, "facts": told.facts, "several": told.several, "general": asks_in_general(text, told)}
        typer.echo(json.dumps(line, ensure_ascii=False))


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
