"""Other people's texts that can be labelled without doubt: assistants' requests, small talk, customer service.

The files are those of the folder given, by name; a missing one is left out. Nothing of them is kept here. What cannot
be labelled surely is dropped: a wrong label measures nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from siaga.nlu.evaluate import OUT_OF_SCOPE, Row

# Small talk whose label leaves no doubt. Left out: who the bot is (what it can do, or whether it is one?), praise,
# scolding and boredom (a complaint?), "mau tanya", "test", "bantu aku", where its office is, moods.
_SMALL_TALK = {
    "agent.chatbot": "bot_challenge",
    "greetings.hello": "greet",
    "greetings.day": "greet",
    "greetings.noon": "greet",
    "greetings.night": "greet",
    "greetings.islam": "greet",
    "greetings.bye": "goodbye",
} | dict.fromkeys(
    [
        *(f"agent.{topic}" for topic in ("age", "beautiful", "birthday", "hobby", "hungry", "marryuser")),
        *("agent.myfriend", "agent.religion", "dialog.hug", "user.lovesagent"),
        *(f"motivation.{topic}" for topic in ("whatis.bestfriend", "whatis.boy/girl.friend", "whatisitfriend")),
    ],
    OUT_OF_SCOPE,
)
_REAL_OR_NOT = re.compile(r"^apakah kamu .*nyata")
_CHOICE = re.compile(r"\[([^\]]*)\]")

# Whose business a message to a shop, bank, carrier or telephone company is: these words name theirs …
_THEIRS = re.compile(
    r"\b(?:pulsa\w*|kuota\w*|paketan|paket (?:data|internet|malam|unlimited|roaming)|sinyal\w*|jaringan\w*|provider"
    r"|wifi|roaming|simcard|indosat|telkomsel|smartfren|xl|indihome|m-?banking|mobile banking|internet banking|atm|bca"
    r"|bri|bni|saldo\w*|top ?up|topup|rekening|kartu kredit|credit card|cashback|transfer|gopay|ovo|gojek|grab"
    r"|grab ?food|grab ?bike|go ?food|driver\w*|ojol|ojek|kurir\w*|resi\w*|ongkir|jne|jnt|shopee|tokopedia|bukalapak"
    r"|lazada|seller|penjual|pembeli|merchant|checkout|pesanan|orderan|voucher|promo|diskon|refund|kereta|pesawat"
    r"|spotify|playlist|game|kfc|bioskop)\b"
)
# … and these could be ours. A message that holds one is left out whatever else it says.
_OURS = re.compile(
    r"\b(?:\w*vaksin\w*|\w*suntik\w*|dosis|booster|covid\w*|corona|korona|virus|pandemi|psbb|ppkm|masker|swab|antigen"
    r"|\w*sehat\w*|\w*sakit\w*|dokter\w*|puskesmas|klinik|bpjs|rs|obat\w*|gejala\w*|demam|batuk|sesak|pingsan|mati"
    r"|bunuh|darah|darurat|jadwal\w*|\w*daftar\w*|registrasi|sertifikat\w*|tiket\w*|status\w*|nik|ktp|identitas|pribadi"
    r"|privasi|data (?:saya|pribadi|sy)|hapus\w*|batal\w*|cancel\w*|berhenti|stop|unreg|notif\w*|ingat\w*|petugas|cs"
    r"|operator|customer ?service|call ?center|orang asli|telp\w*|telepon\w*|tlp\w*|hubungi|robot|bot|menu"
    r"|ulang\w*|salah|lewat\w*|skip|lapor\w*|hoax|hoaks|penipu\w*|berita|kasus|zona|kasih tips)\b"
)
_PLACEHOLDER = re.compile(r"\bxxx[a-z]+xxx\b")
# Shorter ones ("grab", "cek saldo") could be slips of something else; longer ones are whole stories.
_SHORTEST, _LONGEST = 5, 40


def read_shared(folder: Path) -> tuple[list[Row], list[str]]:
    """Rows of what can be labelled in the folder, and a line on each file used or left alone.

    Raises:
        ValueError: the folder holds none of the files.
    """
    readers: dict[str, Callable[[list[str]], list[Row]]] = {
        "xsid07_id.valid.tsv": assistants,
        "smalltalk.tsv": small_talk,
        "stif_train.tsv": customer_service,
        "stif_dev.tsv": customer_service,
    }
    rows: list[Row] = []
    notes = []
    for name, reader in readers.items():
        file = folder / name
        if file.exists():
            lines = file.read_text(encoding="utf-8").splitlines()
            found = reader(lines)
            rows += found
            notes.append(f"{name}: {len(found)} of {len(lines)} lines are labelled without doubt")
    if not rows:
        raise ValueError(f"{folder} holds none of {', '.join(readers)}")
    for file in sorted(folder.glob("tico19_*")):
        notes.append(f"{file.name}: not used; a doctor's questions, and lines cut out of a conversation")
    for file in sorted(folder.glob("indocollex_*")):
        notes.append(f"{file.name}: not used; single words")
    return _once(rows), notes


def assistants(lines: list[str]) -> list[Row]:
    """Requests to voice assistants (alarms, weather, music): none is ours."""
    return [Row(line.split("\t")[0], OUT_OF_SCOPE, "", "xsid") for line in lines if line.strip()]


def small_talk(lines: list[str]) -> list[Row]:
    """Small talk by its label; of a choice ("[halo|hai]") the first word, and nothing with a gap for a name."""
    rows = []
    for line in lines:
        text, label, *_ = [*line.split("\t"), ""]
        text = " ".join(_CHOICE.sub(_first, text).split())
        ours = _SMALL_TALK.get(label)
        if label == "agent.real" and _REAL_OR_NOT.match(text):
            ours = "bot_challenge"
        if ours and "%" not in text:
            rows.append(Row(text, ours, "", "smalltalk"))
    return rows


def customer_service(lines: list[str]) -> list[Row]:
    """Messages to shops, banks and telephone companies that name a matter of theirs, and nothing that could be ours."""
    rows = []
    for line in lines:
        text = line.split("\t")[0].strip()
        plain = text.casefold()
        if (
            _SHORTEST <= len(plain.split()) <= _LONGEST
            and _THEIRS.search(plain)
            and not _OURS.search(plain)
            and not _PLACEHOLDER.search(plain)
        ):
            rows.append(Row(text, OUT_OF_SCOPE, "", "stif"))
    return rows


def _first(choice: re.Match[str]) -> str:
    return next((part for part in choice.group(1).split("|") if part), "")


def _once(rows: list[Row]) -> list[Row]:
    return list(dict.fromkeys(rows))
