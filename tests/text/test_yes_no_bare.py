"""Yes and no in all its forms, and when a message says nothing more."""

# ruff: noqa: E501 - word tables

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siaga.text.yesno import is_bare_yes_no, read_yes_no

YES = """ya|y|iya|iyaa|iyo|yo|nggih|njih|inggih|nggih pak|yes|yoi|ok|oke|okee|oke deh|okay|sip|siap|siap kak|boleh|boleh deh|boleh deh min|boleh dong|bolehlah|gas|gass|gaskeun|
hooh|ho'oh|aku gelem|kulo purun|mau|mau dong|mau banget|ya mau|setuju|saya setuju|betul|iya betul|bener|lanjut|ya lanjut aja|ya kak|iya min makasih|ya makasih|boleh, makasih ya|ya 🙏|👍|baiklah|bersedia|
monggo|nggih mbak|yaaaa|YA|Iya.|ok sip|gaskan|kuy|yuk""".replace("\n", "").split("|")
NO = """tidak|gak|ga|g|nggak|ndak|mboten|ora|gak usah|ga usah|gak usah deh|ga usah kak makasih|tidak usah|ga perlu|gak mau|ora gelem|mboten purun|emoh|moh|ogah|ogah ah|wegah|bukan|jangan|
jangan dulu|nggak dulu|tidak, terima kasih|no|nope|enggak kok|ya nggak|gakk|nggakk|tidaaak|👎|gausah|emoh aku|ndak usah|nggak dulu deh min""".replace(
    "\n", ""
).split("|")
MORE = """ya tapi namanya salah|sudah|udah|belum|ada|pernah|salah|bisa|ya, saya mau daftar vaksin|boleh ga?|boleh?|ya?|mau tanya|mau daftar|mungkin|ga tau|gatau|gapapa|
tidak bisa datang|gak ada|ga demam|jangan lupa ya besok|ya 3578011708549001|iya besok|ok besok pagi|tidak demam|gak sesak|lanjut daftar ibu|siti|||🙏|terserah|
nggih tapi kulo badhe tanglet|ya ibu saya|mau vaksin|setuju tapi nanti|bukan itu|hapus data saya|2|makasih ya min 🙏|terima kasih banyak ya|matur nuwun nggih""".replace(
    "\n", ""
).split("|")


@pytest.mark.parametrize(
    ("text", "answer"), [(t, True) for t in YES] + [(t, False) for t in NO] + [(t, None) for t in MORE]
)
def test_bare(text: str, answer: bool | None) -> None:
    assert is_bare_yes_no(text) is answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("sudah", True), ("ada", True), ("belum pernah", False), ("dereng nate", False), ("iyes", True), ("oke siap lanjut", True), ("gajadi", False),
        ("emoh aku", False), ("yaudah", True), ("gak usah", False), ("kersa", True), ("mboten kersa", False), ("heem", True), ("ndak gelem", False),
        ("boleh juga", True), ("gak boleh", False), ("tergantung", None), ("nanti dulu", None), ("kayaknya iya", None),
    ],
)  # fmt: skip
def test_read_yes_no(text: str, answer: bool | None) -> None:
    assert read_yes_no(text) is answer


WORDS = st.sampled_from(
    "ya tidak ga boleh deh min sudah belum tapi ? apa mau usah gas emoh nggih makasih nama 🙏 👍".split()
)


@settings(deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=8).map(" ".join)))
def test_bare_agrees_with_the_longer_reading(text: str) -> None:
    bare = is_bare_yes_no(text)
    assert bare is None or bare is read_yes_no(text)
