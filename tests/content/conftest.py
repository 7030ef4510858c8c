"""What the tests of the content share: a folder of files to import, and a process that has seen nothing yet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from siaga.content import live

NEWS = """\
# Kabar baik, untuk diuji.
news:
  - id: satu
    title: Kabar satu   # judulnya
    lines: [Baris satu., "Baris: dua."]
    date: 2026-02-13
    source: WHO
    seen_in: Antara
    limit_days: 90

  # Yang kedua.
  - id: dua
    title: Kabar dua
    lines:
      - Baris satu.
      - Baris dua.
    date: 2026-01-01
    source: Kemenkes
    seen_in: Antara
    limit_days: 30

# Sampai di sini.
"""


def item(key: str, title: str = "Judul", day: str = "2026-02-01") -> str:
    """The text of a piece of news."""
    return (
        f'id: {key}\ntitle: "{title}"\nlines:\n  - Baris satu.\n  - Baris dua.\n'
        f"date: {day}\nsource: WHO\nseen_in: Antara\nlimit_days: 90"
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Content with one file: two pieces of news."""
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "news.yml").write_text(NEWS, encoding="utf-8")
    return tmp_path


@pytest.fixture
def fresh(database: str) -> Iterator[None]:
    """A process that has not looked yet, with an empty database."""
    live.forget()
    yield
    live.forget()
