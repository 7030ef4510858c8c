"""The sentences: whether they fit WhatsApp, whether their buttons lead anywhere, and whether somebody says them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from siaga.checking.code import PARTS_OF_A_MESSAGE, Code
from siaga.checking.domain import FILE, Domain
from siaga.checking.mistake import Mistake, meant
from siaga.checking.nodes import Value
from siaga.checking.steps import Used
from siaga.whatsapp import limits
from siaga.whatsapp.writing import length

_PLACEHOLDER = re.compile(r"{([^\n{}]*)}")
_FAMILIAR = re.compile(r"\b(kamu|kau|lu|lo|elo)\b", re.IGNORECASE)
_VARIANT_KEYS = ("text", "buttons", "custom", "image", "channel", "condition", "id", "quick_replies", "attachment")
_BUTTON_KEYS = ("title", "payload", "description", "section", "also")
_CUSTOM_KEYS = (
    "footer", "list_button", "ask_location", "contact_request", "cta_url", "document", "location", "flow", "preview",
    "alone",
)  # fmt: skip
_CUSTOM = {
    "footer": limits.FOOTER,
    "list_button": limits.LIST_BUTTON,
}


def _wrong(line: int, kind: str, sentence: str, *, grave: bool = True) -> Mistake:
    return Mistake(FILE, line, kind, sentence, grave)


def check_responses(domain: Domain, code: Code, used: Used) -> Iterator[Mistake]:
    """What is wrong with the responses."""
    for name, variants in domain.responses.items():
        line = domain.response_lines[name]
        if not name.startswith("utter_"):
            yield _wrong(line, "response", f"Nama kalimat harus diawali “utter_”: “utter_{name}”.")
        if not variants.items:
            yield _wrong(line, "response", f"Kalimat “{name}” kosong; di bawahnya harus ada “- text: …”.")
        if name not in used.actions and not code.says(name):
            sentence = f"Kalimat “{name}” tidak pernah diucapkan: tidak ada aturan, cerita, atau aksi yang memakainya."
            yield _wrong(line, "unused", sentence)
        for variant in variants.items:
            yield from _variant(name, variant, domain, code, only_rules=not code.says(name))
    for name, (file, line) in code.responses.items():
        if name not in domain.responses and name not in domain.actions and file.startswith("actions/"):
            sentence = f"Kalimat “{name}” tidak ada di domain.yml (bagian responses), padahal aksi ini memakainya."
            yield Mistake(file, line, "response", sentence + meant(name, domain.responses))


def _variant(name: str, variant: Value, domain: Domain, code: Code, *, only_rules: bool) -> Iterator[Mistake]:
    yield from variant.strange(_VARIANT_KEYS, FILE, "response", "sebuah kalimat")
    text = variant.get("text")
    buttons = variant.listed("buttons")
    if text is None or not (text.text or "").strip():
        if variant.get("custom") is None:
            yield _wrong(variant.line, "response", f"Kalimat “{name}” belum ada isinya (“text”).")
    else:
        # Actions add buttons to most of them.
        most = limits.TEXT if only_rules and not buttons else limits.BODY
        yield from _text(name, text, most, domain, code, only_rules=only_rules)
    given = variant.get("buttons")
    if given is not None and given.kind == "map":
        yield _wrong(given.line, "button", f"Tiap tombol di kalimat “{name}” harus diawali “- ”: “- title: …”.")
    yield from _buttons(name, buttons, domain)
    custom = variant.get("custom")
    if custom is not None:
        yield from custom.strange(_CUSTOM_KEYS, FILE, "response", "bagian “custom”")
    yield from _links(name, variant, custom)
    for part, longest in _CUSTOM.items():
        given = custom.get(part) if custom else None
        if given is not None and length(given.text or "") > longest:
            yield _long(given, f"“{part}”", longest)


def _links(name: str, variant: Value, custom: Value | None) -> Iterator[Mistake]:
    """Addresses that WhatsApp opens: https only, and what stands on their button fits it."""
    link = custom.get("cta_url") if custom else None
    title = link.get("title") if link else None
    if title is not None and length(title.text or "") > limits.LINK_TITLE:
        yield _long(title, "Tombol", limits.LINK_TITLE)
    for what, given in (("Gambar", variant.get("image")), ("Tautan", link.get("url") if link else None)):
        if given is not None and not (given.text or "").startswith(("https://", "{")):
            sentence = f"{what} di kalimat “{name}” harus beralamat https://, bukan “{_short(given.text or '')}”."
            yield _wrong(given.line, "response", sentence)


def _long(value: Value, what: str, most: int) -> Mistake:
    sentence = f"{what} “{_short(value.text or '')}” panjangnya {length(value.text or '')} huruf; yang muat {most}."
    return _wrong(value.line, "too-long", sentence)


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"


def _text(name: str, text: Value, most: int, domain: Domain, code: Code, *, only_rules: bool) -> Iterator[Mistake]:
    words = text.text or ""
    if isinstance(text.plain, (int, float)) and not isinstance(text.plain, bool):
        yield _wrong(text.line, "response", f'Tulis “{words}” di antara tanda kutip: "{words}".')
    if words.startswith(("“", "„")) and words.endswith(("“", "”")):
        sentence = f'Tanda kutip “…” di kalimat “{name}” ikut terbaca warga; untuk berkas ini pakai "…".'
        yield _wrong(text.line, "response", sentence, grave=False)
    if length(words) > most:
        sentence = f"Kalimat “{name}” panjangnya {length(words)} huruf; satu pesan WhatsApp memuat {most}."
        yield _wrong(text.line, "too-long", sentence)
    for place, line in enumerate(words.split("\n")):
        at = text.line + (place if text.block else 0)
        for given in _PLACEHOLDER.findall(line):
            if given in PARTS_OF_A_MESSAGE:
                sentence = f"{{{given}}} tidak bisa dipakai: nama itu punya arti sendiri bagi Rasa. Pilih nama lain."
                yield _wrong(at, "placeholder", sentence)
            elif given not in domain.slots and (only_rules or not code.fills(name, given)):
                who = "aturan yang memakai kalimat ini" if only_rules else "aksi yang mengucapkannya"
                sentence = f"{{{given}}} di kalimat “{name}” tidak diisi oleh {who}; warga akan membaca kurungnya."
                yield _wrong(at, "placeholder", sentence)
        if re.search(r"[{}]", _PLACEHOLDER.sub("", line)):
            sentence = (
                f"Ada kurung kurawal tanpa pasangan di kalimat “{name}”; kurawal hanya untuk {{nama}} yang diisi."
            )
            yield _wrong(at, "placeholder", sentence)
        if match := _FAMILIAR.search(line):
            yield _wrong(at, "voice", f"Siaga menyapa dengan “Anda”, bukan “{match[1]}”.")


def _buttons(name: str, buttons: tuple[Value, ...], domain: Domain) -> Iterator[Mistake]:
    titles: dict[str, int] = {}
    as_list = len(buttons) > limits.BUTTONS or any(one.get("description") or one.get("section") for one in buttons)
    most = limits.ROW_TITLE if as_list else limits.BUTTON_TITLE
    for button in buttons:
        yield from button.strange(_BUTTON_KEYS, FILE, "button", "sebuah tombol")
        title = button.get("title")
        if title is None or not (title.text or "").strip():
            yield _wrong(button.line, "button", f"Tombol di kalimat “{name}” belum punya “title”.")
        else:
            what = "Pilihan daftar" if as_list else "Tombol"
            if length(title.text or "") > most:
                yield _long(title, what, most)
            if titles.setdefault((title.text or "").casefold(), title.line) != title.line:
                sentence = (
                    f"Dua tombol bernama “{title.text}” di kalimat “{name}”; warga juga mengetiknya, jadi harus beda."
                )
                yield _wrong(title.line, "button", sentence)
        for key, limit in (("description", limits.ROW_DESCRIPTION), ("section", limits.SECTION_TITLE)):
            given = button.get(key)
            if given is not None and length(given.text or "") > limit:
                yield _long(given, f"“{key}”", limit)
        yield from _payload(name, button, domain)


def _payload(name: str, button: Value, domain: Domain) -> Iterator[Mistake]:
    payload = button.get("payload")
    match = re.fullmatch(r"/(\w+)(.*)", (payload.text or "").strip(), re.DOTALL) if payload else None
    if payload is None or match is None:
        line = payload.line if payload else button.line
        yield _wrong(line, "button", f"Tombol di kalimat “{name}” belum punya tujuan, misalnya “payload: /show_menu”.")
        return
    if match[1] not in domain.intents:
        sentence = (
            f"Tombol ini menuju maksud “{match[1]}”, yang tidak ada di domain.yml.{meant(match[1], domain.intents)}"
        )
        yield _wrong(payload.line, "intent", sentence)
    if not match[2]:
        return
    try:
        given = json.loads(match[2].replace("{{", "{").replace("}}", "}"))
    except ValueError:
        given = None
    if not isinstance(given, dict) or not match[2].startswith("{{"):
        example = '/talk_to_human{{"reason": "unsure"}}'
        yield _wrong(payload.line, "button", f"Isi di belakang “/{match[1]}” harus ditulis seperti '{example}'.")
        return
    for entity in given:
        if entity not in domain.entities:
            sentence = f"Entitas “{entity}” tidak ada di domain.yml.{meant(entity, domain.entities)}"
            yield _wrong(payload.line, "entity", sentence)
