"""What is word for word an example is what its designer said that it means."""

from __future__ import annotations

from pathlib import Path

import pytest
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from siaga.nlu.fallback import OpenSetDecision

EXAMPLES = (
    ("radar", "ask_case_data"),
    ("saya positif", "report_symptoms"),
    ("batal", "cancel"),
    ("batal", "cancel_appointment"),
    ("3578012304649001", "register_vaccination"),
)
DOUBT = (("goodbye", 0.4), ("ask_case_data", 0.3), ("cancel", 0.2))


def message(text: str, **known: object) -> Message:
    made = Message({TEXT: text, **known})
    made.set(TOKENS_NAMES[TEXT], [Token(word, 0, lemma=word.lower().strip("!?")) for word in text.split()])
    return made


@pytest.fixture
def decision(tmp_path: Path) -> OpenSetDecision:
    """As it comes back from a model."""
    storage, kept = LocalModelStorage(tmp_path), Resource("decision")
    config = {**OpenSetDecision.get_default_config(), "familiar": 1}
    trained = OpenSetDecision(config, storage, kept)
    trained.train(TrainingData([message(text, **{INTENT: intent}) for text, intent in EXAMPLES]))
    return OpenSetDecision.load(config, storage, kept, None)  # type: ignore[arg-type]


def decided(decision: OpenSetDecision, text: str, **known: object) -> list[str]:
    asked = message(text, **known)
    asked.set(INTENT, {"name": DOUBT[0][0], "confidence": DOUBT[0][1]})
    asked.set(INTENT_RANKING_KEY, [{"name": name, "confidence": share} for name, share in DOUBT])
    (found,) = decision.process([asked])
    ranking = found.get(INTENT_RANKING_KEY)
    assert found.get(INTENT) == {key: ranking[0][key] for key in ("name", "confidence")}
    return [one["name"] for one in ranking]


@pytest.mark.parametrize("text", ["radar", "Radar!"])
def test_an_example_is_understood_however_unsure_the_network_is(decision: OpenSetDecision, text: str) -> None:
    assert decided(decision, text) == ["ask_case_data", "goodbye", "cancel"]


def test_its_intent_comes_first_even_if_it_was_not_thought_of(decision: OpenSetDecision) -> None:
    assert decided(decision, "saya positif")[0] == "report_symptoms"


@pytest.mark.parametrize("text", ["radar apa", "radar radar", "saya"])
def test_what_is_nearly_one_is_judged_as_ever(decision: OpenSetDecision, text: str) -> None:
    assert decided(decision, text)[0] == "nlu_fallback"


def test_an_example_of_two_intents_says_nothing(decision: OpenSetDecision) -> None:
    assert decided(decision, "batal")[0] == "nlu_fallback"


def test_a_bare_answer_stays_one(decision: OpenSetDecision) -> None:
    nik = {"entity": "nik", "value": "3578012304649001", "start": 0, "end": 16}
    assert decided(decision, "3578012304649001", **{ENTITIES: [nik]})[0] == "nlu_fallback"
