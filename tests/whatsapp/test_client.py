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


async def test_a_template_is_addressed_by_user_id(graph: Graph, client: GraphClient) -> None:
    """A number may be a stranger's by the time a template goes out."""
    template = {"type": "template", "template": {"name": "pengingat"}}
    await client.send(template, Recipient("628000000001", "ID.abc"), "k1")
    await client.send(template, Recipient("628000000001"), "k2")
    assert [(request.get("recipient"), request.get("to")) for request in graph.requests] == [
        ("ID.abc", None),
        (None, "+628000000001"),
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


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Retry_After": "7"}, 7.0),
        ({"Retry_After": "-3"}, 0.0),
        ({"Retry_After": "Wed, 21 Oct 2026 07:28:00 GMT"}, None),
        ({"X_Business_Use_Case_Usage": '{"1": [{"estimated_time_to_regain_access": 3}]}'}, 180.0),
        ({"X_Business_Use_Case_Usage": '{"1": [{"estimated_time_to_regain_access": 0}]}'}, None),
        ({"X_Business_Use_Case_Usage": '["?"]'}, None),
        ({"X_Business_Use_Case_Usage": "{"}, None),
        ({}, None),
    ],
)
async def test_when_to_come_back_is_told_in_either_header(
    graph: Graph, client: GraphClient, headers: dict[str, str], expected: float | None
) -> None:
    graph.refuse(4, 400, **headers)
    with pytest.raises(Refused) as caught:
        await client.send(TEXT, Recipient("628000000001"), "k1")
    assert caught.value.retry_after == expected


@pytest.mark.parametrize("body", ["bukan objek", {"error": "kata"}, {"error": {"code": "x"}}, []])
async def test_a_refusal_in_no_known_form_goes_by_its_status(graph: Graph, client: GraphClient, body: object) -> None:
    graph.answers.append((503, body, {}))
    with pytest.raises(Refused) as caught:
        await client.send(TEXT, Recipient("628000000001"), "k1")
    assert (caught.value.code, caught.value.verdict) == (None, Verdict.RETRY)


@pytest.mark.parametrize("body", ["bukan objek", {}, {"messages": []}])
async def test_a_yes_without_an_id_is_ambiguous(graph: Graph, client: GraphClient, body: object) -> None:
    graph.answers.append((200, body, {}))
    with pytest.raises(Ambiguous):
        await client.send(TEXT, Recipient("628000000001"), "k1")


async def test_an_error_with_status_200_is_a_refusal(graph: Graph, client: GraphClient) -> None:
    graph.refuse(131026, 200)
    with pytest.raises(Refused):
        await client.send(TEXT, Recipient("628000000001"), "k1")


async def test_one_connection_serves_many_messages(graph: Graph, client: GraphClient) -> None:
    for number in range(5):
        await client.send(TEXT, Recipient("628000000001"), str(number))
    assert len(graph.connections) == 1


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


async def test_the_way_leads_through_the_proxy_that_the_environment_names(
    graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("no_proxy", "NO_PROXY", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", graph.url)
    client = GraphClient(access(Settings(graph_url="http://graph.invalid")))
    try:
        await client.send(TEXT, Recipient("628000000001"), "k1")
        assert "graph.invalid" in graph.paths[0]
    finally:
        await client.close()
