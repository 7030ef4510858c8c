"""What an error quotes, and what the talkative tell, does not get into a log."""

from __future__ import annotations

import logging

import pytest

from actions import logs
from siaga.dialogue.logs import quiet_rasa

SAID = "nik saya 3578011708549001"


@pytest.fixture(autouse=True)
def _everything(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    logs.register()
    quiet_rasa()


def test_an_action_that_fails_is_told_without_what_it_was_given(caplog: pytest.LogCaptureFixture) -> None:
    try:
        try:
            int(SAID)
        except ValueError as cause:
            raise RuntimeError(f"cannot read {SAID}") from cause
    except RuntimeError as error:
        logging.getLogger("rasa_sdk.endpoint").error(msg=f"during {SAID}", exc_info=error)
    assert "RuntimeError" in caplog.text and "test_logs.py" in caplog.text
    assert SAID not in caplog.text and "3578" not in caplog.text


@pytest.mark.parametrize(
    "name",
    ["rasa_sdk.executor", "rasa_sdk.endpoint", "sanic.root", "urllib3.connectionpool", "httpcore.http11",
     "rasa.core.processor", "rasa.core.lock_store", "rasa.nlu.classifiers", "rasa.shared.core.trackers",
     "rasa.engine.graph"],
)  # fmt: skip
def test_the_talkative_are_not_heard(name: str, caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger(name).debug("Contents of ignored event: %s", SAID)
    assert caplog.text == ""


def test_addresses_that_are_called_are_not_told(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("httpx").info("HTTP Request: GET https://example.org/%s", SAID)
    assert caplog.text == ""
