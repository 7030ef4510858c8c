"""``siaga check``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from siaga.settings import ROOT

app = typer.Typer(add_completion=False, help="Check what designers write, in seconds and without training.")


@app.command()
def check(
    folder: Annotated[Path, typer.Argument(help="The project's folder.")] = ROOT,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of lines.")] = False,
) -> None:
    """Tell every mistake in domain.yml, data/, content/, config.yml, stories and scenarios, with file and line.

    Ends with 1 if there is one. What only has to be looked at does not count.
    """
    from siaga.checking import check

    if not (folder / "domain.yml").is_file():
        typer.echo(f"Tidak ada domain.yml di {folder}.", err=True)
        raise typer.Exit(2)
    found = check(folder.resolve())
    wrong = [one for one in found if one.grave]
    notes = [one for one in found if not one.grave]
    if as_json:
        told = {"mistakes": len(wrong), "notes": len(notes), "found": [one.as_json() for one in found]}
        typer.echo(json.dumps(told, ensure_ascii=False))
    else:
        for one in (*wrong, *notes):
            typer.echo(str(one))
        more = f", {len(notes)} perlu dilihat" if notes else ""
        typer.echo(f"{len(wrong)} kesalahan{more}." if wrong else f"Tidak ada kesalahan{more}.")
    raise typer.Exit(1 if wrong else 0)
