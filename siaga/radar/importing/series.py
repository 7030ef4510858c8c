"""A region's figures by day, as collected from the national service (covidn: NATIONAL.csv, JAWA_TIMUR.csv).

A province's totals there count only cases whose day is known, and stay below those of ``prov.json``: a source of its
own.
"""

from __future__ import annotations

from siaga.places.named import region_of
from siaga.radar.figures import NATION, Measure
from siaga.radar.importing.answers import NotAsExpected, day_of
from siaga.radar.importing.cells import Sheet
from siaga.radar.importing.draft import Draft
from siaga.radar.importing.refused import Refused

SOURCE = "covidn"
SAID_BY = "Satgas Penanganan COVID-19, dikumpulkan covidn"
COLUMNS = ("date", "total_confirmed", "confirmed")

_DAILY: tuple[tuple[Measure, str, str], ...] = (
    ("confirmed", "total_confirmed", "confirmed"),
    ("recovered", "total_recover", "recover"),
    ("deaths", "total_death", "death"),
)
_NATIONAL = {"national", "nasional", "indonesia"}


def region_of_file(file: str) -> str:
    """The region that a file's name tells, "JAWA_TIMUR.csv".

    Raises:
        Refused: it tells none.
    """
    name = file.rpartition("/")[2].rpartition("\\")[2].rpartition(".")[0].replace("_", " ").strip()
    code = NATION if name.casefold() in _NATIONAL else region_of(name, level="province", among=[name]) if name else None
    if code is None:
        raise Refused(
            [
                f"Berkas ini tidak menyebut wilayahnya, dan namanya (“{file}”) juga tidak. Beri nama seperti"
                " JAWA_TIMUR.csv atau NATIONAL.csv."
            ]
        )
    return code


def read_series(sheet: Sheet, draft: Draft, region: str) -> None:
    """The rows, each of a day."""
    width = 2 * len(_DAILY) + 1
    for line in sheet.lines:
        try:
            if line.wrong:
                raise NotAsExpected(line.wrong)
            day = day_of(line.cells["date"])
        except NotAsExpected as problem:
            draft.offered += width
            draft.leave_out(line.number, str(problem), width)
            continue
        for measure, total, new in _DAILY:
            draft.put((region, measure, "total", day), draft.number_in(line, total), line.number)
            draft.put((region, measure, "new", day), draft.number_in(line, new), line.number)
        draft.put((region, "active", "now", day), draft.number_in(line, "total_active"), line.number)
