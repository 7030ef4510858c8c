"""The report on weak examples, on a handful of them and a model that only counts words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from siaga.nlu.cross_validation import Guesses, configured_recipe, guess_unlearned
from siaga.nlu.examples import Example, UnreadableExamples, plain, read_examples
from siaga.nlu.likeness import groups, letters, pairs
from siaga.nlu.model import Recipe
from siaga.nlu.variety import variety
from siaga.nlu.weak_report import as_data, as_text
from siaga.nlu.weak_spots import (
    Prepared,
    TooFew,
    confusions,
    contradictions,
    find_weak_spots,
    prepare,
    repeats,
    weak_spots_of,
)
from siaga.settings import ROOT

FILE = """\
version: "3.1"

# a comment
nlu:
- intent: greet
  examples: |
    - halo
    no example
    - 😀 halo di [Malang](regency)

    - selamat pagi
- synonym: malang
  examples: |
    - mlg
- intent: thanks
  examples:
    - text: makasih
    - text: |
        makasih banyak
"""


@dataclass(frozen=True)
class WordCounts:
    """Learned: an intent is as likely as the words of a text were frequent in its examples."""

    words: dict[str, Counter[str]]

    @property
    def intents(self) -> list[str]:
        return sorted(self.words)

    def probabilities(self, texts: list[str]) -> np.ndarray:
        table = np.array([[1 + sum(self.words[i][w] for w in t.split()) for i in self.intents] for t in texts], float)
        return table / table.sum(axis=1, keepdims=True)


def count_words(texts: list[str], labels: list[str]) -> WordCounts:
    words: dict[str, Counter[str]] = {label: Counter() for label in labels}
    for text, label in zip(texts, labels, strict=True):
        words[label].update(text.split())
    return WordCounts(words)


def examples_of(**intents: str) -> list[Example]:
    found = []
    for intent, texts in intents.items():
        found += [Example(text, intent, "nlu.yml", 1) for text in texts.split("|")]
    return [Example(some.text, some.intent, some.file, line) for line, some in enumerate(found, start=1)]


def prepared_of(examples: list[Example], meanings: np.ndarray | None = None) -> Prepared:
    return prepare(examples, np.zeros((len(examples), 2)) if meanings is None else meanings, count_words, 0.9)


GREET = "halo pagi|halo min|halo kak|halo semua|pagi halo halo"
VACCINE = "mau vaksin|daftar vaksin|vaksin dong|vaksin di mana|halo halo mau"


def test_lines_are_those_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(FILE, encoding="utf-8")
    examples = read_examples(tmp_path, tmp_path)
    assert [(some.text, some.intent, some.place) for some in examples] == [
        ("halo", "greet", "a.yml:7"),
        ("😀 halo di Malang", "greet", "a.yml:9"),
        ("selamat pagi", "greet", "a.yml:11"),
        ("makasih", "thanks", "a.yml:17"),
        ("makasih banyak", "thanks", "a.yml:19"),
    ]


def test_lines_of_our_own_examples_hold_them() -> None:
    lines: dict[str, list[str]] = {}
    for some in read_examples(ROOT / "data" / "nlu", ROOT):
        if some.file not in lines:
            lines[some.file] = (ROOT / some.file).read_text(encoding="utf-8").split("\n")
        assert plain(lines[some.file][some.line - 1].strip()) == f"- {some.text}"


@pytest.mark.parametrize("written", ["nlu: [", "version: '3.1'", ""])
def test_what_cannot_be_read_is_said(tmp_path: Path, written: str) -> None:
    (tmp_path / "a.yml").write_text(written, encoding="utf-8")
    with pytest.raises(UnreadableExamples):
        read_examples(tmp_path)
    with pytest.raises(UnreadableExamples):
        read_examples(tmp_path / "none")


def test_likeness_groups_look_alikes_of_look_alikes() -> None:
    texts = ["daftar vaksin", "daftar vaksin ya", "halo", "", "daftar vaksin ya kak"]
    close = list(pairs(letters(texts), 0.8))
    assert [(pair.first, pair.second) for pair in close] == [(0, 1), (1, 4)]
    numbers = groups(len(texts), close)
    assert numbers[0] == numbers[1] == numbers[4]
    assert len(set(numbers)) == 3
    assert list(pairs(letters(["", " "]), 0.5)) == []


def test_nothing_is_learned_of_what_is_asked() -> None:
    examples = examples_of(greet=GREET, register_vaccination=VACCINE)
    asked: list[set[str]] = []

    def learn(texts: list[str], labels: list[str]) -> WordCounts:
        asked.append({some.text for some in examples} - set(texts))
        return count_words(texts, labels)

    guesses = guess_unlearned([some.text for some in examples], [some.intent for some in examples], learn, 0.9)
    assert set().union(*asked) == {some.text for some in examples}
    assert sum(len(some) for some in asked) == len(examples)
    assert guesses.best(0) == "greet"
    assert guesses.share(0, "unheard_of") == 0.0
    assert guesses.best_but(0, "greet")[0] == "register_vaccination"


def test_gaps() -> None:
    guesses = Guesses(["a", "b", "c"], np.array([[0.5, 0.3, 0.2]]))
    assert guesses.gaps() == pytest.approx([0.2])
    assert guesses.best_but(0, "a") == ("b", 0.3)


def test_contradictions_by_words_letters_and_meaning() -> None:
    examples = examples_of(
        affirm="iya|oke lanjut saja kak|boleh|siap kak|daftar vaksin boleh sekarang",
        deny="IYA!|ok lanjuuut aj kak|qwxz|jangan|tidak|daftar vaksin boleh sekarang ya",
    )
    meanings = np.eye(len(examples))
    meanings[7] = meanings[2]  # qwxz, boleh
    found = contradictions(prepared_of(examples, meanings))
    assert [(some.first[0].text, some.second[0].text, some.how) for some in found] == [
        ("iya", "IYA!", "same"),
        ("oke lanjut saja kak", "ok lanjuuut aj kak", "same"),
        ("daftar vaksin boleh sekarang", "daftar vaksin boleh sekarang ya", "letters"),
        ("boleh", "qwxz", "meaning"),
    ]


def test_contradictions_that_are_read_alike_are_one() -> None:
    examples = examples_of(skip_question="gak tau|ga tau|lewati saja|👍|isi nanti", repeat="GA TAU|gak tau!|ulangi|👍")
    found = contradictions(prepared_of(examples))
    assert [(some.intents, len(some.first), len(some.second), some.first_read_as) for some in found] == [
        (("repeat", "skip_question"), 2, 2, "tidak tahu"),
        (("repeat", "skip_question"), 1, 1, "👍"),
    ]


def test_a_denial_or_a_number_in_common_is_no_contradiction() -> None:
    examples = examples_of(
        affirm="saya setuju|nik 3578011708549001 mau|oke|iya",
        deny="saya tidak setuju|nik 3578011708549001 salah|emoh|ogah",
    )
    assert contradictions(prepared_of(examples)) == []


def test_confused_pairs_count_both_ways() -> None:
    examples = examples_of(greet=GREET, register_vaccination=VACCINE)
    spots = find_weak_spots(prepared_of(examples))
    (confusion,) = spots.confusions
    assert (confusion.first, confusion.second) == ("greet", "register_vaccination")
    assert (confusion.first_n, confusion.first_as_second, confusion.second_n, confusion.second_as_first) == (5, 0, 5, 1)
    assert confusion.share == pytest.approx(0.2)
    assert confusion.clearest[0].example.text == "halo halo mau"
    assert [some.example.text for some in spots.misplaced] == ["halo halo mau"]
    assert spots.misplaced[0].nearest is not None
    assert spots.misplaced[0].nearest.intent == "greet"
    assert spots.right == pytest.approx(0.9)
    assert confusions([]) == []


def test_least_sure_first() -> None:
    examples = examples_of(greet=GREET, register_vaccination=VACCINE)
    margins = [abs(some.margin) for some in find_weak_spots(prepared_of(examples)).unsure]
    assert margins == sorted(margins)


def test_repeats_within_an_intent_only() -> None:
    examples = examples_of(greet=GREET + "|Halo, pagi!", register_vaccination=VACCINE + "|halo pagi")
    found = repeats(prepared_of(examples))
    assert [(some.first.text, some.second.text) for some in found] == [("halo pagi", "Halo, pagi!")]


def test_variety_says_what_is_missing() -> None:
    some = variety("greet", ["selamat pagi", "selamat pagi pak", "selamat pagi bu", "halo"])
    assert (some.n, some.openings, some.frequent_opening, some.frequent_opening_share) == (4, 2, "selamat pagi", 0.75)
    assert {"examples", "other_openings", "javanese"} <= set(some.lacks)
    varied = variety("x", [f"kata{n} gmn" for n in range(40)])
    assert varied.everyday == 1.0
    assert "examples" not in varied.lacks
    assert "openings" not in varied.lacks


def test_only_what_concerns_an_intent() -> None:
    examples = examples_of(greet=GREET, register_vaccination=VACCINE, thanks="makasih|suwun|trims kak|matur nuwun")
    spots = find_weak_spots(prepared_of(examples), "thanks")
    assert [some.intent for some in spots.thin] == ["thanks"]
    assert all("thanks" in (some.example.intent, some.other) for some in [*spots.misplaced, *spots.unsure])
    assert all("thanks" in (some.first, some.second) for some in spots.confusions)


def test_report_in_words_and_as_data() -> None:
    examples = examples_of(greet=GREET + "|halo, kak", register_vaccination=VACCINE + "|halo min", thanks="nuwun|trims")
    spots = find_weak_spots(prepared_of(examples))
    text = as_text(spots, top=1)
    for said in ("bertentangan", "kata bakunya sama", "nlu.yml:2", "Yang dilakukan", "ditampilkan"):
        assert said in text
    assert "baru 2 contoh" in as_text(spots, top=5)
    data = as_data(spots, top=1)
    assert data["found"]["contradictions"] == 1
    assert data["contradictions"][0]["second"][0]["line"] == 12
    assert len(data["unsure"]) == 1
    assert data["thin"][0]["lacks"]


def test_nothing_found_is_said() -> None:
    assert "1. Contoh yang bertentangan: tidak ada" in as_text(
        find_weak_spots(prepared_of(examples_of(greet=GREET, register_vaccination=VACCINE))), 10
    )


def test_too_few_examples() -> None:
    with pytest.raises(TooFew):
        prepared_of(examples_of(greet=GREET))
    with pytest.raises(TooFew):
        prepared_of(examples_of(greet=GREET, thanks="suwun"))


def test_unknown_intent_gets_a_hint(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(FILE, encoding="utf-8")
    with pytest.raises(UnreadableExamples, match="Mungkin yang Anda cari greet"):
        weak_spots_of(tmp_path, 0.72, "gret")


def test_the_configuration_says_how_is_learned(tmp_path: Path) -> None:
    config = tmp_path / "config.yml"
    config.write_text("pipeline:\n- name: siaga.nlu.classifier.IntentNetwork\n  units: 7\n  version: 3\n")
    assert configured_recipe(config) == Recipe(units=7)
    config.write_text("pipeline:\n- name: other\n")
    assert configured_recipe(config) == Recipe()
