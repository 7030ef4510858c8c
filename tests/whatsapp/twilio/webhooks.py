"""Webhooks as Twilio writes them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

from tests.whatsapp.twilio.api import ACCOUNT, PUBLIC, SENDER, TOKEN

PHONE = "628000000001"
WEBHOOK = "/webhooks/twilio/webhook"
STATUS = "/webhooks/twilio/status"


def sid(number: int = 1) -> str:
    """A message's id."""
    return f"SM{number:032x}"


def message(number: int = 1, **fields: Any) -> dict[str, str]:
    """An incoming text; ``fields`` change or add to it."""
    return {
        "SmsMessageSid": sid(number),
        "NumMedia": "0",
        "ProfileName": "Warga Uji 001",
        "MessageType": "text",
        "SmsSid": sid(number),
        "WaId": PHONE,
        "SmsStatus": "received",
        "Body": "halo",
        "To": SENDER,
        "NumSegments": "1",
        "ReferralNumMedia": "0",
        "MessageSid": sid(number),
        "AccountSid": ACCOUNT,
        "ChannelMetadata": '{"type":"whatsapp","data":{"context":{"ProfileName":"Warga Uji 001"}}}',
        "From": f"whatsapp:+{PHONE}",
        "ApiVersion": "2010-04-01",
    } | {name: str(value) for name, value in fields.items()}


def status(message_sid: str, word: str, **fields: Any) -> dict[str, str]:
    """A status callback."""
    return {
        "ChannelPrefix": "whatsapp",
        "ApiVersion": "2010-04-01",
        "MessageStatus": word,
        "SmsSid": message_sid,
        "SmsStatus": word,
        "ChannelInstallSid": "XE" + "2" * 32,
        "To": f"whatsapp:+{PHONE}",
        "From": SENDER,
        "MessageSid": message_sid,
        "AccountSid": ACCOUNT,
        "ChannelToAddress": "+628000000XXX",
    } | {name: str(value) for name, value in fields.items()}


def signed(path: str, fields: dict[str, str], token: str = TOKEN, url: str = PUBLIC) -> tuple[bytes, dict[str, str]]:
    """A form's body, and the headers with Twilio's own signature of it."""
    signature = RequestValidator(token).compute_signature(url + path, fields)
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": signature}
    return urlencode(fields).encode(), headers
