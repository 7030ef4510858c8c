"""What Meta says, asked of the simulator; and certificates, shown by a real server."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from siaga.doctor import online
from siaga.doctor.finding import Level
from siaga.settings import settings
from siaga.whatsapp.templates import load
from tests.serving import Handler, serving
from tests.simulator.conftest import NUMBER, TOKEN, Running, bot, launch

__all__ = ["bot", "launch"]


def levels(url: str, **differs: Any) -> dict[str, Level]:
    chosen = {"graph_url": url, "whatsapp_access_token": TOKEN, "whatsapp_phone_number_id": NUMBER}
    return {one.check: one.level for one in online.check(settings().copy(update={**chosen, **differs}))}


def test_a_number_that_may_do_everything(launch: Callable[..., Running]) -> None:
    ours = tuple(template.definition() for template in load())
    url = launch(templates=ours).url
    assert set(levels(url).values()) == {Level.OK} and len(levels(url)) == 4


def test_a_token_that_is_over_a_number_that_is_not_ours_and_no_template(launch: Callable[..., Running]) -> None:
    url = launch().url
    assert levels(url)["templates"] is Level.BROKEN
    assert levels(url, whatsapp_access_token="lama") == {"Graph API": Level.BROKEN}
    assert levels(url, whatsapp_phone_number_id="1") == {"Graph API": Level.BROKEN}
    assert levels("http://127.0.0.1:1") == {"Graph API": Level.BROKEN}


def test_each_further_number_is_asked_for(launch: Callable[..., Running]) -> None:
    url = launch(other_numbers=("2",)).url
    found = levels(url, whatsapp_other_numbers="2,3")
    assert (found["number"], found["number 2"], found["number 3"]) == (Level.OK, Level.OK, Level.BROKEN)


class Poor(Handler):
    """A number of bad repute, whose account no app listens to."""

    def respond(self) -> None:
        said = {"data": []} if "subscribed_apps" in self.path else {"status": "RESTRICTED", "quality_rating": "RED"}
        is_refused = "message_templates" in self.path
        refusal = {"error": {"message": "no", "type": "OAuthException", "code": 100}}
        self.answer(400 if is_refused else 200, refusal if is_refused else said, {})


def test_a_number_that_people_complain_of() -> None:
    with serving(Poor) as url:
        found = levels(url)
    assert (found["Graph API"], found["number"], found["webhook"]) == (Level.OK, Level.BROKEN, Level.BROKEN)
    red = online.Answer(True, None, {"status": "CONNECTED", "quality_rating": "RED"})
    assert online.number(red).level is Level.LOOK
    assert online.templates(set(), None).level is Level.LOOK and online.templates(None, set()).level is Level.BROKEN


# ---------------------------------------------------------------------- certificates
def certificate(folder: Path, days: float) -> Path:
    """A certificate with its key for localhost, good for so many days from now."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(timezone.utc)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=40))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    form = serialization.Encoding.PEM
    private = key.private_bytes(form, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / "certificate.pem"
    path.write_bytes(private + made.public_bytes(form))
    return path


@contextmanager
def secured(path: Path) -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("days", "expected"), [(90, Level.OK), (10, Level.LOOK), (2, Level.BROKEN), (-1, Level.BROKEN)]
)
def test_how_long_a_certificate_is_good(days: float, expected: Level, tmp_path: Path) -> None:
    path = certificate(tmp_path, days)
    trusted = ssl.create_default_context(cafile=str(path))
    with secured(path) as port:
        left = online.seconds_left("localhost", port, trusted)
        assert online.certificate("localhost", left).level is expected
        if days > 0:
            assert left is not None and abs(left - days * 86_400) < 120
            assert online.seconds_left("localhost", port) is None, "nobody we trust has signed it"
