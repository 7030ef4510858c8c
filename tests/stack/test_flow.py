"""A registration whose first answers come by form, over the whole running system, encrypted as a phone does it."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from siaga.settings import settings
from tests.stack.conftest import Stack, body
from tests.whatsapp.flows.phone import Phone, Refused

NIK = "3578010502859001"


def offered(messages: list[dict[str, Any]]) -> dict[str, Any]:
    """The parameters of the only message that opens a form."""
    actions = [message["interactive"]["action"] for message in messages if message["type"] == "interactive"]
    (form,) = [action["parameters"] for action in actions if action.get("name") == "flow"]
    return dict(form)


def send(stack: Stack, contact: str, token: str) -> list[dict[str, Any]]:
    """What WhatsApp sends to the chat when a form is closed; all that the bot has sent then."""
    reply = {"name": "flow", "body": "Sent", "response_json": {"flow_token": token}}
    stack.post(
        f"/api/contacts/{contact}/messages",
        {"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": reply}},
    )
    return stack.replies(contact, 30)


def test_from_the_form_to_the_ticket(three: Stack, flow_key: RSAPrivateKey) -> None:
    contact, other = three.contact(), three.contact()
    said = three.say(contact, "mau daftar vaksin")
    form = offered(said)
    assert (form["flow_id"], form["flow_cta"], form["flow_action"]) == (
        "700000000000001",
        "Isi formulir",
        "data_exchange",
    )
    assert said[-1]["interactive"]["type"] == "button", "who would rather chat may"
    phone = Phone(three.rasa, flow_key, settings().whatsapp_app_secret, form["flow_token"])
    phone.open_form()
    phone.submit(agrees=True)
    phone.submit(beneficiary="self")
    assert "16 angka" in phone.submit(nik="123", birth_date="5 feb 85", name="Warga Uji 001")["problem"]
    phone.submit(nik=NIK, birth_date="5 feb 85", name="Warga Uji 001")
    phone.submit(place="wonokromo surabaya")
    phone.submit()
    assert phone.screen == "SUCCESS"

    stolen = send(three, other, phone.token)
    assert "belum bisa saya baca" in body(stolen[-1]), "the form is somebody else's"

    said = send(three, contact, phone.token)
    assert body(said[-1]).startswith("Formulirnya sudah saya terima")
    three.say(contact, "belum pernah")
    three.say(contact, "sehat")
    said = three.say(contact, "tidak ada")
    said = three.say(contact, "1")
    said = three.say(contact, "1")
    assert "NIK: 3578********9001" in body(said[-1])
    said = three.say(contact, "ya, daftarkan")
    assert any("Warga Uji 001" in body(message) for message in said[-2:])
    assert three.rows("SELECT count(*) FROM registration")[0][0] == 1
    assert three.rows("SELECT count(*) FROM registration_form")[0][0] == 0
    with pytest.raises(Refused) as refused:
        phone.open_form()
    assert refused.value.status == 427
    log = "\n".join(line for _, line in three.log)
    for secret in (NIK, "Warga Uji 001", phone.token):
        assert secret not in log
