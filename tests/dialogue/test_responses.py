"""What is said: the domain's responses in the published words, and the domain's own where there are none."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rasa.core.agent import Agent
from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import read_endpoint_config

from siaga.content import Entry, live, parse_entry
from siaga.content.kinds import Entries
from siaga.dialogue import responses
from siaga.dialogue.responses import PublishedResponses, with_notice
from siaga.settings import ROOT

DOMAIN = Domain.load(str(ROOT / "domain.yml"))
GOODBYE = "id: utter_goodbye\ntext: Sampai nanti, jaga kesehatan."


def _tracker(metadata: dict[str, Any] | None = None) -> DialogueStateTracker:
    tracker = DialogueStateTracker.from_events("k", [], slots=DOMAIN.slots)
    tracker.update(UserUttered("halo", metadata=metadata))
    return tracker


def _said(
    name: str, nlg: NaturalLanguageGenerator | None = None, preview: bool = False, **values: Any
) -> dict[str, Any]:
    nlg = nlg or PublishedResponses(domain=DOMAIN)
    said = asyncio.run(nlg.generate(name, _tracker({"preview": True} if preview else {}), "whatsapp", **values))
    assert said is not None
    return said


@pytest.fixture
def publish(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Puts entries in place of what stands of a kind, as a publication does."""
    standing: dict[tuple[str, bool], Entries] = {}
    real = live.entries

    def entries(kind: str, *, preview: bool = False) -> Entries:
        return standing.get((kind, preview)) or standing.get((kind, False)) or real(kind, preview=preview)

    def put(kind: str, *bodies: str, preview: bool = False) -> None:
        made: list[Entry] = [parse_entry(body, Path(f"content/{kind}/x.yml")) for body in bodies]
        standing[kind, preview] = Entries(made)

    monkeypatch.setattr(live, "built", lambda kind, build, *, preview=False: build(entries(kind, preview=preview)))
    yield put


def test_rasa_makes_it_as_the_endpoints_name_it() -> None:
    endpoint = read_endpoint_config(str(ROOT / "endpoints.yml"), "nlg")
    assert isinstance(NaturalLanguageGenerator.create(endpoint, DOMAIN), PublishedResponses)
    # An agent is made before its model is loaded, and hands the responses on then.
    assert isinstance(Agent(generator=endpoint).nlg, PublishedResponses)


VALUES: dict[str, Any] = {"salam": "Halo.", "hours": "", "progress": "3 dari 7", "day": "1990-01-02"}


@pytest.mark.parametrize("name", sorted(DOMAIN.responses))
def test_by_default_all_is_said_as_in_the_domain(name: str) -> None:
    """The files of content/front say what the domain says, too."""
    plain = TemplatedNaturalLanguageGenerator(DOMAIN.responses)
    assert _said(name, **VALUES) == _said(name, plain, **VALUES)


def test_what_the_domain_does_not_have_is_not_said() -> None:
    assert asyncio.run(PublishedResponses(domain=DOMAIN).generate("utter_nothing", _tracker(), "whatsapp")) is None


def test_a_published_sentence_is_said_with_its_values_and_new_titles(publish: Any) -> None:
    publish(
        "sentence",
        GOODBYE,
        "id: utter_menu_in_form\ntext: Baru {progress}. Lanjut?\nbuttons:\n  Lanjut daftar: Ya, lanjut",
    )
    assert _said("utter_goodbye")["text"] == "Sampai nanti, jaga kesehatan."
    said = _said("utter_menu_in_form", progress="3 dari 7")
    before = _said("utter_menu_in_form", TemplatedNaturalLanguageGenerator(DOMAIN.responses), progress="3 dari 7")
    assert said["text"] == "Baru 3 dari 7. Lanjut?"
    assert [button["title"] for button in said["buttons"]][:2] == ["Ya, lanjut", "Cek pendaftaran"]
    assert [button["payload"] for button in said["buttons"]] == [button["payload"] for button in before["buttons"]]
    assert said["custom"] == before["custom"]
    # The domain itself is as it was.
    assert DOMAIN.responses["utter_goodbye"][0]["text"].startswith("Sampai jumpa")


def test_payloads_with_braces_are_filled_in_as_before(publish: Any) -> None:
    name = "utter_ask_registration_birth_date"
    domain = DOMAIN.responses[name][0]
    publish("sentence", f"id: {name}\ntext: {domain['text']!r}\nbuttons: {{Bukan: Bukan itu}}")
    publish("front", "id: s\nis: greeting\ntext: '{salam} Ya?'\noptions: [{label: Halal, answer: vaksin-halal},"
            " {label: Menu, payload: /show_menu}]")  # fmt: skip
    said = _said(name, day="1990-01-02")
    assert [button["payload"] for button in said["buttons"]] == [
        '/choose_option{"option": "birth_date=1990-01-02"}',
        '/choose_option{"option": "birth_date=no"}',
        "/cancel",
    ]
    assert said["buttons"][1]["title"] == "Bukan itu"
    assert _said("utter_greet", salam="Halo.")["buttons"][0]["payload"] == (
        '/choose_option{"option": "answer=vaksin-halal"}'
    )


def test_a_draft_is_said_to_who_previews_only(publish: Any) -> None:
    publish("sentence", GOODBYE, preview=True)
    assert _said("utter_goodbye", preview=True)["text"] == "Sampai nanti, jaga kesehatan."
    assert _said("utter_goodbye")["text"].startswith("Sampai jumpa")


def test_conditions_and_channels_come_first(publish: Any) -> None:
    """A response with several wordings is the domain's affair."""
    publish("sentence", GOODBYE)
    domain = Domain.from_dict(
        {"responses": {"utter_goodbye": [{"text": "Di WhatsApp", "channel": "whatsapp"}, {"text": "Lain"}]}}
    )
    assert _said("utter_goodbye", PublishedResponses(domain=domain))["text"] == "Di WhatsApp"


@pytest.mark.parametrize(
    "only", [{"text": "a"}, {"text": "a", "channel": "whatsapp"}, {"text": "a", "channel": "x"}]
    + [{"text": "a", "condition": [{"type": "slot", "name": "name", "value": value}]} for value in ("ada", None)],
)  # fmt: skip
def test_the_only_response_is_rasas_choice_without_a_lot(only: dict[str, Any]) -> None:
    responses_of = {"utter_x": [only]}
    ours, rasas = PublishedResponses(domain=Domain.empty()), TemplatedNaturalLanguageGenerator(responses_of)
    ours.responses = responses_of
    for name in ("utter_x", "utter_y"):
        slots = {"name": None}
        assert ours._random_response_for(name, "whatsapp", slots) is rasas._random_response_for(name, "whatsapp", slots)


def test_what_is_filled_in_stays_out_of_the_domain() -> None:
    whole = {
        "text": "{a}",
        "buttons": [{"title": "{a}", "payload": "/a", "more": [1, {"b": None}]}],
        "custom": {"c": [[]]},
    }
    copied = responses._copied(whole)
    assert copied == whole
    copied["buttons"][0]["more"][1]["b"] = copied["custom"]["c"][0].append(1)
    assert whole["buttons"] == [{"title": "{a}", "payload": "/a", "more": [1, {"b": None}]}] and whole["custom"] == {
        "c": [[]]
    }


def test_a_sentence_that_no_longer_fits_is_left_aside(publish: Any, caplog: pytest.LogCaptureFixture) -> None:
    publish("sentence", GOODBYE)
    domain = Domain.from_dict({"responses": {"utter_goodbye": [{"text": "Sampai {day}"}]}})
    nlg = PublishedResponses(domain=domain)
    assert [_said("utter_goodbye", nlg, day="besok")["text"] for _ in range(3)] == ["Sampai besok"] * 3
    assert len(caplog.records) == 1 and "{day}" in caplog.records[0].getMessage()


def test_what_cannot_be_read_is_said_as_in_the_domain(publish: Any, caplog: pytest.LogCaptureFixture) -> None:
    publish("sentence", "id: utter_goodbye\ntext: ''")
    publish("front", "id: s\nis: gretting")
    nlg = PublishedResponses(domain=DOMAIN)
    assert _said("utter_goodbye", nlg)["text"].startswith("Sampai jumpa")
    assert "Siaga" in _said("utter_greet", nlg, salam="Halo.")["text"]
    assert [record.levelname for record in caplog.records] == ["ERROR", "ERROR"]


def test_a_store_that_breaks_takes_nothing_down(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("away")

    monkeypatch.setattr(responses.live, "built", broken)
    assert _said("utter_goodbye")["text"].startswith("Sampai jumpa")


def test_the_greeting_and_the_menu_come_from_the_front(publish: Any) -> None:
    publish(
        "front",
        "id: s\nis: greeting\ntext: '{salam} Apa kabar?'\noptions: [{label: Menu, payload: /show_menu}]",
        "id: m\nis: menu\ntext: Pilih.\nbutton: Buka\noptions: [{label: Petugas, payload: /talk_to_human,"
        " description: Orang}]",
    )
    greeting = _said("utter_greet", salam="Halo.")
    assert (greeting["text"], greeting["buttons"]) == ("Halo. Apa kabar?", [{"title": "Menu", "payload": "/show_menu"}])
    menu = _said("utter_menu")
    assert (menu["text"], menu["custom"]) == ("Pilih.", {"list_button": "Buka"})
    assert menu["buttons"] == [{"title": "Petugas", "payload": "/talk_to_human", "description": "Orang"}]


def test_a_notice_stands_under_the_salutation_and_above_the_menu() -> None:
    said = _said("utter_greet", salam="Halo.", notice="Besok {libur}.")
    assert said["text"].startswith("Halo.\n\n📢 Besok {libur}.\n\nSaya *Siaga*")
    assert _said("utter_menu", notice="Besok libur.")["text"].startswith("📢 Besok libur.\n\nIni yang")
    assert "📢" not in _said("utter_goodbye", notice="Besok libur.")["text"]
    assert with_notice("Halo.", "Libur.", below_first_line=True) == "Halo.\n\n📢 Libur."
