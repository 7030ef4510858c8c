"""``siaga radar``: bring figures in and take them back, and look places up without a chat."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from siaga.content import ContentError
from siaga.db import transaction
from siaga.places import regions
from siaga.places.pin import locate
from siaga.places.search import read_residence
from siaga.places.timezone import zone
from siaga.radar import process, sample, store
from siaga.radar.diseases import disease_named, load_diseases
from siaga.radar.figures import NATION, Figures, Published, Source
from siaga.radar.importing import Refused
from siaga.radar.importing.cells import LARGEST_BYTES
from siaga.radar.knowing import RECENT, code_of, look
from siaga.radar.levels import all_levels
from siaga.radar.question import COVID
from siaga.radar.situation import Situation, situation
from siaga.radar.sources import load_sources
from siaga.radar.taking import bring
from siaga.radar.words import load_radar_tips, load_words
from siaga.rulefiles.jsonlines import answer_lines, read_lines
from siaga.settings import settings
from siaga.text.files import content_of, name_of

app = typer.Typer(no_args_is_help=True, help="Figures of places: import, take back, look up.")

_CAPITAL = "31"
_NOBODY = Source("", "")
"""Where there are no figures."""
_CODE = re.compile(r"\d\d(?:\.\d\d(?:\.\d\d)?)?")
_NATION = {"id", "indonesia", "nasional", "seluruh indonesia", "se indonesia"}

# Typer reads these at run time, where Python 3.10 and it agree on Optional only.
Value = Annotated[Optional[str], typer.Option()]  # noqa: UP045


class CannotAnswer(ValueError):
    """A request that cannot be answered; the text tells why."""


@app.callback()
def _group() -> None:
    """Figures of places: import, take back, look up."""


def _today() -> date:
    return datetime.now(zone(_CAPITAL)).date()


def _now() -> datetime:
    return datetime.now(timezone.utc)


def _echo(line: Mapping[str, Any]) -> None:
    typer.echo(json.dumps(line, ensure_ascii=False, default=str))


app.command("run")(process.run)
app.command("status")(process.status)


# ---------------------------------------------------------------------- bringing figures in
@app.command("import")
def import_command(
    files: Annotated[list[Path], typer.Argument(help="Files of an office, or saved answers of its service.")],
    source: Annotated[Optional[str], typer.Option(help="The series that they continue: jatim.")] = None,  # noqa: UP045
    said_by: Annotated[Optional[str], typer.Option(help="Who published them, as citizens are told.")] = None,  # noqa: UP045
    disease: Annotated[Optional[str], typer.Option(help="What they count, where they do not say: dbd.")] = None,  # noqa: UP045
    shape: Annotated[Optional[str], typer.Option(help="How to read them, if that is not recognised.")] = None,  # noqa: UP045
    correction: Annotated[bool, typer.Option("--correction", help="Totals that fall, and leaps, are right.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check only; keep nothing.")] = False,
) -> None:
    """Take figures in: each file whole or, with the reasons, not at all. One JSON line a file."""
    try:
        of = disease and _disease(disease)
    except CannotAnswer as problem:
        raise typer.BadParameter(str(problem), param_hint="--disease") from None
    failed = False
    for file in files:
        try:
            line = _import(
                file,
                dry_run,
                source=source,
                said_by=said_by,
                disease=of,
                shape=shape,
                correction=correction,
            )
        except Refused as refused:
            line = {"file": name_of(file), "refused": list(refused.reasons)}
        except OSError as problem:
            line = {"file": name_of(file), "refused": [f"Berkas tidak dapat dibaca: {problem.strerror or problem}."]}
        failed |= "refused" in line
        _echo(line)
    if failed:
        raise typer.Exit(1)


def _import(file: Path, dry_run: bool, **told: Any) -> dict[str, Any]:
    content = content_of(file, LARGEST_BYTES)
    with transaction() as session:
        done = bring(session, content, file=name_of(file), today=_today(), at=_now(), dry_run=dry_run, **told)
    table, taken = done.table, done.taken
    days = sorted({row.day for row in table.rows} | {row.day for row in table.colours})
    return {
        "file": name_of(file),
        "import": taken and taken.import_id,
        "already": bool(taken and taken.already),
        "shape": table.shape,
        "source": table.source,
        "said_by": table.said_by,
        "disease": table.disease,
        "first_day": days[0] if days else None,
        "last_day": days[-1] if days else None,
        "regions": len({row.region_code for row in table.rows} | {row.region_code for row in table.colours}),
        "figures": len(table.rows),
        "colours": len(table.colours),
        "notes": list(table.notes),
    }


@app.command("list")
def list_command(limit: Annotated[int, typer.Option(min=1, help="How many, the newest first.")] = 20) -> None:
    """What was taken in, the newest first, one JSON line each."""
    with transaction() as session:
        for row in store.imports(session, limit):
            _echo(asdict(row))


@app.command()
def undo(number: Annotated[int, typer.Argument(help="The import, as `siaga radar list` tells it.")]) -> None:
    """Take an import back: the figures are those of before."""
    with transaction() as session:
        try:
            done = store.undo(session, number, _now())
        except store.CannotUndo as problem:
            typer.echo(str(problem), err=True)
            raise typer.Exit(1) from None
    if not done:
        typer.echo(f"There is no import {number}, or it was taken back before.", err=True)
        raise typer.Exit(1)
    typer.echo(f"Import {number} is taken back.")


@app.command("sample")
def sample_command(
    drop: Annotated[bool, typer.Option("--drop", help="Take the sample figures away.")] = False,
) -> None:
    """Put made-up figures until yesterday into the radar, marked so; not where it serves citizens."""
    if drop:
        with transaction() as session:
            there = sample.drop(session)
        typer.echo("The sample figures are gone." if there else "There were no sample figures.")
        return
    if settings().environment == "production":
        typer.echo("Made-up figures are not for production.", err=True)
        raise typer.Exit(1)
    with transaction() as session:
        made = sample.load(session, _today(), _now())
    typer.echo(f"{made} sample figures, the last of yesterday.")


@app.command()
def check() -> None:
    """Read all that staff may change of the radar, and tell the first mistake with its file and line."""
    try:
        known, levels, told = load_diseases(), all_levels(), load_words()
        tips, fetched = load_radar_tips(), load_sources()
    except ContentError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{len(known)} diseases, {len(tips)} tips, words for {len(told.levels)} levels.")
    for rules in (rules for of_day in levels for rules in of_day.values()):
        typer.echo(f"{rules.valid_from}  levels of {rules.disease}: {rules.title}")
    for source in fetched:
        typer.echo(f"{source.name}: {'fetched' if source.enabled else 'not fetched'}, {source.told_address}")


# ---------------------------------------------------------------------- looking places up
@app.command(context_settings={"ignore_unknown_options": True})  # a pin in the south begins like an option
def where(
    pin: Annotated[Optional[str], typer.Argument(metavar="LAT,LON", help="-7.25,112.75")] = None,  # noqa: UP045
) -> None:
    """Prints what a pin lies in, as a line of JSON; without it reads JSON lines with lat and lon."""
    if pin is None:
        answer_lines(read_lines(), answer_where, CannotAnswer)
        return
    lat, sign, lon = pin.partition(",")
    if not sign:
        raise typer.BadParameter("write -7.25,112.75", param_hint="LAT,LON")
    answer_lines([{"lat": lat, "lon": lon}], answer_where, CannotAnswer)


def answer_where(request: Mapping[str, Any]) -> dict[str, Any]:
    """What a pin lies in, from the province down to the village where that is known.

    Raises:
        CannotAnswer: no pin.
    """
    found = locate(*_pin(request))
    if found is None:
        return {"found": False}
    province = regions.parent(found.regency_code) or ""
    return {
        "found": True,
        "province": _place(province),
        "regency": _place(found.regency_code),
        "district": _place(found.district_code) if found.district_code else None,
        "village": found.village_name,
        "km": found.km,
    }


def _pin(request: Mapping[str, Any]) -> tuple[float, float]:
    try:
        lat, lon = float(request["lat"]), float(request["lon"])
    except (KeyError, TypeError, ValueError):
        raise CannotAnswer("lat and lon must be degrees, such as -7.25 and 112.75") from None
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise CannotAnswer("lat goes from -90 to 90, lon from -180 to 180")
    return lat, lon


def _place(code: str) -> dict[str, str]:
    return {"code": code, "name": "Indonesia" if code == NATION else regions.name(code) or code}


@app.command()
def show(
    place: Annotated[Optional[str], typer.Argument(help="A name in any spelling, or a code: 35.78")] = None,  # noqa: UP045
    disease: Annotated[str, typer.Option(help="covid19, dbd …")] = COVID,
) -> None:
    """Prints how things stand in a place, as a line of JSON; without it reads JSON lines."""
    requests = read_lines() if place is None else iter([{"place": place}])
    answer_lines(
        (each if each is None else {"disease": disease, **each} for each in requests), answer_show, CannotAnswer
    )


def answer_show(request: Mapping[str, Any]) -> dict[str, Any]:
    """How things stand in a place, given as ``place`` (words or a code) or as ``lat`` and ``lon``, with ``disease``.

    A name of several places is answered with the ``choices``; a place without figures, with those of what it lies in.

    Raises:
        CannotAnswer: no place or disease, or one that nobody knows.
    """
    codes = _codes(request)
    if len(codes) > 1:
        return {"choices": [_place(code) for code in codes]}
    disease = _disease(str(request.get("disease") or COVID))
    today = _today()
    with transaction() as session:
        (found,) = look(session, codes, disease, today, neighbours=False, days=RECENT)
    asked = {"asked": _place(codes[0])} if found.code != codes[0] else {}
    now = found.situation or situation(
        Figures(found.code, disease, _NOBODY), today, population=None, colour=None, rules=None
    )
    return {**asked, **_place(found.code), "disease": disease, **_written(now)}


def _disease(name: str) -> str:
    found = disease_named(name)
    if found is None:
        raise CannotAnswer(f"no disease is called {name} in content/radar/diseases.yml")
    return found.id


def _codes(request: Mapping[str, Any]) -> list[str]:
    """The places that a request may mean."""
    if "place" not in request:
        found = locate(*_pin(request))
        if found is None:
            raise CannotAnswer("this pin is not in Indonesia, or at sea")
        return [code_of(found)]
    words = " ".join(str(request["place"] or "").split())
    if words.lower() in _NATION:
        return [NATION]
    if _CODE.fullmatch(words):
        if regions.name(words) is None:
            raise CannotAnswer(f"no region has the code {words}")
        return [words]
    home = read_residence(words)
    regencies = [match.code for match in home.regencies]
    districts = [match.code for match in home.districts]
    codes = districts if districts and len(districts) <= len(regencies) else regencies
    codes = codes or [match.code for match in home.provinces]
    if not codes:
        raise CannotAnswer(f"no place is called {words}" if words else "place must be a name or a code")
    return list(dict.fromkeys(codes))


def _written(now: Situation) -> dict[str, Any]:
    level = now.transmission
    return {
        "day": now.day and now.day.isoformat(),
        "days_old": now.days_old,
        "stale": now.stale,
        "source": None if now.source is _NOBODY else _source(now.source),
        "total": dict(now.total),
        "new": dict(now.new),
        "now": dict(now.now),
        "other_days": {measure: day.isoformat() for measure, day in now.latest.items()},
        "week": now.week,
        "week_before": now.week_before,
        "change": None if now.change is None else round(now.change, 3),
        "unsure": now.unsure,
        "trend": now.trend,
        "population": now.population,
        "per_100k": None if now.per_100k is None else round(now.per_100k, 1),
        "level": level
        and {"level": level.level, "by": list(level.by), "known": list(level.known), "complete": level.complete},
        "level_unsure": now.level_unsure,
        "colour": _colour(now.colour, now.colour_days_old, now.colour_old),
        "corrections": [
            {"measure": each.measure, "day": each.day.isoformat(), "value": each.value} for each in now.corrections
        ],
    }


def _source(source: Source) -> dict[str, Any]:
    return {
        "name": source.name,
        "said_by": source.said_by,
        "arrived_at": source.arrived_at and source.arrived_at.isoformat(),
        "sample": source.sample,
    }


def _colour(found: Published | None, days_old: int | None, old: bool) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "colour": found.colour,
        "day": found.day.isoformat(),
        "days_old": days_old,
        "old": old,
        "source": _source(found.source),
    }
