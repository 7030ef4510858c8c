"""What somebody wants done with their data, said in so many words while a person has the conversation.

The bot is silent then, and the right is theirs whoever reads it: the wish is noted for the volunteer to see, and taken
up by the bot when it answers again. Not learned: it is the whole of a short message or it is not there.
"""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from siaga.handoffs import labels, recording
from siaga.handoffs.tables import HandOff, HandOffMessage
from siaga.text.normalise import normalise

LONGEST = 80
"""Characters; who writes more says something else, too."""
WORDS: dict[str, str] = {
    "stop_messages": "berhenti ingatkan saya",
    "see_my_data": "lihat data saya",
    "withdraw_consent": "cabut persetujuan saya",
    "delete_my_data": "hapus data saya",
}
"""The wishes by intent, as the bot reads them later; in the order in which it takes them up, the last for good."""
_THEN = "Tutup percakapan dulu, lalu bot"
_MARKS = {
    "stop_messages": f"Warga ini minta tidak dikirimi pesan lagi. {_THEN} menghentikannya.",
    "see_my_data": f"Warga ini minta melihat datanya. {_THEN} mengirimkan berkasnya.",
    "withdraw_consent": f"Warga ini minta persetujuannya dicabut. {_THEN} menanyakan kepastiannya.",
    "delete_my_data": f"Warga ini minta datanya dihapus. {_THEN} menanyakan kepastiannya.",
}
_LABELS = {
    "stop_messages": "minta berhenti pesan",
    "see_my_data": "minta lihat data",
    "withdraw_consent": "minta cabut persetujuan",
    "delete_my_data": "minta hapus data",
}

_WORD = re.compile(r"[^\W_]+")
_COURTESY = frozenset(
    "min admin mimin kak kakak pak bu mas mbak dok gan sis ya iya yuk dong deh nih sih lah oke baik siap maaf mohon "
    "tolong halo hai permisi terima kasih makasih please dulu sekarang langsung segera kalau begitu jadi sudah saja "
    "mau ingin minta pengen pingin agar supaya nggih".split()
)
_ME = frozenset("saya aku kami kita".split())
_MINE = _ME | frozenset("pribadi diri semua semuanya seluruh seluruhnya".split())
_DATA = r"(?:data|akun)(?:nya)?"
_ERASE = r"(?:(?:di|meng)?hapus(?:kan|in|en)?|(?:di)?hilangkan|(?:di)?musnahkan|(?:di)?busak(?:en)?)"
_CONSENT = r"(?:persetujuan|izin)(?:nya)?(?: (?:pemakaian|penggunaan))?(?: data)?"
_TAKE_BACK = r"(?:(?:di|men)?cabut|(?:di|men)?tarik|menarik|(?:di|mem)?batalkan)(?: kembali)?"
_SENT = r"(?:kirim|mengirim|kirimi|ingatkan|mengingatkan|pesan|pengingat|notifikasi|whatsapp|langganan|berlangganan)"
_SAYS = {
    "delete_my_data": re.compile(rf"{_ERASE} {_DATA}|{_DATA} {_ERASE}|(?:delete|erase) my data"),
    "withdraw_consent": re.compile(rf"{_TAKE_BACK} {_CONSENT}|{_CONSENT} {_TAKE_BACK}"),
    "stop_messages": re.compile(
        rf"(?:berhenti|hentikan|setop|unsubscribe)(?: {_SENT})*(?: lagi)?"
        r"|jangan (?:kirim|kirimi|ingatkan|whatsapp|hubungi)(?: (?:pesan|pengingat))?(?: lagi)?"
    ),
}
# Of oneself: "data" alone may be anything.
_SEES = re.compile(
    r"(?:(?:me)?lihat|tampilkan|tunjukkan|unduh|kirim(?:kan)?)?(?: ?(?:salinan|berkas|file))? ?data"
    r"(?: apa(?: yang)? (?:di|ter)simpan)?"
)


def wished(text: str) -> str | None:
    """What a message wants done with one's own data, as the intent of it; None if that is not all that it says."""
    if len(text) > LONGEST:
        return None
    said = [word for word in _WORD.findall(normalise(text)) if word not in _COURTESY]
    core = " ".join(word for word in said if word not in _MINE)
    if not _ME.isdisjoint(said) and _SEES.fullmatch(core):
        return "see_my_data"
    if "?" in text:
        return None
    return next((wish for wish, says in _SAYS.items() if says.fullmatch(core)), None)


def note(session: Session, hand_off: HandOff, wish: str, at: datetime) -> None:
    """Let the volunteer see it, in the conversation and in the list; once, however often it is said."""
    recording.system(session, hand_off, _MARKS[wish], at, once=f"{hand_off.id}:{wish}", wish=wish)
    labels.add(session, hand_off.id, _LABELS[wish])


def noted(session: Session, hand_off_id: int) -> list[str]:
    """The wishes noted in a hand-off, in the order in which they are taken up."""
    contents = session.scalars(
        select(HandOffMessage.content).where(
            HandOffMessage.hand_off_id == hand_off_id, HandOffMessage.author == "system"
        )
    )
    found = {content.get("wish") for content in contents}
    return [wish for wish in WORDS if wish in found]
