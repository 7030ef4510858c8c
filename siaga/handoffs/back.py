"""The wish for the bot, in so many words: "balik ke bot aja", "udahan sama petugasnya".

Not learned, for it ends a conversation with a person: it is the whole of a short message or it is not there. A question
("kapan kembali ke bot"), a refusal ("jangan balik ke bot") and a remark ("bot nya error") are none.
"""

from __future__ import annotations

import re

from siaga.text.normalise import normalise

LONGEST = 100
"""Characters; who writes more says something else, too."""

# The one spelling of it that plain words no longer tell from "sudah".
_DONE = re.compile(r"\b(?:udah|sudah|udh|sdh|uda)(?:an|in|i)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
# What may stand around it, or in between, and changes nothing.
_COURTESY = frozenset(
    "min admin mimin kak kakak pak bapak bu ibu mas mbak dok gan sis ya iya yuk dong deh nih sih lah oke baik siap "
    "maaf mohon tolong halo hai permisi terima kasih makasih nuwun matur suwun trims thanks please saya aku kami kita "
    "dulu sekarang langsung kalau begitu gitu jadi udah sudah".split()
)
_WISH = frozenset("saja aja lagi mau ingin pengen pingin minta".split())
_TO = r"(?:(?:ke|kepada|dengan|sama|bersama|di|oleh|pada|to) )?(?:the )?"
_BOT = r"(?:bot|robot|chatbot)(?:nya)?"
_BACK = r"(?:kembali|kembalikan|kembaliin|balik|balikin|balikan|pindah|pindahkan|pindahin|ganti|lanjut|back)"
_SPEAK = r"(?:bicara|ngobrol|obrolan|chat|chatting|tanya|dijawab|jawab|dilayani|percakapan|sesi)(?:nya)?"
_END = r"(?:selesai|akhiri|sudahi|cukup|berhenti|hentikan|stop|tutup|batal|batalkan|tidak usah|tidak perlu|tidak jadi)"
_PERSON = r"(?:petugas|relawan|dokter|perawat|manusia|orang|operator|cs)(?:nya)?"
_WANTS_BOT = re.compile(
    rf"(?:(?:selesai|cukup) )?{_BACK} (?:{_SPEAK} )?{_TO}(?:{_BOT}|siaga)"
    rf"|ke {_BOT}"
    rf"|{_END} (?:{_SPEAK} )?(?:(?:dengan|sama|bersama|dari) )?{_PERSON}"
)
# Only with "saja", "lagi" or "mau": else it tells who has spoken.
_RATHER_BOT = re.compile(rf"(?:{_SPEAK} )?{_TO}{_BOT}")


def wants_bot(text: str) -> bool:
    """Whether a message says that the person's part is over, or that the bot is to answer."""
    if len(text) > LONGEST or "?" in text:
        return False
    words = _WORD.findall(normalise(_DONE.sub("selesai", text)))
    # "tidak jadi" is one word of the wish; "jadi balik ke bot aja" only leads up to it.
    said = " ".join(words).replace("tidak jadi", "batal").split()
    if not said:
        return False
    meant = [word for word in said if word not in _COURTESY and word not in _WISH]
    if _WANTS_BOT.fullmatch(" ".join(meant)):
        return True
    # "lagi ngobrol sama bot" tells what somebody is doing.
    return not _WISH.isdisjoint(said[1:] if said[0] == "lagi" else said) and bool(
        _RATHER_BOT.fullmatch(" ".join(meant))
    )
