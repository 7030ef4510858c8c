"""More options than a list holds are shown page by page."""

from __future__ import annotations

import pytest

from siaga.turns.messages import Draft
from siaga.whatsapp.render import page, render
from siaga.whatsapp.reply import Choice, Reply

BATAL = Choice("Batal", "/cancel")
PETUGAS = Choice("Hubungi petugas", "/talk_to_human")


def _choices(count: int) -> tuple[Choice, ...]:
    return tuple(Choice(f"Tempat {n}", f"/choose_{n}") for n in range(1, count + 1))


def _first(*choices: Choice) -> Draft:
    (draft,) = render(Reply("Mana?", choices, list_button="Lihat tempat"), "k")
    return draft


def _titles(draft: Draft) -> list[str]:
    (section,) = draft.payload["interactive"]["action"]["sections"]
    return [row["title"] for row in section["rows"]]


def _places(first: int, last: int) -> list[str]:
    return [f"Tempat {n}" for n in range(first, last + 1)]


def test_a_way_to_a_person_stands_on_every_page_whatever_it_carries() -> None:
    called = Choice("Hubungi petugas", '/talk_to_human{"reason": "unsure"}')
    first = _first(*_choices(12), called)
    assert _titles(first)[-1] == "Hubungi petugas"
    assert _titles(page(first.options, 2, "k")[0])[-1] == "Hubungi petugas"


@pytest.mark.parametrize(
    ("choices", "pages"),
    [
        (
            _choices(11),
            [[*_places(1, 9), "Pilihan lainnya"], [*_places(10, 11), "Sebelumnya"]],
        ),
        (
            _choices(18),
            [[*_places(1, 9), "Pilihan lainnya"], [*_places(10, 18), "Sebelumnya"]],
        ),
        (
            _choices(19),
            [
                [*_places(1, 9), "Pilihan lainnya"],
                [*_places(10, 17), "Pilihan lainnya", "Sebelumnya"],
                [*_places(18, 19), "Sebelumnya"],
            ],
        ),
        (
            (*_choices(10), BATAL),
            [[*_places(1, 8), "Pilihan lainnya", "Batal"], [*_places(9, 10), "Sebelumnya", "Batal"]],
        ),
        (
            (BATAL, *_choices(16), PETUGAS),
            [
                [*_places(1, 7), "Pilihan lainnya", "Hubungi petugas", "Batal"],
                [*_places(8, 13), "Pilihan lainnya", "Sebelumnya", "Hubungi petugas", "Batal"],
                [*_places(14, 16), "Sebelumnya", "Hubungi petugas", "Batal"],
            ],
        ),
    ],
)
def test_pages(choices: tuple[Choice, ...], pages: list[list[str]]) -> None:
    first = _first(*choices)
    assert _titles(first) == pages[0]
    shown = [page(first.options, number, "k")[0] for number in range(1, len(pages) + 1)]
    assert [_titles(draft) for draft in shown] == pages


def test_the_first_page_says_what_was_asked() -> None:
    interactive = _first(*_choices(19)).payload["interactive"]
    assert interactive["body"]["text"] == "Mana?"
    assert interactive["action"]["button"] == "Lihat tempat"
    assert interactive["action"]["sections"][0]["rows"][-1] == {
        "id": "k.page.2",
        "title": "Pilihan lainnya",
        "description": "Halaman 2 dari 3",
    }


def test_a_later_page_says_which_it_is_and_offers_all_again_under_its_own_ids() -> None:
    (second,) = page(_first(*_choices(19)).options, 2, "baru")
    assert second.payload["interactive"]["body"]["text"] == "Halaman 2 dari 3. Silakan pilih:"
    *all_options, forth, back = second.options
    assert [option.id for option in all_options] == [f"baru.{n}" for n in range(1, 20)]
    assert [option.label for option in all_options] == _places(1, 19)
    assert [option.payload for option in all_options] == [f"/choose_{n}" for n in range(1, 20)]
    assert (forth.id, forth.label, forth.payload) == ("baru.page.3", "Pilihan lainnya", "page:3")
    assert (back.id, back.label, back.payload, back.description) == (
        "baru.page.1",
        "Sebelumnya",
        "page:1",
        "Halaman 1 dari 3",
    )
    rows = second.payload["interactive"]["action"]["sections"][0]["rows"]
    assert [row["id"] for row in rows] == [*(f"baru.{n}" for n in range(10, 18)), "baru.page.3", "baru.page.1"]


@pytest.mark.parametrize(("asked", "shown"), [(-5, 1), (0, 1), (1, 1), (3, 3), (4, 3), (10**9, 3)])
def test_an_unknown_page_is_the_nearest(asked: int, shown: int) -> None:
    (draft,) = page(_first(*_choices(19)).options, asked, "k")
    assert draft.payload["interactive"]["body"]["text"] == f"Halaman {shown} dari 3. Silakan pilih:"


def test_pages_of_nothing_and_of_little() -> None:
    assert page((), 1, "k") == []
    (few,) = page(_first(*_choices(3)).options, 7, "k")
    assert few.payload["interactive"]["type"] == "button"
    assert few.payload["interactive"]["body"]["text"] == "Silakan pilih:"


def test_below_an_option_stands_its_section_where_pages_have_none() -> None:
    choices = [Choice(f"Tempat {n}", f"/{n}", "buka" if n % 2 else "", "Kota Uji") for n in range(12)]
    first = _first(*choices)
    rows = first.payload["interactive"]["action"]["sections"][0]["rows"]
    assert [row["description"] for row in rows[:2]] == ["Kota Uji", "Kota Uji · buka"]
    (again,) = page(first.options, 1, "k")
    assert again.payload["interactive"]["action"]["sections"][0]["rows"] == rows
