"""However long a conversation goes on: what is kept of it stays small, and leads to where the whole would."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    BotUttered,
    ConversationPaused,
    Event,
    LoopInterrupted,
    SlotSet,
    UserUttered,
    deserialise_events,
)
from rasa.shared.core.trackers import DialogueStateTracker

from siaga.dialogue import memory
from siaga.dialogue.spared import spare

DOMAIN = Domain.load(str(Path(__file__).parent / "model" / "domain.yml"))
FORM = "uji_form"
LISTEN = ActionExecuted("action_listen")
LONGEST_TEXT = 4096
LOOKED_BACK = 8
"""States: `max_history` of the policies in config.yml."""
MOST_STORED = 2 * memory.MOST_EVENTS
MOST_BYTES = 1_000_000
KINDS = ("talk", "begin", "answer", "ask", "reject", "cancel", "slot")


@pytest.fixture(scope="module", autouse=True)
def as_in_a_worker() -> None:
    """What Rasa does anew for each event is done once."""
    spare()


class Talk:
    """A citizen's conversation: what is kept of it, and what it would be if nothing were shortened."""

    def __init__(self) -> None:
        self.stored: list[dict[str, Any]] = []
        self.whole = DialogueStateTracker.from_events("", [], slots=DOMAIN.slots)
        self.events = self.most_events = self.most_bytes = 0

    def add(self, events: Sequence[Event]) -> None:
        """One turn."""
        # Of what is stored only how much it is counts.
        self.stored = memory.keep(self.stored, [LISTEN] * len(self.stored) + list(events), DOMAIN.slots)
        for event in deserialise_events(self.stored[-len(events) :]):
            self.whole.update(event, DOMAIN)
        self.events += len(events)
        self.most_events = max(self.most_events, len(self.stored))

    def kept(self) -> DialogueStateTracker:
        """The conversation as it is read again."""
        return DialogueStateTracker.from_events("", deserialise_events(self.stored), slots=DOMAIN.slots, domain=DOMAIN)


def turn(kind: str, open_slot: str | None, chance: random.Random, longest: int = 60) -> tuple[list[Event], str | None]:
    """The events of a turn of a kind, and the question that is open after it."""
    said = "".join(chance.choice("abc defg ") for _ in range(chance.randint(1, longest)))
    names = {"begin": "daftar", "ask": "tanya", "cancel": "batal"}
    user = UserUttered(said, intent={"name": names.get(kind, "greet"), "confidence": 0.9}, input_channel="whatsapp")
    bot = BotUttered("Halo")
    if kind == "begin" and open_slot is None:
        asks = SlotSet("requested_slot", "nik")
        return [user, ActionExecuted(FORM), ActiveLoop(FORM), asks, bot, LISTEN], "nik"
    if kind == "answer" and open_slot == "nik":
        given_ = [SlotSet("nik", f"{chance.randrange(10**6)}"), SlotSet("requested_slot", "full_name")]
        return [user, ActionExecuted(FORM), *given_, bot, LISTEN], "full_name"
    if kind == "answer" and open_slot == "full_name":
        ends = [SlotSet("full_name", said), ActiveLoop(None), SlotSet("requested_slot", None)]
        return [user, ActionExecuted(FORM), *ends, ActionExecuted("utter_done"), bot, LISTEN], None
    if kind == "ask" and open_slot is not None:
        between = [ActionExecutionRejected(FORM), ActionExecuted("utter_default"), bot, ActionExecuted(FORM)]
        return [user, *between, SlotSet("requested_slot", open_slot), bot, LISTEN], open_slot
    if kind == "reject" and open_slot is not None:
        left = [ActionExecutionRejected(FORM), LoopInterrupted(True), ActionExecuted("utter_default")]
        return [user, *left, bot, LISTEN], open_slot
    if kind == "cancel" and open_slot is not None:
        ends = [ActiveLoop(None), SlotSet("requested_slot", None), SlotSet("nik", None)]
        return [user, ActionExecuted("action_deactivate_loop"), *ends, ActionExecuted("utter_cancelled"), LISTEN], None
    if kind == "slot":
        return [user, ActionExecuted("action_reply"), SlotSet("attempts", chance.randrange(5)), bot, LISTEN], open_slot
    return [user, ActionExecuted("action_reply"), bot, bot, LISTEN], open_slot


def state(tracker: DialogueStateTracker) -> dict[str, Any]:
    """All that policies, forms and actions look at."""
    loop = tracker.active_loop
    return {
        "slots": tracker.current_slot_values(),
        "loop": (loop.name, loop.rejected, loop.is_interrupted) if loop else None,
        "latest_action": tracker.latest_action_name,
        "paused": tracker.is_paused(),
        "said": tracker.latest_message and tracker.latest_message.text,
        "states": tracker.past_states(DOMAIN)[-LOOKED_BACK:],
    }


def test_of_two_years_as_little_is_kept_as_of_a_month_and_it_leads_to_the_same() -> None:
    chance, talk, asked = random.Random(7), Talk(), None
    bytes_at = {}
    for number in range(1, 3001):
        events, asked = turn(chance.choice(KINDS), asked, chance)
        talk.add(events)
        if number % 500 == 0 or number == 120:
            assert state(talk.kept()) == state(talk.whole), number
            bytes_at[number] = len(json.dumps(talk.stored))
    assert talk.events > 15_000
    assert talk.most_events <= MOST_STORED
    assert max(bytes_at.values()) < 3 * bytes_at[120]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(KINDS), min_size=20, max_size=60), st.integers(0, 10**6))
def test_whatever_the_turns_were_a_shortened_conversation_is_in_the_same_state(kinds: list[str], seed: int) -> None:
    chance, talk, asked = random.Random(seed), Talk(), None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(memory, "MOST_EVENTS", 50)
        patch.setattr(memory, "KEPT_EVENTS", 20)
        for kind in kinds:
            events, asked = turn(kind, asked, chance)
            talk.add(events)
            assert state(talk.kept()) == state(talk.whole)
    assert talk.most_events <= 100


def test_the_longest_messages_there_are_make_no_more_than_a_fixed_size() -> None:
    chance, talk = random.Random(1), Talk()
    for number in range(120):
        said = " ".join(chance.choice(("saya", "mau", "tanya")) for _ in range(LONGEST_TEXT))[:LONGEST_TEXT]
        talk.add([UserUttered(said, intent={"name": "greet"}), ActionExecuted("action_reply"), LISTEN])
        if number % 10 == 0:
            assert len(json.dumps(talk.stored)) < MOST_BYTES
    assert talk.most_events <= MOST_STORED


@pytest.mark.parametrize("a_turn", [1, 2, 400])
def test_a_conversation_in_which_the_bot_does_not_listen_does_not_grow_either(a_turn: int) -> None:
    talk = Talk()
    talk.add([UserUttered("halo", intent={"name": "greet"}), ConversationPaused(), SlotSet("attempts", 3)])
    for _ in range(800 // a_turn):
        events = [BotUttered("halo") for _ in range(a_turn - 1)]
        talk.add([UserUttered("halo", intent={"name": "greet"}), *events])
    assert talk.most_events <= MOST_STORED + a_turn
    assert talk.kept().is_paused() and talk.kept().get_slot("attempts") == 3
