"""East Java's daily table, and series by day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from siaga.places import regions
from siaga.radar.figures import NATION
from siaga.radar.importing import Refused
from tests.radar.importing.excerpts import daily, known_of, knows, load, series, text, values


def _edit(lines: list[str], at: int, column: str, value: str) -> list[str]:
    columns = lines[0].split(",")
    cells = lines[at].split(",")
    cells[columns.index(column)] = value
    return [*lines[:at], ",".join(cells), *lines[at + 1 :]]


# ---------------------------------------------------------------------- the province's table
def test_the_province_s_table() -> None:
    table = load(text(daily()))
    found = values(table)
    day = date(2020, 4, 3)
    assert (table.shape, table.source, table.notes) == ("province_daily", "jatim", ())
    assert len({row.region_code for row in table.rows}) == 38
    assert found["35.01", "confirmed", "total", day] == 136
    assert found["35.01", "recovered", "total", day] == 62
    assert found["35.01", "deaths", "total", day] == 10
    assert found["35.01", "active", "now", day] == 64
    assert found["35.01", "watched", "total", day] == 302
    assert found["35.01", "watched", "now", day] == 202
    assert found["35.01", "suspected", "total", day] == 152
    assert found["35.01", "suspected", "now", day] == 102


def test_columns_in_another_order() -> None:
    lines = [",".join(reversed(line.split(","))) for line in daily()]
    assert load(text(lines)).rows == load(text(daily())).rows


def test_a_column_not_yet_filled_in_is_unknown() -> None:
    lines = daily()
    for column in ("odp_pantau", "odp_selesai", "odp_meninggal"):
        lines = _edit(lines, 5, column, "0")
    found = values(load(text(lines)))
    assert ("35.05", "watched", "now", date(2020, 4, 1)) not in found
    assert found["35.05", "watched", "total", date(2020, 4, 1)] == 300


def test_code_and_name_of_two_regions() -> None:
    table = load(text(_edit(daily(), 5, "kabko", "KOTA BLITAR")))
    assert ("35.05", "confirmed", "total", date(2020, 4, 1)) not in values(table)
    assert any("Samakan kode dan nama" in note for note in table.notes)


@pytest.mark.parametrize("name", ["KAB.BLITAR", "Kabupaten  Blitar", "kab blitar"])
def test_ways_to_write_a_name(name: str) -> None:
    assert load(text(_edit(daily(), 5, "kabko", name))).rows == load(text(daily())).rows


def test_a_code_that_a_spreadsheet_spoilt_is_mended_by_its_name() -> None:
    table = load(text(_edit(daily(), 10, "kode", "35.1")))
    assert table.rows == load(text(daily())).rows
    assert table.notes == ("Kode wilayah yang berubah oleh lembar kerja dibetulkan menurut namanya. (baris 11)",)


def test_lines_that_the_office_deleted_are_passed_over() -> None:
    table = load(text(_edit(daily(), 5, "deleted_at", "2020-04-02 10:00:00")))
    assert ("35.05", "confirmed", "total", date(2020, 4, 1)) not in values(table)


def test_a_missing_regency_is_named() -> None:
    lines = daily()
    del lines[38 + 24]
    assert load(text(lines)).notes == ("2020-04-02: tidak ada baris untuk Kab. Lamongan.",)


def test_a_last_day_with_few_regencies_is_refused() -> None:
    with pytest.raises(Refused, match="hanya ada 30 dari 38"):
        load(text(daily()[:-8]))


def test_a_small_fall_is_taken_with_a_note_a_deep_one_is_not() -> None:
    day = date(2020, 4, 2)
    small = load(text(_edit(_edit(daily(), 38 + 5, "confirm", "136"), 38 + 5, "confirm_dirawat", "65")))
    assert values(small)["35.05", "confirmed", "total", day] == 136
    assert any("Total turun sedikit" in note for note in small.notes)
    deep = load(text(_edit(daily(), 38 + 5, "confirm", "75")))
    assert ("35.05", "confirmed", "total", day) not in values(deep)
    assert ("35.06", "confirmed", "total", day) in values(deep)
    assert any("75, padahal 138 pada 2020-04-01" in note for note in deep.notes)


def test_of_two_numbers_for_the_same_neither_counts_however_often_one_comes() -> None:
    lines = daily()
    other = _edit(lines, 5, "odp", "310")[5]
    table = load(text([*lines, other, lines[5]]))
    assert ("35.05", "watched", "total", date(2020, 4, 1)) not in values(table)
    assert values(table)["35.05", "suspected", "total", date(2020, 4, 1)] == 150
    assert any("dua angka yang berbeda" in note for note in table.notes)


def test_pdp_and_odp_fall_without_anybody_s_mistake() -> None:
    table = load(text(_edit(daily(), 38 + 5, "pdp", "140")))
    assert values(table)["35.05", "suspected", "total", date(2020, 4, 2)] == 140


def test_a_digit_too_many() -> None:
    table = load(text(_edit(daily(), 38 + 5, "confirm", "15100")))
    assert ("35.05", "confirmed", "total", date(2020, 4, 2)) not in values(table)
    assert any("15.100" in note for note in table.notes)


def test_too_much_that_is_wrong_refuses_the_file() -> None:
    lines = daily()
    for at in range(1, 13):
        lines = _edit(lines, at, "kode", "99.99")
    with pytest.raises(Refused, match="terlalu banyak untuk memercayai sisanya"):
        load(text(lines))


def test_more_dead_than_ill() -> None:
    table = load(text(_edit(daily(), 38 * 2 + 5, "meninggal", "1000")))
    day = date(2020, 4, 3)
    assert not any(key[0] == "35.05" and key[3] == day and key[1] in ("confirmed", "deaths") for key in values(table))


def test_a_regency_whose_total_stands_higher_is_left_out() -> None:
    known = knows({("35.05", "confirmed"): {date(2020, 3, 31): 500}}, source="jatim")
    table = load(text(daily()), known=known)
    # Nor is the rest of its row to go by: "0 active" beside a total that cannot be is no good news.
    assert not any(key[0] == "35.05" for key in values(table))
    assert ("35.06", "deaths", "total", date(2020, 4, 1)) in values(table)
    assert any("angka lain hari itu juga tidak. (Kab. Blitar" in note for note in table.notes)


def test_active_that_stand_beside_deaths_that_fall() -> None:
    known = knows({("35.05", "deaths"): {date(2020, 3, 31): 500}}, source="jatim")
    table = load(text(daily()), known=known)
    assert ("35.05", "active", "now", date(2020, 4, 1)) not in values(table)
    assert ("35.05", "confirmed", "total", date(2020, 4, 1)) in values(table)


def test_two_regencies_in_each_others_row() -> None:
    lines = daily()
    columns = lines[0].split(",")
    kode, kabko = columns.index("kode"), columns.index("kabko")
    last = [line.split(",") for line in lines[-38:]]
    last[0][kode : kabko + 1], last[36][kode : kabko + 1] = last[36][kode : kabko + 1], last[0][kode : kabko + 1]
    table = load(text([*lines[:-38], *(",".join(cells) for cells in last)]))
    one, other = last[0][kode], last[36][kode]
    day = max(key[3] for key in values(table))
    assert not any(key[0] in (one, other) and key[3] == day for key in values(table))
    assert any("tertukar" in note for note in table.notes)


def test_two_regencies_exchanged_for_several_days() -> None:
    head = "kode,kabko,created_at,odp,pdp,confirm,sembuh,meninggal"
    codes = regions.regencies("35")

    def lines(day: int, of: Mapping[str, int]) -> list[str]:
        told = [(code, regions.name(code), of.get(code, 50)) for code in codes]
        return [f"{code},{name},2020-04-{day:02d} 00:00:00,0,0,{many},0,0" for code, name, many in told]

    first, other = codes[0], codes[1]
    good, exchanged = {first: 400, other: 100}, {first: 100, other: 400}
    found = values(load(text([head, *lines(1, good), *lines(2, exchanged), *lines(3, exchanged), *lines(4, good)])))
    told = {
        (key[0], key[3].day): value for key, value in found.items() if key[:1] < (codes[2],) and key[1] == "confirmed"
    }
    assert told == {(first, 1): 400, (other, 1): 100, (first, 4): 400, (other, 4): 100}


def test_many_totals_that_become_lower_are_another_column() -> None:
    columns = daily()[0].split(",")
    confirm, active = columns.index("confirm"), columns.index("confirm_dirawat")
    exchanged = columns[:]
    exchanged[confirm], exchanged[active] = exchanged[active], exchanged[confirm]
    lines = daily()
    known = known_of(load(text(lines)))
    with pytest.raises(Refused, match="menjadi lebih rendah"):
        load(text([",".join(exchanged), *lines[1:]]), known=known)


def test_a_wrong_number_leaves_the_rest_of_its_line() -> None:
    found = values(load(text(_edit(daily(), 5, "sembuh", "enam puluh"))))
    assert ("35.05", "recovered", "total", date(2020, 4, 1)) not in found
    assert ("35.05", "confirmed", "total", date(2020, 4, 1)) in found


# ---------------------------------------------------------------------- series
@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("JAWA_TIMUR.csv", "35"),
        ("arsip/NATIONAL.csv", NATION),
        ("Nasional.csv", NATION),
        ("DKI_JAKARTA.csv", "31"),
        ("PAPUA.csv", "91-2022"),
    ],
)
def test_the_file_s_name_tells_the_region(file: str, code: str) -> None:
    table = load(text(series()), file=file)
    assert {row.region_code for row in table.rows} == {code}
    assert (table.shape, table.source) == ("series", "covidn")


@pytest.mark.parametrize("file", ["", "data.csv", "MALANG.csv"])
def test_a_name_that_tells_none(file: str) -> None:
    with pytest.raises(Refused, match="Beri nama seperti"):
        load(text(series()), file=file)


def test_a_series() -> None:
    found = values(load(text(series()), file="JAWA_TIMUR.csv"))
    first = date(2020, 7, 1)
    assert found["35", "confirmed", "total", first] == 2035
    assert found["35", "confirmed", "new", first] == 35
    assert found["35", "active", "now", first] == 2035 - 844 - 112
    assert ("35", "active", "new", first) not in found


def test_a_negative_day_that_the_totals_tell_too() -> None:
    lines = series()
    for at in range(8, len(lines)):
        cells = lines[at].split(",")
        cells[1] = str(int(cells[1]) - 300)
        cells[7] = str(int(cells[7]) - 300)
        cells[2] = str(int(cells[2]) - 300) if at == 8 else cells[2]
        lines[at] = ",".join(cells)
    table = load(text(lines), file="JAWA_TIMUR.csv")
    assert values(table)["35", "confirmed", "new", date(2020, 7, 8)] == 42 - 300
    assert len(table.rows) == len(load(text(series()), file="JAWA_TIMUR.csv").rows)
    assert any("koreksi" in note for note in table.notes)


def test_a_last_line_that_is_not_closed_is_left_out() -> None:
    lines = series(60)
    table = load(text(lines[:-1]) + lines[-1], file="JAWA_TIMUR.csv")
    assert max(row.day for row in table.rows) == date(2020, 8, 28)
    assert any("tidak ditutup" in note for note in table.notes)
