"""The kinds of tasks in plain words: what each is called, what is to be done, and what its data tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from siaga.content import ContentError
from siaga.desk import showing
from siaga.privacy import mask_text
from siaga.radar.diseases import disease_named
from siaga.radar.sources import sources
from siaga.text.whom import who as called

Data = Mapping[str, Any]
HIDDEN = "•••••"


@dataclass(frozen=True)
class Line:
    """Something that the data tell; where it is personal, ``masked`` stands for it until somebody asks to see it."""

    label: str
    value: str = field(repr=False)
    masked: str | None = None


@dataclass(frozen=True)
class Link:
    """Where the desk has what a task is about, and who may go there (nobody named: everybody who has tasks)."""

    path: str
    label: str
    roles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kind:
    """``closes`` False: it ends with what it is about, on that page."""

    label: str
    what: str
    lines: Callable[[Data], list[Line]] = lambda data: []
    link: Callable[[Data], Link | None] = lambda data: None
    closes: bool = True
    corrects: Callable[[Data], bool] = lambda data: False
    """whether name and birth date may be what is wrong, and can be corrected with it"""


_FIELDS = {
    "name": "nama",
    "birth_date": "tanggal lahir",
    "sex": "jenis kelamin",
    "unknown": "NIK-nya tidak ada di data resmi",
    "nik": "NIK",
    "date": "tanggal vaksin",
    "vaccine": "merek vaksin",
    "missing": "dosis belum muncul",
    "other": "lainnya",
}
_LEVELS = {"emergency": "darurat", "doctor": "perlu ke dokter"}


def _fields(names: str) -> str:
    return ", ".join(_FIELDS.get(name, "lainnya") for name in names.split(",") if name)


def _day(written: Any) -> str:
    try:
        return showing.day(date.fromisoformat(str(written)))
    except ValueError:
        return "tidak diketahui"


def _disease(name: Any) -> str:
    known = disease_named(str(name)) if name else None
    return known.name if known else "tidak disebut"


def _callback_lines(data: Data) -> list[Line]:
    remark = str(data.get("remark") or "")
    return [Line("Catatan rekan", mask_text(remark))] if remark else []


def _callback_link(data: Data) -> Link | None:
    number = data.get("hand_off")
    return Link(f"/kotak/{int(number)}", "Buka percakapannya", ("volunteer", "admin")) if number else None


def _person_lines(data: Data) -> list[Line]:
    differs = str(data.get("differs") or "")
    return [Line("Yang tidak cocok dengan data resmi", _fields(differs))] if differs else []


def _certificate_lines(data: Data) -> list[Line]:
    lines = [Line("Yang keliru", _fields(str(data.get("wrong") or "other")))]
    if data.get("dose") is not None:
        lines.append(Line("Dosis", f"ke-{data['dose']}"))
    if data.get("words"):
        lines.append(Line("Kata warganya", str(data["words"]), HIDDEN))
    return lines


def _report_lines(data: Data) -> list[Line]:
    lines = [Line("Nomor", str(data.get("report", "")))]
    if data.get("priority") == "urgent":
        lines.append(Line("Mendesak", "ya, ada yang butuh bantuan"))
    if data.get("others"):
        lines.append(Line("Laporan lain tentang hal yang sama", str(data["others"])))
    return lines


def _report_link(data: Data) -> Link | None:
    return Link(f"/laporan/{data['report']}", "Buka laporannya") if data.get("report") else None


def _hoax_lines(data: Data) -> list[Line]:
    return [Line("Yang bertanya", f"{data.get('people', '?')} orang dalam {data.get('hours', '?')} jam")]


def _hoax_link(data: Data) -> Link | None:
    number = data.get("question")
    return Link(f"/kabar/{int(number)}", "Buka kabarnya", ("volunteer", "programme")) if number else None


def _worse_lines(data: Data) -> list[Line]:
    people = [called(name) for name in str(data.get("who") or "self").split(",")]
    lines = [Line("Siapa (dari sisi warganya)", ", ".join(people))]
    if data.get("danger"):
        lines.append(Line("Tanda bahaya", "ya, diceritakan di percakapan"))
    if data.get("level"):
        lines.append(Line("Hasil cek gejala", _LEVELS.get(str(data["level"]), "memburuk")))
    if data.get("day"):
        lines.append(Line("Hari pemantauan", f"ke-{data['day']}"))
    return lines


def _registry_lines(data: Data) -> list[Line]:
    what = {"registration": "pendaftaran", "dose": "dosis"}.get(str(data.get("kind")), "data")
    return [
        Line("Yang dikirim", f"{what}, kiriman nomor {data.get('write', '?')}"),
        Line("Kode penolakan", str(data.get("code", "tidak disebut"))),
    ]


def _radar_refused_lines(data: Data) -> list[Line]:
    lines = [Line("Sumber", str(data.get("source", "")))]
    lines += [Line("Alasan", str(reason)) for reason in data.get("reasons", ())]
    if data.get("more"):
        lines.append(Line("Alasan lain", f"{data['more']} lagi"))
    return lines


def _radar_refused_link(data: Data) -> Link | None:
    return _source_link(str(data.get("address") or ""))


def _radar_stale_link(data: Data) -> Link | None:
    fetched_by = data.get("fetched_by") or ()
    try:
        known = {source.name: source.told_address for source in sources()}
    except ContentError:
        return None
    return next((_source_link(known[name]) for name in fetched_by if name in known), None)


def _source_link(address: str) -> Link | None:
    # An address of this machine or of a file is of no use in a browser, and another kind of address may do anything.
    return Link(address, "Buka sumbernya") if address.startswith("https://") else None


def _radar_stale_lines(data: Data) -> list[Line]:
    lines = [Line("Sumber", str(data.get("source", ""))), Line("Penyakit", _disease(data.get("disease")))]
    if data.get("last_day"):
        lines.append(Line("Data terakhir", f"{_day(data['last_day'])} ({data.get('days_old', '?')} hari lalu)"))
    else:
        lines.append(Line("Data terakhir", "belum pernah ada"))
    if data.get("problem"):
        lines.append(Line("Kendala", str(data["problem"])))
    return lines


_WISHES = {"see": "melihat data yang disimpan tentangnya", "erase": "semua datanya dihapus"}


def _data_request_lines(data: Data) -> list[Line]:
    wish = _WISHES.get(str(data.get("wish")), "lainnya")
    return [Line("Yang diminta", wish), Line("Nomor permintaan", str(data.get("number", "")))]


KINDS: Mapping[str, Kind] = {
    "callback": Kind(
        "Hubungi kembali",
        "Warga dijanjikan akan ditulisi pada jam ini. Buka percakapannya, ambil, dan tulis lebih dulu.",
        _callback_lines,
        _callback_link,
    ),
    "monitoring_worse": Kind(
        "Pantauan memburuk",
        "Orang yang sedang dipantau merasa memburuk. Hubungi secepatnya; kalau ada tanda bahaya, arahkan ke IGD atau "
        "119.",
        _worse_lines,
    ),
    "report": Kind(
        "Laporan warga",
        "Baca laporannya, tindak lanjuti, dan ubah keadaannya di sana. Tugas ini selesai bersama laporannya.",
        _report_lines,
        _report_link,
        closes=False,
    ),
    "hoax_alarm": Kind(
        "Kabar ramai ditanyakan",
        "Banyak orang menanyakan kabar yang sama. Cari faktanya, lalu jawab di Cek kabar: tugas ini selesai juga.",
        _hoax_lines,
        _hoax_link,
    ),
    "correct_person": Kind(
        "Betulkan data pendaftaran",
        "Data yang didaftarkan keliru menurut warganya, atau tidak cocok dengan data resmi. Cocokkan dengan KTP atau "
        "KK, lalu betulkan atau tolak.",
        _person_lines,
        corrects=lambda data: True,
    ),
    "correct_certificate": Kind(
        "Betulkan data sertifikat",
        "Warga melaporkan data keliru di sertifikat. Nama dan tanggal lahir bisa dibetulkan di sini setelah dicocokkan "
        "dengan KTP atau KK; data dosis dibetulkan lewat impor data resmi.",
        _certificate_lines,
        corrects=lambda data: data.get("wrong") in ("name", "birth_date", "other"),
    ),
    "dose_missing": Kind(
        "Dosis belum muncul",
        "Warga sudah divaksin, tetapi dosisnya belum ada di catatan. Cari di data resmi; dosis masuk lewat impor data "
        "resmi, bukan dari halaman ini.",
        _certificate_lines,
    ),
    "registry_refused": Kind(
        "Ditolak sistem pusat",
        "Sistem pusat menolak data yang dikirim. Periksa datanya dengan pengelola sistem pusat; setelah dibetulkan, "
        "data dikirim lagi.",
        _registry_lines,
        corrects=lambda data: True,
    ),
    "data_request": Kind(
        "Permintaan data pribadi",
        "Siaga berkali-kali gagal mengerjakan permintaan ini sendiri. Teruskan nomornya ke pengelola sistem: dengan "
        "nomor itu `siaga person export` membuat berkas datanya, dan `siaga person erase` menghapus semuanya. Setelah "
        "berkasnya diserahkan, tandai selesai.",
        _data_request_lines,
    ),
    "radar_refused": Kind(
        "Angka radar ditolak",
        "Angka dari sumber ini tampak keliru, jadi angka terakhir yang benar tetap dipakai. Periksa ke sumbernya.",
        _radar_refused_lines,
        _radar_refused_link,
    ),
    "radar_stale": Kind(
        "Angka radar sudah lama",
        "Sumber ini lama tidak memberi angka baru. Tanyakan ke sumbernya, atau impor angka terbaru.",
        _radar_stale_lines,
        _radar_stale_link,
    ),
}
"""By the kinds that ``siaga.people.tasks.open_task`` is called with, in the order of the filter."""
OTHER = Kind("Tugas lain", "Jenis tugas ini belum dikenal di sini. Tanyakan kepada pengelola sistem.")


def kind_of(name: str) -> Kind:
    """The kind of that name; ``OTHER`` for one that is not known."""
    return KINDS.get(name, OTHER)
