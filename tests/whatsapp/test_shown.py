"""What a colleague is shown of a message of ours is what the citizen reads."""

from __future__ import annotations

from typing import Any

import pytest

from siaga.turns.messages import Shown
from siaga.whatsapp.render import render
from siaga.whatsapp.reply import Choice, Document, Place, Reply
from siaga.whatsapp.shown import shown, shown_by_twilio
from siaga.whatsapp.twilio.render import render as render_for_twilio

CHOICES = (Choice("Ya", "/affirm"), Choice("Tidak", "/deny"))
PICTURE = "media:" + "a" * 64


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ({"text": "Halo."}, Shown("Halo.")),
        ({"text": "Setuju?", "choices": CHOICES}, Shown("Setuju?", ("Ya", "Tidak"))),
        ({"text": "Setuju?", "choices": CHOICES, "footer": "Siaga"}, Shown("Setuju?\n\nSiaga", ("Ya", "Tidak"))),
        ({"text": "Peta.", "images": (PICTURE,)}, Shown("Peta.", (), PICTURE)),
        ({"text": "Peta.", "images": (PICTURE,), "choices": CHOICES}, Shown("Peta.", ("Ya", "Tidak"), PICTURE)),
        ({"text": "Ini.", "documents": (Document(PICTURE, "kartu.pdf"),)}, Shown("📄 kartu.pdf\n\nIni.")),
        (
            {"text": "Ini.", "documents": (Document(PICTURE, "kartu.pdf"),), "choices": CHOICES},
            Shown("📄 kartu.pdf\n\nIni.", ("Ya", "Tidak")),
        ),
        ({"places": (Place(-7.2, 112.7, "Puskesmas Uji", "Jalan Contoh"),)}, Shown("📍 Puskesmas Uji, Jalan Contoh")),
        ({"text": "Di mana?", "ask_location": True}, Shown("Di mana?")),
    ],
)
def test_words_labels_and_picture(reply: dict[str, Any], expected: Shown) -> None:
    (draft,) = render(Reply(**reply), "k" * 24)
    assert shown(draft) == expected


def test_by_twilio_the_options_stand_in_the_words() -> None:
    (draft,) = render_for_twilio(Reply(text="Setuju?", choices=CHOICES), "k" * 24)
    seen = shown_by_twilio(draft)
    assert seen.options == ()
    assert seen.text.startswith("Setuju?\n\n1. Ya\n2. Tidak")
    (draft,) = render_for_twilio(Reply(text="Peta.", images=(PICTURE,)), "k" * 24)
    assert shown_by_twilio(draft) == Shown("Peta.", (), PICTURE)
