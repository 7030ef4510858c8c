"""Everything that a conversation can be about is counted as something."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from siaga.tallies.capabilities import FILE, OTHER, PEOPLE, capabilities, load
from tests import plain_yaml


def test_every_intent_and_form_of_the_domain_belongs_to_a_capability() -> None:
    domain = plain_yaml.domain()
    known = capabilities()
    intents = {next(iter(one)) if isinstance(one, dict) else one for one in domain["intents"]}
    missing = sorted(intents - set(known.of_intent)) + sorted(set(domain["forms"]) - set(known.of_form))
    assert not missing, f"add to {FILE.name}: {', '.join(missing)}"
    assert not set(known.of_intent) - intents
    assert not set(known.of_form) - set(domain["forms"])
    assert {OTHER, PEOPLE} <= set(known.labels)


@pytest.mark.parametrize(
    ("entries", "problem"),
    [
        ({"a": {"label": "A", "intents": ["x"]}, "b": {"label": "B", "intents": ["x"]}}, "x belongs to a and to b"),
        ({"a": {"label": "A", "forms": ["f"]}, "b": {"label": "B", "forms": ["f"]}}, "f belongs to a and to b"),
        ({"a": {"intents": ["x"]}}, "a has no label"),
    ],
)
def test_a_file_that_is_wrong_is_refused(tmp_path: Path, entries: dict[str, object], problem: str) -> None:
    path = tmp_path / "capabilities.yml"
    path.write_text(yaml.safe_dump(entries))
    with pytest.raises(ValueError, match=problem):
        load(path)


def test_one_that_is_gone_is_called_by_its_name() -> None:
    assert (capabilities().label("radar"), capabilities().label("retired")) == ("Radar", "retired")
