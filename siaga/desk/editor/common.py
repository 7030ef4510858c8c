"""What the editor's pages share: who may come, the kind in the address, names, short messages after a change."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, HTTPException, Request
from sqlalchemy import select
from sqlalchemy.orm import Session

from siaga.content.files import ContentError
from siaga.content.kinds import KINDS, Kind
from siaga.content.store import StoreError
from siaga.desk import access
from siaga.desk.editor.forms import Posted
from siaga.desk.editor.telling import told
from siaga.desk.sessions import Here
from siaga.desk.tables import DeskAccount
from siaga.settings import settings

Viewer = Annotated[Here, Depends(access.for_roles("editor", "reviewer", "programme"))]
Writer = Annotated[Here, Depends(access.for_roles("editor", "reviewer"))]

STATES = {
    "draft": ("Draf", ""),
    "review": ("Menunggu ditinjau", "lencana--awas"),
    "approved": ("Disetujui, belum terbit", "lencana--baik"),
    "published": ("Terbit", ""),
    "dropped": ("Dibatalkan", ""),
}
"""A version's state as it is told, and how its mark looks."""

NEWS = {
    "tersimpan": "Draf tersimpan.",
    "sama": "Tidak ada yang berubah, jadi tidak ada yang disimpan.",
    "diajukan": "Dikirim untuk ditinjau. Peninjau melihatnya di halaman “Tinjau”.",
    "dibatalkan": "Draf dibatalkan.",
    "dihapus": "Usul penghapusan tersimpan sebagai draf. Kirim untuk ditinjau supaya bisa diterbitkan.",
    "disetujui": "Disetujui. Naskahnya siap diterbitkan.",
    "dikembalikan": "Dikembalikan ke penulis, bersama catatan Anda.",
    "terbit": "Terbit. Bot memakainya dalam lima detik, atau mulai waktu yang Anda pilih.",
    "ditarik": "Ditarik. Yang sebelumnya berlaku lagi dalam lima detik.",
    "dipulihkan": "Berlaku lagi dalam lima detik.",
}
"""What is told after a change, by the word in the address."""


def _kind(kind: str) -> Kind:
    """The kind in an address."""
    found = KINDS.get(kind)
    if found is None:
        raise HTTPException(404)
    return found


OfKind = Annotated[Kind, Depends(_kind)]


async def _posted(request: Request) -> Posted:
    """A form's fields, in the order of the page."""
    form = await request.form()
    return [(name, value) for name, value in form.multi_items() if isinstance(value, str)]


Form = Annotated[Posted, Depends(_posted)]


def is_writer(here: Here) -> bool:
    """Whether somebody may change anything."""
    return here.may("editor", "reviewer")


def is_reviewer(here: Here) -> bool:
    """Whether somebody may find right what others wrote; where a programme has one person, whoever writes."""
    return here.may("reviewer") or (settings().content_one_person and is_writer(here))


def names_of(session: Session) -> dict[str, str]:
    """Login to the name that colleagues read."""
    return dict(session.execute(select(DeskAccount.login, DeskAccount.name)).all())


def why(error: StoreError | ContentError) -> str:
    """Why something was refused, in Indonesian."""
    return told(str(error))
