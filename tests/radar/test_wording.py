"""What the radar says: every figure with its day and source, and nothing where nothing is known."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siaga.radar.asking import Question, read_question
from siaga.radar.figures import Colour, Figures, Measure, Published, Source, Trail
from siaga.radar.levels import rules_in_force
from siaga.radar.place import Place
from siaga.radar.situation import situation
from siaga.radar.wording import LONGEST, NOT_KEPT, SAMPLE, Answer, tell
from siaga.radar.wording.figures_in_words import days, percent
from siaga.text.written import number

TODAY = date(2026, 11, 22)
LAST = TODAY - timedelta(days=1)
OFFICE = Source("jatim", "Dinas Kesehatan Jawa Timur", arrived_at=datetime(2026, 11, 21, 23, 30, tzinfo=timezone.utc))
TASK_FORCE = Source("satgas", "Satgas COVID-19")
MADE_UP = Source("contoh", "data contoh", sample=True)


def trail(daily: int, last: date = LAST, length: int = 60, start: int = 1000) -> Trail:
    return Trail(totals={last - timedelta(days=back): start + daily * (length - back) for back in range(length)})


def place(
    code: str = "35.78",
    name: str = "Kota Surabaya",
    *,
    source: Source = OFFICE,
    population: int | None = 2_900_000,
    colour: Colour | None = None,
    colour_day: date = LAST,
    disease: str = "covid19",
    neighbours: tuple[Place, ...] = (),
    asked: str = "",
    where: str = "",
    **measures: Trail,
) -> Place:
    given: dict[Measure, Trail] = measures or {"confirmed": trail(100)}  # type: ignore[assignment]
    figures = Figures(code, disease, source, given)
    told = situation(
        figures,
        TODAY,
        population=population,
        colour=Published(colour, colour_day, TASK_FORCE) if colour else None,
        rules=rules_in_force(TODAY, disease),
    )
    return Place(code, name, figures, told, asked, where, neighbours)


def answer(text: str, *places: Place, **more: object) -> Answer:
    return tell(read_question(text, TODAY), places or (place(),), today=TODAY, **more)  # type: ignore[arg-type]


def test_numbers_are_written_as_indonesians_write_them() -> None:
    assert (number(1234567), number(12.34), number(3.0), number(-5)) == ("1.234.567", "12,3", "3", "-5")
    assert (percent(0.254), percent(0.004), percent(1.5)) == ("25 %", "0,4 %", "150 %")
    assert days(date(2026, 10, 1), date(2026, 10, 31)) == "1–31 Oktober 2026"
    assert days(date(2026, 9, 28), date(2026, 10, 3)) == "28 September – 3 Oktober 2026"
    assert days(date(2025, 12, 28), date(2026, 1, 3)) == "28 Desember 2025 – 3 Januari 2026"
    assert days(LAST, LAST) == "21 November 2026"


def test_figures_come_with_their_day_and_source() -> None:
    told = answer("kasus surabaya", place(confirmed=trail(100), deaths=trail(2, start=50)))
    assert told.title == "COVID-19 di Kota Surabaya"
    assert told.lines[:3] == (
        "Per Sabtu, 21 November 2026, menurut Dinas Kesehatan Jawa Timur:",
        "• Positif: *100 baru*, total 7.000",
        "• Meninggal: *2 baru*, total 170",
    )
    assert "7 hari sampai tanggal itu: *700 kasus baru*, kira-kira sama (minggu sebelumnya 700)." in told.lines
    assert "Itu 24,1 per 100.000 penduduk." in told.lines
    assert "Tingkat penularan: *2 dari 4 (sedang)*, dihitung dari kasus positif dan yang meninggal saja." in told.lines
    assert not told.picture
    assert told.tip


def test_what_is_not_known_is_said_and_never_a_zero() -> None:
    told = answer("yang meninggal di surabaya berapa")
    assert "• Meninggal: belum ada data" in told.lines
    assert not re.search(r"(?<!\d)0(?!\d)", told.text)


def test_a_zero_that_is_known_is_told() -> None:
    assert "• Meninggal: *0 baru*, total 50" in answer("yang meninggal", place(deaths=trail(0, start=50))).lines


def test_a_place_without_figures_is_said_to_have_none() -> None:
    nothing = Place("35.25", "Kab. Gresik")
    for text in (
        "kasus dbd gresik",
        "zona dbd gresik",
        "grafik dbd gresik",
        "kasus dbd gresik kemarin",
        "dbd gresik aman?",
    ):
        told = answer(text, nothing)
        assert told.lines == ("Saya belum punya data DBD (demam berdarah) untuk Kab. Gresik.",)
        assert not told.tip


def test_a_measure_of_an_older_day_says_which() -> None:
    old = place(confirmed=trail(100), deaths=trail(2, last=LAST - timedelta(days=4), start=50))
    assert "• Meninggal: *2 baru*, total 170 (per 17 November 2026)" in answer("kasus surabaya", old).lines


def test_old_figures_are_said_to_be_old_and_do_not_calm() -> None:
    old = place(confirmed=trail(1, last=TODAY - timedelta(days=9)))
    told = answer("kasus surabaya", old)
    assert "Data ini sudah 9 hari; keadaan sekarang bisa lain." in told.lines
    assert "Tingkat penularan waktu itu: *1 dari 4 (rendah)*, dihitung dari kasus positif saja." in told.lines
    assert "seperti biasa" not in told.text


def test_sample_figures_are_marked_everywhere() -> None:
    made_up = place(source=MADE_UP)
    for text in (
        "kasus",
        "zona",
        "aman ga",
        "grafik",
        "peta",
        "puncak kapan",
        "kasus kemarin",
        "minggu ini",
        "datanya dari mana",
    ):
        assert answer(text, made_up).lines[0] == SAMPLE
        assert answer(text, made_up, short=True).lines[0] == SAMPLE
    assert answer("bandingkan surabaya sama gresik", place(), made_up).lines[0] == SAMPLE
    assert answer("tertinggi di jatim", place("35", "Jawa Timur"), listed=[made_up]).lines[0] == SAMPLE
    assert SAMPLE not in answer("kasus").lines


def test_a_pin_is_said_not_to_be_kept() -> None:
    told = answer("radar", place(where="Kel. Ketintang, Kec. Gayungan, Kota Surabaya"), pin=True)
    assert told.lines[:2] == ("📍 Kel. Ketintang, Kec. Gayungan, Kota Surabaya", NOT_KEPT)
    assert told.picture


@pytest.mark.parametrize(
    ("text", "picture"),
    [("radar surabaya", True), ("zona surabaya", True), ("peta surabaya", True), ("grafik surabaya", True),
     ("kasus surabaya", False), ("sumber datanya", False), ("kasus kemarin", False)],
)  # fmt: skip
def test_the_picture_comes_when_it_is_asked_for(text: str, picture: bool) -> None:
    assert answer(text).picture is picture
    assert not answer(text, short=True).picture


# ---------------------------------------------------------------------- levels and colours
def test_a_colour_is_told_with_who_gave_it_and_a_level_never_stands_for_it() -> None:
    told = answer("surabaya masih merah?", place(colour="orange"))
    assert told.lines[0] == "Tidak, zonanya bukan merah, tetapi *oranye*."
    assert "Zona menurut Satgas COVID-19: *oranye* (risiko sedang), per 21 November 2026." in told.lines
    assert answer("surabaya masih merah?", place(colour="red")).lines[0] == "Ya, zonanya *merah*."
    unknown = answer("surabaya masih merah?", place(confirmed=trail(1000)))
    assert unknown.lines[0].startswith("Apakah zonanya merah, saya belum tahu")
    assert "4 dari 4" in unknown.text


def test_an_old_colour_answers_nothing_about_today() -> None:
    told = answer("surabaya masih merah?", place(colour="green", colour_day=TODAY - timedelta(days=30)))
    assert told.lines[0] == "Apakah zonanya masih merah, saya belum tahu: warna terakhirnya sudah lama."
    assert "Warna itu sudah lama" in told.text


def test_a_low_level_does_not_calm_beside_a_colour_that_warns() -> None:
    calm = place(confirmed=trail(1))
    assert "seperti biasa" in answer("zona", calm).text
    assert "seperti biasa" not in answer("zona", place(confirmed=trail(1), colour="red")).text


def test_a_disease_without_thresholds_has_no_level() -> None:
    told = answer("zona dbd surabaya", place(disease="dengue"))
    assert "dari 4" not in told.text
    assert "Tingkat penularannya tidak bisa saya hitung dari data yang ada." in told.lines


def test_safety_is_never_promised() -> None:
    told = answer("aman ga ke surabaya", place(confirmed=trail(0)))
    assert told.lines[0] == "Aman atau tidaknya tidak bisa saya pastikan; ini keadaan yang tercatat."
    assert told.tip.startswith("Sebelum berangkat")


# ---------------------------------------------------------------------- corrections, the past
def test_a_correction_is_explained() -> None:
    totals = dict(trail(100).totals)
    for day in totals:
        if day >= LAST - timedelta(days=2):
            totals[day] -= 400
    told = answer("kasus surabaya", place(confirmed=Trail(totals=totals)))
    assert any(
        "pada 19 November 2026 sumbernya mengurangi 300 (positif) sebagai koreksi" in line for line in told.lines
    )
    assert "-" not in re.sub(r"COVID-19|kira-kira", "", told.text)


def test_a_week_below_zero_is_no_number_of_cases() -> None:
    told = answer("kasus surabaya", place(confirmed=trail(-5, start=2000)))
    assert "7 hari terakhir: lebih banyak yang dikoreksi daripada yang baru (−35)." in told.lines
    assert "per 100.000" not in told.text


def test_the_past_is_told_of_its_own_day() -> None:
    told = answer("kasus surabaya 17 november")
    assert told.lines == (
        "Selasa, 17 November 2026:", "• Positif: 100 baru, total 6.600", "Sumber: Dinas Kesehatan Jawa Timur.",
    )  # fmt: skip
    week = answer("kasus surabaya minggu lalu")
    assert week.lines[:2] == ("9–15 November 2026:", "• Positif: *700 baru*")


def test_a_day_before_all_figures_is_unknown_and_the_reach_is_told() -> None:
    told = answer("kasus surabaya 5 juli 2021")
    assert told.lines[0] == ("Untuk 5 Juli 2021 belum ada data. Data saya dari 23 September – 21 November 2026.")
    assert "• Positif: *100 baru*, total 7.000" in told.lines
    assert "belum ada data yang lengkap" in answer("kasus surabaya tahun 2021").text


def test_days_that_are_not_over_are_counted_until_the_newest() -> None:
    assert "• Positif: *2.100 baru* (sampai 21 November 2026)" in answer("kasus surabaya bulan ini").lines


def test_the_peak_is_the_week_with_the_most() -> None:
    totals, total = {}, 0
    for back in range(40, -1, -1):
        total += 300 if 20 <= back < 27 else 10
        totals[LAST - timedelta(days=back)] = total
    told = answer("kapan puncaknya", place(confirmed=Trail(totals=totals)))
    assert told.lines[0] == "Puncak (positif): rata-rata *300 sehari*, dalam 26 Oktober – 1 November 2026."


def test_a_measure_asked_for_is_held_against_the_week_before() -> None:
    told = answer("yang meninggal naik apa turun", place(confirmed=trail(50), deaths=trail(3)))
    assert "21 meninggal (minggu sebelumnya 21)" in told.text


def test_a_title_begins_with_a_capital() -> None:
    assert answer("kasus campak di surabaya").title.startswith("Campak di ")


def test_a_peak_of_many_is_told_in_whole_ones() -> None:
    totals, total = {LAST - timedelta(days=20): 0}, 0
    for ago in range(19, -1, -1):
        total += 1001 if ago == 10 else 1000
        totals[LAST - timedelta(days=ago)] = total
    assert "rata-rata *1.000 sehari*" in answer("kapan puncaknya", place(confirmed=Trail(totals=totals))).text


def test_the_source_tells_when_it_came_by_the_clock_of_the_place() -> None:
    assert "Saya menerimanya Minggu, 22 November 2026 pukul 06.30 WIB." in answer("datanya dari mana").lines
    papua = place("91", "Papua")
    assert "Saya menerimanya Minggu, 22 November 2026 pukul 08.30 WIT." in answer("datanya dari mana", papua).lines


def test_a_share_is_of_a_day_that_has_both() -> None:
    both = place(confirmed=trail(100), recovered=trail(90, start=900, last=LAST - timedelta(days=2)))
    assert "• Sembuh: *93 %* dari semua yang positif (per 19 November 2026)" in answer("persen sembuh", both).lines
    assert "• Sembuh: persennya belum ada data" in answer("persen sembuh").lines


def test_what_is_beyond_the_radar_is_said_first() -> None:
    assert answer("bor surabaya").lines[0] == "Data keterisian tempat tidur rumah sakit belum ada pada saya."
    abroad = tell(read_question("kasus di malaysia", TODAY), [], today=TODAY)
    assert abroad.title == "COVID-19 di negara lain"
    assert len(abroad.lines) == 1


def test_a_kecamatan_is_told_by_what_it_lies_in() -> None:
    told = answer("kasus rungkut", place(asked="Kec. Rungkut"))
    assert told.lines[0] == "Angka untuk Kec. Rungkut sendiri belum ada; ini angka Kota Surabaya."


# ---------------------------------------------------------------------- several
def test_provinces_told_in_place_of_cities_are_said_to_be() -> None:
    jogja = place("34", "DI Yogyakarta", asked="Kota Yogyakarta")
    solo = place("33", "Jawa Tengah", confirmed=trail(80), asked="Kota Surakarta")
    told = answer("bandingkan kota jogja sama solo", jogja, solo)
    assert told.lines[:2] == (
        "Angka untuk Kota Yogyakarta sendiri belum ada; ini angka DI Yogyakarta.",
        "Angka untuk Kota Surakarta sendiri belum ada; ini angka Jawa Tengah.",
    )


def test_two_kecamatan_told_as_their_city_are_not_called_the_same() -> None:
    told = answer("bandingkan rungkut sama wonokromo", place(asked="Kec. Rungkut"), place(asked="Kec. Wonokromo"))
    assert told.title == "COVID-19 di Kota Surabaya"
    assert [line for line in told.lines if "sendiri belum ada" in line] == [
        "Angka untuk Kec. Rungkut sendiri belum ada; ini angka Kota Surabaya.",
        "Angka untuk Kec. Wonokromo sendiri belum ada; ini angka Kota Surabaya.",
    ]
    assert "sama." not in told.text


def test_places_are_compared_by_their_people() -> None:
    gresik = place("35.25", "Kab. Gresik", population=1_300_000, confirmed=trail(80))
    told = answer("bandingkan surabaya sama gresik", place(), gresik)
    assert told.lines[0] == "Menurut jumlah penduduk, seminggu terakhir kasus baru paling banyak di *Kab. Gresik*."
    assert any("43,1 per 100.000" in line for line in told.lines)


def test_places_of_which_one_is_unknown_or_old_are_not_compared() -> None:
    old = place("35.25", "Kab. Gresik", confirmed=trail(80, last=LAST - timedelta(days=10)))
    for other in (Place("35.25", "Kab. Gresik"), old):
        told = answer("bandingkan surabaya sama gresik", place(), other)
        assert "paling banyak" not in told.text
    assert (
        "• *Kab. Gresik*: belum ada data"
        in answer("surabaya sama gresik", place(), Place("35.25", "Kab. Gresik")).lines
    )


def test_a_list_by_colour_claims_nothing_of_places_without_one() -> None:
    listed = [place(colour="orange"), Place("35.25", "Kab. Gresik"), place("35.15", "Kab. Sidoarjo")]
    province = place("35", "Jawa Timur")
    red = answer("zona merah mana aja di jatim", province, listed=listed)
    assert red.lines == (
        "Dari 1 daerah yang warnanya ada, tidak ada yang merah, per 21 November 2026.",
        "Untuk 2 daerah lain warnanya belum ada, atau sudah lama.",
    )
    orange = answer("zona oranye mana aja di jatim", province, listed=listed)
    assert orange.lines[1] == "Kota Surabaya"
    none = answer("zona merah mana aja di jatim", province, listed=listed[1:])
    assert none.lines == ("Warna zona belum ada pada saya, jadi zona merah tidak bisa saya sebut.",)


def test_a_list_is_ordered_and_says_how_many_are_left_out() -> None:
    listed = [place(f"35.{at:02}", f"Kab. {at}", confirmed=trail(at * 10)) for at in range(1, 15)]
    told = answer(
        "kasus tertinggi di jatim", place("35", "Jawa Timur"), listed=[*listed, Place("35.78", "Kota Surabaya")]
    )
    assert told.lines[0] == "Terbanyak, per 21 November 2026, menurut Dinas Kesehatan Jawa Timur:"
    assert told.lines[1].startswith("1. Kab. 14: 980 baru seminggu")
    assert told.lines[-2:] == ("… dan 4 lainnya.", "Untuk 1 daerah lain belum ada data yang bisa dibandingkan.")


def test_neighbours_are_three_and_unknown_ones_are_left_out() -> None:
    near = tuple(place(f"35.{at}", f"Kab. {at}") for at in (15, 25, 26, 27))
    told = answer("kasus surabaya", place(neighbours=(Place("35.99", "Kab. X"), *near)))
    beside = next(line for line in told.lines if line.startswith("Sekitarnya"))
    assert beside == "Sekitarnya: Kab. 15 tingkat 2, 700 baru seminggu; Kab. 25 tingkat 2, 700 baru seminggu."


def test_in_the_middle_of_something_else_it_is_short() -> None:
    full, short = answer("kasus surabaya"), answer("kasus surabaya", short=True)
    assert len(short.text) < len(full.text)
    assert not short.tip
    assert short.lines[:2] == full.lines[:2]


def test_what_is_said_of_days_to_come_is_passed_over() -> None:
    ahead = Trail(totals={**trail(2, start=50).totals, TODAY + timedelta(days=3): 999})
    assert (
        "• Meninggal: *2 baru*, total 170" in answer("kasus surabaya", place(confirmed=trail(100), deaths=ahead)).lines
    )


def test_what_is_least_needed_gives_way_where_there_is_no_room() -> None:
    office = Source("jatim", "Dinas Kesehatan Provinsi dengan Nama yang Panjang Sekali " * 3)
    near = tuple(place(f"35.{at}", f"Kabupaten dengan Nama Panjang {at}") for at in (15, 25, 26))
    everything: dict[str, Trail] = {
        measure: trail(3)
        for measure in ("confirmed", "deaths", "recovered", "active", "hospital", "suspected", "watched")
    }
    long = place(source=office, colour="red", neighbours=near, where="Kel. Ketintang, Kec. Gayungan", **everything)
    told = answer("bor dan kasus surabaya", long, pin=True)
    assert len(told.text) <= LONGEST
    assert "Sekitarnya" not in told.text
    assert NOT_KEPT in told.lines
    assert "Zona menurut Satgas COVID-19: *merah* (risiko tinggi), per 21 November 2026." in told.lines


# ---------------------------------------------------------------------- laws
KINDS = (
    "kasus;zona;aman ga;minggu ini;grafik;peta;puncak kapan;kasus kemarin;sumber datanya;kasus bulan lalu;"
    "yang meninggal;masih merah?;level 3 ya?;persen sembuh;total kasus;bor"
).split(";")
DAYS = st.integers(min_value=-5, max_value=60).map(lambda back: TODAY - timedelta(days=back))
TRAILS = st.builds(
    Trail,
    totals=st.dictionaries(DAYS, st.integers(0, 9_000_000), max_size=30),
    news=st.dictionaries(DAYS, st.integers(-5000, 60_000), max_size=30),
    nows=st.dictionaries(DAYS, st.integers(0, 100_000), max_size=5),
)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(KINDS),
    st.dictionaries(st.sampled_from(["confirmed", "deaths", "recovered", "active", "hospital"]), TRAILS, min_size=1),
    st.sampled_from([None, "green", "red"]),
    st.sampled_from([None, 130_000, 270_000_000]),
    st.booleans(),
)
def test_whatever_is_known_the_answer_is_short_and_dated(
    text: str, measures: dict[str, Trail], colour: Colour | None, population: int | None, sample: bool
) -> None:
    source = MADE_UP if sample else OFFICE
    one = place(colour=colour, population=population, source=source, **measures)
    told = answer(text, one, pin=True)
    assert len(told.text) <= LONGEST
    assert (SAMPLE in told.lines) == sample
    assert "None" not in told.text
    assert " -" not in told.text
    if re.search(r"\d (?:baru|orang)|total \d", told.text):
        assert source.said_by in told.text
        assert re.search(r"\d{4}", told.text)


def test_a_question_that_asks_nothing_is_answered_with_the_figures() -> None:
    assert tell(Question(), [place()], today=TODAY).lines == answer("kasus surabaya").lines
