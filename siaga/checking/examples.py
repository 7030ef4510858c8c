"""The training examples: marks that cannot be read, intents without any, and the same words under two intents."""

from __future__ import annotations

import csv
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from siaga.checking.domain import FILE, Domain
from siaga.checking.mistake import Mistake, meant
from siaga.checking.nodes import Value
from siaga.checking.steps import marked
from siaga.text.normalise import normalise
from siaga.text.words import clean, split_words

WITHOUT_EXAMPLES = frozenset(
    "nlu_fallback choose_option share_location send_media submit_form late_messages back_to_bot desk_closed".split()
)
"""What WhatsApp, the desk or the understanding itself says: nobody types it."""
_FEWEST = 2
_KINDS = ("intent", "synonym", "regex", "lookup")
_MARK = re.compile(r"\[([^\[\]]+)\](?:\([^()]*\)|\{[^{}]*\})")
_BROKEN_MARK = re.compile(r"\][ ]+[({](?=[a-z\"])|\]\([^)]*$|\]\{[^}]*$|\([^()\s]+\)\[[^\]]+\]")
_LISTED_MARKS = re.compile(r"\[[^\[\]]+\]\[\{.*?\}\]")
_JSON_MARK = re.compile(r"\[[^\[\]]+\](\{[^{}]*\})")
_SHORT = 2
"""Whoever writes "iya", "batal" or "kulo nuwun" copies nobody, and may mean several things."""
MEASURES = ("tests/nlu/held_out.tsv", "bench/understanding")


@dataclass(frozen=True)
class Written:
    """An example where it stands, without marks of entities."""

    text: str
    intent: str
    file: str
    line: int

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"


def fold(text: str) -> str:
    """The words of a text in lower case without marks, by which two texts are the same; of no words, the text."""
    return " ".join(word.text.casefold() for word in split_words(clean(text))) or text.strip()


def read_written(root: Value, file: str, domain: Domain, mistakes: list[Mistake]) -> list[Written]:
    """The examples of a file; what is wrong with how they are written goes to ``mistakes``."""
    found: list[Written] = []
    for item in root.listed("nlu"):
        if not any(item.get(kind) for kind in _KINDS):
            mistakes.append(Mistake(file, item.line, "example", "Di sini harus ada “- intent: nama maksud”."))
            continue
        intent, examples = item.get("intent"), item.get("examples")
        if intent is None:
            continue
        name = (intent.text or "").strip()
        if name.partition("/")[0] not in domain.intents:
            sentence = f"Maksud “{name}” tidak ada di domain.yml (bagian intents).{meant(name, domain.intents)}"
            mistakes.append(Mistake(file, intent.line, "intent", sentence))
        if examples is None or not (examples.text or examples.items):
            mistakes.append(Mistake(file, item.line, "example", f"Maksud “{name}” belum punya contoh (“examples: |”)."))
            continue
        if (examples.kind == "text" and not examples.block) or any(one.kind == "text" for one in examples.items):
            sentence = "Sesudah “examples:” harus ada tanda |, lalu tiap contoh di barisnya sendiri, diawali “- ”."
            mistakes.append(Mistake(file, examples.line, "example", sentence))
            continue
        for line, text in _lines(examples, file, mistakes):
            _check_marks(file, line, text, domain, mistakes)
            found.append(Written(_MARK.sub(r"\1", text), name, file, line))
    return found


def _lines(examples: Value, file: str, mistakes: list[Mistake]) -> Iterator[tuple[int, str]]:
    if examples.kind == "list":
        for item in examples.items:
            text = item.get("text") if item.kind == "map" else item
            if text is not None and text.text:
                yield text.line, text.text.strip()
        return
    for place, written in enumerate((examples.text or "").split("\n")):
        line = examples.line + place
        if written.startswith("- ") and written[2:].strip():
            yield line, written[2:].strip()
        elif written.strip() == "-":
            empty = "Contoh ini kosong: tulis sesuatu di belakang tanda hubungnya, atau hapus barisnya."
            mistakes.append(Mistake(file, line, "example", empty))
        elif written.strip() and not written.startswith("#"):
            sentence = f"Baris “{written.strip()}” bukan contoh: awali dengan “- ” (tanda hubung dan spasi)."
            mistakes.append(Mistake(file, line, "example", sentence))


def _check_marks(file: str, line: int, text: str, domain: Domain, mistakes: list[Mistake]) -> None:
    if _BROKEN_MARK.search(text):
        sentence = (
            f"Tanda entitas di “{text}” salah; tulis [kata](entitas), tanpa spasi di antaranya, dan tutup kurungnya."
        )
        mistakes.append(Mistake(file, line, "mark", sentence))
    elif re.search(r"[\[\]]", _MARK.sub("", _LISTED_MARKS.sub("", text))) or any(
        not _is_mark(one) for one in _JSON_MARK.findall(text)
    ):
        sentence = f'Tanda entitas di “{text}” salah; tulis [kata](entitas) atau [kata]{{"entity": "…", "value": "…"}}.'
        mistakes.append(Mistake(file, line, "mark", sentence))
    for entity in marked(text):
        if entity not in domain.entities:
            sentence = f"Entitas “{entity}” tidak ada di domain.yml (bagian entities).{meant(entity, domain.entities)}"
            mistakes.append(Mistake(file, line, "entity", sentence))


def _is_mark(written: str) -> bool:
    """Whether Rasa reads what stands between the braces of a mark."""
    try:
        given = json.loads(written)
    except ValueError:
        return False
    return isinstance(given, dict) and isinstance(given.get("entity"), str)


def check_examples(examples: list[Written], domain: Domain, root: Path) -> Iterator[Mistake]:
    """What is wrong with all examples together."""
    yield from _too_few(examples, domain)
    first: dict[str, Written] = {}
    for one in examples:
        other = first.setdefault(fold(one.text), one)
        if other is one:
            continue
        if other.intent != one.intent:
            sentence = (
                f"“{one.text}” contoh untuk “{one.intent}”, tetapi di {other.place} juga untuk “{other.intent}”. "
                "Simpan di salah satu saja."
            )
            yield Mistake(one.file, one.line, "duplicate", sentence)
        else:
            sentence = f"“{one.text}” sudah ada di {other.place}; satu saja cukup."
            yield Mistake(one.file, one.line, "duplicate", sentence, grave=False)
    yield from _too_near(first)
    yield from _measured(first, root)


def _too_few(examples: list[Written], domain: Domain) -> Iterator[Mistake]:
    count: dict[str, int] = defaultdict(int)
    for one in examples:
        count[one.intent.partition("/")[0]] += 1
    for name, line in domain.intents.items():
        if name not in WITHOUT_EXAMPLES and count[name] < _FEWEST:
            how_many = "belum punya contoh" if not count[name] else f"baru punya {count[name]} contoh"
            sentence = f"Maksud “{name}” {how_many} di data/nlu; tulis paling sedikit {_FEWEST}, lebih baik 20."
            yield Mistake(FILE, line, "no-examples", sentence)


def _too_near(folded: dict[str, Written]) -> Iterator[Mistake]:
    """Examples of two intents that Siaga reads as the same words, in whatever order."""
    first: dict[str, Written] = {}
    for one in folded.values():
        words = normalise(one.text).casefold().split()
        other = first.setdefault(" ".join(sorted(words)), one)
        if other.intent != one.intent and len(words) > _SHORT:
            sentence = (
                f"“{one.text}” ({one.intent}) dibaca sama dengan “{other.text}” ({other.intent}) di {other.place}; "
                "bedakan, atau simpan satu."
            )
            yield Mistake(one.file, one.line, "near", sentence, grave=False)


def _measured(folded: dict[str, Written], root: Path) -> Iterator[Mistake]:
    """Examples copied from what measures how well strangers are understood."""
    for place in MEASURES:
        path = root / place
        for file in sorted(path.glob("*.tsv")) if path.is_dir() else [path] * path.is_file():
            with file.open(encoding="utf-8", newline="") as lines:
                for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                    one = folded.get(fold(row.get("text") or ""))
                    if one is not None and len(one.text.split()) > _SHORT:
                        sentence = (
                            f"“{one.text}” ada juga di {file.relative_to(root)}, yang dipakai mengukur; "
                            "yang diukur tidak boleh dilatih. Hapus dari sini."
                        )
                        yield Mistake(one.file, one.line, "measured", sentence)
