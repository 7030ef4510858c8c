"""The README and its Indonesian twin say the same, and the index of pages has every page."""

from __future__ import annotations

import re

import pytest

from siaga.settings import ROOT
from tests.docs.pages import blocks, headings, links, pages, prose, read, shown, spans

ENGLISH, INDONESIAN = ROOT / "README.md", ROOT / "README.id.md"
TWINS = {"README.md", "README.id.md"}


def depths(text: str) -> list[int]:
    return [depth for depth, _ in headings(text)]


def commands(text: str) -> list[str]:
    """Each line of the blocks, without its remark, which is translated."""
    return [line.partition("#")[0].rstrip() for block in blocks(text, "", "console") for line in block.splitlines()]


def led_to(text: str) -> list[str]:
    """Where links and pictures lead, in their order, but to each other."""
    return [link for _, link in links(text) if link not in TWINS]


def shape(text: str) -> list[str]:
    """Headings, points of lists and rows of tables, without their words."""
    return [found[0] for line in prose(text).splitlines() if (found := re.match(r"#+ |\* |\|", line))]


def named(text: str) -> list[str]:
    """What stands as code: files, commands, settings."""
    return spans(text)


@pytest.mark.parametrize("part", [depths, shape, commands, led_to, named], ids=lambda part: part.__name__)
def test_the_twins_say_the_same(part: object) -> None:
    english, indonesian = part(read(ENGLISH)), part(read(INDONESIAN))  # type: ignore[operator]
    assert english == indonesian
    assert english


def test_they_name_each_other() -> None:
    assert "README.id.md" in [link for _, link in links(read(ENGLISH))]
    assert "README.md" in [link for _, link in links(read(INDONESIAN))]


def test_a_readme_is_read_in_a_few_minutes() -> None:
    assert all(len(read(page).split()) < 1100 for page in (ENGLISH, INDONESIAN))


def test_the_index_has_every_page() -> None:
    index = ROOT / "docs" / "README.md"
    listed = {(index.parent / link).resolve() for _, link in links(read(index))}
    here = {page for page in pages() if page.is_relative_to(index.parent)}
    records = {page for page in here if page.parent.name == "decisions"}
    missing = here - records - {index} - listed
    assert sorted(map(shown, missing)) == []


def test_who_looks_for_the_way_into_the_house_finds_it() -> None:
    """From the README every page can be reached by links."""
    seen, ahead = set(), [ENGLISH]
    while ahead:
        page = ahead.pop()
        if page in seen:
            continue
        seen.add(page)
        targets = ((page.parent / link.partition("#")[0]).resolve() for _, link in links(read(page)) if ":" not in link)
        ahead += [target for target in targets if target.suffix == ".md" and target.exists()]
    folders = ("docs/", "bench/")
    lost = [shown(page) for page in pages() if page not in seen and shown(page).startswith(folders)]
    assert lost == []
