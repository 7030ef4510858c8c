"""``siaga templates``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from siaga.content import ContentError
from siaga.whatsapp.access import SecretsMissing
from siaga.whatsapp.templates import Template, load

if TYPE_CHECKING:
    from siaga.whatsapp.template_account import Comparison

app = typer.Typer(help="Messages for those who have not written for a day: check, list, submit.", no_args_is_help=True)


def _stop(reason: str) -> typer.Exit:
    typer.echo(reason, err=True)
    return typer.Exit(1)


def _ours() -> list[Template]:
    try:
        return load()
    except ContentError as error:
        raise _stop(str(error)) from None


def _compared() -> list[Comparison]:
    # pywa takes a second to import.
    from siaga.whatsapp.template_account import Account, AccountRefused, compare

    ours = _ours()
    try:
        with Account() as account:
            return compare(ours, account.registered())
    except (AccountRefused, SecretsMissing) as error:
        raise _stop(str(error)) from None


@app.command()
def check() -> None:
    """Check the files in content/templates, and show each message with its examples."""
    for template in _ours():
        typer.secho(f"{template.name} ({template.language}, {template.category})", bold=True)
        typer.echo(f"{template.purpose}\n")
        typer.echo("\n".join(f"    {line}".rstrip() for line in template.filled(template.examples).splitlines()))
        for text in (template.footer, *(f"[ {button} ]" for button in template.buttons)):
            if text:
                typer.echo(f"    {text}")
        typer.echo()


@app.command(name="list")
def list_() -> None:
    """Show our templates beside what Meta has."""
    for row in _compared():
        status = row.theirs.status if row.theirs else "-"
        reason = f"  {row.theirs.reason}" if row.theirs and row.theirs.reason else ""
        typer.echo(f"{row.name:32} {row.language:6} {row.state:8} {status}{reason}")


@app.command()
def submit() -> None:
    """Hand in to Meta what is missing there or has changed here."""
    from siaga.whatsapp.template_account import Account, AccountRefused

    refused = False
    rows = [row for row in _compared() if row.state in ("missing", "changed")]
    if not rows:
        typer.echo("Meta has all of them.")
    with Account() as account:
        for row in rows:
            try:
                typer.echo(f"{row.name} ({row.language}): {account.submit(row)}")
            except AccountRefused as error:
                refused = True
                typer.echo(f"{row.name} ({row.language}): {error}", err=True)
    if refused:
        raise typer.Exit(1)


@app.command()
def status() -> None:
    """Succeed only if each of our templates is approved as it is written here; else say which are not."""
    wanting = False
    for row in _compared():
        has = row.theirs.status if row.theirs else "not submitted"
        if row.ours and (row.state != "same" or has != "APPROVED"):
            wanting = True
            typer.echo(f"{row.name} ({row.language}): {row.state}, {has}")
    if wanting:
        raise typer.Exit(1)
    typer.echo("All are approved.")
