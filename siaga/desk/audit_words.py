"""What the audit log's actions are called on screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from siaga.desk.roles import ROLES

ACTIONS: Mapping[str, str] = {
    "desk.sign_in": "Masuk",
    "desk.sign_in_failed": "Gagal masuk",
    "desk.code_failed": "Kode sekali pakai salah",
    "desk.password_failed": "Kata sandi sekarang salah",
    "desk.locked": "Terkunci sementara",
    "desk.sign_out": "Keluar",
    "desk.sign_out_all": "Keluar dari semua perangkat",
    "desk.account_new": "Akun dibuat",
    "desk.account_name": "Nama akun diganti",
    "desk.account_roles": "Tugas akun diganti",
    "desk.account_close": "Akun ditutup",
    "desk.account_open": "Akun dibuka lagi",
    "desk.account_link": "Akun provinsi dihubungkan",
    "desk.invite": "Tautan undangan dibuat",
    "desk.password": "Kata sandi dipilih",
    "desk.code_on": "Kode sekali pakai dipasang",
    "desk.code_off": "Kode sekali pakai dilepas",
    "desk.recovery_new": "Kode cadangan dibuat",
    "desk.unlock": "Kunci sementara dibuka",
    "desk.accounts": "Daftar akun dibaca di server",
    "content_submit": "Isi diajukan",
    "content_approve": "Isi disetujui",
    "content_send_back": "Isi dikembalikan",
    "content_drop": "Konsep isi dihapus",
    "content_publish": "Isi diterbitkan",
    "content_undo": "Terbitan dibatalkan",
    "content_redo": "Terbitan dipulihkan",
    "content_import": "Isi diambil dari berkas",
    "facilities.import": "Tempat diimpor",
    "facilities.edit": "Tempat diubah",
    "facilities.open": "Tempat dibuka",
    "facilities.close": "Tempat ditutup",
    "sessions.import": "Jadwal diimpor",
    "sessions.add": "Jadwal ditambah",
    "sessions.edit": "Jadwal diubah",
    "sessions.cancel": "Jadwal dibatalkan",
    "people.import": "Daftar orang diimpor",
    "doses.import": "Daftar dosis diimpor",
    "export_registrations": "Pendaftaran diekspor",
    "inbox.search": "Percakapan dicari dengan nomor",
    "inbox.show": "Percakapan dilihat",
    "inbox.file": "Berkas di percakapan dilihat",
    "inbox.reveal": "Data pribadi di percakapan ditampilkan",
    "inbox.claim": "Percakapan diambil",
    "inbox.release": "Percakapan dikembalikan ke antrean",
    "inbox.transfer": "Percakapan diteruskan",
    "inbox.close": "Percakapan ditutup",
    "inbox.reopen": "Percakapan dibuka lagi",
    "turns.show": "Pesan yang gagal dilihat di server",
    "turns.replay": "Pesan yang gagal dicoba lagi",
    "turns.drop": "Pesan yang gagal dibuang",
    "turns.leave": "Nomor WhatsApp ditinggalkan",
    "hoax.answer": "Pertanyaan kabar dijawab",
    "hoax.drop": "Pertanyaan kabar ditutup",
    "report.show": "Laporan dibuka",
    "report.set": "Status laporan diganti",
    "report.picture": "Foto laporan dibuka",
    "report.table": "Tabel laporan diunduh",
    "task.close": "Tugas ditutup",
    "task.reveal": "Data pribadi di tugas ditampilkan",
    "person.correct": "Data orang dibetulkan",
    "person.export": "Data orang diberikan kepadanya",
    "person.erase": "Data orang dihapus atas permintaan",
    "person.erase_again": "Data orang dihapus lagi setelah cadangan dipulihkan",
    "retention.sweep": "Data lama dihapus",
    "keys.rotate": "Kunci data diganti",
    "backup.make": "Cadangan dibuat",
    "backup.restore": "Cadangan dipulihkan",
    "question.settle": "Pertanyaan dibereskan",
    "unclear.label": "Pesan diberi maksud",
    "unclear.undo": "Pemberian maksud diurungkan",
    "unclear.rewrite": "Teks pesan ditulis ulang",
    "unclear.send_back": "Pesan dikembalikan ke tinjauan",
    "unclear.export": "Contoh latihan diekspor",
    "figures.csv": "Angka diunduh",
    "audit.csv": "Catatan diunduh",
    "audit.list": "Catatan dibaca di server",
}
_ACTORS = {"oidc": "akun provinsi", "unknown": "tidak dikenal", "command": "perintah di server"}
_VALUES = {
    **ROLES,
    "password": "kata sandi",
    "code": "kode sekali pakai",
    "recovery": "kode cadangan",
    "oidc": "akun provinsi",
}
_KEYS = {
    "login": "akun",
    "roles": "tugas",
    "before": "sebelum",
    "after": "sesudah",
    "by": "dengan",
    "reset": "ganti kata sandi",
    "entries": "jumlah",
    "report": "laporan",
    "question": "pertanyaan",
    "fields": "bagian",
    "file": "berkas",
    "code": "kode",
    "session": "jadwal",
    "release": "terbitan",
    "task": "tugas",
    "person": "orang",
    "messages": "pesan",
    "label": "maksud",
    "how": "cara",
    "sealed_by": "kunci",
    "resealed": "disegel ulang",
    "unreadable": "tidak terbuka",
    "busy": "sedang dipakai",
    "hand_off": "percakapan",
    "message": "pesan",
    "turns": "giliran",
    "what": "apa",
    "contact": "kontak",
    "found": "ditemukan",
    "to": "kepada",
}
_MOST = 12
"""As many items of a list are told."""


def action(name: str) -> str:
    """What an action is called; one that has no words yet is shown as it is."""
    return ACTIONS.get(name, name)


def actor(name: str) -> str:
    """Who did it: a login, or what stands for a command."""
    return _ACTORS.get(name, name)


def detail(given: Mapping[str, Any]) -> str:
    """``akun: rini; tugas: Relawan, Penulis isi``."""
    return "; ".join(f"{_KEYS.get(key, key)}: {_value(value)}" for key, value in given.items())


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    if isinstance(value, list):
        more = f" … ({len(value)})" if len(value) > _MOST else ""
        return ", ".join(map(_value, value[:_MOST])) + more
    return _VALUES.get(str(value), str(value))
