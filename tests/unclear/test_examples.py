"""Adding to files of examples: they stay as they are, but for what is new."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from siaga.unclear.examples import NoBlock, alike, as_example, blocks, files, insert, intents, largest, read
from siaga.unclear.personal import leftover
from siaga.unclear.words import MEANINGS, known_intents

DATA = Path(__file__).resolve().parents[2] / "data" / "nlu"

TEXT = """\
# Salam dan jadwal.
version: "3.1"

nlu:
- intent: greet
  examples: |
    - halo
    - hai  # bukan komentar

# Jadwal.
- intent: check_registration   # milik pendaftaran
  examples: |
      - jadwalku kapan

      - cek jadwal dong


- intent: greet
  metadata: {by: tim}
  examples: |
    - selamat pagi
- lookup: kota
  examples: |
    - Surabaya
- regex: nik
  examples: |
    - \\d{16}
"""


def test_blocks_are_found_with_their_examples() -> None:
    assert [(block.intent, block.examples) for block in blocks(TEXT)] == [
        ("greet", ("halo", "hai  # bukan komentar")),
        ("check_registration", ("jadwalku kapan", "cek jadwal dong")),
        ("greet", ("selamat pagi",)),
    ]


def test_new_examples_stand_last_in_the_largest_block() -> None:
    written = insert(TEXT, "greet", ["assalamualaikum", "pagi: semua"])
    assert written == TEXT.replace(
        "    - hai  # bukan komentar\n", "    - hai  # bukan komentar\n    - assalamualaikum\n    - pagi: semua\n"
    )


def test_they_are_moved_in_as_far_as_the_others_and_blank_lines_stay() -> None:
    written = insert(TEXT, "check_registration", ["jadwalku piye"])
    assert "      - cek jadwal dong\n      - jadwalku piye\n\n\n- intent: greet" in written


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_the_last_line_may_lack_its_end(line_end: str) -> None:
    text = "nlu:\n- intent: a\n  examples: |\n    - satu".replace("\n", line_end)
    assert insert(text, "a", ["dua"]) == text + f"{line_end}    - dua"
    assert insert(text + line_end, "a", ["dua"]) == text + f"{line_end}    - dua{line_end}"


def test_a_block_may_be_empty() -> None:
    text = "nlu:\n- intent: a\n  examples: |\n- intent: b\n  examples: |\n    - satu\n"
    written = insert(text, "a", ["dua"])
    assert [block.examples for block in blocks(written)] == [("dua",), ("satu",)]


@pytest.mark.parametrize("written_as", ['["satu", "dua"]', ">\n    - satu", '"- satu"'])
def test_examples_written_otherwise_are_left_alone(written_as: str) -> None:
    text = f"nlu:\n- intent: a\n  examples: {written_as}\n"
    with pytest.raises(NoBlock):
        insert(text, "a", ["dua"])


_EXAMPLES = st.lists(st.text(max_size=40).map(as_example).filter(bool), min_size=1, max_size=5)


@settings(max_examples=200, deadline=None)
@given(old=st.lists(_EXAMPLES, min_size=1, max_size=4), new=_EXAMPLES, which=st.integers(0, 3))
def test_the_file_stays_yaml_and_old_examples_keep_their_order(
    old: list[list[str]], new: list[str], which: int
) -> None:
    text = 'version: "3.1"\nnlu:\n' + "".join(
        f"# bagian {number}\n- intent: i{number}\n  examples: |\n" + "".join(f"    - {line}\n" for line in lines) + "\n"
        for number, lines in enumerate(old)
    )
    intent = f"i{which % len(old)}"
    before = blocks(text)
    assert [block.examples for block in before] == [tuple(lines) for lines in old]

    written = insert(text, intent, new)

    yaml.safe_load(written)
    assert [block.examples for block in blocks(written)] == [
        block.examples + tuple(new) if block.intent == intent else block.examples for block in before
    ]
    end = largest(before, intent).end
    added = len(written) - len(text)
    assert written[:end] + written[end + added :] == text


def test_rasa_reads_what_was_written() -> None:
    from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader

    odd = [
        as_example(said) for said in ("- [ibu](relation) kapan?", 'a: {"b"} #c', "/greet", "*tebal* ya", "${HOME} apa")
    ]
    read_back = RasaYAMLReader().reads(insert(TEXT, "check_registration", odd))
    said = [
        example.get("text") for example in read_back.intent_examples if example.get("intent") == "check_registration"
    ]
    assert said == ["jadwalku kapan", "cek jadwal dong", *odd]
    assert not any(example.get("entities") for example in read_back.intent_examples)


def test_our_own_files_can_be_added_to() -> None:
    for path in files(DATA):
        text = read(path)
        for intent in {block.intent for block in blocks(text)}:
            old = largest(blocks(text), intent)
            new = largest(blocks(insert(text, intent, ["contoh baru"])), intent)
            assert new.examples == (*old.examples, "contoh baru")
    assert "check_registration" in intents(DATA)


@pytest.mark.parametrize(
    ("said", "example"),
    [
        ("  jadwalku\npiye \t ya ", "jadwalku piye ya"),
        ("- daftar\x00 yuk", "daftar yuk"),
        ("• /daftar", "daftar"),
        ("[ibu](relation)\u2028boleh?", "(ibu)(relation) boleh?"),
        ("👨‍👩‍👧 boleh?", "👨‍👩‍👧 boleh?"),
        ("…", "…"),
        ("\ufeffja\u200bdwal\u202eku \ue000 piye", "jadwalku piye"),
    ],
)
def test_a_message_becomes_one_plain_line(said: str, example: str) -> None:
    assert as_example(said) == example
    assert as_example(example) == example


def test_the_same_words_are_the_same_example() -> None:
    assert alike("Cek  Jadwal") == alike("cek jadwal")


@pytest.mark.parametrize(
    "text",
    [
        "nik 3578011708549001",
        "kode 123456",
        "surel warga@contoh.id",
        "nik 3578********9001",
        "hp 0812 0000 0001",
        "1-2-2020",
    ],
)
def test_what_may_be_personal_is_told(text: str) -> None:
    assert leftover(text)


@pytest.mark.parametrize("text", ["jam 08.00 tgl 12", "umur 67 th", "*penting* ya", "dosis 1, 2 dan 3", "12345 orang"])
def test_what_is_harmless_passes(text: str) -> None:
    assert leftover(text) is None


def test_plain_words_stand_beside_the_intents() -> None:
    names = known_intents(DATA)
    assert names["check_registration"] == yaml.safe_load(MEANINGS.read_text())["check_registration"]
    assert names["greet"] == ""
