"""All that is told about health, as one document that a health worker can read, tick off and write remarks in.

One HTML file in Indonesian that needs nothing else: no script, no font and no picture from anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from siaga.content.files import Entry
from siaga.content.sentences import domain_responses, read_sentences
from siaga.text.written import long_date

_ZONE = ZoneInfo("Asia/Jakarta")
_TEMPLATES = Path(__file__).resolve().parent / "templates"
TOPICS = {"vaccine": "Vaksin", "covid": "COVID-19", "service": "Layanan ini"}
AUDIENCES = {
    "pregnant": "Ibu hamil", "breastfeeding": "Ibu menyusui", "child": "Anak", "teenager": "Remaja",
    "elderly": "Lansia", "ill": "Orang dengan penyakit lain",
}  # fmt: skip
VERDICTS = {"false": "HOAKS", "misleading": "MENYESATKAN", "true": "BENAR", "unproven": "BELUM TERBUKTI"}
LEVELS = {
    "emergency": "Darurat", "doctor": "Periksa ke dokter", "isolate": "Isolasi di rumah", "watch": "Pantau di rumah",
    "none": "Tidak ada tanda",
}  # fmt: skip
SIGNS = {
    "unconscious": "tidak sadar", "fit": "kejang", "breath": "sesak napas berat", "oxygen": "saturasi oksigen rendah",
    "blue": "bibir atau kuku kebiruan", "chest": "nyeri dada", "confusion": "mendadak bingung",
    "bleeding": "perdarahan hebat", "poison": "keracunan", "stroke": "lumpuh sebelah atau bicara pelo",
    "child": "bahaya pada anak kecil", "pregnancy": "bahaya pada kehamilan", "other": "bahaya lain",
}  # fmt: skip
# Sentences of the bot itself that are about health, by the beginning of their names.
_HEALTH = (
    "utter_emergency", "utter_departments", "utter_danger_hint", "utter_late_danger", "utter_selfcheck",
    "utter_tip_danger",
)  # fmt: skip


@dataclass(frozen=True)
class Text:
    """Something that is told: a heading for the reader of the document, and the words."""

    heading: str
    words: str


@dataclass(frozen=True)
class Item:
    """One entry to review. ``asked`` are the ways to ask for it; ``checked`` and ``review_by`` where it has them."""

    id: str
    title: str
    texts: tuple[Text, ...]
    mark: str = ""
    asked: tuple[str, ...] = ()
    source: str = ""
    checked: date | None = None
    review_by: date | None = None
    is_due: bool = False


@dataclass(frozen=True)
class Section:
    """A chapter of the document; ``anchor`` is its name in links."""

    anchor: str
    title: str
    intro: str
    items: tuple[Item, ...] = field(default_factory=tuple)

    @property
    def due(self) -> int:
        """How many entries are due for review."""
        return sum(item.is_due for item in self.items)


def _day(entry: Entry, key: str) -> date | None:
    value = entry.get(key)
    return value if isinstance(value, date) else None


def _item(entry: Entry, title: str, texts: Sequence[Text], today: date, mark: str = "", source: str = "") -> Item:
    review_by = _day(entry, "review_by")
    variants = entry.get("variants")
    return Item(
        id=str(entry.get("id", "")),
        title=title,
        texts=tuple(text for text in texts if text.words),
        mark=mark,
        asked=tuple(map(str, variants)) if isinstance(variants, list) else (),
        source=source or str(entry.get("source", "")),
        checked=_day(entry, "checked"),
        review_by=review_by,
        is_due=review_by is not None and review_by <= today,
    )


def _lines(value: Any) -> str:
    """A text, or a list of lines as citizens see them."""
    if isinstance(value, list):
        return "\n".join(f"• {line}" for line in value)
    return str(value or "").strip()


def _differing(value: Any) -> Iterator[Text]:
    if isinstance(value, Mapping):
        for name, words in value.items():
            yield Text(f"Bedanya: {AUDIENCES.get(name, name)}", _lines(words))


def _answers(entries: Sequence[Entry], today: date) -> Iterator[Section]:
    for topic, title in TOPICS.items():
        items = [
            _item(
                entry,
                str(entry.get("question", "")),
                [
                    Text("Jawaban", _lines(entry.get("short"))),
                    Text("Selengkapnya", _lines(entry.get("more"))),
                    Text("Kenapa?", _lines(entry.get("why"))),
                    *_differing(entry.get("for")),
                ],
                today,
                AUDIENCES.get(str(entry.get("audience", "")), ""),
            )
            for entry in entries
            if entry.head is not None and entry.head.get("topic") == topic
        ]
        yield Section(f"jawaban-{topic}", f"Jawaban: {title}", "Yang dijawab kalau warga bertanya.", tuple(items))


def _hoaxes(entries: Sequence[Entry], today: date) -> Section:
    items = [
        _item(
            entry,
            str(entry.get("claim", "")),
            [
                Text("Penjelasan", _lines(entry.get("short"))),
                Text("Teks untuk diteruskan ke grup", _lines(entry.get("share"))),
                Text("Tautan yang memuat kabar ini", _lines(entry.get("links"))),
            ],
            today,
            VERDICTS.get(str(entry.get("verdict", "")), ""),
        )
        for entry in entries
    ]
    return Section("hoaks", "Cek kabar", "Kabar yang beredar, apa yang benar, dan balasannya.", tuple(items))


def _tips(entries: Sequence[Entry], today: date) -> Section:
    items = []
    for entry in entries:
        follow_ups = entry.get("follow_ups")
        items.append(
            _item(
                entry,
                str(entry.get("title", "")),
                [
                    Text("Saran", _lines(entry.get("advice"))),
                    Text("Selengkapnya", _lines(entry.get("more"))),
                    Text("Berapa lama?", _lines(entry.get("how_long"))),
                    *_differing(entry.get("audiences")),
                    *(
                        Text(f"Kalau ditanya “{one['asked'][0]}”", _lines(one.get("say")))
                        for one in (follow_ups if isinstance(follow_ups, list) else ())
                        if one.get("asked")
                    ),
                ],
                today,
            )
        )
    return Section("saran", "Saran menurut keadaan", "Yang disarankan kalau warga bercerita keadaannya.", tuple(items))


def _news(entries: Sequence[Entry], today: date) -> Section:
    items = []
    for entry in entries:
        day = _day(entry, "date")
        seen = f"{entry.get('source', '')}. Dilihat di: {entry.get('seen_in', '')}"
        texts = [Text("Isi", _lines(entry.get("lines"))), Text("Tanggal kabar", long_date(day) if day else "")]
        items.append(_item(entry, str(entry.get("title", "")), texts, today, source=seen))
    return Section("kabar", "Kabar baik", "Kabar yang diceritakan kalau diminta.", tuple(items))


def _selfcheck(today: date) -> Section:
    from siaga.selfcheck.rules import rules_in_force

    rules = rules_in_force(today)
    items = []
    for level, stage in rules.stages.items():
        texts = [
            Text("Alasan", stage.reason),
            Text("Yang disarankan", _lines(list(stage.advice))),
        ]
        title = f"Hasil: {LEVELS.get(level, level)}"
        items.append(Item(level, title, tuple(t for t in texts if t.words), source=stage.source))
    for rule in rules.rules:
        texts = [
            Text("Berlaku kalau", rule.condition.text),
            Text("Saran tambahan", _lines(list(rule.advice))),
        ]
        items.append(
            Item(
                rule.id,
                f"Aturan: {rule.reason or rule.id}",
                tuple(text for text in texts if text.words),
                LEVELS.get(rule.level, rule.level),
                source=rule.source,
            )
        )
    for sign in rules.signs.values():
        if sign.advice:
            texts = [Text("Sambil menunggu pertolongan", _lines(list(sign.advice)))]
            items.append(Item(sign.id, f"Tanda bahaya: {sign.name}", tuple(texts)))
    for question in rules.questions.values():
        texts = [
            Text("Pilihan", ", ".join(label for _, label in question.options)),
            Text("Kenapa ditanyakan", question.why),
            Text("Contoh jawaban", question.example),
        ]
        items.append(Item(question.id, f"Pertanyaan: {question.text}", tuple(text for text in texts if text.words)))
    intro = f"{rules.title}, berlaku sejak {long_date(rules.valid_from)}. Sumber umum: {rules.source}."
    return Section("gejala", "Periksa gejala", intro, tuple(items))


def _emergency() -> Section:
    from siaga.emergency.signs import load_signs

    items = [
        Item(
            sign,
            f"Tanda: {SIGNS.get(sign, sign)}",
            (Text("Sambil menunggu pertolongan", _lines(list(steps.lines))),),
            source=steps.source,
        )
        for sign, steps in load_signs().items()
    ]
    return Section("darurat", "Keadaan darurat", "Yang dilakukan sampai pertolongan datang.", tuple(items))


def _sentences(entries: Sequence[Entry]) -> Section:
    changed = read_sentences(entries)
    items = []
    for name, variants in domain_responses().items():
        if name in changed or name.startswith(_HEALTH):
            words = changed[name].text if name in changed else str(variants[0].get("text", ""))
            mark = "Diubah petugas" if name in changed else ""
            items.append(Item(name, name, (Text("Kalimat", words),), mark))
    intro = "Kalimat asisten tentang bahaya dan gejala, dan semua kalimat yang diubah. {…} diisi saat dikirim."
    return Section("kalimat", "Kalimat tetap", intro, tuple(items))


def sections(content: Mapping[str, Sequence[Entry]], today: date) -> list[Section]:
    """The chapters, what is most dangerous to have wrong first; those without an entry are left out.

    Raises:
        ContentError: a file of the self-check or of emergencies is wrong, or a changed sentence.
    """
    made = [
        _emergency(),
        _selfcheck(today),
        *_answers(content.get("answer", ()), today),
        _hoaxes(content.get("hoax", ()), today),
        _tips(content.get("tip", ()), today),
        _news(content.get("news", ()), today),
        _sentences(content.get("sentence", ())),
    ]
    return [section for section in made if section.items]


def as_read(words: str) -> Markup:
    """Words as WhatsApp shows them: lines, *bold* and _italic_; all else is text."""
    shown = str(escape(words))
    shown = re.sub(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])", r"<strong>\1</strong>", shown)
    shown = re.sub(r"(?<![\w_])_(?=\S)([^_\n]+?)(?<=\S)_(?![\w_])", r"<em>\1</em>", shown)
    return Markup(shown.replace("\n", "<br>\n"))  # noqa: S704 - escaped above


def write_document(content: Mapping[str, Sequence[Entry]], now: datetime, *, preview: bool = False) -> str:
    """The document of what stands at ``now``; ``preview`` says on it that unpublished texts are in it.

    Raises:
        ContentError: as ``sections``.
    """
    local = now.astimezone(_ZONE)
    environment = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined)
    environment.filters["as_read"] = as_read
    environment.filters["long_date"] = long_date
    return environment.get_template("document.html").render(
        sections=sections(content, local.date()),
        written=f"{long_date(local.date())}, {local:%H.%M} WIB",
        preview=preview,
    )
