"""Pictures of the desk, on a laptop and on a phone, with synthetic citizens.

    python -m scripts.desk_pictures FOLDER

A database of its own is filled, the desk is started alone, and each page is drawn by headless Chromium. Those that
docs/ shows are written with ``--docs``.
"""

from __future__ import annotations

import argparse
import random
import shutil
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from sqlalchemy import update

from bench.database import own_database
from siaga.content import live
from siaga.content.importing import import_files
from siaga.content.kinds import DIRECTORY
from siaga.db import transaction
from siaga.desk import accounts, sending, sessions
from siaga.desk.access import cookie_name
from siaga.desk.server import DeskServer
from siaga.handoffs import attendants, claiming, closing, labels, recording, state
from siaga.people.tasks import open_task
from siaga.settings import ROOT
from siaga.tallies.capabilities import capabilities
from siaga.turns import outbox
from siaga.turns.tables import OutboundMessage
from tests.desk.dashboard.given import tallied
from tests.desk.inbox.given import looks_after, say, waiting
from tests.reports.test_recording import made as reported
from tests.unclear.given import collected

LAPTOP, PHONE = (1280, 800), (360, 740)
ME, COLLEAGUE = "relawan.satu", "relawan.dua"
ACCOUNTS = {
    ME: ("Relawan Uji 01", ("volunteer",)),
    COLLEAGUE: ("Relawan Uji 02", ("volunteer",)),
    "staf.satu": ("Staf Uji 01", ("editor", "reviewer", "programme", "admin")),
    "peninjau.satu": ("Peninjau Uji 01", ("reviewer",)),
}
PLACES = ("35.78", "35.15", "35.73", "35.79", "35.07", "35.25", "35.09", "35.22")
DOCS = {("kotak", LAPTOP): "laptop.png", ("percakapan", PHONE): "phone.png"}
"""Which pictures docs/images/desk has, and what they are called."""
_MOST_BYTES = 120_000


def now() -> datetime:
    """This moment."""
    return datetime.now(timezone.utc)


def ago(minutes: float) -> timedelta:
    """So long ago."""
    return timedelta(minutes=minutes)


# ---------------------------------------------------------------------- what there is to see
def fill() -> int:
    """Fill the database; the number of the conversation that is shown."""
    with transaction() as session:
        import_files(session, DIRECTORY)
    for login, (name, roles) in ACCOUNTS.items():
        with transaction() as session:
            accounts.create(session, login, name, roles, by="command")
    for login in (ME, COLLEAGUE):
        with transaction() as session:
            attendants.seen(session, login, ACCOUNTS[login][0], now())
    shown = _conversations()
    _work(shown)
    _figures()
    return shown


def _conversations() -> int:
    waiting(11, "min, saya mau ngomong sama dokter boleh?", ago=ago(4))
    waiting(12, "sertifikat saya namanya keliru, gimana ya", reason="correction", ago=ago(26))
    waiting(13, "ini bener ga kak? katanya vaksin bikin magnet", reason="hoax", ago=ago(41))
    urgent = waiting(14, "bapak saya makin sesak dari tadi malam", reason="worsened", ago=ago(9))
    waiting(15, "saya bingung, dari tadi ga nyambung", reason="unsure", ago=ago(17))
    with transaction() as session:
        labels.add(session, urgent, "isolasi mandiri")

    shown = waiting(1, "halo kak, saya habis vaksin kedua kemarin pagi", ago=ago(32))
    looks_after(shown)
    _take(shown, ME, ago(30))
    _talk(shown)
    for number, words in ((2, "makasih kak, besok saya ke puskesmas"), (3, "KTP saya luar kota, bisa vaksin di sini?")):
        mine = waiting(number, words, ago=ago(50 + number))
        _take(mine, ME, ago(40))
        if number == 2:
            _reply(mine, ME, "Sama-sama, Bu. Bawa KTP dan kartu vaksinnya ya.", ago(30), "read")
    theirs = waiting(4, "anak saya 10 tahun udah boleh belum", ago=ago(60))
    _take(theirs, COLLEAGUE, ago(55))
    over = waiting(5, "jadwal posko hari minggu ada?", ago=ago(180))
    _take(over, ME, ago(170))
    with transaction() as session:
        closing.close(session, over, by=ME, why="solved", at=now() - ago(150))
    return shown


def _take(number: int, login: str, before: timedelta) -> None:
    with transaction() as session:
        hand_off = claiming.claim(session, number, login, now() - before)
        sending.greet(session, hand_off, ACCOUNTS[login][0], "relawan kesehatan", now() - before)


def _reply(number: int, login: str, text: str, before: timedelta, status: str) -> None:
    own = outbox.new_key()
    with transaction() as session:
        sending.reply(session, number, login, text, own, now() - before)
        session.execute(update(OutboundMessage).where(OutboundMessage.id == own).values(status=status))


def _talk(number: int) -> None:
    say(number, "terus sekarang badan anget 37,9 sama lengan pegel bgt, itu wajar ga ya kak?", at=now() - ago(29))
    words = "Halo, terima kasih sudah menunggu. Demam ringan dan lengan pegal 1–2 hari setelah vaksin itu wajar."
    _reply(number, ME, words, ago(27), "read")
    _reply(number, ME, "Apakah ada sesak, bengkak di wajah, atau demam di atas 39 °C?", ago(26), "read")
    say(number, "ga ada sih kak, cuma pusing dikit", at=now() - ago(22))
    with transaction() as session:
        hand_off = state.get(session, number, lock=True)
        recording.note(session, hand_off, COLLEAGUE, "Minggu lalu juga bertanya soal obat alergi.", now() - ago(20))
        labels.add(session, number, "efek samping")
    _reply(
        number, ME, "Baik. Minum cukup, istirahat, boleh paracetamol sesuai aturan di kemasan.", ago(19), "delivered"
    )
    say(number, "boleh mandi kan kak?", "sama boleh kerja ga besok", at=now() - ago(3))


def _work(number: int) -> None:
    with transaction() as session:
        contact = state.get(session, number).contact_id
        for place, (kind, due) in enumerate((("callback", -20), ("callback", 90), ("dose_missing", None))):
            at = now() + timedelta(minutes=due) if due is not None else None
            data = {"hand_off": number} if kind == "callback" else {"wrong": "dose"}
            open_task(session, kind, data, contact_id=contact, message_id=f"picture{place}", due_at=at)
    reported("m1", 31, at=now() - ago(200))
    reported("m2", 32, kind="needs_help", what="tetangga isoman butuh oksigen", at=now() - ago(35))
    for text in ("jdwl posko mggu", "jadwal posko minggu ada ga", "posko minggu buka?", "ktp ilang gmn vaksinnya"):
        collected(text)


def _figures() -> None:
    chance = random.Random(7)  # noqa: S311 - made-up figures
    names = list(capabilities().labels)
    for days in range(0, 31):
        for hour in range(6, 22, 2):
            tallied("answer", chance.randint(60, 300), days_ago=days, hour=hour)
            spread = {place: chance.randint(2, 60 // (rank + 1) + 3) for rank, place in enumerate(PLACES)}
            tallied("conversation", spread, days_ago=days, hour=hour, by_place=True)
            written = {place: 3 * count for place, count in spread.items()}
            tallied("message", written, days_ago=days, hour=hour, by_place=True)
        tallied("people_day", {place: chance.randint(6, 90) for place in PLACES}, days_ago=days, hour=0, by_place=True)
        used = {name: chance.randint(1, 400 // (rank + 2)) for rank, name in enumerate(names)}
        tallied("use", used, days_ago=days)


# ---------------------------------------------------------------------- the desk, and a browser at it
@contextmanager
def desk() -> Iterator[str]:
    """The desk while it runs; its address."""
    server = DeskServer(host="127.0.0.1", port=0)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.end_streams()
        server.should_exit = True
        thread.join(10)


def pages(shown: int) -> Sequence[tuple[str, str, str]]:
    """The name of each picture, whose page it is, and where it is."""
    staff = "staf.satu"
    return (
        ("masuk", "", "/masuk"),
        ("kotak", ME, f"/kotak/{shown}"),
        ("antrean", ME, "/kotak?tab=menunggu"),
        ("percakapan", ME, f"/kotak/{shown}"),
        ("alat", ME, f"/kotak/{shown}#alat"),
        ("cari", ME, "/kotak/cari"),
        ("tugas", ME, "/tugas"),
        ("laporan", ME, "/laporan"),
        ("isi", staff, "/isi"),
        ("tulis", staff, "/isi/answer/vaksin-halal/tulis"),
        ("pemahaman", staff, "/pemahaman"),
        ("angka", staff, "/angka"),
        ("akun", staff, "/akun"),
        ("publik", "", "/publik"),
    )


def draw(address: str, shown: int, size: tuple[int, int], night: bool) -> Iterator[tuple[str, bytes]]:
    """Each page, as a PNG."""
    from playwright.sync_api import sync_playwright

    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        for name, login, path in pages(shown):
            context = browser.new_context(
                viewport={"width": size[0], "height": size[1]},
                color_scheme="dark" if night else "light",
                locale="id-ID",
            )
            if login:
                context.add_cookies([{"name": cookie_name(), "value": _token(login), "url": address}])
            page = context.new_page()
            page.goto(address + path)
            page.wait_for_timeout(700)
            yield name, page.screenshot()
            context.close()
        browser.close()


def _token(login: str) -> str:
    with transaction() as session:
        return sessions.begin(session, accounts.by_login(session, login).id, now())


def smaller(picture: bytes) -> bytes:
    """The picture with as few colours as it needs to be small enough for docs/."""
    image: Any = Image.open(BytesIO(picture)).convert("RGB")
    for colours in (128, 64, 32, 16):
        kept = BytesIO()
        image.quantize(colours, dither=Image.Dither.NONE).save(kept, "PNG", optimize=True)
        if kept.tell() <= _MOST_BYTES:
            break
    return kept.getvalue()


def main() -> None:
    """Draw all pages into a folder."""
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("folder", type=Path, help="where the pictures go")
    asked.add_argument("--night", action="store_true", help="as they look where the device is dark")
    asked.add_argument("--docs", action="store_true", help="write docs/images/desk anew, too")
    chosen = asked.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    with own_database("pictures"):
        shown = fill()
        live.refresh()
        with desk() as address:
            for size in (LAPTOP, PHONE):
                for name, picture in draw(address, shown, size, chosen.night):
                    (chosen.folder / f"{name}-{size[0]}.png").write_bytes(picture)
                    if chosen.docs and (name, size) in DOCS:
                        folder = ROOT / "docs/images/desk"
                        folder.mkdir(parents=True, exist_ok=True)
                        (folder / DOCS[name, size]).write_bytes(smaller(picture))


if __name__ == "__main__":
    main()
