"""A bot such as `rasa init` leads to, with our intents and examples: its files, and its model, trained once and kept.

It has less to do than Siaga: each intent has one rule, questions go through a custom action of a rasa_sdk action server
(which says a sentence), the rest are responses. Pipeline and policies are Rasa's own default, untouched.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from bench.stock import training
from bench.understanding.candidates import STOCK, candidate
from bench.understanding.data import examples, thin
from siaga.settings import ROOT

# Answers that staff write are looked up, by an action, in a bot of either kind; so is what a registry knows.
_BY_ACTION = ("ask_", "check_", "find_", "good_news", "register_", "reschedule_", "report_")
# Conversations that are no rules, for the policies that learn; without any they would not be trained.
_STORIES = (
    ("greet", "ask_vaccine_question", "thanks"),
    ("greet", "show_menu", "check_eligibility", "ask_vaccine_question", "goodbye"),
    ("ask_covid_question", "ask_vaccine_question", "ask_covid_question", "thanks", "goodbye"),
    ("greet", "register_vaccination", "affirm", "thanks"),
    ("show_menu", "ask_case_data", "ask_tips", "check_hoax", "goodbye"),
    ("ask_vaccine_question", "find_facility", "register_vaccination", "affirm", "check_registration"),
)
ACTION = "action_look_up"
UNSURE = "Maaf, saya belum paham."
_ANSWER = "Ini jawaban atas pertanyaan Anda. Ada lagi yang bisa saya bantu?"


def by_action(intent: str) -> bool:
    """Whether the stock bot answers it through the action server."""
    return intent.startswith(_BY_ACTION)


def files(texts: list[tuple[str, str]], actions: str, tracker_store: dict[str, Any]) -> dict[str, Any]:
    """The project's files by name; ``texts`` are examples with their intents, ``actions`` is the server's address."""
    intents = list(dict.fromkeys(intent for _, intent in texts))
    said = {f"utter_{intent}": [{"text": _ANSWER}] for intent in intents if not by_action(intent)}
    does = {intent: ACTION if by_action(intent) else f"utter_{intent}" for intent in intents}
    used = [[one for one in story if one in does] for story in _STORIES]
    return {
        "domain.yml": {
            "version": "3.1",
            "intents": intents,
            "responses": {**said, "utter_default": [{"text": UNSURE}]},
            "actions": [ACTION],
            "session_config": {"session_expiration_time": 60, "carry_over_slots_to_new_session": True},
        },
        "data/rules.yml": {
            "version": "3.1",
            "rules": [{"rule": intent, "steps": [{"intent": intent}, {"action": does[intent]}]} for intent in intents]
            + [{"rule": "unsure", "steps": [{"intent": "nlu_fallback"}, {"action": "utter_default"}]}],
        },
        "data/stories.yml": {
            "version": "3.1",
            "stories": [
                {"story": str(number), "steps": [step for i in one for step in ({"intent": i}, {"action": does[i]})]}
                for number, one in enumerate(used, 1)
            ],
        },
        "config.yml": {**candidate(STOCK).config, "assistant_id": "stock"},
        "credentials.yml": {"rest": None},
        "endpoints.yml": {
            "action_endpoint": {"url": actions},
            "tracker_store": tracker_store,
        },
    }


ACTIONS = f'''"""The stock bot's one action."""

from rasa_sdk import Action


class LookUp(Action):
    def name(self):
        return "{ACTION}"

    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text="{_ANSWER}")
        return []
'''


def write(folder: Path, made: dict[str, Any]) -> None:
    """Write the files."""
    for name, content in made.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")


def trained(folder: Path, keep: Path, part: int, say: Callable[[str], None]) -> Path:
    """The stock model of every ``part``-th example of each intent: a kept one, else trained now, with all its epochs.

    Args:
        folder: an empty one, in which the project is made: ``examples`` end up in ``data/nlu``.
        keep: where models lie from one run to the next.
        part: 1 for all examples, which takes hours.
        say: told what is done.

    Raises:
        Failed: Rasa did not train it.
    """
    shutil.copytree(ROOT / "data" / "nlu", folder / "data" / "nlu")
    thin(folder / "data" / "nlu", part)
    texts = examples(folder / "data" / "nlu")
    write(folder, files(texts, "http://127.0.0.1:5055/webhook", {"type": "InMemoryTrackerStore"}))
    kept = keep / f"stock-{len(texts)}-of-{part}" / training.MODEL
    return training.trained(folder, kept, f"{len(texts)} examples: a quarter of an hour or more with 2,000", say)


def connect(folder: Path, actions: str, tracker_store: dict[str, Any]) -> None:
    """The project with its action, and where the action server is, and where trackers are kept."""
    write(folder, files(examples(folder / "data" / "nlu"), actions, tracker_store))
    (folder / "actions.py").write_text(ACTIONS, encoding="utf-8")
