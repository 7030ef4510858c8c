"""Charts show what they are given, to eyes and to screen readers, and nothing that is hidden."""

from __future__ import annotations

import itertools
import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.desk import charts
from siaga.desk.charts import WIDTH, Point, Series, bars, columns, lines, nice

values = st.none() | st.integers(0, 10**6)
many = st.lists(values, max_size=100)


def _all(numbers: list[int | None], name: str = "x", label: str = "Kota Surabaya") -> list[str]:
    points = [Point(f"{label} {place}", value, str(place)) for place, value in enumerate(numbers)]
    return [
        str(bars(name, label, points)),
        str(columns(name, label, points)),
        str(lines(name, label, [point.label for point in points], [Series(label, tuple(numbers))])),
    ]


@given(many)
def test_every_chart_is_well_formed_and_within_its_frame(numbers: list[int | None]) -> None:
    for drawn in _all(numbers):
        root = ElementTree.fromstring(drawn)
        height = float(root.attrib["viewBox"].split()[3])
        assert root.attrib["role"] == "img"
        names = root.attrib["aria-labelledby"].split()
        assert [root[0].attrib["id"], root[1].attrib["id"]] == names
        assert (root[0].text, bool(root[1].text)) == ("Kota Surabaya", True)
        for box in root.iter("rect"):
            x, y, wide, high = (float(box.attrib[key]) for key in ("x", "y", "width", "height"))
            assert -0.1 <= x <= x + wide <= WIDTH + 0.1
            assert -0.1 <= y <= y + high <= height + 0.1
            assert wide > 0


@given(many)
def test_there_is_no_style_and_no_script(numbers: list[int | None]) -> None:
    for drawn in _all(numbers):
        assert not re.search(r"style=|<style|<script|\bon\w+=", drawn)


@given(st.text(), st.sampled_from([None, 7]))
def test_what_a_label_says_is_only_text(label: str, value: int | None) -> None:
    text = f"<b>&\"'{label}"
    for drawn in _all([value], label=text):
        assert "<b>" not in drawn


def test_a_hidden_number_is_drawn_the_same_whatever_it_is() -> None:
    drawn = [chart for chart in _all([10, None, 20])]
    for chart in drawn:
        assert chart.count("grafik-sembunyi") == 1
    assert "disembunyikan" in drawn[0]
    assert drawn[2].count("<polyline") == 2, "the line is interrupted"


def test_columns_are_as_high_as_their_numbers() -> None:
    root = ElementTree.fromstring(str(columns("x", "x", [Point("a", 5), Point("b", 10), Point("c", 0)])))
    heights = [float(box.attrib["height"]) for box in root.iter("rect")]
    assert heights == [75, 150]


def test_bars_are_as_long_as_their_numbers() -> None:
    root = ElementTree.fromstring(str(bars("x", "x", [Point("a", 100), Point("b", 25), Point("c", 0)])))
    lengths = [float(box.attrib["width"]) for box in root.iter("rect") if box.attrib["class"] == "grafik-isi"]
    assert lengths == [WIDTH, WIDTH / 4]
    assert [text.text for text in root.iter("text")] == ["a", "100", "b", "25", "c", "0"]


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ([Point("Sen", 3), Point("Sel", 1200)], "paling banyak Sel, 1.200"),
        ([Point("Sen", 0)], "belum ada angka"),
        ([], "belum ada angka"),
        ([Point("Sen", None), Point("Sel", 0)], "semua angkanya terlalu kecil untuk ditampilkan"),
    ],
)
def test_it_says_in_words_what_there_is_to_see(points: list[Point], said: str) -> None:
    assert f">{said}</desc>" in bars("x", "x", points)


@given(st.integers(0, 10**9))
def test_an_axis_ends_at_a_round_number_not_far_above(most: int) -> None:
    end = nice(most)
    assert end >= most
    assert end <= max(4, 2.5 * most)
    assert re.fullmatch(r"(?:1|2|4|5)0*|10+", str(end))


@given(st.integers(1, 400), st.floats(100, 400), st.integers(1, 12))
def test_names_below_a_line_do_not_run_into_each_other(count: int, width: float, letters: int) -> None:
    written = charts._written(count, width, letters)
    assert written
    assert all(0 <= place < count for place in written)
    gaps = [right - left for left, right in itertools.pairwise(written)]
    assert all(gap * width / count >= letters * charts._LETTER for gap in gaps)
