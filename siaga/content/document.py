"""All that is told about health, as one document that a health worker can read, tick off and write remarks in.

One HTML file in Indonesian that needs nothing else: no script, no font and no picture from anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from siaga.content.files import Entry
from siaga.content.kinds import Entries
from siaga.content.reviewed import Item, Section, Text, lines, rule
from siaga.content.rule_sections import doses, eligibility, emergency, notices, radar, selfcheck
from siaga.content.sentences import domain_responses, read_sentences
from siaga.text.written import long_date

ZONE = ZoneInfo("Asia/Jakarta")
"""In which the document's day is."""
_TEMPLATES = Path(__file__).resolve().parent / "templates"
TOPICS = {"vaccine": "Vaksin", "covid": "COVID-19", "service": "Layanan ini"}
AUDIENCES = {
    "pregnant": "Ibu hamil", "breastfeeding": "Ibu menyusui", "child": "Anak", "teenager": "Remaja",
    "elderly": "Lansia", "ill": "Orang dengan penyakit lain",
}  # fmt: skip
VERDICTS = {"false": "HOAKS", "misleading": "MENYESATKAN", "true": "BENAR", "unproven": "BELUM TERBUKTI"}
# Sentences of the bot itself that are about health, by the beginning of their names or by what they say.
_HEALTH = ("utter_emergency", "utter_departments", "utter_danger", "utter_late_danger", "utter_selfcheck", "utter_tip_",
    "utter_monitor", "utter_eligib", "utter_postpone", "utter_refer", "utter_next_dose", "utter_hoax",
)  # fmt: skip
_ABOUT_HEALTH = re.compile(
    r"\b119\b|⚠|\bIGD\b|dokter|gejala|sesak|demam|isolasi|\bobat|hamil|alergi|dosis|disuntik|boleh divaksin|"
    r"belum bisa divaksin|ditunda",
    re.IGNORECASE,
)


def _day(entry: Entry, key: str) -> date | None:
    value = entry.get(key)
    return value if isinstance(value, date) else None


def _item(entry: Entry, title: str, texts: Sequence[Text], today: date, mark: str = "", source: str = "") -> Item:
    review_by = _day(entry, "review_by")
    variants = entry.get("variants")
    return Item(
        id=entry.id,
        title=title,
        texts=tuple(text for text in texts if text.words),
        mark=mark,
        asked=tuple(map(str, variants)) if isinstance(variants, list) else (),
        source=source or str(entry.get("source", "")),
        checked=_day(entry, "checked"),
        review_by=review_by,
        is_due=review_by is not None and review_by <= today,
    )


def _told(entry: Entry, headings: Mapping[str, str]) -> Iterator[Text]:
    """An entry's texts under their headings, by their keys."""
    return (Text(heading, lines(entry.get(key))) for key, heading in headings.items())


def _differing(value: Any) -> Iterator[Text]:
    if isinstance(value, Mapping):
        for name, words in value.items():
            yield Text(f"Bedanya: {AUDIENCES.get(name, name)}", lines(words))


def _answers(entries: Entries, today: date) -> Iterator[Section]:
    headings = {"short": "Jawaban", "more": "Selengkapnya", "why": "Kenapa?"}
    for topic, title in TOPICS.items():
        items = [
            _item(
                entry,
                str(entry.get("question", "")),
                [*_told(entry, headings), *_differing(entry.get("for"))],
                today,
                AUDIENCES.get(str(entry.get("audience", "")), ""),
            )
            for entry in entries
            if entry.head is not None and entry.head.get("topic") == topic
        ]
        yield Section(f"jawaban-{topic}", f"Jawaban: {title}", "Yang dijawab kalau warga bertanya.", tuple(items))


def _hoaxes(entries: Entries, today: date) -> Section:
    headings = {
        "short": "Penjelasan", "share": "Teks untuk diteruskan ke grup", "links": "Tautan yang memuat kabar ini",
    }  # fmt: skip
    items = [
        _item(
            entry,
            str(entry.get("claim", "")),
            [*_told(entry, headings)],
            today,
            VERDICTS.get(str(entry.get("verdict", "")), ""),
        )
        for entry in entries
    ]
    return Section("hoaks", "Cek kabar", "Kabar yang beredar, apa yang benar, dan balasannya.", tuple(items))


def _tips(entries: Entries, today: date) -> Section:
    headings = {"advice": "Saran", "more": "Selengkapnya", "how_long": "Berapa lama?"}
    items = []
    for entry in entries:
        follow_ups = entry.get("follow_ups")
        asked = [
            Text(f"Kalau ditanya “{one['asked'][0]}”", lines(one.get("say")))
            for one in (follow_ups if isinstance(follow_ups, list) else ())
            if one.get("asked")
        ]
        texts = [*_told(entry, headings), *_differing(entry.get("audiences")), *asked]
        items.append(_item(entry, str(entry.get("title", "")), texts, today))
    return Section("saran", "Saran menurut keadaan", "Yang disarankan kalau warga bercerita keadaannya.", tuple(items))


def _news(entries: Entries, today: date) -> Section:
    items = []
    for entry in entries:
        day = _day(entry, "date")
        seen = f"{entry.get('source', '')}. Dilihat di: {entry.get('seen_in', '')}"
        texts = [*_told(entry, {"lines": "Isi"}), Text("Tanggal kabar", long_date(day) if day else "")]
        items.append(_item(entry, str(entry.get("title", "")), texts, today, source=seen))
    return Section("kabar", "Kabar baik", "Kabar yang diceritakan kalau diminta.", tuple(items))


def _canned(entries: Entries, today: date) -> Section:
    items = [
        _item(entry, str(entry.get("title", "")), [*_told(entry, {"text": "Balasan"})], today) for entry in entries
    ]
    intro = "Yang bisa dikirim petugas dari meja bantuan. {nama_petugas} diisi saat dikirim."
    return Section("balasan", "Balasan siap pakai", intro, tuple(items))


def _sentences(entries: Entries, today: date) -> Section:
    changed = read_sentences(entries)
    items = []
    for name, variants in domain_responses().items():
        ours = [str(variant.get("text", "")) for variant in variants]
        if name in changed or name.startswith(_HEALTH) or any(_ABOUT_HEALTH.search(text) for text in ours):
            words = [changed[name].text] if name in changed else ours
            buttons = [str(button.get("title", "")) for variant in variants for button in variant.get("buttons") or ()]
            if name in changed:
                buttons = [changed[name].titles.get(title, title) for title in buttons]
            texts = [*(Text("Kalimat", one) for one in words), Text("Tombol", ", ".join(dict.fromkeys(buttons)))]
            items.append(rule(name, name, texts, "Diubah petugas" if name in changed else ""))
    intro = (
        "Kalimat asisten tentang bahaya, gejala, vaksinasi, dan obat, serta semua kalimat yang diubah petugas. "
        "{…} diisi saat dikirim."
    )
    return Section("kalimat", "Kalimat tetap", intro, tuple(items))


def _alone(made: Callable[[Entries, date], Section]) -> Callable[[Entries, date], Iterable[Section]]:
    return lambda entries, today: (made(entries, today),)


CHAPTERS: Mapping[str, Callable[[Entries, date], Iterable[Section]]] = {
    "emergency": _alone(emergency),
    "selfcheck": _alone(selfcheck),
    "eligibility": _alone(eligibility),
    "doses": _alone(doses),
    "answer": _answers,
    "hoax": _alone(_hoaxes),
    "tip": _alone(_tips),
    "notice": _alone(notices),
    "canned": _alone(_canned),
    "news": _alone(_news),
    "sentence": _alone(_sentences),
}
"""The chapters of each kind, what is most dangerous to have wrong first."""


def sections(content: Mapping[str, Entries], today: date) -> list[Section]:
    """The chapters of the kinds that are given, and the radar's; those without an entry are left out.

    Raises:
        ContentError: rules, the radar's words or notices are wrong, or a changed sentence.
        NoRules: there are rules, but none in force on that day.
    """
    made = [
        section for kind, chapters in CHAPTERS.items() if kind in content for section in chapters(content[kind], today)
    ]
    made.append(radar())
    return [section for section in made if section.items]


def sections_of(kind: str, entries: Entries, entry: Entry, today: date) -> list[Section]:
    """The chapters of a kind as far as they are about one entry. A file of dated rules holds as of its day.

    Raises:
        ContentError: the kind cannot be read with this entry.
    """
    day = today
    with suppress(ValueError):
        day = date.fromisoformat(entry.id)
    made = list(CHAPTERS[kind](entries, day)) if kind in CHAPTERS else []
    if entry.text is None or kind == "notice":
        made = [replace(one, items=tuple(item for item in one.items if item.id == entry.id)) for one in made]
    return [section for section in made if section.items]


def as_read(words: str) -> Markup:
    """Words as WhatsApp shows them: lines, *bold* and _italic_; all else is text."""
    shown = str(escape(words))
    shown = re.sub(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])", r"<strong>\1</strong>", shown)
    shown = re.sub(r"(?<![\w_])_(?=\S)([^_\n]+?)(?<=\S)_(?![\w_])", r"<em>\1</em>", shown)
    return Markup(shown.replace("\n", "<br>\n"))  # noqa: S704 - escaped above


def write_document(content: Mapping[str, Entries], now: datetime, *, preview: bool = False) -> str:
    """The document of what stands at ``now``; ``preview`` says on it that unpublished texts are in it.

    Raises:
        ContentError: as ``sections``.
    """
    local = now.astimezone(ZONE)
    environment = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined)
    environment.filters["as_read"] = as_read
    environment.filters["long_date"] = long_date
    return environment.get_template("document.html").render(
        sections=sections(content, local.date()),
        written=f"{long_date(local.date())}, {local:%H.%M} WIB",
        preview=preview,
    )
