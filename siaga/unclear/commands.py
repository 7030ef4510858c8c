"""``siaga nlu review``: the loop from messages that were not understood to examples."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from siaga.settings import ROOT

# What needs the database is imported when it is called: `siaga nlu parse` does not pay for it.
if TYPE_CHECKING:
    from siaga.unclear.export import Export
    from siaga.unclear.review import Message

DATA = ROOT / "data" / "nlu"


def review_command(
    listed: Annotated[bool, typer.Option("--list", help="A table of what waits, and nothing is asked.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="What waits, one group of similar messages a line.")] = False,
    exported: Annotated[bool, typer.Option("--export", help="Write what was reviewed into the examples.")] = False,
    data: Annotated[Path, typer.Option("--data", help="The folder with the examples.")] = DATA,
) -> None:
    """Say what messages meant that were not understood, and make them examples."""
    if listed + as_json + exported > 1:
        typer.echo("one of --list, --json and --export", err=True)
        raise typer.Exit(2)
    if exported:
        _export(data)
    elif as_json:
        _json(data)
    elif listed:
        _table(data)
    else:
        _sit(data)


def _groups() -> list[list[Message]]:
    from siaga.db import transaction
    from siaga.unclear import review
    from siaga.unclear.groups import grouped

    with transaction() as session:
        return grouped(review.waiting(session))


def _sit(data: Path) -> None:
    from siaga.db import transaction
    from siaga.unclear.sitting import Sitting
    from siaga.unclear.words import known_intents

    groups = _groups()
    if not groups:
        typer.echo("Tidak ada pesan yang menunggu ditinjau.")
        _tell_labelled()
        return
    typer.echo(f"{sum(map(len, groups))} pesan belum dipahami, dalam {len(groups)} kelompok.")
    typer.echo("Bukan urusan layanan ini? Tulis out_of_scope. Nama, alamat, nomor orang? Ubah dulu teksnya (u).")
    sitting = Sitting(known_intents(data), transaction, typer.echo, _ask)
    try:
        sitting.work(groups)
    except (typer.Abort, EOFError, KeyboardInterrupt):
        typer.echo("")
    typer.echo(
        f"\nSelesai: {sitting.labelled} pesan diberi maksud, {sitting.discarded} dibuang, {sitting.skipped} dilewati."
    )
    _tell_labelled()


def _ask(question: str) -> str:
    return str(typer.prompt(question, default="", show_default=False))


def _tell_labelled() -> None:
    from siaga.db import transaction
    from siaga.unclear import review

    with transaction() as session:
        count = review.count_labelled(session)
    if count:
        typer.echo(f"{count} pesan siap menjadi contoh: siaga nlu review --export")


def _json(data: Path) -> None:
    from siaga.unclear.groups import likeliest
    from siaga.unclear.words import known_intents

    names = known_intents(data)
    for group in _groups():
        messages = [
            {
                "id": message.id,
                "at": message.at.isoformat(),
                "text": message.text,
                "ranking": message.ranking,
                "asked": message.asked,
                "suggested": message.suggested,
                "label": message.label,
            }
            for message in group
        ]
        line = {"count": len(group), "likeliest": likeliest(group, names), "messages": messages}
        typer.echo(json.dumps(line, ensure_ascii=False))


def _table(data: Path) -> None:
    from siaga.unclear.examples import as_example
    from siaga.unclear.groups import likeliest
    from siaga.unclear.sitting import day
    from siaga.unclear.words import known_intents

    groups, names = _groups(), known_intents(data)
    if not groups:
        typer.echo("Tidak ada pesan yang menunggu ditinjau.")
        return
    typer.echo(f"{'sejak':<13}{'pesan':>5}  {'mungkin maksudnya':<24}contoh")
    for group in groups:
        likely = (likeliest(group, names) or ["-"])[0]
        typer.echo(f"{day(group[0].at):<13}{len(group):>5}  {likely:<24}{as_example(group[0].text)[:80]}")


def _export(data: Path) -> None:
    import yaml

    from siaga.db import transaction
    from siaga.unclear.export import export

    try:
        with transaction() as session:
            report = export(session, data)
    except (OSError, UnicodeDecodeError) as problem:
        typer.echo(f"Berkas contoh tidak bisa dibaca atau ditulis: {problem}", err=True)
        raise typer.Exit(1) from None
    except yaml.YAMLError as problem:
        typer.echo(f"Berkas contoh bukan YAML yang benar, belum ada yang ditulis: {problem}", err=True)
        raise typer.Exit(1) from None
    _tell(report)


def _tell(report: Export) -> None:
    from siaga.privacy import mask_text
    from siaga.unclear.examples import as_example

    if not (report.written or report.doubles or report.refused):
        typer.echo("Belum ada pesan yang sudah diberi maksud. Mulai dengan: siaga nlu review")
        return
    for path, by_intent in report.written.items():
        file = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
        for intent, examples in by_intent.items():
            typer.echo(f"{file}: {len(examples)} contoh baru untuk {intent}")
    if report.doubles:
        typer.echo(f"{len(report.doubles)} pesan sudah ada di antara contoh, tidak ditulis lagi.")
    if report.refused:
        typer.echo("Belum ditulis, dan kembali ke tinjauan (siaga nlu review):")
        for refused in report.refused:
            typer.echo(f'  "{mask_text(as_example(refused.message.text))}": {refused.why}')
    if report.written:
        typer.echo("Lanjut: periksa dengan `git diff data/nlu`, lalu `make train`.")
