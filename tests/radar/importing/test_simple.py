"""The CSV of a health office."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from siaga.places import regions
from siaga.radar.importing import ColourRow, Refused, Row
from tests.radar.importing.excerpts import TODAY, knows, load, office, text, values

HEAD = "kode,wilayah,tanggal,penyakit,ukuran,jenis,jumlah"
DAY = date(2026, 11, 20)


def _one(line: str, head: str = HEAD, **more: object) -> Row:
    rows = load(f"{head}\n{line}\n", **more).rows
    assert len(rows) == 1
    return rows[0]


def _refusal(*lines: str, **more: object) -> str:
    with pytest.raises(Refused) as refused:
        load(text(list(lines)), **more)
    return "\n".join(refused.value.reasons)


def test_a_file_with_a_figure_a_line() -> None:
    table = load(text(office()))
    assert (table.shape, table.source, table.said_by) == ("csv", "dinas-kesehatan-kota-uji", "Dinas Kesehatan Kota Uji")
    assert table.disease == "dengue"
    assert values(table)["35.78", "confirmed", "total", date(2026, 11, 4)] == 1234
    assert values(table)["35.15", "confirmed", "new", date(2026, 11, 1)] == 14
    assert table.notes == ()


def test_a_file_with_a_column_for_each_figure_and_a_colour() -> None:
    table = load(
        "wilayah;tanggal;penyakit;konfirmasi_harian;Rawat inap saat ini;meninggal_total;Warna;keterangan\n"
        "Kota Surabaya;20/11/2026;covid19;12;-;210;Oranye;pemutakhiran sore\n"
        "Kab. Gresik;20/11/2026;covid19;3;4;40;;\n"
    )
    assert values(table) == {
        ("35.78", "confirmed", "new", DAY): 12,
        ("35.78", "deaths", "total", DAY): 210,
        ("35.25", "confirmed", "new", DAY): 3,
        ("35.25", "hospital", "now", DAY): 4,
        ("35.25", "deaths", "total", DAY): 40,
    }
    assert table.colours == (ColourRow("35.78", DAY, "orange"),)


def test_only_colours() -> None:
    table = load(
        "kode,tanggal,penyakit,warna\n35.78,2026-11-20,covid19,Merah\n35.25,2026-11-20,covid19,risiko rendah\n"
    )
    assert table.rows == ()
    assert table.colours == (ColourRow("35.25", DAY, "yellow"), ColourRow("35.78", DAY, "red"))


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_however_a_spreadsheet_saves_it(separator: str, encoding: str, end: str) -> None:
    content = text([HEAD, f"35.78,Kota Surabaya,{DAY},dbd,konfirmasi,total,1234"], end).replace(",", separator)
    assert _value(content.encode(encoding)) == 1234


def test_excel_s_own_first_line_and_empty_lines() -> None:
    lines = ["sep=;", HEAD.replace(",", ";"), "", f"35.78;;{DAY};dbd;konfirmasi;total;5", ";;;;;;"]
    assert _value(text(lines).encode()) == 5


def _value(content: bytes) -> int:
    (row,) = load(content).rows
    return row.value


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1234", 1234),
        ("1.234", 1234),
        ('"1,234"', 1234),
        ("1.234.567", 1_234_567),
        ("12.0", 12),
        ('"12,00"', 12),
        ('"1.234,0"', 1234),
        ("1 234", 1234),
        ("1\u00a0234", 1234),
        (" 7 ", 7),
        ("0", 0),
    ],
)
def test_numbers(cell: str, value: int) -> None:
    assert _one(f"35.78,,{DAY},dbd,konfirmasi,total,{cell}").value == value


@pytest.mark.parametrize(
    "cell", ["12.5", "1.23", '"1,2345"', "0.500", "1.2.3", "dua belas", "12 orang", "~12", "1e3", "=A1"]
)
def test_no_numbers(cell: str) -> None:
    assert "bukan jumlah orang" in _refusal(HEAD, f"35.78,,{DAY},dbd,konfirmasi,total,{cell}")


@pytest.mark.parametrize("cell", ["", "-", "–", "n/a", "belum ada data", "#N/A"])
def test_unknown_is_not_zero(cell: str) -> None:
    table = load(f"{HEAD}\n35.78,,{DAY},dbd,konfirmasi,total,{cell}\n35.15,,{DAY},dbd,konfirmasi,total,3\n")
    assert [row.region_code for row in table.rows] == ["35.15"]
    assert any("belum diketahui" in note for note in table.notes)


@pytest.mark.parametrize(
    "cell", ["2026-11-20", "20 November 2026", "20 Nop 2026", "20-nov-2026", "20/11/2026", "20.11.2026", "46346",
             "2026-11-20 00:00:00", "2026/11/20"],
)  # fmt: skip
def test_days(cell: str) -> None:
    assert _one(f"35.78,,{cell},dbd,konfirmasi,total,5").day == DAY


@pytest.mark.parametrize("cell", ["20/11/26", "31/2/2026", "kemarin", "11/20/2026", "2026", ""])
def test_no_days(cell: str) -> None:
    assert "tidak terbaca dengan pasti" in _refusal(HEAD, f"35.78,,{cell},dbd,konfirmasi,total,5")


def test_the_month_first_is_never_taken_for_the_day() -> None:
    """5/7 is 5 July where another line says so, or where only this is of the last days."""
    line = "35.78,,{},dbd,konfirmasi,harian,5"
    july = {"today": date(2026, 7, 8)}
    assert _one(line.format("05/07/2026"), **july).day == date(2026, 7, 5)
    assert "dengan pasti" in _refusal(HEAD, line.format("05/07/2026"), today=TODAY)
    assert "dengan pasti" in _refusal(HEAD, line.format("07/05/2026"), **july)
    assert "dengan pasti" in _refusal(HEAD, line.format("05/07/2026"), line.format("05/25/2026"), today=TODAY)
    june = {"today": date(2026, 6, 7)}
    assert "dengan pasti" in _refusal(HEAD, line.format("05/06/2026"), line.format("06/05/2026"), **june)
    both = load(text([HEAD, line.format("05/07/2026"), line.format("25/06/2026")]))
    assert [row.day for row in both.rows] == [date(2026, 6, 25), date(2026, 7, 5)]
    assert _one(line.format("06/06/2026")).day == date(2026, 6, 6)


def test_a_day_to_come() -> None:
    assert "belum tiba" in _refusal(HEAD, f"35.78,,{TODAY + timedelta(days=1)},dbd,konfirmasi,total,5")
    assert _one(f"35.78,,{TODAY},dbd,konfirmasi,total,5").day == TODAY


@pytest.mark.parametrize(
    ("code", "name", "region"),
    [
        ("35.78", "", "35.78"),
        ("35.78", "Kota Surabaya", "35.78"),
        ("", "KAB. SIDOARJO", "35.15"),
        ("", "Jawa  Timur", "35"),
        ("ID", "", "ID"),
        ("", "Indonesia", "ID"),
        ("35.1", "Kab. Banyuwangi", "35.10"),
        ("3578", "Kota Surabaya", "35.78"),
        ('"35,78"', "", "35.78"),
        ("35.78.04", "", "35.78.04"),
        ("", "Toba Samosir", "12.12"),
    ],
)
def test_regions(code: str, name: str, region: str) -> None:
    assert _one(f"{code},{name},{DAY},dbd,konfirmasi,total,5").region_code == region


@pytest.mark.parametrize(
    ("code", "name"),
    [("", ""), ("99.99", ""), ("35.1", ""), ("3578", ""), ("", "Malang"), ("", "Surabya"), ("35.78", "Kab. Sidoarjo"),
     ("35.1", "Kab. Sidoarjo")],
)  # fmt: skip
def test_no_regions(code: str, name: str) -> None:
    assert "Baris 2" in _refusal(HEAD, f"{code},{name},{DAY},dbd,konfirmasi,total,5")


def test_papua_before_and_after_it_was_divided() -> None:
    assert _one("91,Papua,2021-05-01,covid19,konfirmasi,harian,5").region_code == "91-2022"
    assert _one("91,,2021-05-01,covid19,konfirmasi,harian,5").region_code == "91-2022"
    assert _one(f"91,Papua,{DAY},covid19,konfirmasi,harian,5").region_code == "91"
    again = load(
        text([HEAD, *[f"{code},,2021-05-01,covid19,konfirmasi,harian,5" for code in ("91", "93", "94", "95")]])
    )
    assert [row.region_code for row in again.rows] == ["91", "93", "94", "95"]


@pytest.mark.parametrize(
    ("measure", "count", "told"),
    [
        ("dirawat", "saat ini", "dua arti"),
        ("sakit", "total", "ukuran “sakit” tidak dikenal"),
        ("konfirmasi", "", "Tulis total, harian, atau saat ini"),
        ("konfirmasi", "mingguan", "jenis “mingguan” tidak dikenal"),
    ],
)
def test_words_that_are_not_clear(measure: str, count: str, told: str) -> None:
    assert told in _refusal(HEAD, f"35.78,,{DAY},dbd,{measure},{count},5")


def test_what_stands_at_a_time_needs_no_kind() -> None:
    assert _one(f"35.78,,{DAY},dbd,rawat inap,,5").count == "now"


def test_one_disease_a_file() -> None:
    line = f"35.78,,{DAY},{{}},konfirmasi,total,5"
    assert "lebih dari satu penyakit" in _refusal(HEAD, line.format("dbd"), line.format("campak"))
    assert "tidak dikenal" in _refusal(HEAD, line.format("demam batu"))
    assert "Penyakitnya tidak disebut" in _refusal(HEAD, line.format(""))
    assert "kosong di sebagian baris" in _refusal(HEAD, line.format("dbd"), line.format("").replace("78", "15"))
    assert load(text([HEAD, line.format("")]), disease="campak").disease == "measles"
    assert "bukan measles" in _refusal(HEAD, line.format("dbd"), disease="campak")


def test_who_brings_it_may_say_whose_it_is() -> None:
    table = load(text(office()), source="jatim", said_by="Dinas Kesehatan Jawa Timur")
    assert (table.source, table.said_by) == ("jatim", "Dinas Kesehatan Jawa Timur")


@pytest.mark.parametrize("source", ["", "Jawa Timur", "x" * 41])
def test_names_of_sources(source: str) -> None:
    assert "Nama sumber" in _refusal(*office(), source=source)


def test_all_that_is_wrong_is_told_at_once_and_nothing_is_taken() -> None:
    told = _refusal(
        HEAD,
        f"35.78,,{DAY},dbd,konfirmasi,total,5",
        f"99.99,,{DAY},dbd,konfirmasi,total,5",
        f"35.15,,{DAY},dbd,konfirmasi,total,lima",
    )
    assert told.count("\n") == 1
    assert "Baris 3: kode 99.99 tidak dikenal" in told
    assert "Baris 4: jumlah “lima”" in told


def test_two_numbers_for_the_same_and_one_number_twice() -> None:
    line = f"35.78,,{DAY},dbd,konfirmasi,total,{{}}"
    assert "dua angka yang berbeda" in _refusal(HEAD, line.format(5), line.format(6))
    table = load(text([HEAD, line.format(5), line.format(5)]))
    assert len(table.rows) == 1
    assert table.notes == ("Angka yang tertulis lebih dari sekali dihitung sekali. (baris 3)",)


def test_two_colours_for_the_same() -> None:
    head = "kode,tanggal,penyakit,warna"
    assert "dua warna" in _refusal(head, f"35.78,{DAY},covid19,merah", f"35.78,{DAY},covid19,oranye")


# ---------------------------------------------------------------------- falls, leaps, sums
def _totals(*numbers: int, mark: str = "") -> list[str]:
    first = DAY - timedelta(days=len(numbers) - 1)
    lines = [f"35.78,,{first + timedelta(days=at)},dbd,konfirmasi,total,{many}," for at, many in enumerate(numbers)]
    return [f"{HEAD},koreksi", *lines[:-1], lines[-1] + mark]


def test_a_total_that_falls_must_be_said_to_be_a_correction() -> None:
    assert "99, padahal 100" in _refusal(*_totals(100, 99))
    assert [row.value for row in load(text(_totals(100, 99, mark="ya"))).rows] == [100, 99]
    assert [row.value for row in load(text(_totals(100, 99)), correction=True).rows] == [100, 99]
    assert "koreksi “mungkin”" in _refusal(*_totals(100, 99, mark="mungkin"))


def test_a_total_below_what_stands() -> None:
    known = knows({("35.78", "confirmed"): {DAY - timedelta(days=1): 120}})
    assert "100, padahal 120" in _refusal(*_totals(100), known=known)
    assert load(text(_totals(100, mark="ya")), known=known).rows[0].value == 100
    assert load(text(_totals(120)), known=known).rows[0].value == 120


def test_a_total_above_what_stands_on_a_later_day() -> None:
    known = knows({("35.78", "confirmed"): {DAY + timedelta(days=1): 90}})
    assert "90, padahal 100" in _refusal(*_totals(100), known=known)


def test_a_day_that_is_there_may_be_told_anew_but_not_wholly_otherwise() -> None:
    known = knows({("35.78", "confirmed"): {DAY: 1000}})
    table = load(text(_totals(980)), known=known)
    assert table.rows[0].value == 980
    assert any("diperbarui" in note for note in table.notes)
    assert "100, padahal sebelumnya 1.000" in _refusal(*_totals(100), known=known)
    assert "100.000, padahal sebelumnya 1.000" in _refusal(*_totals(100_000), known=known)


@pytest.mark.parametrize("many", [1_380_000, 13_800])
def test_a_leap(many: int) -> None:
    assert "kelebihan" in _refusal(*_totals(1380, many))
    known = knows({("35.78", "confirmed"): {DAY - timedelta(days=1): 1380}})
    assert "kelebihan" in _refusal(*_totals(many), known=known)
    assert load(text(_totals(many, mark="ya")), known=known).rows[0].value == many


def test_a_spike_among_the_days() -> None:
    lines = [f"35.78,,{DAY - timedelta(days=at)},dbd,konfirmasi,harian,{many}" for at, many in enumerate((7, 9000, 8))]
    assert "jauh di atas" in _refusal(HEAD, *lines)


def test_more_than_there_are_people() -> None:
    assert "lebih banyak daripada penduduknya" in _refusal(HEAD, f"35.78,,{DAY},dbd,konfirmasi,total,90000000")


def test_days_and_totals_must_agree() -> None:
    lines = _totals(100, 110)
    daily = f"35.78,,{DAY},dbd,konfirmasi,harian,"
    assert "padahal totalnya naik 10" in _refusal(*lines, f"{daily}9,")
    assert len(load(text([*lines, f"{daily}10,"])).rows) == 3


def test_after_a_correction_days_and_totals_need_not_agree() -> None:
    lines = [*_totals(100, 90), f"35.78,,{DAY},dbd,konfirmasi,harian,4,"]
    assert len(load(text(lines), correction=True).rows) == 3


def test_a_day_below_zero_must_be_said_to_be_a_correction() -> None:
    line = f"35.78,,{DAY},dbd,konfirmasi,harian,-3,"
    assert "kurang dari nol" in _refusal(f"{HEAD},koreksi", line)
    assert load(text([f"{HEAD},koreksi", f"{line}ya"])).rows[0].value == -3
    assert "kurang dari nol" in _refusal(f"{HEAD},koreksi", line.replace("harian", "total") + "ya")
    wide = "kode,tanggal,penyakit,konfirmasi_harian"
    assert "kurang dari nol" in _refusal(wide, f"35.78,{DAY},dbd,-3")


def test_recovered_dead_and_active_must_agree_with_the_confirmed() -> None:
    head = "kode,tanggal,penyakit,konfirmasi_total,sembuh_total,meninggal_total,aktif_saat_ini"
    assert len(load(f"{head}\n35.78,{DAY},covid19,100,80,5,15\n").rows) == 4
    assert "padahal konfirmasi dikurangi" in _refusal(head, f"35.78,{DAY},covid19,100,80,5,16")
    assert "lebih banyak daripada konfirmasi" in _refusal(head, f"35.78,{DAY},covid19,100,99,5,")


def test_parts_are_not_more_than_the_whole() -> None:
    codes = regions.regencies("34")
    lines = ["kode,tanggal,penyakit,konfirmasi_total", *[f"{code},{DAY},dbd,10" for code in codes]]
    assert len(load(text([*lines, f"34,{DAY},dbd,50"])).rows) == 6
    assert load(text([*lines, f"34,{DAY},dbd,53"])).notes  # three whose regency is not known
    assert "semua bagiannya berjumlah 50" in _refusal(*lines, f"34,{DAY},dbd,40")
    assert len(load(text([*lines[:-1], f"34,{DAY},dbd,30"])).rows) == 5  # not all are there


# ---------------------------------------------------------------------- files that are not whole
def test_a_last_line_that_is_not_closed() -> None:
    line = f"35.78,,{DAY},dbd,konfirmasi,total,1234"
    told = _refusal_of(f"{HEAD}\n{line}")
    assert "tidak ditutup ganti baris" in told
    assert "AKHIR" in told
    assert load(f"{HEAD}\n{line}\nAKHIR").rows[0].value == 1234
    assert load(f"{HEAD}\n{line}\nAKHIR,1").rows[0].value == 1234


def _refusal_of(content: str | bytes, **more: object) -> str:
    with pytest.raises(Refused) as refused:
        load(content, **more)
    return "\n".join(refused.value.reasons)


def test_the_end_must_be_the_end() -> None:
    line = f"35.78,,{DAY},dbd,konfirmasi,total,5"
    assert "tertulis 2 baris, tetapi ada 1" in _refusal(HEAD, line, "AKHIR,2")
    assert "setelah AKHIR masih ada baris" in _refusal(HEAD, line, "AKHIR", line.replace("78", "15"))


def test_lines_with_too_few_or_too_many_cells() -> None:
    assert "hanya ada 5 dari 7 kolom" in _refusal(
        HEAD, f"35.78,,{DAY},dbd,konfirmasi", f"35.78,,{DAY},dbd,konfirmasi,total,5"
    )
    assert "tanpa koma" in _refusal(HEAD, f"35.78,,{DAY},dbd,konfirmasi,total,1,234")


def test_quotes_that_are_not_closed() -> None:
    assert "tanda kutip" in _refusal(HEAD, f'35.78,"Kota Surabaya,{DAY},dbd,konfirmasi,total,5')


@pytest.mark.parametrize(
    ("head", "told"),
    [
        ("kode,tanggal,penyakit,konfirmasi", "Kolomnya tidak dikenal"),
        ("kode,tanggal,penyakit,warna,konfirmasi", "tulis konfirmasi_total"),
        ("kode,tanggal,penyakit,jumlah,catatan", "“catatan” tidak dikenal"),
        ("kode,tanggal,tanggal,penyakit,jumlah", "ada dua kali"),
        ("a,b,c", "Kolomnya tidak dikenal"),
        ("kode,tanggal,penyakit,positif_total,konfirmasi_total", "sama dengan kolom lain"),
    ],
)
def test_columns_that_are_none(head: str, told: str) -> None:
    assert told in _refusal(head, ",".join("x" * len(head.split(","))))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "kosong"),
        (b" \n\n", "kosong"),
        (b"PK\x03\x04rest", "berkas Excel"),
        (b"\xd0\xcf\x11\xe0rest", "berkas Excel"),
        (b"%PDF-1.4", "PDF"),
        (b"kode,tanggal\n\xff\xfe\x00", "tidak terbaca"),
        (b"kode,tanggal\x00", "rusak"),
        (b"halo", "bukan CSV dan bukan JSON"),
        (HEAD.encode() + b"\n", "Tidak ada satu pun angka"),
    ],
)
def test_files_that_are_none(content: bytes, told: str) -> None:
    assert told in _refusal_of(content)


def test_a_shape_may_be_given() -> None:
    assert load(text(office()), shape="csv").shape == "csv"
    assert "tidak dikenal" in _refusal(*office(), shape="xml")
    assert "tidak ada" in _refusal(*office(), shape="series")


def test_many_reasons_are_cut_short() -> None:
    lines = [f"99.99,,{DAY - timedelta(days=at)},dbd,konfirmasi,harian,5" for at in range(100)]
    told = _refusal(HEAD, *lines)
    assert told.count("\n") == 30
    assert told.endswith("… dan 70 masalah lagi.")


def test_a_day_is_held_against_the_totals_that_stand() -> None:
    known = knows({("35.78", "confirmed"): {DAY - timedelta(days=1): 1000}})
    head = "kode,tanggal,penyakit,konfirmasi_total,konfirmasi_harian"
    told = _refusal(head, f"35.78,{DAY},covid19,1020,500", known=known)
    assert "500, padahal totalnya naik 20" in told
    assert load(text([head, f"35.78,{DAY},covid19,1020,15"]), known=known).notes  # the day before, told anew since
    assert "padahal totalnya hanya 20" in _refusal(head, f"35.78,{DAY},covid19,20,500")
    standing = knows({("35.78", "confirmed"): {DAY - timedelta(days=1): 1000, DAY: 1020}})
    alone = "kode,tanggal,penyakit,konfirmasi_harian"
    assert "padahal totalnya naik 20" in _refusal(alone, f"35.78,{DAY},covid19,500", known=standing)
    assert load(text([alone, f"35.78,{DAY},covid19,20"]), known=standing).rows[0].value == 20


def test_the_last_file_with_a_new_date_is_told() -> None:
    codes = regions.regencies("35")[:12]
    head = "kode,tanggal,penyakit,konfirmasi_total"
    known = knows({(code, "confirmed"): {DAY - timedelta(days=1): 7} for code in codes})
    notes = load(text([head, *(f"{code},{DAY},covid19,7" for code in codes)]), known=known).notes
    assert any("berkas lama dengan tanggal baru" in note for note in notes)
    notes = load(text([head, *(f"{code},{DAY},covid19,{7 + (code == '35.03')}" for code in codes)]), known=known).notes
    assert not notes


@pytest.mark.parametrize("column", ["keterangan", "sumber", "koreksi"])
def test_the_thousands_of_a_number_are_no_remark(column: str) -> None:
    head = f"kode,tanggal,penyakit,ukuran,jenis,jumlah,{column}"
    assert "bagian dari angka di depannya" in _refusal(head, f"35.78,{DAY},covid19,konfirmasi,total,1,234")


@pytest.mark.parametrize(
    ("measure", "count"),
    [("konfirmasi", "saat ini"), ("sembuh", "saat ini"), ("meninggal", "saat ini"), ("aktif", "total")],
)
def test_what_nobody_counts_so(measure: str, count: str) -> None:
    assert "Tulis" in _refusal(HEAD, f"35.78,,{DAY},covid19,{measure},{count},7")
    column = f"{measure}_{count}".replace(" ", "_")
    assert "Tulis" in _refusal(f"kode,tanggal,penyakit,{column}", f"35.78,{DAY},covid19,7")
