"""One conversation: what was said, what is known, and what may be done by whom."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException

from siaga import media
from siaga.db import transaction
from siaga.desk import sending, showing
from siaga.desk.inbox import shown, suggesting, summary
from siaga.desk.inbox.looking import FILE, SHOW, note_look
from siaga.desk.inbox.queue import listing, tab_of
from siaga.desk.inbox.shown import INLINE
from siaga.desk.inbox.stream import as_mark, hub_of
from siaga.desk.inbox.summary import SHOWN_SECONDS, NothingThere
from siaga.desk.inbox.ticks import lately
from siaga.desk.inbox.who import Volunteer, role_of
from siaga.desk.render import is_htmx, part, render
from siaga.desk.sending import NoTemplate
from siaga.desk.sessions import Here
from siaga.handoffs import attendants, labels, queue, state
from siaga.handoffs.queue import Row
from siaga.handoffs.reasons import CHOSEN, ENDS, REASONS
from siaga.handoffs.state import HELD, UnknownHandOff
from siaga.handoffs.tables import HandOff, HandOffMessage
from siaga.media import received
from siaga.turns import outbox

# A file is shown by itself, without scripts and as if from nowhere.
FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

router = APIRouter()


# ---------------------------------------------------------------------- what a page is made of
def found(session: Session, hand_off_id: int) -> HandOff:
    """A hand-off; whoever asks for one that is not there is told so."""
    try:
        return state.get(session, hand_off_id)
    except UnknownHandOff:
        raise HTTPException(404) from None


def mode_of(row: Row, here: Here, window: sending.Window) -> str:
    """What one may do: take it (ambil), look on (rekan), write (balas), send a template (templat), nothing any more
    (blokir), or begin anew (selesai)."""
    if row.state == "closed":
        return "selesai"
    if row.state == "waiting":
        return "ambil"
    if row.held_by != here.login:
        return "rekan"
    if window.blocked:
        return "blokir"
    return "balas" if window.is_open(showing.now()) else "templat"


def head_of(session: Session, hand_off: HandOff, here: Here) -> dict[str, Any]:
    """What stands above a conversation and below it."""
    row = queue.rows(session, [hand_off.id])[0]
    window = sending.window(session, hand_off.contact_id)
    mode = mode_of(row, here, window)
    given: dict[str, Any] = {
        "row": row,
        "window": window,
        "mode": mode,
        "key": outbox.new_key(),
        "template_words": None,
    }
    given["reason_label"] = REASONS[row.reason]
    given["is_closing"] = window.is_closing(showing.now())
    given["takes_files"] = sending.takes_files(window.channel)
    if mode == "templat":
        try:
            given["template_words"] = sending.template_text(window.channel, here.name, role_of(here))
        except NoTemplate:
            given["template_words"] = None
    return given


def is_mine(hand_off: HandOff, here: Here) -> bool:
    """Whether this person has the conversation."""
    return hand_off.state == HELD and hand_off.held_by == here.login


def panel_of(
    session: Session, request: Request, hand_off: HandOff, here: Here, *, whole: bool = False, **more: Any
) -> dict[str, Any]:
    """All of a conversation's panel. ``more``: ``problem``, and what was typed, where something went wrong."""
    bubbles = shown.older(session, hand_off.id) if whole else shown.said(session, hand_off.id)
    return {
        **head_of(session, hand_off, here),
        "bubbles": bubbles,
        "has_older": not whole and shown.has_older(session, hand_off.id),
        "summary": summary.summary(session, hand_off, showing.now()),
        "mine": is_mine(hand_off, here),
        "known_labels": labels.known(session),
        "colleagues": [one for one in attendants.present(session, showing.now()) if one.login != here.login],
        "looking": hub_of(request.app).colleagues(hand_off.id, here.login),
        "ends": {why: ENDS[why] for why in CHOSEN},
        "shown_seconds": SHOWN_SECONDS,
        "problem": "",
        "typed": "",
        "confirm": False,
        "revealed": None,
        "say": "",
        **more,
    }


def respond(request: Request, here: Here, hand_off_id: int, *, status: int = 200, **more: Any) -> Response:
    """A conversation's panel for a page that has one, else the whole page."""
    with transaction() as session:
        hand_off = found(session, hand_off_id)
        note_look(session, here.login, SHOW, hand_off=hand_off_id)
        panel = panel_of(session, request, hand_off, here, **more)
        given = {} if is_part(request) else listing(session, here, tab_of(panel["row"], here.login))
    if is_part(request):
        return render(request, "kotak_percakapan.html", here, status=status, **panel)
    whole = {**given, **panel, "panel": True}
    return render(request, "kotak.html", here, title=f"Percakapan {hand_off_id}", status=status, **whole)


def is_part(request: Request) -> bool:
    """Whether only the panel is wanted: not where the browser goes back and has nothing any more."""
    return is_htmx(request) and request.headers.get("hx-history-restore-request") != "true"


# ---------------------------------------------------------------------- looking
@router.get("/{hand_off_id:int}")
def show(request: Request, here: Volunteer, hand_off_id: int, semua: str = "") -> Response:
    """A conversation, beside the list."""
    return respond(request, here, hand_off_id, whole=bool(semua))


@router.get("/{hand_off_id:int}/baru")
def news(request: Request, here: Volunteer, hand_off_id: int, setelah: int = 0) -> Response:
    """What has come since a message: ``{"terakhir", "lagi", "pesan", "ditarik", "keadaan", "kepala", "centang"}``, of
    which ``pesan``, ``ditarik`` (all that the citizen has taken back) and ``kepala`` are HTML."""
    with transaction() as session:
        hand_off = found(session, hand_off_id)
        note_look(session, here.login, SHOW, hand_off=hand_off_id)
        bubbles = shown.said(session, hand_off_id, setelah)
        head = head_of(session, hand_off, here)
        marks = lately(session, [hand_off_id])[hand_off_id]
        withdrawn = shown.withdrawn(session, hand_off_id)
        mine = is_mine(hand_off, here)
    looking = hub_of(request.app).colleagues(hand_off_id, here.login)
    return JSONResponse(
        {
            "terakhir": bubbles[-1].id if bubbles else setelah,
            "lagi": len(bubbles) == shown.MOST,
            "pesan": part("kotak_pesan.html", bubbles=bubbles, hand_off_id=hand_off_id, mine=mine, csrf=here.csrf),
            "ditarik": part("kotak_pesan.html", bubbles=withdrawn, hand_off_id=hand_off_id, mine=mine, csrf=here.csrf),
            "keadaan": f"{head['mode']}:{head['row'].held_by or ''}",
            "kepala": part("kotak_kepala.html", looking=looking, **head),
            "centang": [as_mark(one) for one in marks],
        }
    )


@router.get("/{hand_off_id:int}/saran")
def suggestions(request: Request, here: Volunteer, hand_off_id: int) -> Response:
    """What the content has to say to the citizen's last words."""
    with transaction() as session:
        found(session, hand_off_id)
        bubbles = shown.said(session, hand_off_id)
    text = suggesting.last_words(bubbles)
    return render(request, "kotak_saran.html", here, suggestions=suggesting.suggest(text), asked=bool(text))


# ---------------------------------------------------------------------- what is masked, and files
@router.post("/{hand_off_id:int}/tampilkan")
def reveal(
    request: Request,
    here: Volunteer,
    hand_off_id: int,
    apa: Annotated[str, Form()],
    siapa: Annotated[int | None, Form()] = None,
) -> Response:
    """One thing unmasked, for whoever holds the conversation."""
    with transaction() as session:
        hand_off = found(session, hand_off_id)
        if not is_mine(hand_off, here):
            told = "Hanya yang memegang percakapan ini yang boleh melihatnya."
            return render(request, "bagian/masalah.html", here, status=403, text=told)
        try:
            value = summary.reveal(session, hand_off, apa, siapa, here.login)
        except NothingThere:
            raise HTTPException(404) from None
    if is_htmx(request):
        return render(request, "kotak_terbuka.html", here, value=value, seconds=SHOWN_SECONDS)
    return respond(request, here, hand_off_id, revealed={"what": apa, "who": siapa, "value": value})


@router.get("/{hand_off_id:int}/berkas/{message_id:int}")
def file(here: Volunteer, hand_off_id: int, message_id: int) -> Response:
    """A file that was sent in this conversation; what a browser should not show by itself is saved instead."""
    with transaction() as session:
        content, mime, name = _file(session, hand_off_id, message_id)
        note_look(session, here.login, FILE, hand_off=hand_off_id, message=message_id)
    way = "inline" if mime in INLINE else "attachment"
    return Response(
        content,
        media_type=mime,
        headers={
            "Content-Disposition": f'{way}; filename="{name}"',
            "Content-Security-Policy": FILE_POLICY,
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )


def _file(session: Session, hand_off_id: int, message_id: int) -> tuple[bytes, str, str]:
    query = select(HandOffMessage).where(HandOffMessage.id == message_id, HandOffMessage.hand_off_id == hand_off_id)
    message = session.execute(query).scalar_one_or_none()
    if message is None:
        raise HTTPException(404)
    # A name of our own: what a citizen's phone calls it may hold anything.
    name = f"percakapan-{hand_off_id}-{message_id}"
    if message.author == "citizen":
        kept = received.get(session, message.message_key) if message.message_key else None
        content = received.content_of(session, message.message_key) if kept else None
        if kept is None or content is None:
            raise HTTPException(404)
        return content, kept.mime or "application/octet-stream", name + _ending(kept.mime)
    try:
        sent = media.get(session, str(message.content.get("picture") or ""))
    except KeyError:
        raise HTTPException(404) from None
    return sent.content, sent.mime, name + _ending(sent.mime)


def _ending(mime: str | None) -> str:
    return {
        "image/jpeg": ".jpg",
        "image/png": ".png",
        "image/webp": ".webp",
        "application/pdf": ".pdf",
        "text/plain": ".txt",
        "audio/ogg": ".ogg",
        "audio/mpeg": ".mp3",
        "audio/mp4": ".m4a",
        "audio/aac": ".aac",
        "audio/amr": ".amr",
        "video/mp4": ".mp4",
        "video/3gpp": ".3gp",
    }.get(mime or "", "")
