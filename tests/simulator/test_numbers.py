"""A bot with several numbers: each has its own chats, windows, files and rates, as at Meta."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from siaga.simulator.rates import Rates
from tests.simulator.conftest import Running
from tests.simulator.stub_bot import NUMBER, TOKEN, StubBot, text, until

WA, OTHER = "628000000001", "100000000000002"


@pytest.fixture
def two(launch: Callable[..., Running]) -> Running:
    return launch(other_numbers=(OTHER,))


def _says(simulator: Running, body: str, **more: object) -> str:
    return simulator.post(f"/api/contacts/{WA}/messages", {**text(body), **more})["id"]


def test_a_message_comes_by_the_number_that_it_was_written_to(two: Running, bot: StubBot) -> None:
    for to in (NUMBER, OTHER):
        _says(two, "halo", to=to)
    until(lambda: len(bot.messages) == 2)
    values = [webhook["entry"][0]["changes"][0]["value"] for webhook in bot.webhooks]
    assert [value["metadata"]["phone_number_id"] for value in values] == [NUMBER, OTHER]
    assert "to" not in bot.messages[1]
    refused = two.client.post(f"/api/contacts/{WA}/messages", json={**text("halo"), "to": "1"})
    assert (refused.status_code, OTHER in refused.text) == (422, True)


def test_windows_and_read_marks_are_of_one_number(two: Running, bot: StubBot) -> None:
    first = _says(two, "halo")
    to = {"to": f"+{WA}", "recipient_type": "individual"}
    assert bot.post({**to, **text("x")}, number=OTHER).json()["error"]["code"] == 131047
    assert bot.post({"status": "read", "message_id": first}, number=OTHER).status_code == 400
    assert bot.post({**to, **text("x")}, number="3").json()["error"]["error_subcode"] == 33
    other = _says(two, "halo juga", to=OTHER)
    sent = bot.post({**to, **text("y"), "biz_opaque_callback_data": "k"}, number=OTHER)
    assert bot.post({"status": "read", "message_id": other}, number=OTHER).status_code == 200
    assert [(entry["status"], entry.get("ours")) for entry in two.chat(WA) if entry["direction"] == "in"] == [
        ("delivered", None),
        ("read", OTHER),
    ]
    until(lambda: any(status["status"] == "read" for status in bot.statuses))
    values = [webhook["entry"][0]["changes"][0]["value"] for webhook in bot.webhooks]
    assert {value["metadata"]["phone_number_id"] for value in values if "statuses" in value} == {OTHER}
    answered = _says(two, "balasan", context={"id": sent.json()["messages"][0]["id"]}, to=NUMBER)
    assert next(entry for entry in two.chat(WA) if entry["id"] == answered)["ours"] == OTHER


def test_a_file_is_known_by_the_number_that_uploaded_it(two: Running, bot: StubBot) -> None:
    _says(two, "halo")
    _says(two, "halo", to=OTHER)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    form = {"messaging_product": "whatsapp", "type": "text/plain"}
    up = httpx.post(f"{two.url}/v25.0/{OTHER}/media", data=form, files={"file": ("a.txt", b"x")}, headers=headers)
    payload = {"to": f"+{WA}", "type": "document", "document": {"id": up.json()["id"]}}
    assert bot.post(payload).status_code == 400
    assert bot.post(payload, number=OTHER).status_code == 200
    for number, status in ((NUMBER, 400), (OTHER, 200)):
        found = two.client.get(f"/v25.0/{up.json()['id']}", params={"phone_number_id": number}, headers=headers)
        assert found.status_code == status


def test_each_number_has_its_own_rate() -> None:
    rates = Rates(pair_rate=False, throughput=2, clock=lambda: 0.0)
    for _ in range(2):
        rates.check_send(WA)
    rates.received(OTHER)
    rates.check_send(WA, OTHER)
    for ours in (None, OTHER):
        with pytest.raises(Exception, match="on this number"):
            rates.check_send(WA, ours)
