"""``pytest bench``: labels, shares and tables of the measuring of understanding."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.understanding import measures, tables
from bench.understanding.candidates import NO_VECTORS, OURS, STOCK, candidate, snapshot, without_vectors
from bench.understanding.data import SETS, examples, file_of, fold, read_sets, thin
from bench.understanding.measures import Parsed
from bench.understanding.shared import assistants, customer_service, read_shared, small_talk
from siaga.nlu.evaluate import Row

INTENTS = {intent for _, intent in examples()}
# Came after the sets had been written, by people who had seen nothing of ours.
LATER = {"see_my_data", "withdraw_consent"}


def _judged() -> list[tuple[Row, Parsed]]:
    return [
        (Row("halo", "greet", "formal", "one"), Parsed("greet", 0.9, "greet", 0.001)),
        (Row("batal", "cancel", "typo", "one"), Parsed("nlu_fallback", 0.5, "cancel", 0.002)),
        (Row("sesak", "emergency", "typo", "one"), Parsed("emergency", 1.0, "emergency", 0.003)),
        (Row("biru", "emergency", "typo", "two"), Parsed("greet", 0.9, "greet", 0.004)),
        (Row("tips", "ask_tips", "", "two"), Parsed("out_of_scope", 0.9, "out_of_scope", 0.005)),
        (Row("sim", "out_of_scope", "", "two"), Parsed("nlu_fallback", 0.5, "greet", 0.006)),
        (Row("ktp", "out_of_scope", "", "two"), Parsed("out_of_scope", 0.9, "out_of_scope", 0.007)),
        (Row("kejang ayan kucing", "out_of_scope", "", "two"), Parsed("emergency", 1.0, "emergency", 0.008)),
    ]


def test_shares() -> None:
    found = measures.measure(_judged())
    assert found["n"] == 8
    assert found["accuracy"] == pytest.approx(3 / 8)
    assert found["by_rank"]["accuracy"] == pytest.approx(4 / 8)
    assert (found["inside"], found["outside"]) == (5, 3)
    assert found["open_set"] == {
        "right": 0.4,
        "wrong": 0.4,
        "fallback": 0.2,
        "sent_away": 0.2,
        "out_of_scope_refused": 0.6667,
        "out_of_scope_answered": 0.3333,
    }
    assert found["emergency"] == {"n": 2, "others": 6, "recall": 0.5, "false_per_100": 16.67}


def test_parts_and_places() -> None:
    found = measures.by(_judged(), lambda row: row.source)
    assert {name: one["n"] for name, one in found.items()} == {"one": 3, "two": 5}
    assert set(measures.by(_judged(), lambda row: row.style)) == {"-", "formal", "typo"}
    places = [(one["file"], one["index"]) for one in measures.wrong(_judged())]
    assert places == [("one", 1), ("two", 0), ("two", 1), ("two", 2), ("two", 4)]
    assert "text" not in measures.wrong(_judged())[0]


def test_the_likeliest_intent_ignores_the_fallback() -> None:
    ranking = [["nlu_fallback", 0.5], ["greet", 0.4], ["cancel", 0.3]]
    found = Parsed.of({"intent": ["nlu_fallback", 0.5], "ranking": ranking, "seconds": 0.1})
    assert (found.intent, found.best) == ("nlu_fallback", "greet")
    assert Parsed.of({"intent": ["greet", 0.5], "ranking": [], "seconds": 0.1}).best == "greet"


def test_tables_have_a_cell_for_every_column() -> None:
    report = measures.measure(_judged())
    costs = {"training": {"seconds": 1.0, "processor": 2.0}, "model_mb": 1, "latency": {"p50": 1, "p99": 2}}
    sources = measures.by(_judged(), lambda row: row.source)
    only_outside = measures.by([(row, one) for row, one in _judged() if row.label == "out_of_scope"], lambda row: "a")
    for made in (
        tables.side_by_side({"stock": report, "ours": report}),
        tables.side_by_side(only_outside),
        tables.costs({"ours": {**costs, "memory_mb": 3}}),
        tables.parts("source", {"stock": sources, "ours": sources}),
        tables.parts("source", {"ours": only_outside}),
    ):
        assert len({line.count("|") for line in made.splitlines()}) == 1


def test_small_talk_is_labelled_only_where_it_is_clear() -> None:
    lines = [
        "[halo|hai|helo]\tgreetings.hello\tx",
        "[|selamat] malam\tgreetings.night\tx",
        "apakah kamu nyata\tagent.real\tx",
        "kamu sangat nyata\tagent.real\tx",
        "kamu siapa\tagent.acquaintance\tx",
        "maukah kamu menjadi temanku \tagent.myfriend\tx",
        "nama saya %name%\tgreetings.hello\tx",
    ]
    assert [(row.text, row.label) for row in small_talk(lines)] == [
        ("halo", "greet"),
        ("selamat malam", "greet"),
        ("apakah kamu nyata", "bot_challenge"),
        ("maukah kamu menjadi temanku", "out_of_scope"),
    ]


@pytest.mark.parametrize(
    ("text", "used"),
    [
        ("min kok pulsa saya tersedot terus ya", True),
        ("halo grab , pesanan saya belum sampai juga", True),
        ("terima kasih banyak ya min atas bantuannya", False),  # anybody's
        ("kok lama sekali dibalasnya , kecewa saya min", False),  # a complaint, of whom?
        ("min kuota vaksin di kota saya sudah habis ya", False),  # ours
        ("status paket data saya gimana ini min", False),  # could be ours
        ("pulsa xxxnumberxxx saya belum masuk juga min", False),  # nobody writes that
        ("grab eror", False),  # too short to be sure
    ],
)
def test_customer_service_is_used_only_where_it_is_surely_not_ours(text: str, used: bool) -> None:
    assert bool(customer_service([f"{text}\tsama"])) is used


def test_shared_texts(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="none of"):
        read_shared(tmp_path)
    (tmp_path / "xsid07_id.valid.tsv").write_text(
        "pasang alarm\talarm/set_alarm\tx\npasang alarm\talarm/set_alarm\tx\n"
    )
    (tmp_path / "tico19_id_questions.txt").write_text("apakah Anda demam?\n")
    rows, notes = read_shared(tmp_path)
    assert rows == assistants(["pasang alarm\t"])
    assert any("tico19" in note and "not used" in note for note in notes)


def test_reading_sets(tmp_path: Path) -> None:
    file = tmp_path / "warung.tsv"
    file.write_text("text\tlabel\tstyle\tsource\nhalo\tgreet\tformal\t\nbatal\tcancel\t\tforum\n")
    assert [row.source for row in read_sets([tmp_path], INTENTS)] == ["warung", "warung/forum"]
    assert {file_of(row) for row in read_sets([tmp_path], INTENTS)} == {"warung"}
    assert [row.style for row in read_sets([file], INTENTS)] == ["formal", ""]
    file.write_text("text\tlabel\nhalo\tsalam\n")
    with pytest.raises(ValueError, match="salam"):
        read_sets([file], INTENTS)
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(ValueError, match=r"no \.tsv"):
        read_sets([empty], INTENTS)


def test_texts_are_the_same_without_marks_and_capitals() -> None:
    assert fold("  Halo, SELAMAT   pagi!! ") == fold("halo selamat pagi") == "halo selamat pagi"
    assert fold("🙏") == "🙏"


def test_the_sets_are_clean() -> None:
    rows = read_sets([SETS], INTENTS)
    assert {row.source for row in rows} == {"timur", "muda", "resmi", "gelisah"}
    for source in ("timur", "muda", "resmi", "gelisah"):
        own = [row for row in rows if row.source == source]
        assert {row.label for row in own} == INTENTS - LATER
        assert len({fold(row.text) for row in own}) == len(own)
        assert all(row.style and row.text == " ".join(row.text.split()) for row in own)


def test_candidates() -> None:
    stock, ours, bare = candidate(STOCK), candidate(OURS), candidate(NO_VECTORS)
    names = [part["name"] for part in stock.config["pipeline"]]
    assert names[0] == "WhitespaceTokenizer"
    assert names.count("CountVectorsFeaturizer") == 2
    assert {"DIETClassifier", "ResponseSelector", "FallbackClassifier"} <= set(names)
    assert bare.config["pipeline"] != ours.config["pipeline"]
    with pytest.raises(ValueError, match="none of"):
        candidate("best")


def test_without_vectors() -> None:
    words, meaning = {"name": "siaga.nlu.tokenizer.A"}, {"name": "siaga.nlu.embedding.B"}
    classifier = {"name": "siaga.nlu.classifier.C", "units": 9}
    assert without_vectors([words, meaning]) == [words]
    assert without_vectors([words, classifier]) == [words, {**classifier, "vectors": False}]
    with pytest.raises(ValueError, match="leave out"):
        without_vectors([words])


def test_a_model_is_known_by_what_it_is_made_of(tmp_path: Path) -> None:
    source = snapshot(tmp_path)
    stock, ours, bare = candidate(STOCK, source), candidate(OURS, source), candidate(NO_VECTORS, source)
    before = [one.digest(source) for one in (stock, ours, bare)]
    assert len(set(before)) == 3
    (source / "siaga" / "text" / "words.py").write_text("")
    after = [one.digest(source) for one in (stock, ours, bare)]
    assert [one == two for one, two in zip(before, after, strict=True)] == [True, False, False]
    (source / "data" / "nlu" / "radar.yml").write_text("")
    assert stock.digest(source) != before[0]


def test_a_part_of_the_examples_keeps_every_intent(tmp_path: Path) -> None:
    whole = snapshot(tmp_path) / "data" / "nlu"
    before = examples(whole)
    thin(whole, 4)
    kept = examples(whole)
    assert {intent for _, intent in kept} == {intent for _, intent in before}
    # Written anew, "/remind" is no intent's name.
    assert set(kept) <= {(text.lstrip("/"), intent) for text, intent in before}
    assert len(before) / 4 <= len(kept) <= len(before) / 4 + len(INTENTS)
