"""Meta's webhooks as routes: what they bring is kept before they are answered. Knows nothing of Rasa."""

from __future__ import annotations

import hmac
from asyncio import AbstractEventLoop

from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, text

from siaga.doors.forged import Refusals
from siaga.turns.intake import Intake
from siaga.whatsapp.access import Access
from siaga.whatsapp.flows.keys import flow_key
from siaga.whatsapp.parse import read
from siaga.whatsapp.signature import HEADER, genuine

# Meta's webhooks have at most 3 MB; a little more for the headers, which Sanic counts too.
LARGEST_REQUEST = 3 * 1024 * 1024 + 64 * 1024


def routes(way_in: Access, intake: Intake, kind: type[Blueprint] = Blueprint) -> Blueprint:
    """``GET /`` (whether it runs), ``GET /webhook`` (Meta's question whether it is us) and ``POST /webhook``.

    Where a Flow is configured, ``POST /flow`` as well.

    Raises:
        FlowKeyUnusable: a Flow is configured without a key that can be read.
        ValueError: the setting for proxies has something that is no address.
    """
    webhook = kind("whatsapp_webhook", "siaga_whatsapp")
    refusals = Refusals()

    @webhook.get("/")
    async def health(_: Request) -> HTTPResponse:
        return text("ok")

    @webhook.get("/webhook")
    async def verify(request: Request) -> HTTPResponse:
        token = request.args.get("hub.verify_token") or ""
        right = hmac.compare_digest(token.encode(errors="replace"), way_in.verify_token.encode())
        if request.args.get("hub.mode") == "subscribe" and right:
            return text(request.args.get("hub.challenge") or "")
        return refusals.answer(request, 403, "a question for the webhook without the token")

    @webhook.post("/webhook")
    async def receive(request: Request) -> HTTPResponse:
        """200 only when all of it has been committed."""
        if not genuine(request.body, request.headers.get(HEADER), way_in.app_secret):
            return refusals.answer(request, 403, "a webhook without a good signature")
        batch = read(request.body, way_in.first, way_in.others)
        return text("", status=200 if await intake.take(batch) else 503)

    key = flow_key()
    if key is not None:
        # pywa takes a second to import, which only who has a form should wait for.
        from siaga.whatsapp.flows.endpoint import BAD_SIGNATURE, FlowEndpoint
        from siaga.whatsapp.flows.words import follow

        forms = FlowEndpoint(key, way_in.app_secret)

        @webhook.post("/flow")
        async def exchange(request: Request) -> HTTPResponse:
            answer = await forms.answer(request.body, request.headers.get(HEADER))
            if answer.status == BAD_SIGNATURE:
                return refusals.answer(request, BAD_SIGNATURE, "a form's request without a good signature")
            return text(answer.body, status=answer.status, content_type=answer.content_type)

        @webhook.listener("after_server_start")
        async def follow_content(_: Sanic, __: AbstractEventLoop) -> None:
            follow()

    @webhook.listener("before_server_start")
    async def limit(app: Sanic, _: AbstractEventLoop) -> None:
        app.config.REQUEST_MAX_SIZE = LARGEST_REQUEST

    return webhook
