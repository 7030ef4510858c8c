"""However a file is shuffled, doubled or cut: no figure that was good comes out as another one."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siaga.radar.importing import Known, Refused, Table
from tests.radar.importing.excerpts import (
    NOTHING,
    daily,
    detail,
    known_of,
    load,
    office,
    prov,
    series,
    shares,
    text,
    update,
    values,
)

LINES = {
    "series": (series(), "JAWA_TIMUR.csv"),
    "daily": (daily(), "jatim.csv"),
    "office": (office(), "dinas.csv"),
    "office, closed": ([*office(), f"AKHIR;{len(office()) - 1}"], "dinas.csv"),
}
JSON = {
    "prov": (prov(), ("list_data",)),
    "prov, with days": (prov(added=True), ("list_data",)),
    "update": (update(), ("update", "harian")),
    "update, a day ahead": (update(extra=True), ("update", "harian")),
    "detail": (detail(), ("list_perkembangan",)),
    "detail, undated": (detail(undated=7), ("list_perkembangan",)),
}
GOOD = {name: load(text(lines), file=file) for name, (lines, file) in LINES.items()} | {
    name: load(content) for name, (content, _) in JSON.items()
}


def _no_other(good: Table, content: bytes | str, known: Known, **more: Any) -> Table | None:
    """Nothing is said that the good file did not say; None where it was refused."""
    try:
        table = load(content, known=known, **more)
    except Refused as refused:
        assert refused.reasons
        assert all(reason.strip() for reason in refused.reasons)
        return None
    assert values(table).items() <= values(good).items()
    assert set(table.colours) <= set(good.colours)
    return table


def _known(name: str, draw: st.DataObject) -> Known:
    return known_of(GOOD[name]) if draw.draw(st.booleans()) else NOTHING


@pytest.mark.parametrize("name", LINES)
@given(draw=st.data())
@settings(max_examples=60, deadline=None)
def test_lines_in_another_order_say_the_same(name: str, draw: st.DataObject) -> None:
    lines, file = LINES[name]
    body = [line for line in lines[1:] if not line.startswith("AKHIR")]
    order = draw.draw(st.permutations(body))
    end = [line for line in lines if line.startswith("AKHIR")]
    table = _no_other(GOOD[name], text([lines[0], *order, *end]), _known(name, draw), file=file)
    assert table is not None
    assert table.rows == GOOD[name].rows


@pytest.mark.parametrize("name", LINES)
@given(draw=st.data())
@settings(max_examples=60, deadline=None)
def test_all_lines_in_another_order_the_header_among_them(name: str, draw: st.DataObject) -> None:
    lines, file = LINES[name]
    _no_other(GOOD[name], text(draw.draw(st.permutations(lines))), _known(name, draw), file=file)


@pytest.mark.parametrize("name", [name for name in LINES if name != "office, closed"])
@given(draw=st.data())
@settings(max_examples=60, deadline=None)
def test_lines_twice_count_once_and_are_told(name: str, draw: st.DataObject) -> None:
    lines, file = LINES[name]
    twice = draw.draw(st.lists(st.sampled_from(lines), min_size=1, max_size=5))
    table = _no_other(GOOD[name], text([*lines, *twice]), _known(name, draw), file=file)
    assert table is not None
    assert table.rows == GOOD[name].rows
    assert len(table.notes) > len(GOOD[name].notes)


@pytest.mark.parametrize("name", LINES)
@given(draw=st.data())
@settings(max_examples=150, deadline=None)
def test_lines_cut_anywhere(name: str, draw: st.DataObject) -> None:
    lines, file = LINES[name]
    whole = text(lines, draw.draw(st.sampled_from(["\n", "\r\n"]))).encode()
    encoding = draw.draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
    cut = whole.decode().encode(encoding)[: draw.draw(st.integers(0, len(whole) - 1))]
    _no_other(GOOD[name], cut, _known(name, draw), file=file)


@pytest.mark.parametrize("name", LINES)
@given(draw=st.data())
@settings(max_examples=60, deadline=None)
def test_lines_cut_from_the_front(name: str, draw: st.DataObject) -> None:
    lines, file = LINES[name]
    whole = text(lines).encode()
    _no_other(GOOD[name], whole[draw.draw(st.integers(1, len(whole) - 1)) :], _known(name, draw), file=file)


@pytest.mark.parametrize("name", LINES)
@given(draw=st.data())
@settings(max_examples=60, deadline=None)
def test_a_piece_is_missing_in_the_middle(name: str, draw: st.DataObject) -> None:
    """Whole lines, as when a file was put together again."""
    lines, file = LINES[name]
    first = draw.draw(st.integers(1, len(lines) - 1))
    last = draw.draw(st.integers(first, len(lines)))
    _no_other(GOOD[name], text([*lines[:first], *lines[last:]]), _known(name, draw), file=file)


def _list_of(content: Any, path: tuple[str, ...]) -> list[Any]:
    for key in path:
        content = content[key]
    return list(content)


def _with_list(content: Any, path: tuple[str, ...], items: list[Any]) -> str:
    content = copy.deepcopy(content)
    at = content
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = items
    return json.dumps(content)


@pytest.mark.parametrize("name", JSON)
@given(draw=st.data())
@settings(max_examples=60, deadline=None)
def test_an_answers_list_in_another_order_says_the_same(name: str, draw: st.DataObject) -> None:
    content, path = JSON[name]
    items = draw.draw(st.permutations(_list_of(content, path)))
    table = _no_other(GOOD[name], _with_list(content, path, items), _known(name, draw))
    assert table is not None
    assert table.rows == GOOD[name].rows


@pytest.mark.parametrize("name", JSON)
@given(draw=st.data())
@settings(max_examples=60, deadline=None)
def test_an_answers_items_twice_or_missing(name: str, draw: st.DataObject) -> None:
    content, path = JSON[name]
    items = _list_of(content, path)
    kept = draw.draw(st.lists(st.sampled_from(items), max_size=2 * len(items)))
    _no_other(GOOD[name], _with_list(content, path, kept), _known(name, draw))


@pytest.mark.parametrize("name", JSON)
@given(draw=st.data())
@settings(max_examples=60, deadline=None)
def test_a_cut_answer_is_refused(name: str, draw: st.DataObject) -> None:
    whole = json.dumps(JSON[name][0]).encode()
    assert _no_other(GOOD[name], whole[: draw.draw(st.integers(0, len(whole) - 1))], NOTHING) is None


@given(cut=st.integers(0, 400))
def test_cut_shares_are_refused(cut: int) -> None:
    whole = json.dumps(shares()).encode()
    assert _no_other(load(whole), whole[: min(cut, len(whole) - 1)], NOTHING) is None


@pytest.mark.parametrize("name", ["series", "daily", "office"])
@given(draw=st.data())
@settings(max_examples=100, deadline=None)
def test_a_total_that_lost_a_digit_never_takes_the_place_of_a_good_one(name: str, draw: st.DataObject) -> None:
    """Anywhere in the file, its good figures standing."""
    lines, file = LINES[name]
    separator = ";" if ";" in lines[0] else ","
    column = (
        lines[0].split(separator).index({"series": "total_confirmed", "daily": "confirm", "office": "jumlah"}[name])
    )
    wanted = [at for at, line in enumerate(lines) if at and ("total" in line or name != "office")]
    at = draw.draw(st.sampled_from(wanted))
    cells = lines[at].split(separator)
    if len(cells[column]) < 3:
        return
    cells[column] = cells[column][:-1]
    broken = text([*lines[:at], separator.join(cells), *lines[at + 1 :]])
    _no_other(GOOD[name], broken, known_of(GOOD[name]), file=file)
