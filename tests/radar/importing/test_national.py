"""The national service's answers."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest

from siaga.radar.figures import NATION, Measure
from siaga.radar.importing import Refused
from tests.radar.importing.excerpts import (
    PROVINCES_OF_2020,
    detail,
    known_of,
    knows,
    load,
    prov,
    shares,
    update,
    values,
)

DAY = date(2020, 6, 7)


def _item(content: dict[str, Any], name: str) -> dict[str, Any]:
    return next(item for item in content["list_data"] if item["key"] == name)


# ---------------------------------------------------------------------- prov.json
def test_totals_of_the_provinces() -> None:
    table = load(prov())
    found = values(table)
    assert (table.shape, table.source, table.disease, table.notes) == ("prov", "nasional", "covid19", ())
    assert found["35", "confirmed", "total", DAY] == 3900
    assert found["35", "recovered", "total", DAY] == 1950
    assert found["35", "deaths", "total", DAY] == 195
    assert found["35", "active", "now", DAY] == 1755
    assert found["52", "confirmed", "total", DAY] == 3100  # “NUSA TENGGARA  BARAT”, with two spaces
    assert len(table.rows) == 4 * 34


def test_old_papua_is_no_region_of_today() -> None:
    codes = {row.region_code for row in load(prov()).rows}
    assert {"91-2022", "92-2022"} <= codes
    assert codes.isdisjoint({"91", "92", "93", "94", "95", "96"})


def test_the_service_went_on_with_34_provinces_after_the_division() -> None:
    table = load(prov("2023-01-15"))
    assert "91-2022" in {row.region_code for row in table.rows}
    assert table.notes == ()


def test_with_its_parts_beside_it_papua_is_todays() -> None:
    names = [*PROVINCES_OF_2020, "PAPUA SELATAN", "PAPUA TENGAH", "PAPUA PEGUNUNGAN", "PAPUA BARAT DAYA"]
    codes = {row.region_code for row in load(prov("2023-01-15", names=names)).rows}
    assert {"91", "92", "93", "94", "95", "96"} <= codes
    assert codes.isdisjoint({"91-2022", "92-2022"})


def test_the_day_s_own_figures_where_they_come_along() -> None:
    found = values(load(prov("2021-07-09", added=True)))
    assert found["35", "confirmed", "new", date(2021, 7, 9)] == 12
    assert found["35", "deaths", "new", date(2021, 7, 9)] == 1


def test_a_null_is_unknown_and_not_zero() -> None:
    content = prov()
    _item(content, "BALI")["jumlah_dirawat"] = None
    found = values(load(content))
    assert ("51", "active", "now", DAY) not in found
    assert ("51", "confirmed", "total", DAY) in found


def test_a_missing_province_shows_in_the_sums() -> None:
    content = prov()
    del content["list_data"][3]
    with pytest.raises(Refused, match="tidak cocok dengan bagian"):
        load(content)


def test_a_missing_province_shows_without_the_shares_too() -> None:
    content = prov()
    del content["list_data"][3]
    for item in content["list_data"]:
        del item["doc_count"]
    with pytest.raises(Refused, match="Jumlah semua provinsi"):
        load(content)


def test_many_missing_provinces_are_refused_even_where_the_sums_agree() -> None:
    with pytest.raises(Refused, match="Hanya ada 30 provinsi"):
        load(prov(names=PROVINCES_OF_2020[:30]))


def test_one_province_without_figures_is_named() -> None:
    names = [name for name in PROVINCES_OF_2020 if name != "ACEH"]
    assert load(prov(names=names)).notes == ("Tidak ada angka untuk Aceh (11).",)


def test_a_province_that_lost_a_digit_does_not_fit_its_share() -> None:
    content = prov()
    _item(content, "BALI")["jumlah_kasus"] //= 10
    with pytest.raises(Refused, match=r"Bali \(51\): 280 kasus tidak cocok"):
        load(content)


def test_an_unknown_province_is_left_out_with_its_reason() -> None:
    content = prov()
    _item(content, "BENGKULU")["key"] = "BENGKULUU"
    table = load(content)
    assert "17" not in {row.region_code for row in table.rows}
    assert any("BENGKULUU" in note and note.startswith("Tidak dipakai") for note in table.notes)


def test_a_province_twice_with_two_numbers_is_refused() -> None:
    content = prov()
    content["list_data"].append({**_item(content, "BALI"), "jumlah_kasus": 7})
    with pytest.raises(Refused, match="BALI ada dua kali"):
        load(content)


def test_active_that_do_not_add_up_are_left_out_alone() -> None:
    content = prov()
    _item(content, "BALI")["jumlah_dirawat"] += 1
    table = load(content)
    assert ("51", "active", "now", DAY) not in values(table)
    assert ("51", "confirmed", "total", DAY) in values(table)
    assert any("Bali (51), kasus aktif" in note for note in table.notes)


@pytest.mark.parametrize("day", ["2027-01-01", "kemarin", None, "2020-02-31"])
def test_a_day_that_cannot_be(day: str | None) -> None:
    with pytest.raises(Refused):
        load(prov() | {"last_date": day})


def test_a_total_below_the_one_that_stands_is_left_out() -> None:
    known = knows({("35", "confirmed"): {date(2020, 6, 6): 3950}})
    table = load(prov(), known=known)
    assert ("35", "confirmed", "total", DAY) not in values(table)
    assert values(table)["31", "confirmed", "total", DAY] == 4000
    assert any("3.900, padahal 3.950 pada 2020-06-06" in note for note in table.notes)


def test_what_stands_of_another_source_is_not_compared() -> None:
    known = knows({("35", "confirmed"): {date(2020, 6, 6): 3950}}, source="jatim")
    assert values(load(prov(), known=known))["35", "confirmed", "total", DAY] == 3900


def test_a_fall_that_the_answer_itself_tells_is_taken() -> None:
    content = prov("2021-07-09", added=True)
    _item(content, "JAWA TIMUR")["penambahan"]["positif"] = -50
    known = knows({("35", "confirmed"): {date(2021, 7, 8): 3950}})
    table = load(content, known=known)
    assert values(table)["35", "confirmed", "total", date(2021, 7, 9)] == 3900
    assert any("koreksi" in note for note in table.notes)


# ---------------------------------------------------------------------- update.json
def test_indonesia_s_figures_of_every_day() -> None:
    table = load(update())
    found = values(table)
    last = date(2020, 4, 12)
    assert {row.region_code for row in table.rows} == {NATION}
    assert found[NATION, "confirmed", "new", last] == 51
    assert found[NATION, "confirmed", "total", last] == 1000 + sum(range(40, 52))
    assert found[NATION, "active", "now", last] > 0
    assert (NATION, "active", "new", last) not in found
    assert found[NATION, "watched", "now", last] == 24000
    assert found[NATION, "suspected", "now", last] == 2900


def test_odp_and_pdp_ended_in_july_2020() -> None:
    measures = {row.measure for row in load(update(first=date(2020, 7, 10))).rows}
    assert measures == {"confirmed", "recovered", "deaths", "active"}


def test_the_newest_day_may_be_ahead_of_the_list() -> None:
    assert max(row.day for row in load(update(extra=True)).rows) == date(2020, 4, 13)


def test_the_newest_day_must_go_on_from_the_list() -> None:
    content = update(extra=True)
    content["update"]["total"]["jumlah_positif"] += 1
    with pytest.raises(Refused, match="tidak sama dengan daftar hariannya"):
        load(content)


def test_a_list_that_ends_too_early_is_refused() -> None:
    content = update()
    del content["update"]["harian"][-3:]
    with pytest.raises(Refused, match="ada hari yang hilang"):
        load(content)


def test_one_wrong_total_between_right_ones_is_mended_with_certainty() -> None:
    content = update()
    good = values(load(update()))
    content["update"]["harian"][5]["jumlah_positif_kum"]["value"] = 99
    table = load(content)
    assert values(table) == good
    assert any("99 dibetulkan menjadi" in note for note in table.notes)


def test_a_day_s_figure_that_does_not_fit_gives_way_to_the_totals() -> None:
    content = update(40)
    content["update"]["harian"][5]["jumlah_meninggal"]["value"] = 30
    table = load(content)
    day = date(2020, 4, 6)
    assert (NATION, "deaths", "new", day) not in values(table)
    assert (NATION, "deaths", "total", day) in values(table)
    assert any("Yang dipakai totalnya" in note for note in table.notes)


def test_a_total_that_the_days_after_do_not_go_on_from_is_left_out() -> None:
    content = update(60)
    content["update"]["harian"][5]["jumlah_positif_kum"]["value"] += 500
    content["update"]["harian"][6]["jumlah_positif"]["value"] += 1
    found = values(load(content))
    assert (NATION, "confirmed", "total", date(2020, 4, 6)) not in found
    assert (NATION, "confirmed", "total", date(2020, 4, 5)) in found


def test_two_days_for_one_item_are_refused() -> None:
    content = update()
    content["update"]["harian"][0]["key"] += 86_400_000
    with pytest.raises(Refused, match="tidak sama"):
        load(content)


# ---------------------------------------------------------------------- data.json
def test_how_many_cases_there_were_follows_from_all_shares_together() -> None:
    table = load(shares())
    assert values(table) == {(NATION, "confirmed", "total", date(2020, 5, 8)): 13112}
    assert table.notes


def test_shares_that_do_not_come_to_one_number_are_refused() -> None:
    content = shares()
    content["kasus"]["kelompok_umur"]["missing_data"] += 0.5
    with pytest.raises(Refused):
        load(content)
    content["kasus"]["kelompok_umur"] = shares(13000)["kasus"]["kelompok_umur"]
    with pytest.raises(Refused, match="tidak dapat dipastikan"):
        load(content)
    with pytest.raises(Refused, match="tidak dapat dipastikan"):
        load({"last_update": "2021-01-01", "kasus": {"gejala": {"list_data": []}}})


# ---------------------------------------------------------------------- prov_detail_<NAMA>.json
def test_a_province_s_figures_of_every_day() -> None:
    found = values(load(detail()))
    last = date(2020, 8, 10)
    assert found["35", "confirmed", "total", last] == 500 + sum(range(20, 30))
    assert found["35", "confirmed", "new", last] == 29
    assert found["35", "recovered", "total", last] == 350
    assert ("35", "active", "now", last) in found


def test_totals_of_dated_cases_alone_are_no_totals() -> None:
    table = load(detail(undated=128))
    confirmed = {key: value for key, value in values(table).items() if key[1:3] == ("confirmed", "total")}
    assert confirmed == {("35", "confirmed", "total", date(2020, 8, 10)): 500 + sum(range(20, 30)) + 128}
    assert ("35", "deaths", "total", date(2020, 8, 5)) in values(table)
    assert not any(row.measure == "active" for row in table.rows)
    assert any("128 kasus tanpa tanggal" in note for note in table.notes)


def test_another_province_than_was_asked_for() -> None:
    load(detail(), file="prov_detail_JAWA_TIMUR.json")
    with pytest.raises(Refused, match="JAWA TENGAH"):
        load(detail(), file="prov_detail_JAWA_TENGAH.json")


def test_a_list_without_its_last_days() -> None:
    content = detail()
    del content["list_perkembangan"][-2:]
    with pytest.raises(Refused, match="ada hari yang hilang"):
        load(content)


def test_papua_s_own_answer_is_of_old_papua() -> None:
    assert {row.region_code for row in load(detail("PAPUA")).rows} == {"91-2022"}


# ---------------------------------------------------------------------- what is no such answer
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("[]", "bentuknya berubah"),
        ("{}", "tidak dikenal"),
        ('{"last_date": "2020-06-07", "list_data": []}', "tidak ada atau kosong"),
        ('{"last_date": "2020-06-07", "list_data": {}}', "tidak ada atau kosong"),
        ('{"update": {"harian": [{"key": NaN}]}}', "tidak terbaca"),
        ('{"update": {}, "update": {"a": 1}}', "dua kali"),
        (json.dumps(update()) + json.dumps(update()), "tidak terbaca"),
        ("<!DOCTYPE html><html>Maaf</html>", "halaman web"),
        ("[" * 100_000, "tidak terbaca"),
    ],
)
def test_answers_that_are_none(content: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        load(content)


@pytest.mark.parametrize("value", [True, "banyak", 12.5, [1]])
def test_a_number_that_is_none_is_left_out(value: object) -> None:
    content = prov()
    _item(content, "BALI")["jumlah_sembuh"] = value
    table = load(content)
    assert ("51", "recovered", "total", DAY) not in values(table)
    assert any("bukan jumlah" in note for note in table.notes)


@pytest.mark.parametrize("many", [7.5e306, 10**400])
def test_shares_of_more_than_can_be_reckoned_with(many: float) -> None:
    content = shares()
    content["kasus"]["jenis_kelamin"]["current_data"] = many
    with pytest.raises(Refused, match="terlalu besar"):
        load(content)


# ------------------------------------------------------------------------------------------------ what stands
def _standing_the_day_before(content: dict[str, Any], less: int = 12) -> dict[tuple[str, Measure], dict[date, int]]:
    """The totals of these provinces a day earlier: of the confirmed so many less."""
    fewer: dict[str, int] = {"confirmed": less, "recovered": 9, "deaths": 1}
    return {
        (row.region_code, row.measure): {row.day - timedelta(days=1): row.value - fewer[row.measure]}
        for row in load(content).rows
        if row.count == "total"
    }


def test_a_day_s_figure_is_held_against_the_totals_that_stand() -> None:
    content = prov("2021-07-09", added=True)
    known = knows(_standing_the_day_before(content))
    day = date(2021, 7, 9)
    assert values(load(content, known=known))["35", "confirmed", "new", day] == 12
    for wrong in (1200, 3900, -12):
        _item(content, "JAWA TIMUR")["penambahan"]["positif"] = wrong
        table = load(content, known=known)
        assert ("35", "confirmed", "new", day) not in values(table)
        assert values(table)["32", "confirmed", "new", day] == 12
        assert any("Jawa Timur (35), konfirmasi harian" in note for note in table.notes)
    # A few apart: the day before may since have been told anew. The total is told, and what it grew by.
    _item(content, "JAWA TIMUR")["penambahan"]["positif"] = 14
    table = load(content, known=known)
    assert ("35", "confirmed", "new", day) not in values(table)
    assert values(table)["35", "confirmed", "total", day] == 3900


def test_nobody_falls_ill_of_whom_the_total_does_not_know() -> None:
    content = prov("2021-07-09", added=True)
    _item(content, "ACEH")["penambahan"]["positif"] = 100_000
    table = load(content)
    assert not any(key[0] == "11" for key in values(table))
    assert any("padahal totalnya hanya" in note for note in table.notes)


def test_a_total_that_doubles_from_one_day_to_the_next() -> None:
    content = prov()
    known = knows({("35", "confirmed"): {date(2020, 6, 6): 1900}})
    assert not any(key[0] == "35" for key in values(load(content, known=known)))
    known = knows({("35", "confirmed"): {date(2020, 6, 5): 1900}})
    assert values(load(content, known=known))["35", "confirmed", "total", DAY] == 3900


def test_the_last_answer_with_a_new_date() -> None:
    content = prov("2020-06-07")
    known = known_of(load(content))
    with pytest.raises(Refused, match="isi lama dengan tanggal baru"):
        load(prov("2020-06-08"), known=known)
    assert load(content, known=known).rows
    content = prov("2020-06-08")
    _item(content, "ACEH")["jumlah_sembuh"] += 1
    assert load(content, known=known).rows


def test_two_provinces_in_each_others_row() -> None:
    content = prov("2020-06-08")
    known = known_of(load(prov("2020-06-07")))
    one, other = _item(content, "JAWA TIMUR"), _item(content, "ACEH")
    one["key"], other["key"] = other["key"], one["key"]
    table = load(content, known=known)
    assert not any(key[0] in ("35", "11") for key in values(table))
    assert any("tampaknya tertukar" in note for note in table.notes)


def test_active_that_are_far_from_adding_up_leave_nothing_of_that_day() -> None:
    content = prov()
    _item(content, "BALI")["jumlah_sembuh"] *= 1.5
    found = values(load(content))
    assert not any(key[0] == "51" for key in found)
    assert ("32", "confirmed", "total", DAY) in found


def test_what_stands_of_old_papua_is_not_put_down_to_today_s() -> None:
    content = prov("2023-01-10", added=True)
    codes = {row.region_code for row in load(content).rows}
    assert {"91-2022", "92-2022"} <= codes
    assert not codes & {"91", "92", "93", "94", "95", "96"}
