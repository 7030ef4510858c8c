"""The form's end point over real HTTP, encrypted as a phone does it, on the real database."""

from __future__ import annotations

import json
import logging
from datetime import datetime, timedelta, timezone
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from sqlalchemy import select, update

from siaga.db import transaction
from siaga.doors.forged import AT_ONCE
from siaga.people.contacts import ensure_contact
from siaga.registration import forms
from siaga.registration.tables import RegistrationForm
from siaga.settings import settings
from siaga.whatsapp.flows import endpoint
from tests.whatsapp.door import PATH as WEBHOOK
from tests.whatsapp.door import serving_beside
from tests.whatsapp.flows.phone import PATH, Phone, Refused, new_key, seal

NIK = "3578010502859001"
PERSON = {"nik": "3578 0105 0285 9001", "birth_date": "5 februari 85", "name": "nama saya warga uji 001"}


def fill_in(phone: Phone) -> dict[str, Any]:
    """All screens but the last; what the last one shows."""
    phone.open_form()
    phone.submit(agrees=True)
    phone.submit(beneficiary="mother")
    phone.submit(**PERSON)
    return phone.submit(place="wonokromo surabaya")


def stored() -> RegistrationForm:
    with transaction() as session:
        form = session.execute(select(RegistrationForm)).scalar_one()
        session.expunge(form)
        return form


def test_a_form_from_beginning_to_end(phone: Phone, contact: str) -> None:
    assert "NIK, nama, tanggal lahir" in phone.open_form()["consent"]
    assert phone.submit(agrees=True) == {"problem": "", "has_problem": False}
    assert phone.screen == "WHO"
    phone.submit(beneficiary="mother")
    assert phone.screen == "IDENTITY"
    phone.submit(**PERSON)
    assert phone.screen == "HOME"
    shown = phone.submit(place="wonokromo surabaya")
    assert (phone.screen, shown["summary"].splitlines()) == (
        "SUMMARY",
        [
            "Untuk: Ibu saya",
            "NIK: 3578********9001",
            "Nama: Warga Uji 001",
            "Lahir: 5 Februari 1985",
            "Tinggal: Kec. Wonokromo, Kota Surabaya",
        ],
    )
    shown = phone.submit()
    assert phone.screen == "SUCCESS"
    assert shown == {"extension_message_response": {"params": {"flow_token": phone.token}}}, "and no answers"
    with transaction() as session:
        sent = forms.sent_answers(session, contact)
    assert {
        name: sent[name] for name in ("nik", "birth_date", "birth_date_matches", "name", "regency", "district")
    } == {
        "nik": NIK,
        "birth_date": "1985-02-05",
        "birth_date_matches": True,
        "name": "Warga Uji 001",
        "regency": "35.78",
        "district": "35.78.04",
    }


def test_the_health_check_needs_no_form(phone: Phone) -> None:
    assert phone.ask({"action": "ping"}) == {"data": {"status": "active"}}


def test_a_request_for_another_key_is_told_to_fetch_ours(phone: Phone) -> None:
    phone.key = new_key()
    with pytest.raises(Refused) as refused:
        phone.ask({"action": "ping"})
    assert refused.value.status == 421


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"5",
        b"{}",
        b"\xff\xfe",
        b"[" * 50_000,
        b'{"encrypted_flow_data": 1, "encrypted_aes_key": 2, "initial_vector": 3}',
        b'{"encrypted_flow_data": "", "encrypted_aes_key": "", "initial_vector": ""}',
    ],
)
def test_what_cannot_be_decrypted(phone: Phone, body: bytes) -> None:
    assert phone.post(body).status_code == 421


@pytest.mark.parametrize("part", ["encrypted_flow_data", "encrypted_aes_key", "initial_vector"])
def test_what_was_changed_on_its_way(phone: Phone, part: str) -> None:
    sealed = json.loads(seal({"version": "3.0", "action": "ping"}, phone.key).body)
    first = sealed[part][0]
    sealed[part] = ("A" if first != "A" else "B") + sealed[part][1:]
    assert phone.post(json.dumps(sealed).encode()).status_code == 421


@pytest.mark.parametrize("request_", [[], "ping", 5, None])
def test_a_request_that_is_no_object(phone: Phone, request_: Any) -> None:
    assert phone.post(seal(request_, phone.key).body).status_code == 421


@pytest.mark.parametrize("signature", ["", "sha256=" + "0" * 64])
def test_without_a_good_signature_nothing_is_opened(phone: Phone, signature: str) -> None:
    request = {"version": "3.0", "action": "INIT", "flow_token": phone.token}
    assert phone.post(seal(request, phone.key).body, signature).status_code == 432


def test_forged_requests_are_turned_away_and_the_form_goes_on(phone: Phone) -> None:
    with httpx.Client(trust_env=False) as forger:
        tried = [forger.post(phone.address + PATH, content=b"{}").status_code for _ in range(AT_ONCE + 20)]
    assert tried[:AT_ONCE] == [432] * AT_ONCE and 429 in tried
    assert "NIK, nama, tanggal lahir" in phone.open_form()["consent"]


@pytest.mark.parametrize("token", ["", "bukan-token", None, 5, ["x"]])
def test_a_token_that_is_not_ours(phone: Phone, token: Any) -> None:
    with pytest.raises(Refused) as refused:
        phone.ask({"action": "INIT", "flow_token": token})
    assert (refused.value.status, refused.value.words) == (
        427,
        "Formulir ini sudah tidak berlaku. Silakan kembali ke chat dan ketik daftar.",
    )


def test_a_form_is_not_valid_for_ever(phone: Phone) -> None:
    with transaction() as session:
        session.execute(update(RegistrationForm).values(expires_at=datetime.now(timezone.utc)))
    with pytest.raises(Refused) as refused:
        phone.open_form()
    assert refused.value.status == 427


def test_a_newer_form_takes_the_place_of_a_former(phone: Phone, contact: str) -> None:
    fill_in(phone)
    with transaction() as session:
        newer = forms.offer(session, contact, datetime.now(timezone.utc))
    with pytest.raises(Refused):
        phone.submit()
    phone.token = newer
    phone.open_form()
    assert stored().answers is None, "the answers of the former one are forgotten"


def test_who_gives_up_in_the_chat_gives_up_the_form(phone: Phone, contact: str) -> None:
    fill_in(phone)
    with transaction() as session:
        forms.discard(session, contact)
    with pytest.raises(Refused) as refused:
        phone.submit()
    assert refused.value.status == 427
    with transaction() as session:
        assert session.execute(select(RegistrationForm)).first() is None


def test_nothing_is_kept_before_there_is_consent(phone: Phone) -> None:
    phone.open_form()
    assert phone.submit(agrees=False)["error_message"] == 'Centang "Saya setuju" untuk lanjut, atau tutup formulir ini.'
    assert phone.screen == "CONSENT"
    phone.screen = "IDENTITY"
    with pytest.raises(Refused):
        phone.submit(**PERSON)
    assert stored().answers is None


def test_screens_cannot_be_left_out(phone: Phone) -> None:
    phone.open_form()
    phone.submit(agrees=True)
    for screen, data in (("HOME", {"place": "wonokromo surabaya"}), ("SUMMARY", {})):
        phone.screen = screen
        with pytest.raises(Refused) as refused:
            phone.submit(**data)
        assert refused.value.status == 427
    assert stored().sent_at is None
    assert set(stored().answers) == {"consented_at"}, "what was refused is not kept"


def test_what_comes_twice_counts_once(phone: Phone) -> None:
    fill_in(phone)
    for screen, data in (("WHO", {"beneficiary": "mother"}), ("IDENTITY", PERSON), ("CONSENT", {"agrees": True})):
        before = stored().answers
        phone.screen = screen
        phone.submit(**data)
        assert stored().answers == before, screen
    phone.screen = "SUMMARY"
    phone.submit()
    sent_at = stored().sent_at
    phone.screen = "SUMMARY"
    phone.submit()
    assert (phone.screen, stored().sent_at) == ("SUCCESS", sent_at), "the first answer may have been lost"


def test_a_form_that_was_sent_cannot_be_changed(phone: Phone) -> None:
    fill_in(phone)
    phone.submit()
    for screen, data in (("WHO", {"beneficiary": "self"}), ("IDENTITY", PERSON | {"name": "Warga Uji 002"})):
        phone.screen = screen
        with pytest.raises(Refused) as refused:
            phone.submit(**data)
        assert refused.value.words == "Formulir ini sudah terkirim. Silakan lanjut di chat."
    with pytest.raises(Refused):
        phone.open_form()
    assert stored().answers["name"] == "Warga Uji 001"


def test_a_birth_date_that_the_nik_does_not_show_is_asked_about_once(phone: Phone) -> None:
    phone.open_form()
    phone.submit(agrees=True)
    phone.submit(beneficiary="self")
    other = PERSON | {"birth_date": "6 februari 1985"}
    assert phone.submit(**other)["error_message"] == (
        "Menurut NIK, tanggal lahirnya 5 Februari 1985; yang Anda tulis 6 Februari 1985. Periksa keduanya. "
        "Kalau tanggal Anda benar, ketuk Lanjut sekali lagi."
    )
    assert phone.screen == "IDENTITY"
    phone.submit(**other)
    assert phone.screen == "HOME"
    assert (stored().answers["birth_date"], stored().answers["birth_date_matches"]) == ("1985-02-06", False)


def test_a_city_is_asked_for_its_district(phone: Phone) -> None:
    fill_in(phone)
    phone.screen = "HOME"
    places = phone.submit(place="surabaya")["places"]
    assert phone.screen == "DISTRICT"
    assert {"id": "35.78.04", "title": "Kec. Wonokromo", "description": "Kota Surabaya"} in places
    assert places[-1] == {"id": "35.78", "title": "Belum tahu kecamatannya", "description": "Kota Surabaya"}
    assert "Tinggal: Kota Surabaya, Jawa Timur" in phone.submit(district="35.78")["summary"]
    assert stored().answers["district"] is None
    for code in ("35", "99.99", "", None, 5):
        phone.screen = "DISTRICT"
        with pytest.raises(Refused):
            phone.submit(district=code)


def test_going_back(phone: Phone) -> None:
    fill_in(phone)
    back = {"action": "BACK", "flow_token": phone.token}
    assert phone.ask(back | {"screen": "SUMMARY"})["screen"] == "HOME"
    assert phone.ask(back | {"screen": "WHO"})["screen"] == "CONSENT"
    assert phone.ask(back)["screen"] == "CONSENT"


@pytest.mark.parametrize("action", ["data_exchange", "INIT"])
def test_an_error_that_the_phone_reports_is_noted(phone: Phone, action: str, caplog: pytest.LogCaptureFixture) -> None:
    data = {"error": "payload-schema-error", "error_message": f"nik {NIK}"}
    told = phone.ask({"action": action, "screen": "HOME", "flow_token": phone.token, "data": data})
    assert told == {"data": {"acknowledged": True}}
    assert "payload-schema-error" in caplog.text
    assert NIK not in caplog.text


@pytest.mark.parametrize(
    ("action", "screen"), [("navigate", "WHO"), ("data_exchange", "LAIN"), (None, None), ("x\ny", {}), ([], [])]
)
def test_what_is_not_known(phone: Phone, action: Any, screen: Any) -> None:
    with pytest.raises(Refused) as refused:
        phone.ask({"action": action, "screen": screen, "flow_token": phone.token, "data": 5})
    assert refused.value.status == 427


def test_when_the_database_is_away_the_phone_may_try_again(
    phone: Phone, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def gone(*_: object) -> None:
        raise RuntimeError(f"rahasia {NIK}")

    monkeypatch.setattr(endpoint, "respond", gone)
    answer = phone.post(seal({"version": "3.0", "action": "INIT", "flow_token": phone.token}, phone.key).body)
    assert (answer.status_code, answer.text) == (503, "")
    assert "RuntimeError" in caplog.text
    assert NIK not in caplog.text


def test_nothing_personal_is_logged_or_stored_in_clear(phone: Phone, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    fill_in(phone)
    phone.screen = "IDENTITY"
    phone.submit(**PERSON | {"nik": "3578010502859"})
    phone.submit(**PERSON | {"birth_date": "6 februari 1985"})
    phone.screen = "SUMMARY"
    phone.submit()
    with transaction() as session:
        raw = repr(session.connection().exec_driver_sql("SELECT * FROM registration_form").all())
    for secret in (NIK, "0502859", "Warga", "warga uji", "1985", "wonokromo", phone.token):
        assert secret not in caplog.text, secret
        assert secret not in raw, secret


def test_a_token_is_of_one_contact_only(phone: Phone, contact: str) -> None:
    fill_in(phone)
    with transaction() as session:
        own, other = (ensure_contact(session, phone=f"62800000000{n}").id for n in (1, 2))
        assert not forms.was_sent(session, own, phone.token), "not sent yet"
    phone.submit()
    with transaction() as session:
        assert forms.was_sent(session, own, phone.token)
        assert not forms.was_sent(session, other, phone.token)
        assert not forms.was_sent(session, own, phone.token + "x")
        assert not forms.was_sent(session, own, "")


def test_where_no_form_is_configured_there_is_no_end_point(
    database: str, flow_key: RSAPrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings(), "whatsapp_flow_id", None)
    with serving_beside() as address:
        phone = Phone(address, flow_key, settings().whatsapp_app_secret)
        assert phone.post(seal({"action": "ping"}, flow_key).body).status_code == 404
        assert httpx.get(address + PATH, trust_env=False).status_code == 404
        assert httpx.get(address + WEBHOOK, trust_env=False).status_code == 403, "the webhook is as before"


def test_forms_that_nobody_came_back_to_are_forgotten(contact: str) -> None:
    from siaga.retention.sweeping import sweep

    now = datetime.now(timezone.utc)
    with transaction() as session:
        forms.offer(session, contact, now)
    assert sweep(now + forms.LIFE - timedelta(minutes=1))["forms"] == 0
    assert sweep(now + forms.LIFE + timedelta(minutes=1))["forms"] == 1
    with transaction() as session:
        forms.offer(session, contact, now)
        session.execute(update(RegistrationForm).values(sent_at=now))
    assert sweep(now + timedelta(days=7))["forms"] == 0, "the message that it was sent may still come"
    assert sweep(now + timedelta(days=16))["forms"] == 1
