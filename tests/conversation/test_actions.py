"""The actions as the action server finds them."""

from __future__ import annotations

import yaml
from rasa_sdk.executor import ActionExecutor

from siaga.settings import ROOT


def test_every_action_of_the_domain_is_there_and_none_besides() -> None:
    executor = ActionExecutor()
    executor.register_package("actions")
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    assert set(executor.actions) == set(domain["actions"])
