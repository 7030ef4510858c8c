"""What people write after they were told whom to call: helped, not helped, no emergency at all, or going on.

A message that tells of danger (again) is none of these, whatever else it says: it is an emergency.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Literal

from siaga.text.danger import find_danger
from siaga.text.normalise import normalise

LASTS = timedelta(minutes=30)
"""So long what follows is read as being about the emergency."""
_LONGEST = 300
_GO_ON_WORDS = 8

Aftermath = Literal["helped", "unhelped", "false_alarm", "go_on"]

_DONE = r"(?:sudah|udah|udh|sdh|uda|dah|wis|wes|uwis|uwes|sampun|alhamdulill?ah|syukur\w*|already)"
_NOT = r"(?:tidak|tdk|gak|ga|gk|nggak|ngga|enggak|ndak|ora|ra|mboten|bukan|bkn|dudu|belum|blm|durung|dereng|not)"
_HELP = (
    r"(?:rs|rsud|rsu|rumkit|rumah\s+sakit|igd|ugd|puskesmas|pkm|klinik|dokter|bidan|griya\s+sakit|hospital|ambulan\w*)"
)
_UNHELPED = re.compile(
    rf"\bditolak\b|\bpenuh\b|\bdisuruh\s+(?:pulang|pindah|bayar)|\buang\s+muka\b|\bminta\s+dp\b"
    rf"|\b{_NOT}\s+(?:ada\s+)?(?:yang\s+|yg\s+)?(?:di)?(?:angkat|jawab|nyambung|tersambung|nyaut|nyahut|terima|tangani|layani|tolong|datang|dateng|jemput|ngangkat|respon\w*)"
    rf"|\b{_NOT}\s+(?:ada|punya|nduwe|gadhah|ono|wonten)\s+(?:ambulan\w*|mobil|kendaraan|motor|pulsa|sinyal|uang|biaya|yang\s+(?:antar|nganter)|sing\s+ngeterke)"
    rf"|\b{_NOT}\s+(?:sampai|sampe|nyampe|tekan|bisa\s+(?:dihubungi|ditelp\w*|telp\w*|ke\s+{_HELP}))|\bsibuk\s+(?:terus|mulu)|\bjauh\s+(?:banget|sekali|dari)"
    rf"|\b(?:lama|suwe)\s+(?:banget|sekali|tenan)\b|\b(?:antri|antre)\b"
)
_HELPED = re.compile(
    rf"\b(?:{_DONE}|lagi|sedang|otw|menuju|ini|langsung)\s+(?:\w+\s+){{0,3}}?(?:di|ke|nang|neng|ning|nyampe|sampai|sampe|tekan|masuk|teng|at)\s*{_HELP}\b"
    rf"|\b{_DONE}\s+(?:\w+\s+){{0,2}}?(?:di\s?bawa|dibw|dianta?r|dianter|digowo|digawa|dibeto|dilarikan|dirawat|ditangani|ditolong|tertolong|dijemput|diperiksa|di\s*{_HELP}|bawa|berangkat|budhal|mangkat)\b"
    rf"|\b(?:ambulan\w*|dokter|bidan|petugas|perawat|tetangga)(?:nya|ne)?\s+(?:\w+\s+)?{_DONE}\s+(?:datang|dateng|dtg|sampai|sampe|tiba|teka|di\s+sini|disini|nolong|bantu)\b"
    rf"|\b{_DONE}\s+(?:\w+\s+){{0,2}}?(?:datang|dateng|teka|tiba)\s+(?:ambulan\w*|dokter|bidan|petugas)"
    rf"|\b{_DONE}\s+(?:\w+\s+){{0,2}}?(?:sadar|siuman|eling|bangun|tangi|mendingan|membaik|baikan|mari|reda|mereda|aman|tenang|lega|pulih|enakan|stabil|teratasi|nyambung|telp\w*|telepon|nelpon|hubungi)\b"
    rf"|\b(?:dibawa|digowo|dianter|diantar)\s+(?:ke|nang|neng|ning)\s+{_HELP}\b"
)
_FALSE_ALARM = re.compile(
    rf"\b(?:{_NOT}|ini\s+bukan)\s+(?:ada\s+|lagi\s+|keadaan\s+|terlalu\s+|begitu\s+|sing\s+|yang\s+)?(?:darurat|gawat|bahaya|emergency|emergensi|genting|kenapa|knp|kenapa2|parah|apa\s*-?\s*apa|apa2|popo|napa\s*-?\s*napa)\b"
    rf"|\b(?:cuma|cuman|cm|hanya|mung|mek|sekadar|sekedar|just)\s+(?:mau\s+|pengen\s+|lagi\s+|arep\s+)?(?:tanya|nanya|nanyak|tny|bertanya|takon|tes|test|testing|ngetes|ngecek|cek|coba|nyoba|iseng|contoh|misal\w*|andai\w*|bercanda|becanda|guyon|latihan|simulasi|asking)\b"
    rf"|\b(?:salah\s+(?:kirim|ketik|paham|pencet|tulis|sambung|orang)|be?rcanda|becanda|guyon|false\s+alarm)\b"
)
_GO_ON = re.compile(
    r"\b(?:lanjut|lnjut|lanjutt*|lanjutkan|lanjutin|nglanjutno|nerusin|neruske|teruskan|terusin|diteruskan|dilanjut\w*|continue)\b"
)
_STOP = re.compile(rf"\b{_NOT}\s+(?:usah\s+|mau\s+|jadi\s+|perlu\s+)?(?:di)?(?:lanjut|terus)\w*")

_DEPARTMENT = re.compile(
    r"\b(?:igd|ugd|(?:instalasi|unit|ruang)\s+gawat\s+darurat|gawat\s+darurat|emergency\s+(?:room|department))\b"
)
_HOSPITAL = re.compile(r"\b(?:rs|rsud|rumkit|rumah\s+sakit|griya\s+sakit|hospital)\b")
_WHERE = re.compile(
    r"\b(?:mana|dimana|dmn|dimna|mn|endi|ndi|nandi|nangendi|pundi|terdekat|trdekat|terdkt|trdkt|dekat|deket|dkt|cedhak|cedak|cerak|caket|sekitar|"
    r"cari|cariin|carikan|alamat\w*|lokasi\w*|nomor|nomer|no|telp|telpon|telepon|where|nearest|near)\b"
)
_NO_REQUEST = re.compile(
    r"\b(?:va[ck]?[ksc]\w*|kapan|biaya|bayar|bpjs|syarat|kemarin|kemaren|dulu|pernah|pulang|keluar|perawat|jaga|kerja|penuh|berita|"
    r"kalau|kalo|klo|apa\s+(?:itu|beda\w*)|beda\w*)\b"
)
_BARE_WORDS = 2


def is_recent(mark: str | None, now: datetime) -> bool:
    """Whether an emergency was told of less than ``LASTS`` ago; ``mark`` is its time as ISO text, None for none."""
    return mark is not None and datetime.fromisoformat(mark) + LASTS > now


def read_aftermath(text: str) -> Aftermath | None:
    """What a message after an emergency says about it; None when it says nothing, or tells of danger."""
    text = text[:_LONGEST]
    if find_danger(text) is not None:
        return None
    return _read(_plain(text)) or _read(_plain(normalise(text)))


def _read(plain: str) -> Aftermath | None:
    if _UNHELPED.search(plain):
        return "unhelped"
    asks = "?" in plain
    if _HELPED.search(plain) and not asks:
        return "helped"
    # "bukan darurat kan?" is somebody who does not know.
    if _FALSE_ALARM.search(plain) and not asks:
        return "false_alarm"
    if _GO_ON.search(plain) and not _STOP.search(plain) and len(plain.split()) <= _GO_ON_WORDS:
        return "go_on"
    return None


def asks_department(text: str, *, hospital: bool = False) -> bool:
    """Whether a message asks where there is an emergency department; with ``hospital`` any hospital counts as one."""
    plain = _plain(text[:_LONGEST])
    if _NO_REQUEST.search(plain) or not (_DEPARTMENT.search(plain) or (hospital and _HOSPITAL.search(plain))):
        return False
    return bool(_WHERE.search(plain)) or len(plain.split()) <= _BARE_WORDS


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
