"""What volunteers do: take a conversation, answer, note, pass on, label, put off, close."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request, UploadFile
from fastapi.responses import JSONResponse, RedirectResponse, Response
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from siaga.canned import fill
from siaga.canned import find as find_canned
from siaga.db import audit, transaction
from siaga.desk import sending, showing
from siaga.desk.inbox import throttle
from siaga.desk.inbox.conversation import is_part, respond
from siaga.desk.inbox.stream import hub_of
from siaga.desk.inbox.who import Volunteer, role_of
from siaga.desk.render import go, is_htmx, render
from siaga.desk.sending import MOST_BYTES, Attached, NoTemplate, NothingToSay, NotYours, WindowClosed
from siaga.desk.sessions import Here
from siaga.desk.tables import DeskAccount
from siaga.front.hours import ZONES
from siaga.handoffs import attendants, claiming, labels, opening, recording, state
from siaga.handoffs.claiming import Over, Taken
from siaga.handoffs.reasons import CHOSEN
from siaga.handoffs.state import HELD, UnknownHandOff
from siaga.handoffs.tables import HandOff, HandOffMessage
from siaga.media.checking import Unwanted
from siaga.people.tasks import CALLBACK, open_task
from siaga.settings import settings
from siaga.turns import outbox, resume

NOTE = 2000
"""Characters of a note for colleagues."""
LATEST = timedelta(days=30)
"""Nobody is promised a callback later than this."""
CANNED = 8

_KEY = re.compile(r"[0-9a-f]{24}")
_OVER = "Percakapan ini sudah ditutup."
_CLOSED_WINDOW = (
    "Sudah lebih dari 24 jam sejak pesan terakhir warga. Kirim templat dulu; setelah dijawab, Anda bisa menulis lagi."
)
_UNWANTED = {
    "type": "Yang bisa dikirim hanya foto (JPEG, PNG) dan PDF.",
    "size": "Berkasnya terlalu besar: paling besar 5 MB.",
    "damaged": "Berkasnya rusak atau kosong.",
}

router = APIRouter()


# ---------------------------------------------------------------------- answers to what was done
def _done(request: Request, here: Here, hand_off_id: int, say: str = "") -> Response:
    """The panel anew, or back to the page."""
    if is_part(request):
        return respond(request, here, hand_off_id, say=say)
    return RedirectResponse(f"/kotak/{hand_off_id}#akhir", status_code=303)


def _refused(request: Request, here: Here, hand_off_id: int, problem: str, status: int = 422) -> Response:
    """The panel with what is wrong: also where somebody else was faster."""
    return respond(request, here, hand_off_id, status=status, problem=problem)


def _taken(name: str | None) -> str:
    return f"Percakapan ini sudah dipegang {name}." if name else "Ambil percakapan ini dulu."


def _mine(session: Session, hand_off_id: int, login: str) -> HandOff:
    """A hand-off, locked, that ``login`` holds.

    Raises:
        NotYours, Over, HTTPException
    """
    try:
        hand_off = state.to_change(session, hand_off_id)
    except UnknownHandOff:
        raise HTTPException(404) from None
    if hand_off.state != HELD or hand_off.held_by != login:
        raise NotYours(attendants.name_of(session, hand_off.held_by) if hand_off.state == HELD else None)
    return hand_off


# ---------------------------------------------------------------------- whose it is
@router.post("/{hand_off_id:int}/ambil")
def claim(request: Request, here: Volunteer, hand_off_id: int) -> Response:
    """Take a conversation: of two at once one has it, and the other is told who."""
    now = showing.now()
    try:
        with transaction() as session:
            before = state.get(session, hand_off_id, lock=True).state
            attendants.seen(session, here.login, here.name, now)
            hand_off = claiming.claim(session, hand_off_id, here.login, now)
            if before != HELD:
                audit.note(session, here.login, "inbox.claim", {"hand_off": hand_off_id})
                sending.greet(session, hand_off, here.name, role_of(here), now)
    except UnknownHandOff:
        raise HTTPException(404) from None
    except Taken as taken:
        return _refused(request, here, hand_off_id, f"{taken.name} sudah mengambil percakapan ini.", 409)
    except Over:
        return _refused(request, here, hand_off_id, _OVER, 409)
    return _done(request, here, hand_off_id, "Percakapan ini sekarang Anda pegang.")


@router.post("/{hand_off_id:int}/lepas")
def release(request: Request, here: Volunteer, hand_off_id: int) -> Response:
    """Put a conversation back into the queue."""
    try:
        with transaction() as session:
            _mine(session, hand_off_id, here.login)
            claiming.release(session, hand_off_id, here.login, showing.now())
            audit.note(session, here.login, "inbox.release", {"hand_off": hand_off_id})
    except NotYours as theirs:
        return _refused(request, here, hand_off_id, _taken(theirs.name), 409)
    except Over:
        return _refused(request, here, hand_off_id, _OVER, 409)
    return _done(request, here, hand_off_id, "Percakapan kembali ke antrean.")


@router.post("/{hand_off_id:int}/alihkan")
def transfer(
    request: Request,
    here: Volunteer,
    hand_off_id: int,
    kepada: Annotated[str, Form()] = "",
    pesan: Annotated[str, Form()] = "",
) -> Response:
    """Pass a conversation on: to a colleague, or without one back to the queue, with a remark for them."""
    now = showing.now()
    try:
        with transaction() as session:
            hand_off = _mine(session, hand_off_id, here.login)
            if not kepada:
                claiming.release(session, hand_off_id, here.login, now)
                audit.note(session, here.login, "inbox.release", {"hand_off": hand_off_id})
                if pesan.strip():
                    recording.note(session, hand_off, here.login, pesan.strip()[:NOTE], now)
                say = "Percakapan kembali ke antrean."
            else:
                account = _colleague(session, kepada)
                if account is None or kepada == here.login:
                    return _refused(request, here, hand_off_id, "Pilih rekan yang akan melanjutkan.")
                hand_off = claiming.transfer(session, hand_off_id, here.login, kepada, now, pesan.strip()[:NOTE])
                audit.note(session, here.login, "inbox.transfer", {"hand_off": hand_off_id, "to": kepada})
                is_there = hand_off.state == HELD
                if is_there:
                    role = "relawan kesehatan" if "volunteer" in account.roles else "petugas Siaga"
                    sending.greet(session, hand_off, account.name, role, now)
                say = f"{account.name} melanjutkan percakapan ini."
                if not is_there:
                    say = (
                        f"{account.name} sedang tidak ada: percakapan menunggu di antrean, dan tampil pertama baginya."
                    )
    except NotYours as theirs:
        return _refused(request, here, hand_off_id, _taken(theirs.name), 409)
    except Over:
        return _refused(request, here, hand_off_id, _OVER, 409)
    return _done(request, here, hand_off_id, say)


def _colleague(session: Session, login: str) -> DeskAccount | None:
    query = select(DeskAccount).where(DeskAccount.login == login, DeskAccount.disabled_at.is_(None))
    account = session.execute(query).scalar_one_or_none()
    return account if account is not None and {"volunteer", "admin"} & set(account.roles) else None


# ---------------------------------------------------------------------- what is said
@router.post("/{hand_off_id:int}/balas")
def reply(
    request: Request,
    here: Volunteer,
    hand_off_id: int,
    kunci: Annotated[str, Form()] = "",
    teks: Annotated[str, Form()] = "",
    tetap: Annotated[str, Form()] = "",
    berkas: UploadFile | None = None,
) -> Response:
    """Send what was written, once for each form, with a file perhaps."""
    text = teks.replace("\r\n", "\n").strip()
    if sending.has_number(text) and tetap != "ya":
        told = "Ada nomor panjang di pesan ini (NIK, telepon, atau nomor lain). Pastikan tidak salah kirim. Kirim juga?"
        return _unsent(request, here, hand_off_id, told, teks, confirm=True)
    try:
        attached = _attached(berkas)
        with transaction() as session:
            if attached is not None and not sending.takes_files(_channel(session, hand_off_id)):
                return _unsent(request, here, hand_off_id, "Berkas belum bisa dikirim lewat Twilio di sini.", teks)
            sending.reply(session, hand_off_id, here.login, text, kunci, showing.now(), file=attached)
    except UnknownHandOff:
        raise HTTPException(404) from None
    except Unwanted as unwanted:
        return _unsent(request, here, hand_off_id, _UNWANTED.get(unwanted.reason, _UNWANTED["type"]), teks)
    except NotYours as theirs:
        return _unsent(request, here, hand_off_id, _taken(theirs.name), teks)
    except WindowClosed:
        return _unsent(request, here, hand_off_id, _CLOSED_WINDOW, teks)
    except NothingToSay:
        told = "Pesannya terlalu panjang." if len(text) > sending.LONGEST else "Tulis pesannya dulu."
        return _unsent(request, here, hand_off_id, told, teks)
    return _sent(request, hand_off_id)


@router.post("/{hand_off_id:int}/templat")
def template(request: Request, here: Volunteer, hand_off_id: int, kunci: Annotated[str, Form()] = "") -> Response:
    """Send the template that asks whether help is still wanted."""
    try:
        with transaction() as session:
            sending.send_template(session, hand_off_id, here.login, here.name, role_of(here), kunci, showing.now())
    except UnknownHandOff:
        raise HTTPException(404) from None
    except NotYours as theirs:
        return _unsent(request, here, hand_off_id, _taken(theirs.name), "")
    except (NoTemplate, NothingToSay):
        return _unsent(request, here, hand_off_id, "Templat untuk menghubungi warga belum tersedia di sini.", "")
    return _sent(request, hand_off_id)


def _attached(berkas: UploadFile | None) -> Attached | None:
    if berkas is None or not berkas.filename:
        return None
    return sending.attached(berkas.file.read(MOST_BYTES + 1), berkas.filename)


def _channel(session: Session, hand_off_id: int) -> str:
    return sending.window(session, state.get(session, hand_off_id).contact_id).channel


def _sent(request: Request, hand_off_id: int) -> Response:
    """The page fetches what is new by itself; the next message has a key of its own."""
    if is_htmx(request):
        return JSONResponse({"kunci": outbox.new_key()}, headers={"HX-Reswap": "none", "HX-Trigger": "terkirim"})
    return RedirectResponse(f"/kotak/{hand_off_id}#akhir", status_code=303)


def _unsent(
    request: Request, here: Here, hand_off_id: int, problem: str, typed: str, *, confirm: bool = False
) -> Response:
    """What is wrong, above the words as they were typed."""
    if is_htmx(request):
        return render(
            request, "kotak_masalah.html", here, status=422, problem=problem, confirm=confirm, hand_off_id=hand_off_id
        )
    return respond(request, here, hand_off_id, status=422, problem=problem, typed=typed, confirm=confirm)


@router.post("/{hand_off_id:int}/mengetik")
async def typing(request: Request, here: Volunteer, hand_off_id: int) -> Response:
    """Somebody is writing: colleagues who look on see it at once, the citizen every now and then."""
    hub_of(request.app).typing(hand_off_id, here.login, here.name)
    told = await run_in_threadpool(_to_mark, hand_off_id, here.login)
    if told is None:
        return Response(status_code=204)
    return Response(status_code=204, background=BackgroundTask(sending.show_typing, *told))


def _to_mark(hand_off_id: int, login: str) -> tuple[str, str, str] | None:
    """The channel, our number there, and the citizen's last message, if it is time to show that somebody is writing."""
    with transaction() as session:
        held = session.execute(
            select(HandOff.contact_id).where(HandOff.id == hand_off_id, HandOff.state == HELD, HandOff.held_by == login)
        ).scalar_one_or_none()
        if held is None or not throttle.is_time(hand_off_id):
            return None
        content = session.scalar(
            select(HandOffMessage.content)
            .where(HandOffMessage.hand_off_id == hand_off_id, HandOffMessage.author == "citizen")
            .order_by(HandOffMessage.id.desc())
            .limit(1)
        )
        wamid = (content or {}).get("wamid")
        street = sending.window(session, held)
        return (street.channel, street.number, str(wamid)) if wamid and street.is_open(showing.now()) else None


@router.post("/{hand_off_id:int}/balasan")
def canned(request: Request, here: Volunteer, hand_off_id: int, cari: Annotated[str, Form()] = "") -> Response:
    """Ready replies that fit a few words, filled in with the volunteer's name."""
    replies = [(one.title, fill(one.text, here.name)) for one in find_canned(cari.strip()[:100], CANNED)]
    return render(request, "kotak_balasan.html", here, replies=replies, hand_off_id=hand_off_id)


# ---------------------------------------------------------------------- beside what is said
@router.post("/{hand_off_id:int}/catatan")
def note(request: Request, here: Volunteer, hand_off_id: int, teks: Annotated[str, Form()] = "") -> Response:
    """Write a note for colleagues, which the citizen never sees."""
    text = teks.strip()
    if not text or len(text) > NOTE:
        return _refused(request, here, hand_off_id, f"Catatan berisi 1 sampai {NOTE} huruf.")
    try:
        with transaction() as session:
            recording.note(session, state.get(session, hand_off_id), here.login, text, showing.now())
    except UnknownHandOff:
        raise HTTPException(404) from None
    return _done(request, here, hand_off_id, "Catatan disimpan.")


@router.post("/{hand_off_id:int}/label")
def label(
    request: Request,
    here: Volunteer,
    hand_off_id: int,
    label: Annotated[str, Form()] = "",
    hapus: Annotated[str, Form()] = "",
) -> Response:
    """Put a label on a conversation, or take one off."""
    try:
        with transaction() as session:
            state.get(session, hand_off_id)
            if hapus:
                labels.remove(session, hand_off_id, hapus)
            else:
                labels.add(session, hand_off_id, label)
    except UnknownHandOff:
        raise HTTPException(404) from None
    except ValueError:
        return _refused(request, here, hand_off_id, f"Label berisi 1 sampai {labels.LONGEST} huruf.")
    return _done(request, here, hand_off_id)


@router.post("/{hand_off_id:int}/jadwal")
def schedule(
    request: Request,
    here: Volunteer,
    hand_off_id: int,
    kunci: Annotated[str, Form()] = "",
    waktu: Annotated[str, Form()] = "",
    pesan: Annotated[str, Form()] = "",
) -> Response:
    """Promise to write again at a time: a task for whoever is there then."""
    now = showing.now()
    due_at = moment_of(waktu)
    if due_at is None or not now < due_at <= now + LATEST or not _KEY.fullmatch(kunci):
        return _refused(request, here, hand_off_id, "Pilih waktu antara sekarang dan 30 hari lagi.")
    try:
        with transaction() as session:
            hand_off = _mine(session, hand_off_id, here.login)
            # What was promised before has been kept by somebody's being here; from now on this is what is promised.
            recording.callback_kept(session, hand_off, here.login, now)
            hand_off.callback_at = None
            open_task(
                session,
                CALLBACK,
                {"hand_off": hand_off_id, "remark": pesan.strip()[:NOTE]},
                contact_id=hand_off.contact_id,
                message_id=f"desk:{kunci}",
                due_at=due_at,
            )
            told = f"Dijadwalkan dihubungi lagi oleh {here.name}: {showing.moment(due_at)}."
            recording.system(session, hand_off, told, now, once=f"{kunci}:callback")
    except NotYours as theirs:
        return _refused(request, here, hand_off_id, _taken(theirs.name), 409)
    except Over:
        return _refused(request, here, hand_off_id, _OVER, 409)
    return _done(request, here, hand_off_id, "Masuk ke daftar tugas.")


def moment_of(typed: str) -> datetime | None:
    """A time as a browser's field has it, by the desk's clock."""
    try:
        return datetime.fromisoformat(typed).replace(tzinfo=ZONES[settings().desk_zone])
    except ValueError:
        return None


@router.post("/{hand_off_id:int}/tutup")
def close(request: Request, here: Volunteer, hand_off_id: int, alasan: Annotated[str, Form()] = "") -> Response:
    """Close a conversation: the bot is back, and says so."""
    if alasan not in CHOSEN:
        return _refused(request, here, hand_off_id, "Pilih alasannya dulu.")
    now = showing.now()
    try:
        with transaction() as session:
            _mine(session, hand_off_id, here.login)
            resume.give_back(session, hand_off_id, by=here.login, why=alasan, at=now)
            audit.note(session, here.login, "inbox.close", {"hand_off": hand_off_id, "why": alasan})
    except NotYours as theirs:
        return _refused(request, here, hand_off_id, _taken(theirs.name), 409)
    except Over:
        return _refused(request, here, hand_off_id, _OVER, 409)
    return _done(request, here, hand_off_id, "Percakapan ditutup. Bot kembali menjawab.")


@router.post("/{hand_off_id:int}/buka")
def reopen(request: Request, here: Volunteer, hand_off_id: int, kunci: Annotated[str, Form()] = "") -> Response:
    """Write to the citizen of a closed conversation again, as was promised: a new one, or the one that is open."""
    now = showing.now()
    if not _KEY.fullmatch(kunci):
        return _refused(request, here, hand_off_id, "Muat ulang halaman ini, lalu coba lagi.")
    try:
        with transaction() as session:
            before = state.get(session, hand_off_id, lock=True)
            attendants.seen(session, here.login, here.name, now)
            found = state.open_of(session, before.contact_id, lock=True)
            opened = found or _opened_by_us(session, before, f"desk:{kunci}", now)
            known = opened.state
            hand_off = claiming.claim(session, opened.id, here.login, now)
            audit.note(session, here.login, "inbox.reopen", {"hand_off": hand_off.id, "before": hand_off_id})
            if known != HELD:
                sending.greet(session, hand_off, here.name, role_of(here), now)
    except UnknownHandOff:
        raise HTTPException(404) from None
    except Taken as taken:
        return _refused(request, here, hand_off_id, _taken(taken.name), 409)
    except Over:
        return _refused(request, here, hand_off_id, _OVER, 409)
    return go(request, f"/kotak/{hand_off.id}")


def _opened_by_us(session: Session, before: HandOff, message_id: str, at: datetime) -> HandOff:
    """A new hand-off that the citizen did not ask for again: no more urgent than any."""
    asked = opening.ask(
        session, before.contact_id, before.reason, message_id=message_id, at=at, about=before.about, urgency=0
    )
    return state.get(session, asked.id)
