"""The files of claims: read whole, and a mistake told with its line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from siaga.hoaxes.claims import DIRECTORY, ClaimFileError, load_claims, to_review

CONTENT = Path(__file__).parent / "content"


def test_a_directory_is_read(tmp_path: Path) -> None:
    claims = {claim.id: claim for claim in load_claims(CONTENT)}
    assert len(claims) == 6
    chip = claims["vaksin-chip"]
    assert chip.verdict_in_words == "HOAKS" and chip.ways_to_ask[0] == chip.claim and len(chip.ways_to_ask) == 6
    assert chip.links == ("kabar-uji.example.com/vaksin-chip", "facebook.com/uji/posts/11")
    assert claims["masker-bekas"].verdict_in_words == "BENAR" and claims["masker-bekas"].links == ()
    assert [claim.id for claim in to_review(claims.values(), date(2027, 5, 21))] == []
    assert len(to_review(claims.values(), date(2027, 5, 22))) == 6
    assert load_claims(tmp_path) == []


def test_the_claims_of_the_service_are_read() -> None:
    load_claims(DIRECTORY)


GOOD = (CONTENT / "vaksin.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ('verdict: "false"', "verdict: salah", 13, "“verdict” must be one of false, misleading, true, unproven"),
        ("label: Chip di vaksin", "label: Chip di dalam vaksin itu", 4, "24 characters; at most 20"),
        ("      - chip 5g dimasukkan lewat vaksin\n", "", 6, "at least 5"),
        ("      - chip 5g dimasukkan lewat vaksin\n", "      - 5\n", 6, "number 5 of “variants” must be text"),
        ("https://www.facebook.com/uji/posts/11", "facebook.com", 12, "everybody may write"),
        ("https://www.facebook.com/uji/posts/11", "bukan tautan", 12, "is no link"),
        ("https://www.facebook.com/uji/posts/11", "https://www.facebook.com/uji/posts/11?utm_source=wa", 0, ""),
        (
            "dan diperiksa BPOM, dan tidak ada alat elektronik di dalamnya. Sumber: WHO, BPOM.",
            "",
            15,
            "name the “source”",
        ),
        ("review_by: 2027-05-22", "review_by: 2026-11-22", 18, "must be after"),
        ("checked: 2026-11-22", "checked: kemarin", 17, "must be a date"),
        ("id: vaksin-chip", "id: Vaksin Chip", 3, "small letters"),
        ("id: vaksin-mandul", "id: vaksin-chip", 20, "the id “vaksin-chip” stand for “vaksin-chip” already"),
        ("vaksin bikin mandul ya", "bener ga vaksin ada chipnya", 23, "stand for “vaksin-chip” already"),
        ("vaksin bikin mandul ya", "Benar tidak vaksin ada chipnya?", 23, "stand for “vaksin-chip” already"),
        ("    label: Chip di vaksin", "    lable: x\n    label: Chip di vaksin", 4, "“lable” is not known here"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, old: str, new: str, line: int, said: str) -> None:
    assert old in GOOD
    (tmp_path / "vaksin.yml").write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    if not said:
        load_claims(tmp_path)
        return
    with pytest.raises(ClaimFileError, match=said) as told:
        load_claims(tmp_path)
    assert told.value.line == line
    assert str(told.value).startswith(f"{tmp_path.name}/vaksin.yml, line {line}: ")


def test_a_link_is_one_claims(tmp_path: Path) -> None:
    twice = GOOD.replace(
        '    verdict: "false"\n    short: "Penelitian',
        '    links: [kabar-uji.example.com/vaksin-chip/]\n    verdict: "false"\n    short: "Penelitian',
    )
    (tmp_path / "vaksin.yml").write_text(twice, encoding="utf-8")
    with pytest.raises(ClaimFileError, match=r"the link “kabar-uji\.example\.com/vaksin-chip” stand"):
        load_claims(tmp_path)
