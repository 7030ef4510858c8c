"""Pictures by their structure: what stands on them, where, how large, in which colours; and their words."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
from datetime import date, timedelta
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from siaga.places import regions
from siaga.radar.drawing.alt import SAMPLE, alt, number
from siaga.radar.drawing.chart import pieces, round_top
from siaga.radar.drawing.colours import GREY, INK, LEVELS, RATES, WARNING, ZONES, luminance, on
from siaga.radar.drawing.page import figure
from siaga.radar.drawing.pen import SMALLEST, WIDTH
from siaga.radar.drawing.png import MOST_BYTES, described, draw
from siaga.radar.drawing.view import Map, Shade, Tile, Trend, View
from siaga.radar.figures import NATION
from siaga.radar.tiles import squares

LAST = date(2021, 7, 14)
SHADES = tuple(Shade(str(n), str(n), f"kata {n}", f"tingkat {n}", fill) for n, fill in enumerate(LEVELS, start=1))
UNKNOWN = (9, 10, 25)


def trend(new: list[int | None], mean: list[float | None] | None = None, every: int = 1) -> Trend:
    first = LAST - timedelta(days=(len(new) - 1) * every)
    return Trend("Kasus baru per hari", first, tuple(new), tuple(mean or [None] * len(new)), every)


def wave(days: int = 60) -> Trend:
    new: list[int | None] = [None if n in UNKNOWN else n * 7 % 90 + n for n in range(days)]
    mean = [None if n < 6 or any(n - back in UNKNOWN for back in range(7)) else 40.0 + n for n in range(days)]
    return trend(new, mean)


def tiles(code: str, unknown: int = 5) -> tuple[Tile, ...]:
    """A province's squares at levels 1 to 4 in turn; every so many is unknown."""
    return tuple(
        Tile(
            square.code,
            regions.short_name(square.code) or "",
            square.label,
            square.row,
            square.column,
            code != NATION and regions.is_city(square.code),
            None if place % unknown == 0 else str(place % 4 + 1),
        )
        for place, square in enumerate(squares(code))
    )


def view(code: str = "35", asked: str | None = "35.78", **changed: Any) -> View:
    given = {
        "place": regions.full_name(asked or code) or "Indonesia",
        "disease": "COVID-19",
        "until": LAST,
        "source": "Dinas Kesehatan Provinsi Jawa Timur",
        "trend": wave(),
        "map": Map("Tingkat penularan, Jawa Timur", "sampai 14 Juli 2021", SHADES, tiles(code), asked),
    }
    return View(**{**given, **changed})


def parts(shown: View) -> tuple[Any, dict[str, list[Any]]]:
    """The sheet, drawn, and what is on it by name."""
    sheet = figure(shown)
    FigureCanvasAgg(sheet).draw()
    named: dict[str, list[Any]] = {}
    for artist in sheet.axes[0].get_children():
        named.setdefault(artist.get_gid() or "", []).append(artist)
    return sheet, named


def extent(sheet: Any, artist: Any) -> Any:
    return artist.get_window_extent(sheet.canvas.get_renderer())


def colour(artist: Any) -> str:
    red, green, blue, _ = artist.get_facecolor()
    return f"#{round(red * 255):02X}{round(green * 255):02X}{round(blue * 255):02X}"


# ---------------------------------------------------------------- the file
@pytest.mark.parametrize(
    ("code", "sample"),
    [("35", False), ("35", True), ("12", True), ("33", False), ("53", True), ("31", False), (NATION, True)],
)
def test_it_is_one_that_whatsapp_takes_and_small(code: str, sample: bool) -> None:
    png = draw(view(code, None, sample=sample))

    assert len(png) < MOST_BYTES
    image = Image.open(io.BytesIO(png))
    image.load()
    assert (image.format, image.mode, image.width) == ("PNG", "RGB", WIDTH)
    assert 600 < image.height < 1900


def test_it_carries_its_words() -> None:
    shown = view()

    assert described(draw(shown)) == alt(shown)
    other = io.BytesIO()
    Image.new("RGB", (1, 1)).save(other, "PNG")
    assert described(other.getvalue()) == ""


def test_the_same_view_gives_the_same_bytes_in_another_process_too() -> None:
    code = (
        "import hashlib;from siaga.radar.drawing.png import draw;from tests.radar.test_picture import view;"
        "print(hashlib.sha256(draw(view())).hexdigest())"
    )
    other = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True)

    assert hashlib.sha256(draw(view())).hexdigest() == other.stdout.strip()


def test_matplotlib_is_not_read_before_something_is_drawn() -> None:
    code = "import sys, siaga.radar.pictures; print('matplotlib' in sys.modules)"
    read = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True)

    assert read.stdout.strip() == "False"


def test_few_shades_leave_the_colours_as_they_are_meant() -> None:
    shown = view()
    sheet, named = parts(shown)
    pixels = np.asarray(Image.open(io.BytesIO(draw(shown))).convert("RGB")).astype(int)

    for tile in shown.map.tiles if shown.map else ():
        if tile.shade is None:
            continue
        box = extent(sheet, named[f"tile {tile.code}"][0])
        # Near the upper edge, in the middle: above the letters, inside the thick line.
        seen = pixels[round(sheet.bbox.height - box.y1) + 12, round((box.x0 + box.x1) / 2)]
        fill = LEVELS[int(tile.shade) - 1]
        meant = [int(fill[at : at + 2], 16) for at in (1, 3, 5)]
        assert max(abs(seen - meant)) <= 12, (tile.code, tuple(seen), fill)


# ---------------------------------------------------------------- letters
@pytest.mark.parametrize("code", [NATION, *regions.provinces()])
def test_letters_can_be_read_on_a_small_phone_each_in_its_square_and_none_covers_another(code: str) -> None:
    asked = None if code == NATION else squares(code)[0].code
    shown = view(code, asked, note="Data terakhir 5 hari yang lalu: keadaan sekarang bisa berbeda")
    sheet, named = parts(shown)
    words = [artist for each in named.values() for artist in each if hasattr(artist, "get_text") and artist.get_text()]

    assert min(artist.get_fontsize() for artist in words) >= SMALLEST == 11 * WIDTH / 360
    boxes = [(artist.get_text(), extent(sheet, artist)) for artist in words]
    for said, box in boxes:
        assert box.x0 >= 0 and box.x1 <= WIDTH and box.y0 >= 0 and box.y1 <= sheet.bbox.height, said
    for (said, one), (too, other) in combinations(boxes, 2):
        # Boxes hold room for letters that hang down; a few pixels are none.
        across = min(one.x1, other.x1) - max(one.x0, other.x0)
        down = min(one.y1, other.y1) - max(one.y0, other.y0)
        assert across <= 2 or down <= 12, (said, too)
    for tile in shown.map.tiles if shown.map else ():
        square = extent(sheet, named[f"tile {tile.code}"][0])
        for kind in ("label", "mark"):
            letters = extent(sheet, named[f"{kind} {tile.code}"][0])
            assert square.x0 <= letters.x0 and letters.x1 <= square.x1, tile.label
            assert square.y0 - 2 <= letters.y0 and letters.y1 <= square.y1 + 2, tile.label


def test_long_names_and_sources_are_written_in_several_lines() -> None:
    sheet, named = parts(
        view(place="Kab. Kep. Siau Tagulandang Biaro, Sulawesi Utara", source="Dinas Kesehatan " * 12, sample=True)
    )

    assert len(named["place"]) == 2
    assert len(named["source"]) >= 3
    assert all(extent(sheet, line).x1 <= WIDTH for name in ("place", "source") for line in named[name])


def test_two_dollar_signs_are_no_mathematics() -> None:
    _, named = parts(view(source="a $x_1$ b"))

    assert named["source"][0].get_text() == r"Sumber: a \$x_1\$ b"


# ---------------------------------------------------------------- the map
def test_each_place_has_its_own_square_in_its_own_colour() -> None:
    shown = view()
    sheet, named = parts(shown)
    assert shown.map
    boxes = {}
    for tile in shown.map.tiles:
        (square,) = named[f"tile {tile.code}"]
        boxes[tile.code] = extent(sheet, square)
        assert colour(square) == (LEVELS[int(tile.shade) - 1] if tile.shade else "#FFFFFF")
        assert named[f"mark {tile.code}"][0].get_text() == (tile.shade or "–")
    for one, other in combinations(boxes.values(), 2):
        assert min(one.x1, other.x1) <= max(one.x0, other.x0) or min(one.y1, other.y1) <= max(one.y0, other.y0)


def test_what_is_unknown_is_hatched_and_named_in_the_legend() -> None:
    assert "key unknown" in parts(view())[1]
    all_known = Map("Tingkat", "", SHADES, tiles("35", unknown=999)[1:])
    assert "key unknown" not in parts(view(map=all_known))[1]


def test_only_the_place_that_was_asked_for_is_outlined() -> None:
    _, named = parts(view(asked="35.07"))

    assert [name for name in named if name.startswith("asked")] == ["asked 35.07"]
    assert "Kab. Malang" in [words.get_text() for words in named["legend"] if hasattr(words, "get_text")]
    assert not [name for name in parts(view(asked=None))[1] if name.startswith("asked")]


def test_a_kota_is_round_and_the_legend_says_so_only_where_there_are_both() -> None:
    def legend(code: str) -> list[str]:
        return [words.get_text() for words in parts(view(code, None))[1]["legend"] if hasattr(words, "get_text")]

    assert {"kota", "kabupaten"} <= set(legend("35"))
    assert not {"kota", "kabupaten"} & {*legend("95"), *legend(NATION)}


def test_a_figure_of_its_own_stands_in_the_square() -> None:
    shades = tuple(Shade(str(n), "", f"kelas {n}", f"kelas {n} per 100.000", fill) for n, fill in enumerate(RATES))
    tile = Tile("35.78", "Kota Surabaya", "SBY", 0, 0, True, "2", "105")
    shown = view(map=Map("Kasus per 100.000 orang", "", shades, (tile,), "35.78"))

    assert parts(shown)[1]["mark 35.78"][0].get_text() == "105"
    assert "Kota Surabaya 105 (kelas 2 per 100.000)" in alt(shown)


# ---------------------------------------------------------------- the trend
def test_a_day_that_is_not_known_is_a_gap_and_a_day_without_cases_is_not() -> None:
    _, named = parts(view(map=None, trend=trend([4, None, None, 0, 7, None, 3])))

    assert {name for name in named if name.startswith("day ")} == {"day 0", "day 3", "day 4", "day 6"}
    assert named["day 3"][0].get_height() == 3
    assert len(named["unknown-days"]) == 2
    assert "tanpa data" in [words.get_text() for words in named["legend"] if hasattr(words, "get_text")]


def test_the_mean_is_not_drawn_across_what_is_not_known() -> None:
    _, named = parts(view(map=None, trend=trend([1] * 6, [1.0, 2.0, None, None, 3.0, None])))

    assert [len(line.get_xdata()) for line in named["mean"]] == [2, 2]


def test_bars_are_as_high_as_their_numbers_and_in_order() -> None:
    _, named = parts(view(map=None, trend=trend([10, 20, 40])))
    bars = [named[f"day {place}"][0] for place in range(3)]

    assert bars[1].get_height() / bars[0].get_height() == pytest.approx(2)
    assert bars[2].get_height() / bars[0].get_height() == pytest.approx(4)
    assert bars[0].get_x() < bars[1].get_x() < bars[2].get_x()


def test_what_was_taken_back_stands_below_and_does_not_flatten_the_rest() -> None:
    _, named = parts(view(map=None, trend=trend([10, -9000, 20])))

    assert -50 < named["day 1"][0].get_height() < 0
    assert named["day 2"][0].get_height() > 200
    assert "koreksi" in [words.get_text() for words in named["legend"] if hasattr(words, "get_text")]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.none() | st.integers(-50_000, 3_000_000), min_size=1, max_size=70),
    st.sampled_from([1, 7]),
    st.randoms(use_true_random=False),
)
def test_whatever_the_days_bring_those_known_are_shown_and_no_others(
    new: list[int | None], every: int, chance: Any
) -> None:
    mean = [None if chance.random() < 0.3 else chance.uniform(-100, 4_000_000) for _ in new]
    shown = view(map=None, trend=trend(new, mean, every))
    sheet, named = parts(shown)

    assert {name for name in named if name.startswith("day ")} == {
        f"day {n}" for n, v in enumerate(new) if v is not None
    }
    assert sum(line.get_gid() == "mean" for line in named.get("mean", [])) == len(pieces(mean))
    for words in (artist for each in named.values() for artist in each if hasattr(artist, "get_text")):
        box = extent(sheet, words)
        assert box.x0 >= 0 and box.x1 <= WIDTH, words.get_text()
    assert alt(shown)


@pytest.mark.parametrize(
    ("most", "top"),
    [(0, 2), (1, 2), (2, 2), (3, 4), (9.5, 10), (11, 12), (100, 100), (223, 240), (2_500_000, 3_000_000)],
)
def test_the_scale_ends_at_a_round_number_whose_half_is_whole(most: float, top: float) -> None:
    assert round_top(most) == top
    assert (top / 2).is_integer() if isinstance(top, float) else top % 2 == 0


# ---------------------------------------------------------------- made-up figures
def test_made_up_figures_can_not_be_taken_for_real_ones() -> None:
    real, sample = view(), view(sample=True)

    assert alt(sample).startswith(SAMPLE) and SAMPLE not in alt(real)
    _, named = parts(sample)
    assert named["sample"][1].get_text() == f"{SAMPLE}: bukan angka sebenarnya"
    # Across the trend and across the map: a part that is cut out still says so.
    assert [words.get_text() for words in named["across"]] == [SAMPLE, SAMPLE]
    assert not {"sample", "across"} & set(parts(real)[1])


# ---------------------------------------------------------------- in words
def test_the_words_say_what_is_shown() -> None:
    said = alt(view(map=Map("Tingkat penularan, Jawa Timur", "sampai 14 Juli 2021", SHADES, tiles("35")[:4], "35.02")))

    assert said.startswith("COVID-19 di Kota Surabaya, Jawa Timur")
    for part in ("data sampai 14 Juli 2021", "3 hari tanpa data", "terbanyak", "Kab. Ponorogo tingkat 2",
                 "belum ada data: Kab. Pacitan", "Sumber: Dinas Kesehatan Provinsi Jawa Timur."):  # fmt: skip
        assert part in said


def test_what_is_not_known_is_said_and_is_no_zero() -> None:
    said = alt(view(until=None, trend=trend([None, None]), map=None))

    assert "belum ada angka" in said and ": belum ada data." in said
    assert " 0 " not in said


def test_weeks_are_called_weeks() -> None:
    said = alt(view(map=None, trend=trend([3, None, 8], every=7)))

    assert "8 pada minggu yang berakhir 14 Juli 2021" in said and "1 minggu tanpa data" in said
    assert "30 Juni 2021 sampai 14 Juli 2021" in said


def test_numbers_are_written_as_in_indonesia() -> None:
    assert [number(value) for value in (1234, 12.34, 7.0, 0, -15, 1_234_567)] == [
        "1.234", "12,3", "7", "0", "−15", "1.234.567",
    ]  # fmt: skip


# ---------------------------------------------------------------- colours
def _contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("fill", [*LEVELS, *ZONES.values(), *RATES])
def test_letters_stand_out_from_their_square(fill: str) -> None:
    assert _contrast(fill, on(fill)) >= 4.5


@pytest.mark.parametrize("ink", [INK, GREY, WARNING])
def test_letters_stand_out_from_the_paper(ink: str) -> None:
    assert _contrast("#FFFFFF", ink) >= 4.5


# Machado, Oliveira and Fernandes (2009), in full strength: red-blind, green-blind, blue-blind.
BLIND = {
    "nobody": np.eye(3),
    "protan": np.array([
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998],
    ]),
    "deutan": np.array([
        [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881],
    ]),
    "tritan": np.array([
        [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900],
    ]),
}  # fmt: skip


def _lab(colour: str, sight: str) -> np.ndarray:
    """CIE L*a*b* (D65) of a colour as it is seen."""
    srgb = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(BLIND[sight] @ linear, 0, 1)
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ seen
    scaled = xyz / np.array([0.9505, 1.0, 1.089])
    root = np.where(scaled > 0.008856, np.cbrt(scaled), 7.787 * scaled + 16 / 116)
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


@pytest.mark.parametrize("sight", BLIND)
@pytest.mark.parametrize("fills", [LEVELS, tuple(ZONES.values()), RATES], ids=["levels", "zones", "rates"])
def test_colours_stay_apart_for_whoever_looks(sight: str, fills: tuple[str, ...]) -> None:
    """By 12 of CIE76's units at least; 2.3 can just be told."""
    for one, other in combinations(fills, 2):
        assert np.linalg.norm(_lab(one, sight) - _lab(other, sight)) >= 12, (sight, one, other)


@pytest.mark.parametrize("fills", [LEVELS, RATES])
def test_more_is_darker(fills: tuple[str, ...]) -> None:
    light = [luminance(fill) for fill in fills]
    assert light == sorted(light, reverse=True)
    assert all(one - other > 0.08 for one, other in pairwise(light))


def test_levels_that_are_computed_and_zones_that_were_published_have_no_colour_in_common() -> None:
    for level in LEVELS:
        for zone in ZONES.values():
            assert np.linalg.norm(_lab(level, "nobody") - _lab(zone, "nobody")) > 20
