"""The actions as the action server finds them."""

from __future__ import annotations

from rasa_sdk.executor import ActionExecutor

from tests.plain_yaml import domain


def test_every_action_of_the_domain_is_there_and_none_besides() -> None:
    executor = ActionExecutor()
    executor.register_package("actions")
    assert set(executor.actions) == set(domain()["actions"])
