"""What goes to the Graph API, and what its answers mean."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from siaga.settings import Settings
from siaga.turns.messages import Verdict
from siaga.whatsapp.access import SecretsMissing, access
from siaga.whatsapp.client import Ambiguous, GraphClient, Recipient, Refused, Unreachable
from tests.whatsapp.graph import Graph, running

TEXT = {"type": "text", "text": {"body": "halo"}}


@pytest.fixture
def graph() -> Iterator[Graph]:
    with running() as graph:
        yield graph


@pytest.fixture
async def client(graph: Graph) -> AsyncIterator[GraphClient]:
    client = GraphClient(graph.access, answer_seconds=0.5)
    yield client
    await client.close()


async def test_a_message_is_addressed_by_phone_number(graph: Graph, client: GraphClient) -> None:
    assert (await client.send(TEXT, Recipient("628000000001", "ID.abc"), "k1")).startswith("wamid.")
    assert graph.requests == [
        {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": "+628000000001",
            "biz_opaque_callback_data": "k1",
            **TEXT,
        }
    ]


async def test_or_by_user_id_when_there_is_no_number(graph: Graph, client: GraphClient) -> None:
    await client.send(TEXT, Recipient(None, "ID.abc"), "k1")
    assert graph.requests[0]["recipient"] == "ID.abc"
    assert "to" not in graph.requests[0]


async def test_the_read_mark_shows_that_an_answer_is_written(graph: Graph, client: GraphClient) -> None:
    await client.mark_read("wamid.1")
    assert graph.requests == [
        {
            "messaging_product": "whatsapp",
            "status": "read",
            "message_id": "wamid.1",
            "typing_indicator": {"type": "text"},
        }
    ]


async def test_an_upload_gives_a_media_id(graph: Graph, client: GraphClient) -> None:
    assert (await client.upload(b"\x89PNG", "image/png")).startswith("media-")
    assert b"\x89PNG" in graph.uploads[0]


async def test_a_refusal_tells_its_code_and_when_to_come_back(graph: Graph, client: GraphClient) -> None:
    graph.refuse(130429, 429, Retry_After="7")
    with pytest.raises(Refused) as caught:
        await client.send(TEXT, Recipient("628000000001"), "k1")
    assert (caught.value.code, caught.value.verdict, caught.value.retry_after) == (130429, Verdict.RETRY, 7.0)
    assert "628000000001" not in str(caught.value)


async def test_silence_after_sending_is_ambiguous(graph: Graph, client: GraphClient) -> None:
    graph.answers.append(1.0)
    with pytest.raises(Ambiguous):
        await client.send(TEXT, Recipient("628000000001"), "k1")


async def test_nobody_there_is_not_sent() -> None:
    client = GraphClient(access(Settings(graph_url="http://127.0.0.1:9")))
    with pytest.raises(Unreachable):
        await client.send(TEXT, Recipient("628000000001"), "k1")
    await client.close()


def test_production_needs_its_own_secrets() -> None:
    with pytest.raises(SecretsMissing, match="SIAGA_WHATSAPP_APP_SECRET"):
        access(Settings(environment="production"))
    names = ("whatsapp_app_secret", "whatsapp_verify_token", "whatsapp_access_token")
    given = Settings(environment="production", **dict.fromkeys(names, "sangat-rahasia"))
    assert access(given).access_token == "sangat-rahasia"
    assert "sangat-rahasia" not in repr(access(given))
