"""The tip files are read strictly: what is wrong is told with file, line and what to do."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from siaga.tips.tips import TipFileError, load_no_situation, load_tips, to_review

GOOD = """\
tips:
  - id: satu
    label: Satu
    title: Keadaan satu
    about: Yang pertama
    variants: [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10]
    words: "kata satu, kata dua"
    advice:
      - Istirahat di rumah.
      - Minum cukup.
      - Hubungi puskesmas.
    more: Lebih lanjut.
    how_long: Tiga hari.
    audiences:
      child: Untuk anak.
    follow_ups:
      - asked: [b1, b2, b3]
        say: Boleh.
      - asked: [c1, c2, c3]
        tip: dua
    related: [dua]
    self_check: yes
    source: WHO
    checked: 2026-11-22
    review_by: 2027-02-22
  - id: dua
    label: Dua
    title: Keadaan dua
    about: Yang kedua
    variants: [d1, d2, d3, d4, d5, d6, d7, d8, d9, d10]
    advice: [Satu., Dua., Tiga.]
    source: WHO
    checked: 2026-11-22
    review_by: 2027-02-22
"""


def _write(folder: Path, text: str) -> Path:
    (folder / "tips.yml").write_text(text, encoding="utf-8")
    return folder


def test_a_good_file_is_read_whole(tmp_path: Path) -> None:
    first, second = load_tips(_write(tmp_path, GOOD))
    assert (first.id, first.words, first.self_check) == ("satu", ("kata satu", "kata dua"), True)
    assert first.audiences == {"child": "Untuk anak."}
    assert [(one.say, one.tip) for one in first.follow_ups] == [("Boleh.", ""), ("", "dua")]
    assert (second.more, second.how_long, second.related, second.self_check) == ("", "", (), False)


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("    label: Satu", "    lable: Satu", 3, "“lable” is not known here"),
        ("    label: Satu", "    label: Lebih dari dua puluh huruf", 3, "at most 20"),
        ("    variants: [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10]", "    variants: [a1]", 6, "at least 10 ways"),
        ("a9, a10]", "a9, 10]", 6, "must be text"),
        ("      - Hubungi puskesmas.\n", "", 8, "3 to 5 lines"),
        ("      - Minum cukup.", "      - " + "Minum cukup. " * 12, 8, "a line has at most 130"),
        ("      child: Untuk anak.", "      kids: Untuk anak.", 15, "“kids” is not known here"),
        ("    audiences:\n      child: Untuk anak.", "    audiences: anak", 14, "names and texts"),
        ("        say: Boleh.", "        say: Boleh.\n        tip: dua", 17, "either “say” or “tip”"),
        ("      - asked: [b1, b2, b3]", "      - asked: [b1]", 17, "at least 3 ways"),
        ("        tip: dua", "        tip: tiga", 16, "“tiga” is no other tip's id"),
        ("        tip: dua", "        tip: satu", 16, "“satu” is no other tip's id"),
        ("    related: [dua]", "    related: [tiga]", 21, "“tiga” is no other tip's id"),
        ("    self_check: yes", "    self_check: maybe", 22, "must be yes or no"),
        ("    review_by: 2027-02-22\n  - id: dua", "    review_by: 2026-11-22\n  - id: dua", 25, "must be after"),
        (
            "    checked: 2026-11-22\n    review_by: 2027-02-22\n  - id: dua",
            "    checked: kemarin\n    review_by: 2027-02-22\n  - id: dua",
            24,
            "must be a date",
        ),
        ("  - id: dua", "  - id: satu", 26, "“satu” already stands"),
        ("    label: Dua", "    label: satu", 27, "“satu” already stands"),
        ("[d1,", "[A1,", 30, "“A1” already stands"),
        ("    more: Lebih lanjut.", "    more: Parasetamol 500 mg.", 12, "dose of a drug"),
        ("    how_long: Tiga hari.", "    how_long: Minum 2 tablet.", 13, "dose of a drug"),
        ("      - Minum cukup.", "      - Minum obat 3 x 1 sendok.", 8, "dose of a drug"),
        ("      child: Untuk anak.", "      child: Beri 5 ml.", 15, "dose of a drug"),
        ("        say: Boleh.", "        say: Boleh 1 kapsul.", 18, "dose of a drug"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, old: str, new: str, line: int, reason: str) -> None:
    assert GOOD.count(old) == 1
    with pytest.raises(TipFileError) as refused:
        load_tips(_write(tmp_path, GOOD.replace(old, new)))
    assert reason in refused.value.reason
    assert (refused.value.path.name, refused.value.line) == ("tips.yml", line)


def test_a_folder_without_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TipFileError, match="no tip file"):
        load_tips(tmp_path)


def test_ways_to_ask_in_general_stand_in_a_file_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "general.yml").write_text("general: [saya bingung, tolong]\n", encoding="utf-8")
    assert load_no_situation(_write(tmp_path, GOOD)).general == ("saya bingung", "tolong")
    assert len(load_tips(tmp_path)) == 2
    (tmp_path / "general.yml").write_text("general: tolong\n", encoding="utf-8")
    with pytest.raises(TipFileError, match="must be a list"):
        load_no_situation(tmp_path)


def test_what_is_due_is_due_on_its_day(tmp_path: Path) -> None:
    tips = load_tips(_write(tmp_path, GOOD))
    assert to_review(tips, date(2027, 2, 21)) == []
    assert to_review(tips, date(2027, 2, 22)) == tips
