"""``siaga keys``."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable
from datetime import datetime, timezone
from typing import Annotated

import typer

from siaga.db import transaction
from siaga.keyring.rotating import BATCH
from siaga.keyring.rotating import rotate as rotate_all
from siaga.keyring.sealed import Sealed, usage
from siaga.privacy.keys import KEY_BYTES, ring

app = typer.Typer(no_args_is_help=True, help="The keys of the encrypted columns.")

_SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"


def _usage() -> list[Sealed]:
    with transaction() as session:
        return usage(session)


def _not_needed(used: Iterable[Sealed]) -> list[str]:
    needed = {line.key for line in used} | {ring().active}
    return [key for key in ring().keys if key not in needed]


def _tell_not_needed(used: Iterable[Sealed]) -> None:
    if free := _not_needed(used):
        typer.echo(
            f"No stored value needs these any more, they may be taken out of SIAGA_KEYS: {', '.join(free)}.\n"
            "Backups made before still need them: keep them, apart from the backups, for as long as those."
        )


@app.command()
def status() -> None:
    """How many values each key has sealed; exit code 1 if there are some whose key is not in SIAGA_KEYS."""
    used = _usage()
    typer.echo(f"The active key is {ring().active}.")
    for line in used:
        typer.echo(f"{line.table}.{line.column}\t{line.key or '(no key id)'}\t{line.values}")
    _tell_not_needed(used)
    if lost := [line for line in used if line.key not in ring().keys]:
        names = sorted({line.key or "(no key id)" for line in lost})
        typer.echo(
            f"{sum(line.values for line in lost)} values need keys that are missing: {', '.join(names)}.", err=True
        )
        raise typer.Exit(1)


@app.command()
def rotate(
    by: Annotated[str, typer.Option(help="Who does it, for the audit log.")] = "siaga",
    batch: Annotated[int, typer.Option(min=1, help="Rows looked for at once.")] = BATCH,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count.")] = False,
) -> None:
    """Seals anew what is not under the active key, while everything runs. Stopped half-way, run it again.

    Exit code 1 if something is left.
    """
    outcome = rotate_all(actor=by[:80], batch=batch, dry_run=dry_run)
    would = "would be" if dry_run else "are now"
    typer.echo(f"{outcome.resealed.total()} values {would} under {ring().active}.")
    for place, values in sorted(outcome.unreadable.items()):
        typer.echo(f"{place}: {values} values cannot be opened with the keys of SIAGA_KEYS.", err=True)
    if outcome.busy:
        typer.echo(f"{outcome.busy} rows were held by others: run it again.", err=True)
    if not dry_run:
        _tell_not_needed(_usage())
    if outcome.unreadable or outcome.busy:
        raise typer.Exit(1)


@app.command()
def new() -> None:
    """Prints a new key for SIAGA_KEYS, and what to do with it. It is kept nowhere."""
    key_id = f"{datetime.now(timezone.utc):%y%m}" + "".join(secrets.choice(_SIGNS) for _ in range(4))
    typer.echo(f"{key_id}:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}")
    typer.echo(
        "Kept nowhere but here. Put it second in SIAGA_KEYS of all processes and restart them; then put it first and\n"
        "restart them again; then run `siaga keys rotate`. Why in this order: docs/operation.md, “Keys”.",
        err=True,
    )
