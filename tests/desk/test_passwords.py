"""What is asked of a password, and how it is kept."""

from __future__ import annotations

import pytest

from siaga.desk import passwords
from siaga.desk.passwords import Weakness


@pytest.mark.parametrize(
    ("password", "weak"),
    [
        ("pendek123", "short"),
        ("x" * 201, "long"),
        ("1234567890", "common"),
        ("9876543210", "common"),
        ("aaaaaaaaaaaa", "common"),
        ("indonesia2024", "common"),
        ("Indonesia2024!", "common"),
        ("P@ssw0rd12345", "common"),
        ("rahasiarahasia", "common"),
        ("qwertyuiop", "common"),
        ("bismillah1234", "common"),
        ("rini.dinkes", "named"),
        ("RiniWarga2024", "named"),
        ("telaga biru tujuh angin", None),
        ("surabaya hujan dan kopi", None),
        ("rini suka kopi pahit", None),
        ("k8#vQ2!xLm", None),
    ],
)
def test_what_is_refused(password: str, weak: Weakness | None) -> None:
    assert passwords.weakness(password, ("rini.dinkes", "Rini Warga")) == weak


def test_the_list_is_ours_and_small() -> None:
    assert 90 <= len(passwords.COMMON) <= 150
    assert all(word.isalpha() and word == word.lower() for word in passwords.COMMON)


def test_one_sign_in_two_writings_is_the_same() -> None:
    kept = passwords.hashed("kafé biru tujuh")
    assert kept.startswith("$argon2id$")
    assert passwords.is_right("kafe\u0301 biru tujuh", kept)
    assert not passwords.is_right("kafe biru tujuh", kept)
    assert not passwords.is_right("", None)
    assert not passwords.is_right("kafé biru tujuh", "bukan hash")
    assert not passwords.is_outdated(kept)
