"""However oddly a file is written, the check tells of it and never falls over."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from siaga.checking import check
from tests.checking.test_command import SMALL

PROJECT = SMALL | {
    "domain.yml": """intents:
  - greet
  - bye: {use_entities: []}
entities: [place]
slots:
  place:
    type: categorical
    values: [a, b]
    mappings:
      - type: from_entity
        entity: place
forms:
  ask_form:
    required_slots: [place]
actions: [action_a]
responses:
  utter_greet:
    - text: "Halo, {place}"
      buttons:
        - title: Ya
          payload: '/greet{{"place": "a"}}'
      custom:
        footer: Kaki
""",
    "data/rules.yml": """rules:
- rule: salam
  condition:
  - active_loop: null
  steps:
  - or:
    - intent: greet
    - intent: bye
  - action: ask_form
  - active_loop: ask_form
  - slot_was_set:
    - place: a
  wait_for_user_input: false
""",
    "data/stories.yml": """stories:
- story: cerita
  steps:
  - user: halo [a](place)
    intent: greet
    entities:
    - place: a
  - action: utter_greet
  - checkpoint: c
""",
    "tests/scenarios/s.yml": "- name: s\n  turns:\n    - user: halo\n      bot: [Halo]\n",
}
NAMES = st.sampled_from(sorted(PROJECT))
BITS = st.sampled_from(
    [
        "",
        " ",
        "- ",
        "\t",
        ":",
        "[",
        "]",
        "{",
        "}",
        '"',
        "'",
        "|",
        "&a ",
        "*a",
        "#",
        "null",
        "1",
        "? ",
        "\n",
        "é",
        "\x00",
    ]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(NAMES, st.floats(0, 1), st.integers(0, 12), BITS)
@example("domain.yml", 0.0, 10_000, "")
@example("domain.yml", 0.0, 10_000, "[]")
@example("domain.yml", 0.0, 10_000, "responses: []\nforms: [a]\nslots: a\nintents: {a: b}\n")
@example("data/rules.yml", 0.0, 10_000, "rules: {a: b}\n")
@example("data/rules.yml", 0.0, 10_000, "rules: [a, {rule: [b], steps: [[c], d, {or: e}, {slot_was_set: f}]}]\n")
@example("data/nlu.yml", 0.0, 10_000, "nlu: [a, {intent: [b], examples: {c: d}}, {intent: e, examples: [[f]]}]\n")
@example("data/nlu.yml", 0.0, 10_000, "nlu: &a [*a]\n")
@example("data/nlu.yml", 0.0, 10_000, "nlu: 2026-13-45\n")
def test_whatever_is_written_is_told_and_nothing_more(name: str, where: float, gone: int, bit: str) -> None:
    text = PROJECT[name]
    at = int(where * len(text))
    with tempfile.TemporaryDirectory() as folder:
        for file, content in (PROJECT | {name: text[:at] + bit + text[at + gone :]}).items():
            path = Path(folder) / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        found = check(Path(folder), content=False)
    for one in found:
        assert one.file in PROJECT
        assert one.line >= 1
        assert one.sentence and "\n" not in one.sentence.strip("\n")
