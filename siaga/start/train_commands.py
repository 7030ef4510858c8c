"""``siaga train``."""

from __future__ import annotations

import os
from pathlib import Path

import typer

from siaga.settings import ROOT
from siaga.start import CannotStart, model, search

app = typer.Typer(help="Train a model, if there is none for this data.")

_CHECK = typer.Option(None, "--check", help="Train nothing: exit code 1 unless this model is of this data and code.")


@app.command()
def train(
    force: bool = typer.Option(False, help="Train although there is a model for this data."),
    verbose: bool = typer.Option(False, help="Show all that Rasa says."),
    check: Path = _CHECK,
) -> None:
    """Train a model, if there is none for this data, and print where it is."""
    if check is not None:
        _check(check)
        return
    os.chdir(ROOT)
    try:
        found = model.ensure(typer.echo, verbose=verbose, force=force)
        search.ensure(typer.echo)
    except CannotStart as problem:
        typer.echo(f"siaga: {problem}", err=True)
        raise typer.Exit(1) from None
    typer.echo(found.relative_to(ROOT))


def _check(given: Path) -> None:
    wanted = model.path_of(model.fingerprint()).name
    if not given.is_file():
        typer.echo(f"siaga: there is no model {given}; this data's would be {wanted}.", err=True)
        raise typer.Exit(1)
    if given.name != wanted:
        typer.echo(f"siaga: {given.name} was trained from other data or code: this one's is {wanted}.", err=True)
        raise typer.Exit(1)
    typer.echo(f"{given.name} is of this data and code.")
