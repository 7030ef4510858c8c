"""The squares of the maps: all places, none on another, neighbours beside each other, north above."""

from __future__ import annotations

import math
from itertools import combinations

import pytest
from scipy.stats import spearmanr

from siaga.places import facts, regions
from siaga.places.pin import centroids
from siaga.radar.drawing.pen import SMALLEST, WIDTH, length
from siaga.radar.figures import NATION
from siaga.radar.tiles import BadTiles, Square, map_of, on_map, read, squares

HEAD = "code,row,column,label"


def _apart(one: Square, other: Square) -> int:
    """1 where two squares touch, by a side or a corner."""
    return max(abs(one.row - other.row), abs(one.column - other.column))


def _near(codes: tuple[str, ...]) -> list[tuple[str, str]]:
    """Pairs of places between whose middles there is no other's: neighbours, as far as middles tell."""
    at = {code: (lon * math.cos(math.radians(lat)), lat) for code, (lat, lon) in centroids().items() if code in codes}
    pairs = []
    for one, other in combinations(codes, 2):
        middle = ((at[one][0] + at[other][0]) / 2, (at[one][1] + at[other][1]) / 2)
        radius = math.dist(at[one], at[other]) / 2
        if all(math.dist(middle, at[code]) >= radius for code in codes if code not in (one, other)):
            pairs.append((one, other))
    return pairs


def test_each_province_has_its_map_and_so_has_indonesia() -> None:
    assert len(regions.provinces()) == 38
    for province in regions.provinces():
        assert sorted(square.code for square in squares(province)) == sorted(regions.regencies(province))
    assert sorted(square.code for square in squares(NATION)) == sorted(regions.provinces())
    assert squares("99") == ()


@pytest.mark.parametrize("code", [NATION, *regions.provinces()])
def test_a_map_begins_at_its_edges_and_is_no_larger_than_a_phone_can_show(code: str) -> None:
    laid = squares(code)

    assert len({(square.row, square.column) for square in laid}) == len(laid)
    assert min(square.row for square in laid) == 0 == min(square.column for square in laid)
    assert max(square.row for square in laid) < 8
    assert max(square.column for square in laid) < 11


@pytest.mark.parametrize("code", [NATION, *regions.provinces()])
def test_labels_are_told_apart_and_fit_their_squares(code: str) -> None:
    laid = squares(code)

    # A kota may bear its kabupaten's letters: its square is round.
    assert len({(square.label, regions.is_city(square.code)) for square in laid}) == len(laid)
    room = (WIDTH - 60) / max(11, *(square.column + 1 for square in laid)) - 6
    assert all(length(square.label, SMALLEST) <= room for square in laid)
    assert all(square.label.isupper() for square in laid)


def test_in_east_java_those_that_border_each_other_lie_beside_each_other() -> None:
    laid = {square.code: square for square in squares("35")}
    assert all(facts.borders_known(code) for code in laid)
    pairs = {tuple(sorted((code, other))) for code in laid for other in facts.neighbours(code) if other in laid}
    apart = {pair for pair in pairs if _apart(laid[pair[0]], laid[pair[1]]) > 1}

    assert len(pairs) >= 70
    assert len(apart) <= len(pairs) * 0.18, sorted(apart)
    # Jombang and Malang touch in the mountains, behind Mojokerto, Batu and Kediri.
    assert {pair for pair in apart if _apart(laid[pair[0]], laid[pair[1]]) > 2} <= {("35.07", "35.17")}


@pytest.mark.parametrize("code", regions.provinces())
def test_those_that_are_near_lie_beside_each_other(code: str) -> None:
    laid = {square.code: square for square in squares(code)}
    pairs = _near(tuple(laid))
    beside = sum(_apart(laid[one], laid[other]) == 1 for one, other in pairs)

    # Of East Nusa Tenggara's many islands, some pairs look at each other across a wide sea, which the map keeps open.
    assert beside >= len(pairs) * (0.65 if code == "53" else 0.8), [
        (a, b) for a, b in pairs if _apart(laid[a], laid[b]) > 1
    ]


@pytest.mark.parametrize("code", regions.provinces())
def test_north_is_above_and_east_to_the_right(code: str) -> None:
    laid = squares(code)
    lats, lons = zip(*(centroids()[square.code] for square in laid), strict=True)

    assert spearmanr([-square.row for square in laid], lats)[0] > 0.55
    assert spearmanr([square.column for square in laid], lons)[0] > 0.6


def test_which_map_shows_a_place_and_where_on_it() -> None:
    assert [map_of(code) for code in ("ID", "35", "35.78", "35.78.04")] == ["ID", "35", "35", "35"]
    assert [on_map(code) for code in ("ID", "35", "35.78", "35.78.04")] == [None, None, "35.78", "35.78"]


def test_a_province_that_was_divided_is_not_shown_as_what_it_is_today() -> None:
    assert squares(map_of("91-2022")) == ()


@pytest.mark.parametrize(
    "line",
    ["35.02,0,0,PNR", "35.01,1,1,PCT", "35.02,x,0,PNR", "35.02,0,-1,PNR", "35.02,0,1,", "35.02,0,1,PNRG", "35.02,0"],
)
def test_a_wrong_line_is_named(line: str) -> None:
    with pytest.raises(BadTiles, match="line 4: "):
        read(["# words", HEAD, "35.01,0,0,PCT", line])
