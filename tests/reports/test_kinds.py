"""Kinds from words, and a file of kinds that is refused with its line."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.reports.kinds import FILE, KindFileError, kinds_now, load
from siaga.reports.urgency import NORMAL, URGENT, order, priority

TOLD = [
    ("tetangga isoman ga ada makanan", "needs_help"),
    ("butuh oksigen buat bapak saya", "needs_help"),
    ("oksigen bapak habis", "needs_help"),
    ("wonten tanggi ingkang isoman kirang dhahar", "needs_help"),
    ("warga isoman butuh obat sama beras", "needs_help"),
    ("ada nenek tinggal sendirian sakit ga ada yang urus", "sick_alone"),
    ("anak kos demam sendirian, udah dua hari ga keluar kamar", "sick_alone"),
    ("wonten tiyang sepuh piyambakan isoman mboten wonten sing ngopeni", "sick_alone"),
    ("pasar rame banget", "crowd"),
    ("ada hajatan tamunya ratusan", "crowd"),
    ("ga ada yg pake masker di sini", "protocol"),
    ("tetangga positif masih jualan", "protocol"),
    ("petugas vaksin minta bayaran", "fee"),
    ("ada calo vaksin minta uang 200 ribu", "fee"),
    ("jual surat antigen palsu", "fee"),
    ("ayam tetangga mati semua", "outbreak"),
    ("banyak santri sakit di pondok", "outbreak"),
    ("jarum suntik bekas berserakan", "outbreak"),
]
DENIED = ["ga ada kerumunan kok", "tidak ada pungli di sini", "bukan kerumunan", "mau lapor", "halo", ""]


@pytest.mark.parametrize(("text", "kind"), TOLD)
def test_the_kind_that_words_tell(text: str, kind: str) -> None:
    found = kinds_now().of(text)
    assert found is not None and found.id == kind


@pytest.mark.parametrize("text", DENIED)
def test_what_is_denied_or_not_said_is_no_kind(text: str) -> None:
    assert kinds_now().of(text) is None


@given(
    st.sampled_from(TOLD),
    st.sampled_from([text for text, kind in TOLD if kind in ("needs_help", "sick_alone")]),
    st.booleans(),
)
def test_need_is_never_drowned_by_other_words(other: tuple[str, str], need: str, first: bool) -> None:
    text = f"{need}, {other[0]}" if first else f"{other[0]}, {need}"
    found = kinds_now().of(text)
    assert found is not None and found.needs_help


def test_danger_to_life_is_urgent_whatever_the_kind() -> None:
    crowd = kinds_now().by_id("crowd")
    assert crowd is not None
    assert priority(crowd, "konser rame banget") == NORMAL
    assert priority(crowd, "konser rame banget, ada orang pingsan tidak sadar") == URGENT


def test_who_needs_help_goes_first_then_the_kind_then_the_oldest() -> None:
    now = datetime(2026, 11, 22, tzinfo=timezone.utc)
    old = now - timedelta(days=2)
    given_order = [(False, 4, old), (True, 1, now), (False, 4, now), (True, 0, now), (True, 1, old)]
    assert sorted(given_order, key=lambda one: order(*one)) == [
        (True, 0, now), (True, 1, old), (True, 1, now), (False, 4, old), (False, 4, now),
    ]  # fmt: skip


# ---------------------------------------------------------------------- the file
def test_the_file_is_right() -> None:
    assert [kind.id for kind in load().all][-1] == "other"
    assert [kind.id for kind in load().all if kind.needs_help] == ["sick_alone", "needs_help"]


@pytest.mark.parametrize(
    ("wrong", "instead", "says"),
    [
        ("needs_help: yes", "needs_help: maybe", "yes or no"),
        ("label: Kerumunan", "label: Kerumunan orang yang banyak sekali", "at most 24"),
        ("asks: [name]", "asks: [names]", "when, picture, name"),
        ("      - pungli\n", "      - pungli\n      - kerumunan\n", "already among the words of fee"),
        ("      - pungli\n", "      - pungli ..\n", "both sides"),
        ("  - id: fee", "  - id: crowd", "another kind"),
        ("  - id: other", "  - id: else", "is empty"),
        ("    words: []", "    words: [lain]", "must be empty"),
        ("kinds:", "kind:", "not known here"),
    ],
)
def test_a_wrong_file_is_refused_with_its_line(tmp_path: Path, wrong: str, instead: str, says: str) -> None:
    text = FILE.read_text(encoding="utf-8")
    assert wrong in text
    path = tmp_path / "kinds.yml"
    path.write_text(text.replace(wrong, instead, 1), encoding="utf-8")
    with pytest.raises(KindFileError, match=r"line \d+") as refused:
        load(path)
    assert says in str(refused.value)
