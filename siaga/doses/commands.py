"""``siaga doses``: the next dose without a chat, and lists of doses given."""

from __future__ import annotations

import getpass
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from siaga.db import transaction
from siaga.doses.importing import import_doses
from siaga.doses.next import Given, HistoryError, next_dose
from siaga.doses.rules import DIRECTORY, GROUPS, all_rules
from siaga.places.timezone import zone
from siaga.registration.facility_commands import leave
from siaga.registration.import_files import FileUnreadable
from siaga.rulefiles.dated import RuleFileError
from siaga.rulefiles.jsonlines import answer_lines, read_lines
from siaga.text.files import shown

app = typer.Typer(no_args_is_help=True, help="Doses given, and the one that comes next.")

_CAPITAL = "31"
_KEYS = ("doses", "birth_date", "day", "group")


@app.callback()
def _group() -> None:
    """Doses given, and the one that comes next."""


def _date(name: str, value: Any) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise HistoryError(f"{name} must be a date such as 2023-01-24") from None


def _given(doses: Any) -> list[Given] | None:
    if doses is None:
        return None
    if not isinstance(doses, list) or not all(isinstance(dose, Mapping) for dose in doses):
        raise HistoryError('doses must be a list such as [{"vaccine": "sinovac", "given_on": "2021-08-01"}]')
    given = []
    for at, dose in enumerate(doses, start=1):
        if unknown := [key for key in dose if key not in ("number", "vaccine", "given_on")]:
            raise HistoryError(f"a dose has number, vaccine and given_on, not {unknown[0]!r}")
        number = dose.get("number", at)
        if not isinstance(number, int) or isinstance(number, bool):
            raise HistoryError("number must be a whole number")
        given.append(Given(number, dose.get("vaccine"), _date("given_on", dose.get("given_on"))))
    return given


def answer_line(request: Mapping[str, Any]) -> dict[str, Any]:
    """Doses had, ``birth_date`` and ``day`` (today if absent) to the next dose.

    Raises:
        HistoryError: what is given cannot be read, or cannot be.
        NoRules: no rules were in force on that day.
        RuleFileError: the rule file of that day is wrong.
    """
    if unknown := [key for key in request if key not in _KEYS]:
        raise HistoryError(f"{unknown[0]!r} is not known; known are {', '.join(_KEYS)}")
    if request.get("group") not in (None, *GROUPS):
        raise HistoryError(f"group must be one of {', '.join(GROUPS)}")
    day = _date("day", request.get("day")) or datetime.now(zone(_CAPITAL)).date()
    born = _date("birth_date", request.get("birth_date"))
    found = next_dose(_given(request.get("doses")), born, day, group=request.get("group"))
    return {
        "next": found.kind,
        "dose": found.dose,
        "number": found.number,
        "from": found.start.isoformat() if found.start else None,
        "until": found.until.isoformat() if found.until else None,
        "brands": dict(found.brands),
        "late_days": found.late_days,
        "advice": found.advice,
        "any_brand": found.any_brand,
        "ask": found.asks,
        "group": found.group,
        "reasons": list(found.reasons),
        "sources": list(found.sources),
        "version": found.version,
    }


def _dose_option(text: str) -> dict[str, Any]:
    vaccine, _, day = text.partition(":")
    return {"vaccine": vaccine.strip() or None, "given_on": day.strip() or None}


@app.command("next")
def next_command(
    dose: Annotated[
        list[str] | None, typer.Option(help="vaccine:day, once for each dose had, either may be left out.")
    ] = None,
    none: Annotated[bool, typer.Option("--none", help="No dose yet.")] = False,
    birth_date: Annotated[str | None, typer.Option(help="YYYY-MM-DD.")] = None,
    group: Annotated[str | None, typer.Option(help="health_worker.")] = None,
    day: Annotated[str | None, typer.Option(help="YYYY-MM-DD; today if absent.")] = None,
) -> None:
    """Prints the next dose as a line of JSON; without options reads JSON lines."""
    given: dict[str, Any] = {"birth_date": birth_date, "group": group, "day": day}
    if dose or none:
        given["doses"] = [_dose_option(text) for text in dose or []]
    request = {name: value for name, value in given.items() if value is not None}
    answer_lines([request] if request else read_lines(), answer_line, HistoryError)


@app.command()
def check() -> None:
    """Reads every rule file, and tells the first mistake with its file and line."""
    try:
        found = all_rules(DIRECTORY)
    except RuleFileError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    for rules in found:
        typer.echo(f"{rules.valid_from}  {len(rules.intervals)} intervals  {rules.title}")


@app.command("import")
def import_command(
    file: Annotated[Path, typer.Argument(help="CSV: nik,number,vaccine,given_on and place,batch.")],
    report: Annotated[Path | None, typer.Option(help="Where to write what was refused; beside the file.")] = None,
    by: Annotated[str | None, typer.Option(help="Who imports it, for the audit log; the account here.")] = None,
) -> None:
    """Import doses given to people on file; rows that cannot be right are refused and reported, the others kept."""
    actor = (by or getpass.getuser())[:80]
    try:
        with transaction() as session:
            done = import_doses(session, file, actor=actor, at=datetime.now(zone(_CAPITAL)))
    except FileUnreadable as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(2) from None
    counts = done.file.counts
    typer.echo(
        ", ".join(f"{number} {change.value}" for change, number in counts.items())
        + f", {len(done.file.refusals)} refused."
    )
    if done.differ:
        lines = ", ".join(str(line) for line in done.differ[:20])
        typer.echo(f"Other than the citizen told, and replaced: {len(done.differ)} (lines {lines}).")
    if done.file.refusals:
        written = report or file.with_name(f"{file.stem}.refused.csv")
        if leave(written, done.file.report()):
            typer.echo(f"What was refused, and why: {shown(written)}")
        raise typer.Exit(1)
