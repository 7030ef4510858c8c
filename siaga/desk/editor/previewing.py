"""What a citizen's phone would show of an entry, also of one that is not finished: what is missing is left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Any

from siaga.content.files import ContentError, Entry
from siaga.content.kinds import Entries
from siaga.content.sentences import domain_responses, read_sentences, worded
from siaga.desk.editor.bubbles import BUTTONS, ROWS, Bubble, Option, asked, said
from siaga.desk.showing import day as named_day
from siaga.front import closed_for, is_open, opens, read_front
from siaga.front.hours import ZONES
from siaga.hoaxes.claims import VERDICTS
from siaga.text.written import long_date

_MARKS = {"false": "❌", "misleading": "❗", "true": "✅", "unproven": "❓"}
_WHOM = {
    "pregnant": "ibu hamil", "breastfeeding": "ibu menyusui", "child": "anak", "teenager": "remaja 12–17 tahun",
    "elderly": "usia 60 tahun ke atas", "ill": "yang punya penyakit penyerta",
}  # fmt: skip
_WORTH = (Option("👍 Membantu"), Option("👎 Kurang pas"))
_PAGE = ROWS - 1


def phone(kind: str, entry: Entry, entries: Entries, sentences: Entries) -> list[Bubble]:
    """The messages that show an entry.

    Args:
        entries: what else stands of its kind, for the labels of what it leads to.
        sentences: the bot's own sentences that stand, which frame what it tells.
    """
    show = _KINDS.get(kind)
    return show(entry, {one.id: one for one in entries}, sentences) if show else []


def _text(entry: Mapping[str, Any], key: str) -> str:
    value = entry.get(key)
    return value.strip() if isinstance(value, str) else ""


def _texts(entry: Mapping[str, Any], key: str) -> list[str]:
    value = entry.get(key)
    return [str(one).strip() for one in value] if isinstance(value, list) else []


def _day(entry: Mapping[str, Any], key: str) -> str:
    value = entry.get(key)
    return long_date(value) if isinstance(value, date) else "…"


def _inner(entry: Mapping[str, Any], key: str) -> dict[str, str]:
    value = entry.get(key)
    return {str(name): str(text).strip() for name, text in value.items()} if isinstance(value, Mapping) else {}


def _framed(sentences: Entries, name: str, **values: str) -> str:
    """One of the bot's sentences with these values filled in."""
    variant = (domain_responses().get(name) or [{"text": ""}])[0]
    try:
        if changed := read_sentences(sentences).get(name):
            variant = worded(changed, variant)
    except ContentError:
        pass  # a sentence that cannot be read is not said either
    text = str(variant.get("text", ""))
    for key, value in {"due": "", **values}.items():
        text = text.replace(f"{{{key}}}", value)
    return text


# ------------------------------------------------------------------ answers, claims, tips, news
def _answer(entry: Entry, others: Mapping[str, Entry], sentences: Entries) -> list[Bubble]:
    def told(text: str, *options: Option) -> Bubble:
        source, checked = _text(entry, "source"), _day(entry, "checked")
        return said(_framed(sentences, "utter_answer", answer=text, source=source, checked=checked), *options)

    more, related = _text(entry, "more"), [others[name] for name in _texts(entry, "related") if name in others]
    next_ = Option("Lebih lanjut") if more else Option("Pertanyaan terkait") if related else None
    bubbles = [asked(_text(entry, "question")), told(_text(entry, "short"), *([next_] if next_ else []), *_WORTH)]
    if more:
        bubbles += [asked("Lebih lanjut"), told(more, *_WORTH)]
    if related:
        rows = [Option(_text(one, "label"), _text(one, "question")) for one in related]
        bubbles.append(said(_framed(sentences, "utter_answer_others"), *rows, button="Pilih pertanyaan"))
    if why := _text(entry, "why"):
        bubbles += [asked("kenapa?"), told(why)]
    for name, text in _inner(entry, "for").items():
        whom = _WHOM.get(name, name)
        bubbles += [asked(f"kalau {whom}?"), told(f"*Untuk {whom}*\n{text}")]
    return bubbles


def _hoax(entry: Entry, others: Mapping[str, Entry], sentences: Entries) -> list[Bubble]:
    verdict = _text(entry, "verdict")
    words: Mapping[str, str] = {str(key): word for key, word in VERDICTS.items()}
    main = _framed(
        sentences, "utter_hoax", mark=_MARKS.get(verdict, ""), verdict=words.get(verdict, "…"),
        claim=_text(entry, "claim"), why=_text(entry, "short"), source=_text(entry, "source"),
        checked=_day(entry, "checked"),
    )  # fmt: skip
    share = _framed(sentences, "utter_hoax_share", share=_text(entry, "share"))
    return [asked(_text(entry, "claim")), said(main), said(share, note="Pesan tersendiri, untuk diteruskan ke grup.")]


def _tip(entry: Entry, others: Mapping[str, Entry], sentences: Entries) -> list[Bubble]:
    title = _text(entry, "title")

    def told(heading: str, text: str, *options: Option) -> Bubble:
        source, checked = _text(entry, "source"), _day(entry, "checked")
        framed = _framed(sentences, "utter_tip", title=heading, lines=text, source=source, checked=checked)
        return said(framed, *options)

    advice = "\n".join(line if line.startswith("⚠") else f"• {line}" for line in _texts(entry, "advice"))
    more = _text(entry, "more")
    related = [Option(_text(others[name], "label")) for name in _texts(entry, "related") if name in others]
    check = [Option("Cek gejala")] if entry.get("self_check") == "yes" else []
    beside = [*([Option("Selengkapnya")] if more else []), *(check or related[:1]), Option("Keadaan lain")]
    variants = _texts(entry, "variants")
    bubbles = [asked(variants[0] if variants else title), told(title, advice, *beside[:BUTTONS])]
    if more:
        bubbles += [asked("Selengkapnya"), told(title, more, *[*check, *related][:BUTTONS])]
    if how_long := _text(entry, "how_long"):
        bubbles += [asked("berapa lama?"), told(title, how_long)]
    for name, text in _inner(entry, "audiences").items():
        whom = _WHOM.get(name, name)
        bubbles += [asked(f"kalau {whom}?"), told(f"{title}, untuk {whom}", text)]
    return bubbles


def _news(entry: Entry, others: Mapping[str, Entry], sentences: Entries) -> list[Bubble]:
    told = _framed(
        sentences, "utter_news", title=_text(entry, "title"), lines="\n".join(_texts(entry, "lines")),
        date=_day(entry, "date"), source=_text(entry, "source"),
    )  # fmt: skip
    return [asked("berita baik"), said(told, Option("Kabar lain"), Option("Menu"))]


# ------------------------------------------------------------------ sentences, the front, what is sent unasked
def _sentence(entry: Entry, others: Mapping[str, Entry], sentences: Entries) -> list[Bubble]:
    variant = (domain_responses().get(entry.id) or [{}])[0]
    titles = _inner(entry, "buttons")
    buttons = [str(button.get("title", "")) for button in variant.get("buttons") or ()]
    footer = str((variant.get("custom") or {}).get("footer", ""))
    return [said(_text(entry, "text"), *(Option(titles.get(title) or title) for title in buttons), footer=footer)]


def _rows(entry: Entry) -> list[Option]:
    given = entry.get("options")
    rows = [row for row in given if isinstance(row, Mapping)] if isinstance(given, list) else []
    return [Option(_text(row, "label"), _text(row, "description")) for row in rows]


def _front(entry: Entry, others: Mapping[str, Entry], sentences: Entries) -> list[Bubble]:
    text, kind = _text(entry, "text"), entry.get("is")
    if kind == "greeting":
        return [asked("halo"), said(text.replace("{salam}", "Halo."), *_rows(entry))]
    if kind == "notice":
        greeting = next((one for one in others.values() if one.get("is") == "greeting"), Entry())
        below = _text(greeting, "text").replace("{salam}", "Halo.")
        return [asked("halo"), said(f"{text}\n\n{below}" if below else text, *_rows(greeting))]
    if kind == "menu":
        rows = _rows(entry)
        pages = [rows[at : at + _PAGE] for at in range(0, len(rows), _PAGE)] or [[]]
        bubbles = [asked("menu")]
        for place, page in enumerate(pages):
            last = [Option("Pilihan lainnya")] if place + 1 < len(pages) else []
            note = f"Halaman {place + 1} dari {len(pages)}" if len(pages) > 1 else ""
            bubbles.append(said(text, *page, *last, button=_text(entry, "button") or "Menu", note=note))
        return bubbles
    return _hours(entry) if kind == "hours" else []


def _hours(entry: Entry) -> list[Bubble]:
    """The next seven days, and whether somebody is there now."""
    try:
        hours = read_front([entry]).hours
    except ContentError:
        return []
    if hours is None:
        return []
    now = datetime.now(timezone.utc)
    lines = []
    for ahead in range(7):
        at = now + timedelta(days=ahead)
        day = at.astimezone(ZONES[hours.zone]).date()
        spans = " dan ".join(f"{begin:%H.%M}–{end:%H.%M}" for begin, end in hours.on(day))
        closed = f"tutup ({hours.holidays[day]})" if day in hours.holidays else "tutup"
        lines.append(f"• {named_day(day)}: {spans or closed}")
    next_ = opens(hours, now)
    state = "Sekarang ada petugas." if is_open(hours, now) else "Sekarang tidak ada petugas."
    if closed_for(hours, now):
        state = f"Hari ini libur: {closed_for(hours, now)}."
    if not is_open(hours, now) and next_ is not None:
        state += f" Ada lagi {long_date(next_.date())}, {next_:%H.%M} {hours.zone}."
    return [said("\n".join([f"{state}", *lines]), note="Tujuh hari ke depan menurut jam ini.")]


def _notice(entry: Entry, others: Mapping[str, Entry], sentences: Entries) -> list[Bubble]:
    return [said(_text(entry, "words"), *_rows(entry), footer=_text(entry, "footer"))]


def _canned(entry: Entry, others: Mapping[str, Entry], sentences: Entries) -> list[Bubble]:
    return [said(_text(entry, "text"))]


_Show = Callable[[Entry, Mapping[str, Entry], Entries], list[Bubble]]
_KINDS: Mapping[str, _Show] = {
    "answer": _answer,
    "hoax": _hoax,
    "tip": _tip,
    "news": _news,
    "sentence": _sentence,
    "front": _front,
    "notice": _notice,
    "canned": _canned,
}
