"""Messages that ask what to do, and those that ask something else."""

from __future__ import annotations

import pytest

from siaga.tips import asks_what_to_do


@pytest.mark.parametrize(
    "text",
    [
        "aku kudu piye yen positif", "kalo positif harus ngapain", "saya hrs gmn klo demam", "apa yg hrs sy lakukan",
        "sebaiknya saya bagaimana min", "kedah kados pundi menawi positif",
    ],
)  # fmt: skip
def test_what_to_do_is_asked(text: str) -> None:
    assert asks_what_to_do(text)


@pytest.mark.parametrize(
    "text", ["harus vaksin apa", "apa itu isoman", "kenapa harus pakai masker", "perlu tes lagi ga"]
)
def test_something_else_is_asked(text: str) -> None:
    assert not asks_what_to_do(text)
