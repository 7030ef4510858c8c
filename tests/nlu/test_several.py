"""Two requests in one message, and danger in it: the components after the classifier, on made-up outcomes of it."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from siaga.nlu.classifier import CLAUSES
from siaga.nlu.emergency import EMERGENCY, HINT, EmergencyNet
from siaga.nlu.several import OTHER_REQUEST, QUESTIONS, REQUESTS, Part, SeveralRequests, choose, only
from tests.conversation.test_domain import DOMAIN

NIK = "3578011708549001"
SURE = 0.7


def _parts(*intents: str | tuple[str, float]) -> list[Part]:
    parts = []
    for place, intent in enumerate(intents):
        name, confidence = intent if isinstance(intent, tuple) else (intent, 0.95)
        parts.append(Part(name, confidence, place * 10, place * 10 + 9))
    return parts


def _chosen(*intents: str | tuple[str, float]) -> tuple[str, str] | None:
    chosen = choose(_parts(*intents), SURE)
    return chosen and (chosen[0].intent, chosen[1].intent)


@pytest.mark.parametrize(
    ("intents", "chosen"),
    [
        (("register_vaccination", "ask_case_data"), ("register_vaccination", "ask_case_data")),
        (("ask_case_data", "register_vaccination"), ("ask_case_data", "register_vaccination")),
        # A greeting, thanks, a symptom or a complaint is the occasion of a request, not one.
        (("greet", "register_vaccination"), None),
        (("report_symptoms", "register_vaccination"), None),
        (("complaint", "talk_to_human"), None),
        (("greet", "check_registration", "ask_vaccine_question"), ("check_registration", "ask_vaccine_question")),
        (("thanks", "check_registration", "goodbye"), None),
        # Asked twice, or put in two ways.
        (("register_vaccination", "register_vaccination"), None),
        (("ask_covid_question", "check_hoax"), None),
        (("check_registration", "reschedule_appointment"), None),
        (("ask_privacy", "delete_my_data"), None),
        (("check_eligibility", "ask_next_dose"), None),
        # Of three, the one that is not the first one's own matter.
        (("ask_covid_question", "check_hoax", "register_vaccination"), ("ask_covid_question", "register_vaccination")),
        (("register_vaccination", "ask_case_data", "find_facility"), ("register_vaccination", "ask_case_data")),
        # A part that nobody is sure of.
        ((("register_vaccination", 0.69), "ask_case_data"), None),
        (("register_vaccination", ("ask_case_data", 0.69)), None),
        ((("register_vaccination", SURE), ("ask_case_data", SURE)), ("register_vaccination", "ask_case_data")),
        (
            (("register_vaccination", 0.5), "ask_case_data", "check_registration"),
            ("ask_case_data", "check_registration"),
        ),
        # Nothing at all.
        ((), None),
        (("register_vaccination",), None),
        (("out_of_scope", "nlu_fallback"), None),
    ],
)
def test_the_first_request_is_the_main_one(
    intents: tuple[str | tuple[str, float], ...], chosen: tuple[str, str] | None
) -> None:
    assert _chosen(*intents) == chosen


def test_all_requests_are_intents() -> None:
    assert set(DOMAIN["intents"]) >= REQUESTS >= QUESTIONS


def _message(text: str, intent: str, clauses: list[tuple[str, str]], confidence: float = 0.6) -> Message:
    """A message as the classifier leaves it; ``clauses`` are (words of the text, intent)."""
    parts = [
        {"intent": name, "confidence": 0.9, "start": text.index(words), "end": text.index(words) + len(words)}
        for words, name in clauses
    ]
    ranking = [{"name": intent, "confidence": confidence}, {"name": "thanks", "confidence": 0.1}]
    return Message({TEXT: text, INTENT: dict(ranking[0]), INTENT_RANKING_KEY: ranking, CLAUSES: parts, ENTITIES: []})


def _several(message: Message) -> Message:
    component = SeveralRequests(SeveralRequests.get_default_config())
    return component.process([message])[0]


def _other(message: Message) -> dict[str, Any] | None:
    return next((entity for entity in message.get(ENTITIES) if entity["entity"] == OTHER_REQUEST), None)


def test_the_first_becomes_the_intent_and_the_second_an_entity() -> None:
    text = "mau daftar vaksin, terus efek sampingnya apa?"
    message = _several(
        _message(
            text,
            "ask_vaccine_question",
            [("mau daftar vaksin", "register_vaccination"), ("efek sampingnya apa?", "ask_vaccine_question")],
        )
    )
    assert message.get(INTENT) == {"name": "register_vaccination", "confidence": 0.9}
    names = [one["name"] for one in message.get(INTENT_RANKING_KEY)]
    assert names == ["register_vaccination", "ask_vaccine_question", "thanks"]
    assert message.get(INTENT_RANKING_KEY)[0] == message.get(INTENT)
    entity = _other(message)
    assert entity is not None
    assert entity["value"] == {"intent": "ask_vaccine_question", "question": "efek sampingnya apa?"}
    assert text[entity["start"] : entity["end"]] == "efek sampingnya apa?"


def test_a_message_that_was_not_understood_as_a_whole_is_by_its_parts() -> None:
    message = _several(
        _message(
            "vaksin halal ga? mau daftar",
            "nlu_fallback",
            [("vaksin halal ga?", "ask_vaccine_question"), ("mau daftar", "register_vaccination")],
        )
    )
    assert message.get(INTENT)["name"] == "ask_vaccine_question"


def test_what_needs_no_words_keeps_none() -> None:
    message = _several(
        _message(
            f"vaksin halal ga? mau daftar nik {NIK}",
            "ask_vaccine_question",
            [("vaksin halal ga?", "ask_vaccine_question"), (f"mau daftar nik {NIK}", "register_vaccination")],
        )
    )
    assert (_other(message) or {})["value"] == {"intent": "register_vaccination"}


def test_personal_data_in_the_question_is_masked() -> None:
    asked = f"nik {NIK} hp 081200000001 lahir 17-08-1954 sertifikatnya mana"
    message = _several(
        _message(
            f"cek jadwal saya, terus {asked}",
            "check_registration",
            [("cek jadwal saya", "check_registration"), (asked, "ask_certificate")],
        )
    )
    question = (_other(message) or {})["value"]["question"]
    assert "sertifikatnya mana" in question
    for secret in (NIK, "081200000001", "17-08-1954"):
        assert secret not in question


@pytest.mark.parametrize(
    ("intent", "clauses"),
    [
        ("register_vaccination", []),
        ("register_vaccination", [("mau daftar vaksin", "register_vaccination"), ("ibu saya", "register_vaccination")]),
        ("register_vaccination", [("mau daftar vaksin", "register_vaccination"), ("ibu saya", "thanks")]),
        # As a whole it was something else: the parts do not overrule that.
        ("complaint", [("mau daftar vaksin", "register_vaccination"), ("ibu saya", "ask_case_data")]),
        ("out_of_scope", [("mau daftar vaksin", "register_vaccination"), ("ibu saya", "ask_case_data")]),
    ],
)
def test_nothing_is_added_for_a_single_request(intent: str, clauses: list[tuple[str, str]]) -> None:
    message = _message("mau daftar vaksin. ibu saya", intent, clauses)
    before = dict(message.get(INTENT)), list(message.get(INTENT_RANKING_KEY))
    _several(message)
    assert (message.get(INTENT), message.get(INTENT_RANKING_KEY)) == before
    assert message.get(ENTITIES) == []


def test_other_entities_stay() -> None:
    message = _message(
        "cek jadwal. kasus di surabaya",
        "check_registration",
        [("cek jadwal", "check_registration"), ("kasus di surabaya", "ask_case_data")],
    )
    place = {"entity": "regency", "value": "35.78", "start": 21, "end": 29}
    message.set(ENTITIES, [place])
    assert [entity["entity"] for entity in _several(message).get(ENTITIES)] == ["regency", OTHER_REQUEST]


def test_a_message_without_any_outcome_passes() -> None:
    message = Message({TEXT: ""})
    assert _several(message).get(INTENT) is None
    assert EmergencyNet(EmergencyNet.get_default_config()).process([Message({TEXT: ""})])[0].get(ENTITIES) is None


def _net(text: str, ranking: list[tuple[str, float]], entities: list[dict[str, Any]], likely: float = 0.2) -> Message:
    ranked = [{"name": name, "confidence": confidence} for name, confidence in ranking]
    message = Message({TEXT: text, INTENT: dict(ranked[0]), INTENT_RANKING_KEY: ranked, ENTITIES: entities})
    return EmergencyNet({"likely": likely}).process([message])[0]


OTHER = {"entity": OTHER_REQUEST, "value": {"intent": "ask_case_data"}, "start": 0, "end": 4}
AGE = {"entity": "age", "value": 67, "start": 0, "end": 2}


def test_in_danger_nothing_else_is_offered() -> None:
    message = _net("bapak saya tidak sadar, sama cek jadwal", [("check_registration", 0.9)], [OTHER, AGE])
    assert message.get(INTENT) == {"name": EMERGENCY, "confidence": 1.0}
    assert message.get(ENTITIES) == [AGE]
    assert message.get(INTENT_RANKING_KEY)[0]["name"] == EMERGENCY


@pytest.mark.parametrize(("danger", "hinted"), [(0.2, True), (0.35, True), (0.19, False), (0.0, False)])
def test_likely_danger_is_noted_from_the_threshold_on(danger: float, hinted: bool) -> None:
    message = _net("kepala saya aneh rasanya", [("report_symptoms", 0.6), (EMERGENCY, danger), ("greet", 0.1)], [OTHER])
    assert message.get(INTENT)["name"] == "report_symptoms", "the answer is what was understood"
    found = {entity["entity"]: entity["value"] for entity in message.get(ENTITIES)}
    assert found == {OTHER_REQUEST: OTHER["value"]} | ({HINT: danger} if hinted else {})


def test_what_is_an_emergency_already_needs_no_hint() -> None:
    message = _net("gawat min", [(EMERGENCY, 0.9), ("report_symptoms", 0.1)], [])
    assert message.get(ENTITIES) == []
    assert message.get(INTENT)["name"] == EMERGENCY


@pytest.mark.parametrize(
    ("intents", "found"),
    [
        (("complaint", "register_vaccination"), "register_vaccination"),
        ((("register_vaccination", 0.8), ("report_symptoms", 0.9)), None),
        (("greet", ("ask_case_data", 0.85)), "ask_case_data"),
        # The rest is clearly somebody else's business.
        (("out_of_scope", "register_vaccination"), None),
        ((("out_of_scope", 0.5), "register_vaccination"), "register_vaccination"),
        ((), None),
    ],
)
def test_the_one_clear_request_in_a_story(intents: tuple[str | tuple[str, float], ...], found: str | None) -> None:
    main = only(_parts(*intents), 0.85)
    assert (main and main.intent) == found


def test_a_story_is_understood_by_its_clear_request_only_when_it_is_not_understood_as_a_whole() -> None:
    clauses = [
        {"intent": "report_symptoms", "confidence": 0.9, "start": 0, "end": 10},
        {"intent": "find_facility", "confidence": 0.9, "start": 11, "end": 21},
    ]
    for understood, expected in (("nlu_fallback", "find_facility"), ("check_eligibility", "check_eligibility")):
        message = Message({TEXT: "x" * 21, INTENT: {"name": understood, "confidence": 0.5}, CLAUSES: clauses})
        SeveralRequests(SeveralRequests.get_default_config()).process([message])
        assert message.get(INTENT)["name"] == expected
        assert not message.get(ENTITIES)


@pytest.mark.parametrize("text", ["di mana IGD terdekat", "ugd ndi", "anak saya kejang"])
def test_who_asks_for_an_emergency_department_is_heard_like_danger(text: str) -> None:
    message = Message({TEXT: text, "intent": {"name": "find_facility", "confidence": 0.9}})
    message.set("intent_ranking", [{"name": "find_facility", "confidence": 0.9}])
    heard = EmergencyNet(EmergencyNet.get_default_config()).process([message])[0]
    assert heard.get("intent") == {"name": EMERGENCY, "confidence": 1.0}
    assert [intent["name"] for intent in heard.get("intent_ranking")] == [EMERGENCY, "find_facility"]
