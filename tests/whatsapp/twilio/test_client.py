"""What Twilio is asked, over real HTTP, and what is made of its answers."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import func, select

from siaga.db import transaction
from siaga.settings import Settings
from siaga.turns.messages import Verdict
from siaga.whatsapp.access import SecretsMissing
from siaga.whatsapp.client import Ambiguous, Recipient, Refused, Unreachable
from siaga.whatsapp.reply import Choice, Reply
from siaga.whatsapp.twilio.access import access
from siaga.whatsapp.twilio.client import TwilioClient
from siaga.whatsapp.twilio.errors import hint, verdict
from siaga.whatsapp.twilio.media import reference_of
from siaga.whatsapp.twilio.render import render
from siaga.whatsapp.twilio.tables import TwilioContent
from tests.whatsapp.twilio.api import ACCOUNT, PUBLIC, SENDER, TOKEN, Twilio

TO = Recipient("628000000001")
KEY = "c0ffee"
WORDS = {"Body": "halo"}


def _options(text: str = "Ya?", key: str = "k" * 24) -> dict[str, Any]:
    (draft,) = render(Reply(text=text, choices=(Choice("Ya", "/affirm"), Choice("Tidak", "/deny"))), key)
    return draft.payload


@pytest.fixture
async def client(twilio: Twilio, database: str) -> AsyncIterator[TwilioClient]:
    client = TwilioClient(twilio.access())
    yield client
    await client.close()


def _kept() -> int:
    with transaction() as session:
        return session.scalar(select(func.count()).select_from(TwilioContent))


async def test_a_text(client: TwilioClient, twilio: Twilio) -> None:
    assert (await client.send(WORDS, TO, KEY)).startswith("SM")
    (request,) = twilio.requests
    assert request.path == f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    assert request.login == f"{ACCOUNT}:{TOKEN}"
    assert request.content == {
        "To": "whatsapp:+628000000001",
        "From": SENDER,
        "StatusCallback": f"{PUBLIC}/webhooks/twilio/status?key={KEY}#rc=5&rp=all",
        "Body": "halo",
    }


async def test_who_has_no_phone_number_is_written_to_by_user_id(client: TwilioClient, twilio: Twilio) -> None:
    await client.send(WORDS, Recipient(user_id="ID.4566"), KEY)
    assert twilio.messages[0]["To"] == "whatsapp:ID.4566"


async def test_a_messaging_service_may_send(twilio: Twilio) -> None:
    client = TwilioClient(twilio.access(sender="MG" + "3" * 32))
    await client.send(WORDS, TO, KEY)
    await client.close()
    assert twilio.messages[0]["MessagingServiceSid"] == "MG" + "3" * 32
    assert "From" not in twilio.messages[0]


async def test_our_pictures_get_an_address(client: TwilioClient, twilio: Twilio) -> None:
    await client.send({"Body": "ini", "MediaUrl": "media:" + "a" * 64}, TO, KEY)
    address = twilio.messages[0]["MediaUrl"]
    assert address.startswith(f"{PUBLIC}/webhooks/twilio/media/")
    assert reference_of(address.rpartition("/")[2]) == "media:" + "a" * 64


async def test_a_template_is_made_once_for_all_senders(client: TwilioClient, twilio: Twilio) -> None:
    await client.send(_options(), TO, KEY)
    await client.send(_options("Lain?", "n" * 24), TO, KEY)
    other = TwilioClient(twilio.access())
    await other.send(_options("Sungguh?"), TO, KEY)
    await other.close()
    assert len(twilio.contents) == _kept() == 1
    assert [message["ContentSid"] for message in twilio.messages] == [twilio.messages[0]["ContentSid"]] * 3
    assert json.loads(twilio.messages[1]["ContentVariables"])["1"] == "Lain?"
    assert "Body" not in twilio.messages[0]


@pytest.mark.parametrize("answer", [(403, {"code": 20403}, {}), (429, {}, {}), (201, {"sid": None}, {}), (200, [], {})])
async def test_where_no_template_is_made_options_are_in_words(
    client: TwilioClient, twilio: Twilio, answer: Any
) -> None:
    twilio.content_answers.append(answer)
    await client.send(_options(), TO, KEY)
    await client.send(_options(), TO, KEY)
    # Not asked for again with every message.
    assert len(twilio.contents) == 1
    assert [message["Body"] for message in twilio.messages] == [_options()["Body"]] * 2
    assert "1. Ya" in twilio.messages[0]["Body"]


async def test_a_template_that_twilio_has_lost_is_made_again(client: TwilioClient, twilio: Twilio) -> None:
    await client.send(_options(), TO, KEY)
    twilio.refuse(21655)
    await client.send(_options(), TO, KEY)
    assert "1. Ya" in twilio.messages[2]["Body"]
    await client.send(_options(), TO, KEY)
    assert len(twilio.contents) == 2
    assert "ContentSid" in twilio.messages[3]


async def test_other_refusals_of_a_template_are_refusals(client: TwilioClient, twilio: Twilio) -> None:
    twilio.refuse(63016)
    with pytest.raises(Refused) as refused:
        await client.send(_options(), TO, KEY)
    assert refused.value.verdict is Verdict.WINDOW
    assert len(twilio.messages) == 1


async def test_without_templates_there_are_none(twilio: Twilio, database: str) -> None:
    client = TwilioClient(twilio.access(use_content=False))
    await client.send(_options(), TO, KEY)
    await client.close()
    assert not twilio.contents
    assert "1. Ya" in twilio.messages[0]["Body"]


async def test_approved_templates_are_known_by_their_names(twilio: Twilio) -> None:
    client = TwilioClient(twilio.access(templates={"pengingat": "HX" + "5" * 32}))
    parameters = [{"type": "text", "text": "Warga Uji 001"}, {"type": "text", "text": "besok\npagi"}]
    template = {"name": "pengingat", "language": {"code": "id"}, "components": [{"type": "body"}]}
    template["components"][0]["parameters"] = parameters  # type: ignore[index]
    await client.send({"type": "template", "template": template}, Recipient("628000000001", "ID.4566"), KEY)
    assert twilio.messages[0]["To"] == "whatsapp:ID.4566"
    assert twilio.messages[0]["ContentSid"] == "HX" + "5" * 32
    assert json.loads(twilio.messages[0]["ContentVariables"]) == {"1": "Warga Uji 001", "2": "besok pagi"}
    with pytest.raises(Refused) as refused:
        await client.send({"type": "template", "template": {"name": "lain"}}, TO, KEY)
    await client.close()
    assert refused.value.verdict is Verdict.DROP
    assert len(twilio.messages) == 1


async def test_what_was_not_made_for_twilio_is_not_sent(client: TwilioClient, twilio: Twilio) -> None:
    with pytest.raises(Refused) as refused:
        await client.send({"type": "text", "text": {"body": "halo"}}, TO, KEY)
    assert refused.value.verdict is Verdict.DROP
    assert not twilio.requests


@pytest.mark.parametrize(
    ("code", "status", "meaning"),
    [
        (20429, 429, Verdict.RETRY),
        (63018, 400, Verdict.RETRY),
        (None, 503, Verdict.RETRY),
        (20003, 401, Verdict.PAUSE),
        (63007, 400, Verdict.PAUSE),
        (63038, 429, Verdict.PAUSE),
        (63016, 400, Verdict.WINDOW),
        (21610, 400, Verdict.BLOCKED),
        (21211, 400, Verdict.UNREACHABLE),
        (21614, 400, Verdict.UNREACHABLE),
        (63003, 400, Verdict.UNREACHABLE),
        (63024, 400, Verdict.UNREACHABLE),
        (21617, 400, Verdict.DROP),
        (30007, 400, Verdict.DROP),
        (99999, 400, Verdict.DROP),
    ],
)
async def test_refusals(client: TwilioClient, twilio: Twilio, code: int | None, status: int, meaning: Verdict) -> None:
    twilio.refuse(code, status, Retry_After="7")
    with pytest.raises(Refused) as refused:
        await client.send(WORDS, TO, KEY)
    assert (refused.value.code, refused.value.verdict, refused.value.retry_after) == (code, meaning, 7.0)
    assert "628" not in str(refused.value)


async def test_no_answer_is_ambiguous(twilio: Twilio) -> None:
    twilio.answers.append(1.0)
    client = TwilioClient(twilio.access(), answer_seconds=0.2)
    with pytest.raises(Ambiguous):
        await client.send(WORDS, TO, KEY)
    await client.close()


async def test_an_answer_without_an_id_is_ambiguous(client: TwilioClient, twilio: Twilio) -> None:
    twilio.answers.append((201, {"status": "queued"}, {}))
    with pytest.raises(Ambiguous):
        await client.send(WORDS, TO, KEY)


async def test_nobody_there_is_unreachable(twilio: Twilio) -> None:
    client = TwilioClient(twilio.access(api_url="http://127.0.0.1:9"))
    with pytest.raises(Unreachable):
        await client.send(WORDS, TO, KEY)
    await client.close()


async def test_typing_is_shown_only_where_it_is_wanted(client: TwilioClient, twilio: Twilio) -> None:
    await client.show_typing("SM1")
    assert not twilio.requests
    wanting = TwilioClient(twilio.access(typing=True))
    await wanting.show_typing("SM1.1")
    await wanting.close()
    (request,) = twilio.requests
    assert (request.path, request.content) == (
        "/v2/Indicators/Typing.json",
        {"messageId": "SM1", "channel": "whatsapp"},
    )


def test_whatever_stops_everything_has_a_hint() -> None:
    for code in (code for code in range(20000, 70000) if verdict(code) is Verdict.PAUSE):
        assert hint(code)
    assert hint(None)
    assert not hint(20429)


def test_in_production_nothing_is_made_up() -> None:
    with pytest.raises(SecretsMissing) as missing:
        access(Settings(environment="production", twilio_account_sid=ACCOUNT))
    assert "SIAGA_TWILIO_AUTH_TOKEN" in str(missing.value)
    assert "SIAGA_TWILIO_PUBLIC_URL" in str(missing.value)
    assert "ACCOUNT_SID" not in str(missing.value)


def test_a_sender_that_is_none_is_told_at_once() -> None:
    with pytest.raises(SecretsMissing, match="SIAGA_TWILIO_SENDER"):
        access(Settings(twilio_sender="+628000009999"))


def test_secrets_do_not_show(twilio: Twilio) -> None:
    assert TOKEN not in repr(twilio.access())
