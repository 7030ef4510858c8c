"""The picture of a result: small, legible, the same for the same words."""

from __future__ import annotations

import io
import subprocess
import sys
from itertools import combinations
from typing import get_args

import pytest
from PIL import Image

from siaga.selfcheck import Level
from siaga.selfcheck import picture as module
from siaga.selfcheck.picture import HEIGHT, WIDTH, described, draw

LEVELS = get_args(Level)
AGAIN, DAY = "besok, 24 November 2026", "Senin, 23 November 2026"
LONG = "Rabu, 30 September 2026"
SHOWN = 360
"""Pixels across on a small phone."""


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("again", ["", AGAIN, LONG])
def test_it_is_one_that_whatsapp_takes_and_small(level: Level, again: str) -> None:
    png = draw(level, again, DAY)

    assert len(png) < 60_000
    picture = Image.open(io.BytesIO(png))
    assert (picture.format, picture.mode, picture.size) == ("PNG", "RGB", (WIDTH, HEIGHT))


def test_the_same_words_give_the_same_bytes_in_another_process_too() -> None:
    code = (
        "import hashlib;from siaga.selfcheck.picture import draw;"
        f"print(hashlib.sha256(draw('watch', {AGAIN!r}, {DAY!r})).hexdigest())"
    )
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    draw.cache_clear()

    import hashlib

    assert hashlib.sha256(draw("watch", AGAIN, DAY)).hexdigest() == other
    assert draw("watch", AGAIN, DAY) is draw("watch", AGAIN, DAY), "drawn once"


def test_each_level_has_a_picture_of_its_own_and_so_has_each_day() -> None:
    assert len({draw(level, AGAIN, DAY) for level in LEVELS}) == len(LEVELS)
    assert draw("none", AGAIN, DAY) != draw("none", LONG, DAY) != draw("none", LONG, AGAIN)


def _luminance(colour: str) -> float:
    """WCAG 2.1's relative luminance."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("level", LEVELS)
def test_white_letters_stand_out(level: Level) -> None:
    assert 1.05 / (_luminance(module._LOOKS[level].colour) + 0.05) >= 4.5


@pytest.mark.parametrize("ground", [module._INK, module._GREY])
def test_dark_letters_stand_out(ground: str) -> None:
    assert 1.05 / (_luminance(ground) + 0.05) >= 4.5


def test_without_any_colour_the_levels_still_differ() -> None:
    """Sign, words and place on the scale: a good part of the pixels, told apart in grey."""
    grey = {level: Image.open(io.BytesIO(draw(level, "", DAY))).convert("L").resize((180, 94)) for level in LEVELS}
    for one, other in combinations(LEVELS, 2):
        shapes = [
            [value > _ground(picture) + 60 for value in picture.crop((0, 0, 180, 58)).getdata()]
            for picture in (grey[one], grey[other])
        ]
        differing = sum(a != b for a, b in zip(*shapes, strict=True))
        assert differing > 300, (one, other)


def _ground(picture: Image.Image) -> int:
    return int(picture.getpixel((1, 1)))


@pytest.mark.parametrize("level", LEVELS)
def test_the_words_are_large_enough_on_a_small_phone(level: Level) -> None:
    """The smallest letters are those of 11 pixels where the picture is 360 wide: as small as a message's time."""
    assert module._SMALLEST * SHOWN / WIDTH >= 11
    room = WIDTH - module._EDGE * 3 - module._SIGN * 2
    for line in module._LOOKS[level].title:
        at_forty = module._font(40, True).getlength(line) / module._FINE
        assert at_forty <= room, "the title stays large"


@pytest.mark.parametrize("level", LEVELS)
def test_it_can_be_told_to_who_does_not_see_it(level: Level) -> None:
    words = described(level, AGAIN, DAY)
    assert AGAIN in words and DAY in words
    assert "119" in described("emergency", "", DAY) and "Cek lagi" not in described("emergency", "", DAY)


def test_no_such_level() -> None:
    with pytest.raises(KeyError):
        draw("covid", AGAIN, DAY)  # type: ignore[arg-type]
