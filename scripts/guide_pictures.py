"""The pictures of the guides (docs/panduan), from the running system, with synthetic citizens.

    python -m scripts.guide_pictures [--port-offset N]

The chat is played over a running stack (`make start`, with its port offset), the desk over a database of its own, as
``scripts.desk_pictures`` fills it; what a terminal shows is what the command says, in a copy of the project.
"""

from __future__ import annotations

import argparse
import html
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx

from bench.database import own_database
from scripts.desk_pictures import LAPTOP, PHONE, desk, draw, fill, smaller
from siaga.content import live
from siaga.settings import ROOT, settings

FOLDER = ROOT / "docs/images/panduan"
CHATS: Mapping[str, Sequence[str]] = {
    "obrolan": ("halo min", "vaksin boleh ga kalo lagi batuk?"),
    "tombol": ("mau daftar vaksin",),
}
"""Pictures of the chat page, and what the citizen writes in each."""
DESK = {
    ("kotak", LAPTOP): "kotak",
    ("percakapan", PHONE): "percakapan",
    ("tugas", LAPTOP): "tugas",
    ("isi", LAPTOP): "isi",
    ("tulis", LAPTOP): "tulis",
    ("pemahaman", LAPTOP): "pemahaman",
    ("angka", LAPTOP): "angka",
    ("akun", LAPTOP): "akun",
}
"""Pages of the desk, and what their pictures are called."""
SLIPS = (
    ("domain.yml", "  utter_thanks:", '  utter_promo:\n    - text: "Halo {nama_kecil}, apa kabar?"'),
    ("data/rules/conversation.yml", "  - rule: menu", "  - rule: pamit lagi\n    steps:\n      - intent: goodbye\n"
     "      - action: utter_goodby\n"),
    ("data/rules/conversation.yml", "  - rule: pamit", "  - rule: sampai jumpa\n    steps:\n      - intent: thanks\n"
     "      - action: utter_goodbye\n"),
    ("data/nlu/conversation.yml", "- intent: greet", "- intent: greet\n  examples: |\n    - daftar vaksin"),
)  # fmt: skip
"""What a designer might do wrong: the file, above which line, and the lines."""


def chats(address: str) -> Iterator[tuple[str, bytes]]:
    """The chat page on a phone, after what the citizen wrote was answered."""
    for place, (name, words) in enumerate(CHATS.items()):
        # Somebody who has not written yet.
        contact = f"62800000{(int(time.time()) + place) % 10_000:04d}"
        for text in words:
            _write(address, contact, text)
        yield name, _page(f"{address}/?kontak={contact}", PHONE)


def _write(address: str, contact: str, text: str) -> None:
    told = httpx.get(f"{address}/api/contacts/{contact}/messages", params={"wait": 0}, timeout=30)
    after = told.json()["cursor"] if told.is_success else 0
    said = {"type": "text", "text": {"body": text}}
    httpx.post(f"{address}/api/contacts/{contact}/messages", json=said, timeout=30).raise_for_status()
    waiting = {"after": after, "wait": 60}
    httpx.get(f"{address}/api/contacts/{contact}/messages", params=waiting, timeout=90).raise_for_status()


def _page(address: str, size: tuple[int, int], *, markup: str = "") -> bytes:
    """A page, or some markup, as a PNG."""
    from playwright.sync_api import sync_playwright

    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        page: Any = browser.new_page(viewport={"width": size[0], "height": size[1]}, locale="id-ID")
        if markup:
            page.set_content(markup)
            picture = page.locator("pre").screenshot()
        else:
            page.goto(address)
            page.locator("body[data-siap=ya]").wait_for()
            page.wait_for_timeout(1500)
            picture = page.screenshot()
        browser.close()
        return bytes(picture)


def terminal() -> bytes:
    """What ``siaga check`` says of some slips."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("domain.yml", "config.yml", "data", "content/conversation", "actions", "siaga", "tests/stories"):
            (Path(folder) / name).parent.mkdir(parents=True, exist_ok=True)
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            copy(ROOT / name, Path(folder) / name)
        for name, above, text in SLIPS:
            path = Path(folder) / name
            lines = path.read_text(encoding="utf-8").splitlines()
            lines.insert(lines.index(above), text)
            path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        told = subprocess.run(  # noqa: S603 - our own
            [sys.executable, "-m", "siaga.cli", "check", folder], capture_output=True, text=True, check=False, cwd=ROOT
        ).stdout
    lines = [line for line in told.splitlines() if "perlu dilihat: " not in line]
    text = html.escape("$ siaga check\n" + "\n".join(lines))
    style = "background:#10212b;color:#e6f1ef;padding:18px;font:14px/1.5 monospace;white-space:pre-wrap;width:820px"
    return _page("", (900, 600), markup=f"<pre style='{style}'>{text}</pre>")


def main() -> None:
    """Draw all pictures anew."""
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--port-offset", type=int, default=0, help="the running stack's")
    asked.add_argument("--only", choices=("chat", "desk", "terminal"), help="some of them")
    chosen = asked.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    if chosen.only in (None, "terminal"):
        _keep("periksa", terminal())
    if chosen.only in (None, "chat"):
        for name, picture in chats(f"http://127.0.0.1:{settings().simulator_port + chosen.port_offset}"):
            _keep(name, picture)
    if chosen.only in (None, "desk"):
        _draw_desk()


def _draw_desk() -> None:
    with own_database("guides"):
        shown = fill()
        live.refresh()
        with desk() as address:
            for size in (LAPTOP, PHONE):
                for name, picture in draw(address, shown, size, night=False):
                    if (name, size) in DESK:
                        _keep(DESK[name, size], picture)


def _keep(name: str, picture: bytes) -> None:
    path = FOLDER / f"{name}.png"
    path.write_bytes(smaller(picture))
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
