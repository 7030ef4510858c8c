"""``siaga doctor``."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from siaga.doctor.examine import examine
from siaga.doctor.finding import Finding, Level, worst
from siaga.doctor.processes import NAMES
from siaga.settings import settings

app = typer.Typer(help="Find what is wrong, and say what to do.")

_EXIT = {Level.OK: 0, Level.LOOK: 1, Level.BROKEN: 2}
_COLOUR = {Level.OK: "green", Level.LOOK: "yellow", Level.BROKEN: "red"}


@app.command()
def doctor(
    online: Annotated[bool, typer.Option("--online", help="Ask Meta and look at certificates, too.")] = False,
    elsewhere: Annotated[
        list[str] | None, typer.Option(help=f"Runs on another machine: {', '.join(NAMES)}; as often as needed.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Tell what is well, too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document: everything that was looked at.")] = False,
) -> None:
    """Find what is wrong with this installation and say what to do, a line each. Changes nothing.

    Exit code 0: all is well; 1: somebody should look at something; 2: something is broken.
    """
    if unknown := sorted(set(elsewhere or ()) - set(NAMES)):
        raise typer.BadParameter(f"there is no process {', '.join(unknown)}", param_hint="--elsewhere")
    found = list(examine(settings(), online_too=online, elsewhere=elsewhere or ()))
    level = worst(found)
    if as_json:
        typer.echo(json.dumps({"level": level, "findings": [asdict(finding) for finding in found]}, indent=2))
    else:
        for finding in found:
            if every or finding.level is not Level.OK:
                _tell(finding)
        counts = ", ".join(f"{sum(one.level is each for one in found)} {each.value}" for each in Level)
        typer.echo(counts if every or level is not Level.OK else f"All is well: {counts}.")
    raise typer.Exit(_EXIT[level])


def _tell(finding: Finding) -> None:
    level = typer.style(f"{finding.level.value:<7}", fg=_COLOUR[finding.level])
    typer.echo(f"{level} {finding.check}: {finding.says}" + (f" -> {finding.do}" if finding.do else ""))
