"""What somebody wants done with their data is known by words: all of a short message, or nothing of it."""

from __future__ import annotations

import pytest

from actions.reminders import _REMINDERS
from actions.rights.seeing import _WRONG
from siaga.handoffs.wishes import LONGEST, WORDS, wished

SAID = {
    "delete_my_data": [
        "hapus data saya",
        "Tolong hapus semua data saya dong min",
        "saya mau data saya dihapus",
        "apus data gw",
        "hapusin dataku",
        "minta data saya dihapus ya kak",
        "HAPUS DATA",
        "hapus akun saya",
        "dataku hapusen",
        "delete my data",
    ],
    "withdraw_consent": [
        "cabut persetujuan",
        "saya mau cabut persetujuan saya",
        "persetujuan saya dicabut saja",
        "tarik kembali izin data saya",
        "batalkan persetujuan saya",
    ],
    "see_my_data": ["data saya", "lihat data saya", "minta salinan data saya", "data saya apa saja yang disimpan?"],
    "stop_messages": [
        "berhenti",
        "STOP",
        "stop kirim pesan",
        "jangan kirim pesan lagi",
        "berhenti ingatkan saya",
        "jangan wa saya lagi",
    ],
}


@pytest.mark.parametrize(("wish", "text"), [(wish, text) for wish, texts in SAID.items() for text in texts])
def test_said_in_so_many_words(wish: str, text: str) -> None:
    assert wished(text) == wish


@pytest.mark.parametrize(
    "text",
    [
        "",
        "halo",
        "data",
        "ya",
        "hapus data ibu saya saja",
        "jangan hapus data saya",
        "hapus data saya ga ya?",
        "kapan data saya dihapus",
        "data saya sudah benar",
        "data saya salah",
        "hapus yang tadi",
        "saya setuju",
        "persetujuan saya",
        "berhenti merokok",
        "obatnya berhenti diminum",
        "hujannya berhenti",
        "berhenti chat sama petugas",
        "jangan kirim ambulans",
        "izin bertanya",
        "tarik napas",
        "hapus data saya " + "tolong " * LONGEST,
    ],
)
def test_anything_else_is_the_volunteers_alone(text: str) -> None:
    assert wished(text) is None


def test_the_bots_own_words_for_a_wish_say_it_and_nothing_else() -> None:
    assert list(WORDS)[-1] == "delete_my_data", "after it nothing is left to be done"
    assert {intent: wished(words) for intent, words in WORDS.items()} == {intent: intent for intent in WORDS}
    # To an open form a mere "berhenti" means the form; and nothing is to be put right.
    assert _REMINDERS.search(WORDS["stop_messages"]) and not _WRONG.search(WORDS["see_my_data"])
