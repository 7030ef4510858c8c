"""How many live where, and what lies beside what."""

from __future__ import annotations

import pytest

from siaga.places import facts, pin, regions
from siaga.places.facts import NATION, borders_known, neighbours, population

_EVERYWHERE = (*regions.provinces(), *regions.regencies())
_EAST_JAVA = regions.regencies("35")


def people(code: str) -> int:
    found = population(code)
    assert found is not None
    return found.people


def test_every_province_and_regency_is_counted_and_the_sums_agree() -> None:
    assert people(NATION) == 284_973_643 == sum(people(code) for code in regions.provinces())
    for province in regions.provinces():
        assert people(province) == sum(people(code) for code in regions.regencies(province)), province


def test_a_population_says_when_and_who() -> None:
    surabaya = population("35.78")
    assert surabaya == facts.Population(3_018_022, 2024, "Kemendagri (Dukcapil), Kepmendagri 300.2.2-2138/2025")


def test_a_former_province_had_the_people_of_its_parts() -> None:
    assert people("91-2022") == people("91") + people("93") + people("94") + people("95")
    assert people("91-2022") > 4 * people("91")
    assert people("92-2022") == people("92") + people("96")


@pytest.mark.parametrize("code", ["35.78.04", "99", "35.99", "", "91-2023"])
def test_what_is_not_known_is_none(code: str) -> None:
    assert population(code) is None


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("35.78", {"35.15", "35.25", "35.26"}),
        ("35.73", {"35.07"}),
        ("35.15", {"35.78", "35.25", "35.16", "35.14"}),
        ("35.01", {"33.12", "35.02", "35.03"}),
        ("35.77", {"35.19", "35.20"}),
        ("35", {"33"}),
        ("31", {"32", "36"}),
        ("91", {"94", "95"}),
    ],
)
def test_what_borders_what(code: str, expected: set[str]) -> None:
    assert borders_known(code)
    assert set(neighbours(code)) == expected


def test_borders_are_mutual_and_between_regions_of_a_kind() -> None:
    for code, others in facts._borders().items():
        assert regions.name(code)
        assert code not in others
        assert len(set(others)) == len(others) > 0
        for other in others:
            assert regions.name(other)
            assert regions.level(other) == regions.level(code)
            assert other not in facts._borders() or code in facts._borders()[other], (code, other)


def test_all_of_east_java_is_known_and_hangs_together_but_nothing_else_is() -> None:
    known = {code for code in regions.regencies() if borders_known(code)}
    assert known == set(_EAST_JAVA)
    reached, ahead = {"35.78"}, ["35.78"]
    while ahead:
        for other in facts._borders()[ahead.pop()]:
            if other in known and other not in reached:
                reached.add(other)
                ahead.append(other)
    assert reached == known
    assert {code for code in regions.provinces() if not borders_known(code)} == {
        "19",
        "21",
        "51",
        "52",
        "53",
        "81",
        "82",
    }


def test_borders_lie_near() -> None:
    """A slip of the pen in the table would join what lies far apart."""
    for code in _EAST_JAVA:
        for other in facts._borders()[code]:
            assert pin.distance_km(*pin.centroids()[code], *pin.centroids()[other]) <= 101, (code, other)


def test_neighbours_are_the_nearest_first_and_at_most_six() -> None:
    middles = facts._middles()
    for code in _EVERYWHERE:
        found = neighbours(code)
        assert 1 <= len(found) <= 6
        assert code not in found
        assert all(regions.level(other) == regions.level(code) for other in found)
        kilometres = [pin.distance_km(*middles[code], *middles[other]) for other in found]
        assert kilometres == sorted(kilometres)
        if not borders_known(code):
            others = [other for other in middles if other != code and regions.level(other) == regions.level(code)]
            assert kilometres[0] == min(pin.distance_km(*middles[code], *middles[other]) for other in others)
    assert neighbours("35.07")[:2] == ("35.73", "35.79")
    assert "35.17" not in neighbours("35.07"), "nine border it: the six nearest are told"
    assert neighbours("32.73")[0] == "32.77"


@pytest.mark.parametrize("code", [NATION, "35.78.04", "91-2022", "99", ""])
def test_nothing_lies_beside_what_is_no_region_of_today(code: str) -> None:
    assert neighbours(code) == ()
    assert not borders_known(code)
