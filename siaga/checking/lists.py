"""The lists of intents beside the domain: what each is counted as, its button, how a second request is offered."""

from __future__ import annotations

from collections.abc import Iterator

from siaga.checking.domain import FILE, Domain
from siaga.checking.mistake import Mistake, meant
from siaga.checking.nodes import Files, Value
from siaga.whatsapp.limits import BUTTON_TITLE
from siaga.whatsapp.writing import length

FOLDER = "content/conversation"
CAPABILITIES = f"{FOLDER}/capabilities.yml"
MEANINGS = f"{FOLDER}/meanings.yml"
OTHER_REQUESTS = f"{FOLDER}/other_requests.yml"


def check_lists(files: Files, domain: Domain) -> Iterator[Mistake]:
    """What is missing in them or should not be there."""
    if (root := files.read(files.root / CAPABILITIES)) is not None:
        yield from _capabilities(root, domain)
    if (root := files.read(files.root / MEANINGS)) is not None:
        for key, value in root.pairs:
            yield from _intent(MEANINGS, key, domain)
            yield from _title(MEANINGS, value)
    if (root := files.read(files.root / OTHER_REQUESTS)) is not None:
        yield from _other_requests(root, domain)


def _capabilities(root: Value, domain: Domain) -> Iterator[Mistake]:
    owners: dict[tuple[str, str], int] = {}
    for key, entry in root.pairs:
        label = entry.get("label")
        if label is None or not label.text:
            yield Mistake(CAPABILITIES, key.line, "list", f"“{key.text}” belum punya “label”.")
        for kind, known, what in (("intents", domain.intents, "Maksud"), ("forms", domain.forms, "Formulir")):
            for one in entry.listed(kind):
                name = one.text or ""
                if name not in known:
                    sentence = f"{what} “{name}” tidak ada di domain.yml.{meant(name, known)}"
                    yield Mistake(CAPABILITIES, one.line, "list", sentence)
                if owners.setdefault((kind, name), one.line) != one.line:
                    sentence = f"{what} “{name}” sudah dihitung di baris {owners[kind, name]}; hanya boleh satu."
                    yield Mistake(CAPABILITIES, one.line, "list", sentence)
    lines = {**domain.intents, **{name: line for name, (line, _) in domain.forms.items()}}
    counted = {name for _, name in owners}
    for name, line in lines.items():
        if name not in counted:
            what = "Formulir" if name in domain.forms else "Maksud"
            sentence = f"{what} “{name}” belum ada di {CAPABILITIES}, jadi tidak terhitung di dasbor."
            yield Mistake(FILE, line, "list", sentence)


def _intent(file: str, key: Value, domain: Domain) -> Iterator[Mistake]:
    if key.text not in domain.intents:
        sentence = f"Maksud “{key.text}” tidak ada di domain.yml.{meant(key.text or '', domain.intents)}"
        yield Mistake(file, key.line, "list", sentence)


def _title(file: str, title: Value) -> Iterator[Mistake]:
    size = length(title.text or "")
    if not size:
        yield Mistake(file, title.line, "list", "Tombolnya belum diberi tulisan.")
    elif size > BUTTON_TITLE:
        sentence = f"Tombol “{title.text}” panjangnya {size} huruf; yang muat {BUTTON_TITLE}."
        yield Mistake(file, title.line, "too-long", sentence)


def _other_requests(root: Value, domain: Domain) -> Iterator[Mistake]:
    for key, entry in root.pairs:
        yield from _intent(OTHER_REQUESTS, key, domain)
        button = entry.get("tombol")
        if entry.get("juga") is None or button is None:
            yield Mistake(OTHER_REQUESTS, key.line, "list", f"“{key.text}” harus punya “juga” dan “tombol”.")
            continue
        yield from _title(OTHER_REQUESTS, button)
        if not (button.text or "").startswith("Ya"):
            sentence = f"Tombol “{button.text}” harus diawali “Ya”, supaya ketikan “ya” berarti tombol ini."
            yield Mistake(OTHER_REQUESTS, button.line, "list", sentence)
