"""How fast the radar takes figures in, and answers, with little in the database and with a lot.

    python -m bench.radar --years 2

A fresh PostgreSQL, and the radar alone. A day of all 514 regencies is taken in, and places are asked about; then so
many years of three measures of each regency arrive as one CSV, and the same is done again: the two must cost about the
same. A picture is drawn for the first time and then asked for again. All are timed in one run, the commit included, so
that what counts are the ratios; memory is what the process has grown by at most.
"""

from __future__ import annotations

import resource
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import typer

from bench.database import own_database
from bench.measures import Machine, as_json
from bench.run import JSON, SEED, say
from siaga.db import transaction
from siaga.places import regions
from siaga.radar.asking import Question
from siaga.radar.knowing import RECENT, look
from siaga.radar.pictures import Of, picture
from siaga.radar.taking import bring
from siaga.radar.wording import tell

TODAY = date(2026, 11, 22)
_NOW = datetime(2026, 11, 22, 3, tzinfo=timezone.utc)
_HEADER = "kode,tanggal,penyakit,konfirmasi_total,sembuh_total,meninggal_total,sumber\n"
_OFFICE = "Dinas Uji"
DRAWN = 8
"""So many pictures are drawn, each of another province's first regency."""


def main(
    years: float = typer.Option(2.0, help="How long the figures that arrive at once go back."),
    calls: int = typer.Option(40, help="How often each question is timed."),
    chance: int = SEED,
    as_data: bool = JSON,
) -> None:
    """Take figures in and answer, before and after a large import."""
    machine = Machine.here()
    days = round(365 * years)
    ms: dict[str, float] = {}
    with own_database("radar"), TemporaryDirectory(prefix="siaga-radar-") as folder:
        random = Random(chance)
        totals = {code: [0, 0, 0] for code in regions.regencies()}
        early = _file(Path(folder) / "early.csv", totals, random, TODAY - timedelta(days=days + 9), 9)
        first = _file(Path(folder) / "first.csv", totals, random, TODAY - timedelta(days=days), 1)
        large = _file(Path(folder) / "large.csv", totals, random, TODAY - timedelta(days=days - 1), days - 2)
        last = _file(Path(folder) / "last.csv", totals, random, TODAY - timedelta(days=1), 1)

        # What is imported once, and regencies' names, are not what is measured.
        _bring(early)
        ms["a day, into a small table"] = _bring(first)
        then = TODAY - timedelta(days=days - 1)
        ms["an answer, of a small table"] = _median([lambda: _answer(_somewhere(random), then)] * calls)
        before = _peak_mb()
        ms["all years at once"] = _bring(large)
        grown = _peak_mb() - before
        ms["a day, into the large table"] = _bring(last)
        ms["an answer, of the large table"] = _median([lambda: _answer(_somewhere(random), TODAY)] * calls)
        ms["the same file again"] = _bring(last)
        places = [regions.regencies(province)[0] for province in random.sample(regions.provinces(), DRAWN + 1)]
        ms["a picture, drawn"] = _median([partial(_picture, code) for code in places])
        ms["a picture, drawn before"] = _median([partial(_picture, places[0])] * calls)
    figures = 3 * len(totals) * (days - 2)
    whole = ms["all years at once"] / 1000
    rate = figures / whole
    ratios = {
        "a day into the large table, by one into a small": ms["a day, into the large table"]
        / ms["a day, into a small table"],
        "an answer of the large table, by one of a small": ms["an answer, of the large table"]
        / ms["an answer, of a small table"],
        "a picture drawn, by one drawn before": ms["a picture, drawn"] / ms["a picture, drawn before"],
    }
    lines = [str(machine), f"{figures:,} figures of {len(totals)} regencies: {rate:,.0f}/s, {grown:.0f} MB more memory"]
    lines += [f"{name:50}{value:>12,.1f} ms" for name, value in ms.items()]
    lines += [f"{name:50}{value:>12.1f} x" for name, value in ratios.items()]
    told = ", ".join(f"{name} {value:.1f} x" for name, value in ratios.items())
    row = (
        f"| the radar: {figures:,} figures of {len(totals)} regencies in one file | {whole:.0f} s "
        f"({rate:,.0f}/s, {grown:.0f} MB); {told}; an answer {ms['an answer, of the large table']:.0f} ms "
        f"| `python -m bench.radar` | {machine.date}, {machine.code} |"
    )
    data = as_json(machine=machine) | {"figures": figures, "ms": ms, "ratios": ratios, "memory_mb": grown}
    say(as_data, data, lines, row)


def _file(path: Path, totals: dict[str, list[int]], random: Random, first: date, days: int) -> Path:
    """So many days of every regency, whose totals go on from where they stand."""
    with path.open("w", encoding="utf-8") as file:
        file.write(_HEADER)
        for ahead in range(days):
            day = first + timedelta(days=ahead)
            for code, own in totals.items():
                new = random.randrange(0, 40)
                own[0] += new
                own[1] += new * 9 // 10
                own[2] += new // 30
                file.write(f"{code},{day},covid19,{own[0]},{own[1]},{own[2]},{_OFFICE}\n")
        file.write("AKHIR\n")
    return path


def _bring(file: Path) -> float:
    """Milliseconds to read, check and keep a file."""
    began = time.perf_counter()
    with transaction() as session:
        bring(session, file.read_bytes(), file=file.name, today=TODAY, at=_NOW)
    return (time.perf_counter() - began) * 1000


def _somewhere(random: Random) -> str:
    return random.choice(regions.regencies("35"))


def _answer(code: str, today: date) -> None:
    """A place with its neighbours, in words."""
    question = Question(places=((code,),))
    with transaction() as session:
        places = look(session, [code], question.disease, today, days=RECENT)
    tell(question, places, today=today)


def _picture(code: str) -> None:
    with transaction() as session:
        picture(session, Of(code, "covid19", TODAY), at=_NOW)


def _median(calls: Sequence[Callable[[], None]]) -> float:
    """Milliseconds, the first call left out."""
    took: list[float] = []
    for call in calls:
        began = time.perf_counter()
        call()
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took[1:])


def _peak_mb() -> float:
    """The most memory that this process has had so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    typer.run(main)
