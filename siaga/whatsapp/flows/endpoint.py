"""The form's end point: what Meta signed and encrypted is opened, answered, and encrypted again.

Statuses are Meta's ("Business Endpoint Error Codes"): 421 when it cannot be decrypted, so that the phone fetches the
key anew; 427 when the form is not valid any more; 432 when the signature is wrong. How it is encrypted is the business
of pywa, which follows Meta's example: RSA-OAEP with SHA-256 for the AES key, AES-GCM for the rest, and for the answer
the same key with every bit of the initial vector turned.
"""

from __future__ import annotations

import asyncio
import json
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from cryptography.exceptions import InvalidTag
from pywa.utils import default_flow_request_decryptor, default_flow_response_encryptor

from siaga.db import transaction
from siaga.whatsapp.flows.exchange import NoLongerValid, respond
from siaga.whatsapp.flows.keys import FlowKey
from siaga.whatsapp.signature import genuine

CANNOT_DECRYPT, NOT_VALID, BAD_SIGNATURE, LATER = 421, 427, 432, 503
THREADS = 4

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answer:
    """An HTTP answer."""

    status: int
    body: str = ""
    content_type: str = "text/plain"


class FlowEndpoint:
    """Answers requests in threads of its own: both the database and the key take their time."""

    def __init__(self, key: FlowKey, app_secret: str) -> None:
        self._key = key
        self._app_secret = app_secret
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="forms")

    async def answer(self, body: bytes, signature: str | None) -> Answer:
        """The answer to a request as it came."""
        if not genuine(body, signature, self._app_secret):
            return Answer(BAD_SIGNATURE)
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._answer, body)

    def _answer(self, body: bytes) -> Answer:
        try:
            request, aes_key, vector = self._opened(body)
        except (ValueError, TypeError, KeyError, InvalidTag, RecursionError) as error:
            log.warning("a form's request cannot be decrypted: %s", type(error).__name__)
            return Answer(CANNOT_DECRYPT)
        try:
            with transaction() as session:
                response = respond(session, request, datetime.now(timezone.utc))
        except NoLongerValid as refused:
            return Answer(NOT_VALID, json.dumps({"error_msg": refused.words}), "application/json")
        except Exception as error:
            # The text of an error may hold what was filled in.
            log.error("a form's request cannot be answered: %s", type(error).__name__)
            return Answer(LATER)
        return Answer(200, default_flow_response_encryptor(response, aes_key, vector))

    def _opened(self, body: bytes) -> tuple[dict[str, Any], bytes, bytes]:
        sealed = json.loads(body)
        request, aes_key, vector = default_flow_request_decryptor(
            sealed["encrypted_flow_data"],
            sealed["encrypted_aes_key"],
            sealed["initial_vector"],
            self._key.pem,
            self._key.passphrase,
        )
        if not isinstance(request, dict):
            raise TypeError("an object expected")
        return request, aes_key, vector
