"""A provider of accounts that is not what it says, and people of it who would be somebody else here."""

from __future__ import annotations

import base64
import gzip
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from joserfc import jws, jwt

from siaga.desk import oidc
from siaga.desk.access import cookie_name
from siaga.settings import settings
from tests.attacks.services.test_registry import Say, answering, endless, saying
from tests.desk.conftest import Desk, account, desk, desk_app  # noqa: F401
from tests.desk.signing import kept
from tests.desk.test_oidc import CLIENT, OURS, Province, begin, is_refused, province, sign_in  # noqa: F401

BOMB = gzip.compress(bytes(50_000_000), 9)
ANSWERS: dict[str, Say] = {
    "huge": saying(b" " * 3_000_000 + b"{}"),
    "endless": endless,
    "packed": saying(BOMB, Content_Encoding="gzip"),
    "packed twice": saying(gzip.compress(BOMB, 9), Content_Encoding="gzip, gzip"),
    "deep": saying(b'{"a":' * 100_000),
    "a list": saying(b"[]"),
    "a page": saying(b"<html>Selamat datang di Wi-Fi</html>"),
    "no text": saying(b'{"issuer": "\xff"}'),
    "sent on": saying(b"{}", 302, Location="http://169.254.169.254/"),
    "not found": saying(b"{}", 404),
}


@pytest.fixture(autouse=True)
def anew(monkeypatch: pytest.MonkeyPatch) -> None:
    oidc.forget()
    monkeypatch.setattr(settings(), "desk_oidc_client_id", CLIENT)
    monkeypatch.setattr(settings(), "desk_oidc_client_secret", "rahasia")


@pytest.mark.parametrize("what", ANSWERS)
def test_whatever_it_answers_the_sign_in_fails_in_words(what: str) -> None:
    began = time.monotonic()
    with answering(ANSWERS[what]) as (url, _), pytest.raises(oidc.Failed) as failed:
        oidc.Provider(url)
    assert ("provider" in failed.value.why and failed.value.__context__ is None) or failed.value.__suppress_context__
    assert time.monotonic() - began < 5


def test_one_that_never_comes_to_the_point_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A header letter by letter: no silence is long, and the whole has no end."""

    def drip(handler: Any) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
        for _ in range(30):
            handler.wfile.write(b"x")
            time.sleep(0.1)
        handler.close_connection = True

    monkeypatch.setattr(oidc, "_ANSWER_SECONDS", 0.5)
    began = time.monotonic()
    with answering(drip) as (url, _), pytest.raises(oidc.Failed, match="does not answer"):
        oidc.Provider(url)
    assert time.monotonic() - began < 2


def provider_saying(issuer: str, monkeypatch: pytest.MonkeyPatch, **told: Any) -> oidc.Provider:
    monkeypatch.setattr(oidc, "_ask", lambda *_, **__: {"issuer": issuer, **told})
    return oidc.Provider(issuer)


@pytest.mark.parametrize(
    "address",
    [
        "http://akun.example.go.id/token", "https://127.0.0.1/token", "https://localhost/token", "https://[::1]/token",
        "https://[::ffff:127.0.0.1]/token", "https://169.254.169.254/latest", "https://2130706433/", "https://0x7f.1/",
        "https://10.0.0.5/token", "https://akun.example.go.id@127.0.0.1/", "https://a:b@akun.example.go.id/", "https://",
        "https:///token", "https://[", "file:///etc/passwd", "javascript:alert(1)", "//akun.example.go.id/token",
        "/token", "https://akun.example.go.id\r\nX: y/", "https://127.0.0.1.", "", None, 5, [],
        "https://akun.example.go.id\\@127.0.0.1/", "https://postgres:5432/",
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
def test_our_secret_goes_nowhere_inside(monkeypatch: pytest.MonkeyPatch, name: str, address: Any) -> None:
    provider = provider_saying("https://akun.example.go.id/realms/dinkes", monkeypatch, **{name: address})
    with pytest.raises(oidc.Failed):
        provider.address(name)


@pytest.mark.parametrize(
    ("issuer", "address"),
    [
        ("https://akun.example.go.id", "https://akun.example.go.id/token"),
        ("https://accounts.example.com", "https://oauth2.examples-apis.com/token"),
        ("https://10.1.2.3:8443/realms/dinkes", "https://10.1.2.3:8443/token"),
        ("http://127.0.0.1:9", "http://127.0.0.1:9/token"),
    ],
)
def test_its_own_addresses_are_used(monkeypatch: pytest.MonkeyPatch, issuer: str, address: str) -> None:
    assert provider_saying(issuer, monkeypatch, token_endpoint=address).address("token_endpoint") == address


@pytest.mark.parametrize("ways", [5, "client_secret_post", {}, [5, None], {"a": 1}, True])
def test_ways_that_are_none_are_the_usual_one(monkeypatch: pytest.MonkeyPatch, ways: Any) -> None:
    found = provider_saying(
        "https://akun.example.go.id", monkeypatch, token_endpoint_auth_methods_supported=ways
    ).ways()
    assert isinstance(found, list)


PUBLIC = OURS.as_dict(private=False)
WIDE = base64.urlsafe_b64encode(b"\xff" * 40_000).decode().rstrip("=")


@pytest.mark.parametrize(
    "keys",
    [
        {}, {"keys": 5}, {"keys": [5]}, {"keys": [None]}, {"keys": {}}, {"keys": []}, {"keys": [{}]}, {"keys": [[]]},
        {"keys": [{"kty": "RSA", "kid": "satu"}]}, {"keys": [{"kty": 5}]}, {"keys": [{**PUBLIC, "n": 5}]},
        {"keys": [{**PUBLIC, "n": "!"}]}, {"keys": [{**PUBLIC, "n": WIDE}]}, {"keys": [{**PUBLIC, "e": WIDE}]},
        {"keys": [{"kty": "oct", "k": "eA", "kid": "satu"}]}, {"keys": [{**PUBLIC, "use": "enc"}]},
        {"keys": [{**PUBLIC, "kid": "../../etc/passwd"}]}, {"keys": [{**PUBLIC, "kid": "lain"}] * 500},
        {"keys": [{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "kid": "satu"}]},
    ],
)  # fmt: skip
def test_keys_that_are_none_let_nobody_in(monkeypatch: pytest.MonkeyPatch, keys: Any) -> None:
    signed = token(OURS)
    provider = provider_saying("https://akun.example.go.id", monkeypatch, jwks_uri="https://akun.example.go.id/k")
    monkeypatch.setattr(oidc, "_provider", lambda: provider)
    monkeypatch.setattr(oidc, "_ask", lambda *_, **__: keys)
    began = time.monotonic()
    with pytest.raises(oidc.Failed):
        oidc._checked(signed, "sekali")
    assert time.monotonic() - began < 2


def token(key: Any, header: dict[str, Any] | None = None, **claims: Any) -> str:
    now = int(time.time())
    usual = {"iss": "https://akun.example.go.id", "aud": CLIENT, "sub": "orang-1", "iat": now, "exp": now + 300}
    return jwt.encode(
        {"alg": "RS256", "kid": "satu", **(header or {})},
        {**usual, "nonce": "sekali", **claims},
        key,
        algorithms=["RS256", "HS256", "none"],
    )


def part(said: Any) -> str:
    content = said if isinstance(said, bytes) else json.dumps(said).encode()
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def hashed(secret: bytes) -> str:
    """Signed with a secret that everybody knows."""
    head = f"{part({'alg': 'HS256', 'kid': 'satu'})}.{part({'sub': 'orang-1'})}"
    return f"{head}.{part(hmac.new(secret, head.encode(), 'sha256').digest())}"


def signed_over(payload: bytes) -> str:
    """Rightly signed, whatever it is."""
    return jws.serialize_compact({"alg": "RS256", "kid": "satu"}, payload, OURS)


TOKENS: dict[str, Callable[[], str]] = {
    "nothing": lambda: "",
    "two dots": lambda: "..",
    "five parts": lambda: "a.b.c.d.e",
    "packed and encrypted": lambda: f"{part({'alg': 'dir', 'enc': 'A128GCM', 'zip': 'DEF'})}....",
    "no JSON": lambda: signed_over(b"\xff"),
    "a list": lambda: signed_over(b"[]"),
    "a text": lambda: signed_over(b'"orang-1"'),
    "deep": lambda: signed_over(b'{"a":' * 100_000),
    "a header that is none": lambda: f"{part(b'[]')}.{part({})}.{part(b'x')}",
    "a deep header": lambda: f"{part(b'[' * 100_000)}.{part({})}.{part(b'x')}",
    "another way, with the public key as the secret": lambda: hashed(OURS.as_pem(private=False)),
    "no signature": lambda: f"{part({'alg': 'none'})}.{part({'sub': 'orang-1'})}.",
    "no signature, in capitals": lambda: f"{part({'alg': 'nOnE', 'kid': 'satu'})}.{part({'sub': 'orang-1'})}.",
    "ways in a list": lambda: f"{part({'alg': ['RS256'], 'kid': 'satu'})}.{part({})}.{part(b'x')}",
    "a key of a path": lambda: token(OURS, {"kid": "../../dev/null"}),
    "a key of a number": lambda: f"{part({'alg': 'RS256', 'kid': 5})}.{part({})}.{part(b'x')}",
    "its own key with it": lambda: f"{part({'alg': 'RS256', 'jwk': PUBLIC, 'jku': 'http://127.0.0.1/'})}.e30.AA",
    "what nobody understands": lambda: f"{part({'alg': 'RS256', 'kid': 'satu', 'crit': ['x'], 'x': 1})}.e30.AA",
    "times that are none": lambda: token(OURS, exp="besok"),
    "an end that is no number": lambda: token(OURS, exp=float("nan")),
    "no end": lambda: token(OURS, exp=float("inf")),
    "a beginning that is no number": lambda: token(OURS, iat=float("nan")),
    "an end in a list": lambda: token(OURS, exp=[int(time.time()) + 300]),
    "of the future": lambda: token(OURS, iat=int(time.time()) + 3600),
    "for nobody": lambda: token(OURS, aud=[]),
    "for a part of us": lambda: token(OURS, aud=CLIENT[:-1]),
    "asked for by nobody": lambda: token(OURS, azp=None),
    "asked for by another": lambda: token(OURS, azp="aplikasi-lain"),
    "another's nonce": lambda: token(OURS, nonce="Sekali"),
    "nonces": lambda: token(OURS, nonce=["sekali"]),
    "of issuers": lambda: token(OURS, iss=["https://akun.example.go.id"]),
    "of an issuer that begins alike": lambda: token(OURS, iss="https://akun.example.go.id.example.org"),
    "of a subject that is none": lambda: token(OURS, sub={"a": 1}),
    "of a subject that no database keeps": lambda: token(OURS, sub="a\0"),
    "of an endless subject": lambda: token(OURS, sub="a" * 5000),
    "of an empty subject": lambda: token(OURS, sub=""),
}


@pytest.mark.parametrize("what", TOKENS)
def test_a_token_that_is_not_right_is_refused(monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    provider = provider_saying("https://akun.example.go.id", monkeypatch, jwks_uri="https://akun.example.go.id/k")
    monkeypatch.setattr(oidc, "_provider", lambda: provider)
    monkeypatch.setattr(oidc, "_ask", lambda *_, **__: {"keys": [PUBLIC]})
    assert oidc._checked(token(OURS), "sekali")["sub"] == "orang-1"
    with pytest.raises(oidc.Failed) as failed:
        oidc._checked(TOKENS[what](), "sekali")
    assert "orang-1" not in failed.value.why and failed.value.__suppress_context__ is not (
        failed.value.__context__ is None
    )


# ---------------------------------------------------------------- people
@pytest.mark.parametrize(
    "claims",
    [
        {"preferred_username": "admin@example.go.id", "email": "admin@example.go.id", "email_verified": False},
        {"preferred_username": "x", "email": "admin@example.go.id"},
        {"preferred_username": "x", "email": "admin@example.go.id", "email_verified": "true"},
        {"preferred_username": "x", "email": ["admin@example.go.id"], "email_verified": True},
        {"preferred_username": "admin@example.go.id\0"},
        {"preferred_username": "admin@example.go.id\u200b"},
        {"preferred_username": "ad\u202emin@example.go.id"},
        {"preferred_username": {"admin@example.go.id": 1}},
        {"preferred_username": "\u212aepala"},
        {"name": "admin@example.go.id", "sub": "admin@example.go.id"},
        {"groups": [{}, [], None, 5], "preferred_username": "baru"},
    ],
)
def test_nobody_becomes_somebody_by_a_name_that_is_alike(
    desk: Desk,  # noqa: F811
    province: Province,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    claims: dict[str, Any],
) -> None:
    monkeypatch.setattr(settings(), "desk_oidc_roles_claim", "groups")
    monkeypatch.setattr(settings(), "desk_oidc_roles", {"dinkes-relawan": "volunteer"})
    account("admin@example.go.id", "admin")
    account("kepala", "programme")
    province.claims = claims
    browser = desk()
    assert is_refused(sign_in(browser, province), browser)
    assert kept("admin@example.go.id").oidc_subject is None and kept("kepala").oidc_subject is None


def test_nobody_is_signed_in_as_another_by_a_link(desk: Desk, province: Province) -> None:  # noqa: F811
    """Who is led to the way back of somebody else's sign-in, in a browser that began none or its own."""
    account("rini", "volunteer")
    province.claims = {"preferred_username": "rini"}
    attackers = province.authorize(begin(desk()))
    victim = desk()
    assert is_refused(victim.get(attackers), victim)
    begin(victim)
    assert is_refused(victim.get(attackers), victim)
    for broken in (
        "?state=&code=",
        "?state=%00&code=%00",
        "?code=x",
        "?state=x&state=y&code=z",
        "?error=access_denied",
    ):
        answer: httpx.Response = victim.get(f"/masuk/oidc/kembali{broken}")
        assert answer.status_code in (400, 403) and cookie_name() not in victim.cookies
