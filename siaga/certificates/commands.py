"""``siaga certificate``."""

from __future__ import annotations

import json
import sys
from typing import Annotated, Any

import typer

from siaga.certificates.issuing import CODES, look_up

app = typer.Typer(no_args_is_help=True, help="Whether a certificate is one of ours.")


@app.callback()
def _group() -> None:
    """Whether a certificate is one of ours."""


@app.command("verify")
def verify_command(
    text: Annotated[str, typer.Argument(help="What the QR says, or with --online the code; - reads lines.")],
    online: Annotated[bool, typer.Option(help="Look the code up too: dose, vaccine, day and masked name.")] = False,
) -> None:
    """Checks the signature of what a certificate's QR says: without the database, unless asked to look up.

    Prints a line of JSON for each; the exit code is 1 if one of them is not ours.
    """
    given = [_line(line) for line in sys.stdin] if text == "-" else [text.strip()]
    told = [_checked(one, online) for one in given if one]
    for one in told:
        typer.echo(json.dumps(one, ensure_ascii=False))
    if not told or not all(one["valid"] for one in told):
        raise typer.Exit(1)


def _line(line: str) -> str:
    """A line as it was scanned, a JSON string, or ``{"text": …}``."""
    line = line.strip()
    if line[:1] in ('"', "{"):
        try:
            said = json.loads(line)
        except (ValueError, RecursionError):
            return line
        return str(said.get("text") or "?") if isinstance(said, dict) else str(said)
    return line


def _checked(text: str, online: bool) -> dict[str, Any]:
    """``signed``: we made this QR; ``valid``: what can be known speaks for it."""
    signed = CODES.verify(text)
    # Of a sheet on paper the code can be typed; without a signature only looking up tells.
    code = signed or (CODES.find(text) if online and "." not in text else None)
    told: dict[str, Any] = {"code": code, "signed": signed is not None, "valid": signed is not None}
    if not online:
        return told
    found = None
    if code is not None:
        from siaga.db import transaction

        with transaction() as session:
            found = look_up(session, code)
    if found is None:
        return {**told, "valid": False}
    day = found.given_on.isoformat() if found.given_on else None
    return {
        **told,
        "valid": True,
        "dose": found.number,
        "vaccine": found.vaccine,
        "given_on": day,
        "name": found.masked_name,
    }
