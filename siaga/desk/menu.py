"""The pages in the menu, and for whom they are there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """A page: where it is, what it is called, who has it in the menu."""

    path: str
    label: str
    roles: tuple[str, ...]


MENU = (
    Entry("/kotak", "Percakapan", ("volunteer", "admin")),
    Entry("/tugas", "Tugas", ("volunteer", "programme", "admin")),
    Entry("/laporan", "Laporan", ("volunteer", "programme", "admin")),
    Entry("/isi", "Isi jawaban", ("editor", "reviewer", "programme")),
    Entry("/kabar", "Cek kabar", ("volunteer", "editor", "reviewer", "programme")),
    Entry("/pemahaman", "Pemahaman", ("editor", "reviewer")),
    Entry("/pertanyaan", "Belum terjawab", ("editor", "reviewer")),
    Entry("/angka", "Angka", ("programme", "reviewer", "admin")),
    Entry("/akun", "Akun", ("admin",)),
    Entry("/catatan", "Catatan", ("programme", "admin")),
)


def menu_of(roles: Collection[str]) -> list[Entry]:
    """The pages of somebody with these roles, in order."""
    return [entry for entry in MENU if not set(entry.roles).isdisjoint(roles)]
