"""Signing in by a province's own accounts, against a small provider that signs with a real key."""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from siaga.desk import oidc
from siaga.desk.access import cookie_name
from siaga.desk.server import NotReady, check
from siaga.settings import Settings, settings
from tests.desk.conftest import Browser, Desk, account
from tests.desk.signing import change, code, kept, log
from tests.serving import Handler, serving

CLIENT, SECRET = "siaga-meja", "rahasia:klien+uji"
OURS = RSAKey.generate_key(2048, {"kid": "satu", "use": "sig"})
OTHERS = RSAKey.generate_key(2048, {"kid": "satu", "use": "sig"})
NEXT = RSAKey.generate_key(2048, {"kid": "dua", "use": "sig"})


@dataclass
class Province:
    """The provider's state: who is signed in there, and what is wrong with it, for tests."""

    issuer: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    """of the next ID token, over the usual ones; None takes one away"""
    key: Any = OURS
    header: dict[str, Any] = field(default_factory=lambda: {"alg": "RS256", "kid": "satu"})
    published: list[Any] = field(default_factory=lambda: [OURS])
    asked: dict[str, dict[str, str]] = field(default_factory=dict)
    """what came with each code that has been given out"""
    seen: list[str] = field(default_factory=list)
    is_away: bool = False

    def authorize(self, url: str) -> str:
        """The person says yes: where the browser is sent back to."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert query["response_type"] == "code" and query["code_challenge_method"] == "S256"
        assert query["client_id"] == CLIENT and "openid" in query["scope"].split()
        given = f"kode-{len(self.asked)}"
        self.asked[given] = query
        return f"{query['redirect_uri']}?state={query['state']}&code={given}"

    def token(self, form: dict[str, str], known: str) -> dict[str, Any] | None:
        """What a code is good for; None: it is not."""
        query = self.asked.pop(form["code"], None)
        challenge = (
            base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).decode().rstrip("=")
        )
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if query is None or query["code_challenge"] != challenge or known != f"Basic {basic}":
            return None
        if form["redirect_uri"] != query["redirect_uri"] or form["grant_type"] != "authorization_code":
            return None
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "orang-1",
            "iat": now,
            "exp": now + 300,
            "nonce": query["nonce"],
        }
        claims = {name: value for name, value in (claims | self.claims).items() if value is not None}
        signed = jwt.encode(self.header, claims, self.key, algorithms=["RS256", "HS256", "none"])
        return {"access_token": "x", "token_type": "Bearer", "id_token": signed}


@pytest.fixture
def province(database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Province]:
    state = Province()

    class Provider(Handler):
        def respond(self) -> None:
            path = urlsplit(self.path).path
            state.seen.append(path)
            if state.is_away:
                self.answer(503, {}, {})
            elif path == "/.well-known/openid-configuration":
                told = {
                    name: f"{state.issuer}/{name}" for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")
                }
                self.answer(200, told | {"issuer": state.issuer}, {})
            elif path == "/jwks_uri":
                self.answer(200, {"keys": [key.as_dict(private=False) for key in state.published]}, {})
            elif path == "/token_endpoint":
                form = {name: values[0] for name, values in parse_qs(self.posted().decode()).items()}
                token = state.token(form, self.headers.get("Authorization", ""))
                self.answer(200 if token else 400, token or {"error": "invalid_grant"}, {})
            else:
                self.answer(404, {}, {})

    with serving(Provider) as url:
        state.issuer = url
        for name, value in {
            "desk_oidc_issuer": url,
            "desk_oidc_client_id": CLIENT,
            "desk_oidc_client_secret": SECRET,
            "desk_url": "http://desk.test",
        }.items():
            monkeypatch.setattr(settings(), name, value)
        oidc.forget()
        yield state
        oidc.forget()


def begin(browser: Browser, ke: str = "/saya") -> str:
    """Follow the button; the provider's address."""
    answer = browser.get("/masuk/oidc", params={"ke": ke})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def sign_in(browser: Browser, province: Province, ke: str = "/saya") -> httpx.Response:
    return browser.get(province.authorize(begin(browser, ke)))


def is_refused(answer: httpx.Response, browser: Browser) -> bool:
    return answer.status_code == 403 and "belum berhasil" in answer.text and cookie_name() not in browser.cookies


def test_an_account_that_an_admin_made_is_found_by_its_login_and_then_by_its_subject(
    desk: Desk, province: Province
) -> None:
    account("rini", "volunteer")
    province.claims = {"preferred_username": "Rini"}
    browser = desk()
    assert "Masuk dengan akun provinsi" in browser.get("/masuk").text
    answer = sign_in(browser, province)
    assert (answer.status_code, answer.headers["location"]) == (303, "/saya")
    assert "Anda masuk dengan akun provinsi" in browser.get("/saya").text
    assert kept("rini").oidc_subject == f"{province.issuer}#orang-1"
    assert log() == [("oidc", "desk.account_link"), ("rini", "desk.sign_in")]

    province.claims = {"preferred_username": "rini.ganti-nama"}
    assert sign_in(desk(), province).status_code == 303


def test_a_verified_address_is_as_good_as_a_name(desk: Desk, province: Province) -> None:
    account("rini@example.go.id", "volunteer")
    province.claims = {"email": "rini@example.go.id", "email_verified": False}
    browser = desk()
    assert is_refused(sign_in(browser, province), browser)
    province.claims["email_verified"] = True
    assert sign_in(browser, province).status_code == 303


def test_another_person_of_the_same_name_is_not_let_in(desk: Desk, province: Province) -> None:
    account("rini", "volunteer")
    province.claims = {"preferred_username": "rini"}
    sign_in(desk(), province)
    province.claims["sub"] = "orang-2"
    browser = desk()
    assert is_refused(sign_in(browser, province), browser)


def test_nobody_is_let_in_whom_no_admin_knows(desk: Desk, province: Province) -> None:
    province.claims = {"preferred_username": "asing", "groups": ["dinkes-relawan"]}
    browser = desk()
    assert is_refused(sign_in(browser, province), browser)
    assert log() == [("unknown", "desk.sign_in_failed")]


def test_a_closed_account_stays_closed(desk: Desk, province: Province) -> None:
    account("rini", "volunteer")
    province.claims = {"preferred_username": "rini"}
    sign_in(desk(), province)
    change("rini", disabled_at=kept("rini").created_at)
    browser = desk()
    assert is_refused(sign_in(browser, province), browser)


def test_roles_of_the_province_make_an_account(desk: Desk, province: Province, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "desk_oidc_roles_claim", "groups")
    monkeypatch.setattr(settings(), "desk_oidc_roles", {"dinkes-relawan": "volunteer", "dinkes-isi": "editor"})
    province.claims = {
        "preferred_username": "baru",
        "name": "Petugas Baru",
        "groups": ["dinkes-isi", "dinkes-relawan", "x"],
    }
    browser = desk()
    assert sign_in(browser, province).status_code == 303
    assert (kept("baru").roles, kept("baru").name) == (["volunteer", "editor"], "Petugas Baru")

    province.claims |= {"sub": "orang-2", "preferred_username": "lain", "groups": ["x"]}
    other = desk()
    assert is_refused(sign_in(other, province), other)


def test_a_code_is_asked_for_here_too(desk: Desk, province: Province) -> None:
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    account("rini", "volunteer")
    change("rini", totp_secret=secret)
    province.claims = {"preferred_username": "rini"}
    browser = desk()
    assert sign_in(browser, province).headers["location"] == "/masuk/kode?ke=/saya"
    assert len(code(secret)) == 6
    assert browser.get("/saya").status_code == 303


@pytest.mark.parametrize(
    ("what", "change_"),
    [
        ("another's signature", {"key": OTHERS}),
        ("a key that is not published", {"key": NEXT, "header": {"alg": "RS256", "kid": "dua"}}),
        ("no signature", {"key": OctKey.import_key("x" * 32), "header": {"alg": "none"}}),
        ("signed with the client's secret", {"key": OctKey.import_key(SECRET), "header": {"alg": "HS256"}}),
        ("another nonce", {"claims": {"nonce": "lain"}}),
        ("no nonce", {"claims": {"nonce": None}}),
        ("for another", {"claims": {"aud": "aplikasi-lain"}}),
        ("asked for by another", {"claims": {"aud": [CLIENT, "aplikasi-lain"], "azp": "aplikasi-lain"}}),
        ("of another issuer", {"claims": {"iss": "https://example.org"}}),
        ("run out", {"claims": {"exp": int(time.time()) - 120}}),
        ("without an end", {"claims": {"exp": None}}),
        ("of the future", {"claims": {"iat": int(time.time()) + 3600}}),
        ("of nobody", {"claims": {"sub": None}}),
    ],
)
def test_a_token_that_is_not_right_is_refused(
    desk: Desk, province: Province, caplog: pytest.LogCaptureFixture, what: str, change_: dict[str, Any]
) -> None:
    account("rini", "volunteer")
    claims = {"preferred_username": "rini"} | change_.pop("claims", {})
    for name, value in (change_ | {"claims": claims}).items():
        setattr(province, name, value)
    browser = desk()
    assert is_refused(sign_in(browser, province), browser), what
    assert "failed: the ID token: " in caplog.text
    assert kept("rini").oidc_subject is None


def test_the_way_back_must_have_begun_in_this_browser_and_holds_once(desk: Desk, province: Province) -> None:
    account("rini", "volunteer")
    province.claims = {"preferred_username": "rini"}
    browser, other = desk(), desk()
    back = province.authorize(begin(browser))
    assert is_refused(other.get(back), other), "no cookie"
    begin(other)
    assert is_refused(other.get(back), other), "the cookie of another way"

    sealed = browser.cookies["siaga_oidc"]
    assert browser.get(back).status_code == 303
    assert "siaga_oidc" not in browser.cookies
    replaying = desk()
    replaying.cookies.set("siaga_oidc", sealed, domain="desk.test")
    before = province.seen.count("/token_endpoint")
    assert is_refused(replaying.get(back), replaying), "the same state again"
    assert province.seen.count("/token_endpoint") == before


def test_it_must_not_take_too_long(desk: Desk, province: Province, monkeypatch: pytest.MonkeyPatch) -> None:
    account("rini", "volunteer")
    province.claims = {"preferred_username": "rini"}
    browser = desk()
    monkeypatch.setattr(oidc, "LASTS", -oidc.LASTS)
    answer = browser.get("/masuk/oidc")
    sealed = answer.headers["set-cookie"].partition("=")[2].partition(";")[0]
    browser.cookies.set("siaga_oidc", sealed, domain="desk.test")
    assert is_refused(browser.get(province.authorize(answer.headers["location"])), browser)


def test_the_cookie_tells_nothing_and_leads_nowhere_else(desk: Desk, province: Province) -> None:
    answer = desk().get("/masuk/oidc", params={"ke": "https://example.org"})
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "Max-Age=600" in cookie and "SameSite=lax" in cookie
    assert query["state"][0] not in cookie and query["nonce"][0] not in cookie
    account("rini", "volunteer")
    province.claims = {"preferred_username": "rini"}
    assert sign_in(desk(), province, "https://example.org").headers["location"] == "/"


def test_keys_are_kept_and_asked_for_again_when_they_change(
    desk: Desk, province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    account("rini", "volunteer")
    province.claims = {"preferred_username": "rini"}
    for _ in range(2):
        assert sign_in(desk(), province).status_code == 303
    assert province.seen.count("/jwks_uri") == 1
    assert province.seen.count("/.well-known/openid-configuration") == 1

    province.published, province.key, province.header = [NEXT], NEXT, {"alg": "RS256", "kid": "dua"}
    browser = desk()
    assert is_refused(sign_in(browser, province), browser), "asked a moment ago"
    monkeypatch.setattr(oidc, "_KEYS_AFTER_SECONDS", 0.0)
    assert sign_in(browser, province).status_code == 303


def test_a_provider_that_is_away_is_told_and_passwords_still_work(desk: Desk, province: Province) -> None:
    province.is_away = True
    browser = desk()
    answer = browser.get("/masuk/oidc")
    assert is_refused(answer, browser)
    assert "Kata sandi" in answer.text


def test_without_a_provider_there_is_none_of_it(desk: Desk) -> None:
    browser = desk()
    assert "masuk/oidc" not in browser.get("/masuk").text
    assert browser.get("/masuk/oidc").status_code == 404
    assert browser.get("/masuk/oidc/kembali").status_code == 404


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"desk_oidc_issuer": "https://akun.example.go.id"}, "SIAGA_DESK_OIDC_CLIENT_ID"),
        ({"desk_totp_required_roles": "admin,bos"}, "no such roles: bos"),
        ({"environment": "production"}, "SIAGA_DESK_HTTPS"),
        (
            {
                "desk_oidc_issuer": "https://akun.example.go.id",
                "desk_oidc_client_id": "a",
                "desk_oidc_client_secret": "b",
                "desk_url": "https://meja.example.go.id",
                "desk_oidc_roles": {"x": "bos"},
            },
            "no such roles: bos",
        ),
        (
            {
                "environment": "production",
                "desk_https": True,
                "desk_oidc_issuer": "http://akun.example.go.id",
                "desk_oidc_client_id": "a",
                "desk_oidc_client_secret": "b",
                "desk_url": "https://meja.example.go.id",
            },
            "https://",
        ),
    ],
)
def test_settings_by_halves_are_refused(given: dict[str, Any], why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in given.items():
        monkeypatch.setattr(settings(), name, value)
    with pytest.raises(NotReady, match=why):
        check(Settings(_env_file=None, **given))  # type: ignore[call-arg]
