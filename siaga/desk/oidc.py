"""Signing in by a province's own accounts: OpenID Connect, the code flow with PKCE.

What the browser must bring back is kept in a cookie of its own, sealed and good for ten minutes; each state counts
once. The provider's addresses and keys are asked for once an hour, and its keys again when one is not among them.
"""

from __future__ import annotations

import json
import logging
import math
import re
import secrets
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as OutOfTime
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeGuard

import httpx
from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from cryptography.exceptions import InvalidTag
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError
from joserfc.jwk import KeySet
from sqlalchemy import select
from sqlalchemy.orm import Session

from siaga.db import transaction
from siaga.db.audit import note
from siaga.desk import accounts, attempts, signing_in
from siaga.desk.signing_in import NOBODY, SignedIn
from siaga.desk.tables import DeskAccount
from siaga.privacy import decrypt, encrypt
from siaga.settings import settings

log = logging.getLogger(__name__)

CALLBACK = "/masuk/oidc/kembali"
LASTS = timedelta(minutes=10)
_PURPOSE = "desk.oidc"
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]
"""Signatures with the provider's own key; none with a secret that both know, and no unsigned token."""
_LEEWAY_SECONDS = 60
_ASKED_AFTER_SECONDS = 3600.0
_KEYS_AFTER_SECONDS = 60.0
"""A token that names an unknown key has the keys asked for anew, but no more often than this."""
_AWAY_SECONDS = 5.0
"""A provider that does not answer is left alone for so long: whoever waits for it holds up the others."""
_ANSWER_SECONDS = 10.0
"""For one answer, to its end; of its silences none lasts longer than half of it."""
_LARGEST_ANSWER = 1_000_000
_NAME_OF_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?\.)+[a-z](?:[a-z0-9-]*[a-z0-9])?", re.IGNORECASE)
_LONGEST_SUBJECT = 255
"""Characters, by the standard."""
_BY = "oidc"


class Failed(Exception):
    """The sign-in did not come about. ``why`` is for the log and tests, and holds nothing of the person."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Begun:
    """A sign-in that has begun: where it goes on, and what the browser brings back (both secret)."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    to: str
    until: float

    def sealed(self) -> str:
        """For a cookie."""
        return encrypt(json.dumps(asdict(self)).encode(), _PURPOSE).hex()


def begin(to: str, now: datetime) -> tuple[str, Begun]:
    """The provider's address to go to, and what to keep until the browser is back.

    Raises:
        Failed: the provider does not answer.
    """
    begun = Begun(
        state=secrets.token_urlsafe(24),
        nonce=secrets.token_urlsafe(24),
        verifier=secrets.token_urlsafe(48),
        to=to,
        until=(now + LASTS).timestamp(),
    )
    asked = {
        "response_type": "code",
        "client_id": settings().desk_oidc_client_id,
        "redirect_uri": _redirect_uri(),
        "scope": "openid profile email",
        "state": begun.state,
        "nonce": begun.nonce,
        "code_challenge": create_s256_code_challenge(begun.verifier),
        "code_challenge_method": "S256",
    }
    return add_params_to_uri(_provider().address("authorization_endpoint"), list(asked.items())), begun


def _redirect_uri() -> str:
    return f"{(settings().desk_url or '').rstrip('/')}{CALLBACK}"


def finish(sealed: str, state: str, code: str, now: datetime) -> tuple[SignedIn, str]:
    """Sign in who comes back with a code; also where to go on.

    Raises:
        Failed: state, code or token are not right, or nobody here has this account.
    """
    begun = _opened(sealed)
    if begun.until < now.timestamp():
        raise Failed("too late")
    if not secrets.compare_digest(begun.state.encode(), state.encode()):
        raise Failed("another state")
    with transaction() as session:
        if not attempts.once(session, state, now):
            raise Failed("the state was used before")
    claims = _checked(_token(code, begun.verifier), begun.nonce)
    with transaction() as session:
        account = _account_of(session, claims)
        if account is None:
            note(session, NOBODY, "desk.sign_in_failed", {"by": _BY})
            signed_in = None
        elif account.disabled_at is not None:
            note(session, account.login, "desk.sign_in_failed", {"by": _BY})
            signed_in = None
        else:
            signed_in = signing_in.begin(session, account, _BY, now)
    if signed_in is None:
        raise Failed("nobody here has this account")
    return signed_in, begun.to


def _opened(sealed: str) -> Begun:
    try:
        return Begun(**json.loads(decrypt(bytes.fromhex(sealed), _PURPOSE)))
    except (InvalidTag, KeyError, ValueError):
        raise Failed("not begun here") from None


def _token(code: str, verifier: str) -> str:
    """The ID token that the code is good for."""
    config = settings()
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": _redirect_uri(),
        "client_id": config.desk_oidc_client_id or "",
        "code_verifier": verifier,
    }
    provider = _provider()
    known = (config.desk_oidc_client_id or "", config.desk_oidc_client_secret or "")
    # Both ways are common; a provider that does not say which it takes takes this one.
    in_form = "client_secret_post" in provider.ways() and "client_secret_basic" not in provider.ways()
    if in_form:
        form["client_secret"] = known[1]
    answer = _ask("POST", provider.address("token_endpoint"), data=form, auth=None if in_form else known)
    token = answer.get("id_token")
    if not isinstance(token, str):
        raise Failed("no ID token")
    return token


def _checked(token: str, nonce: str) -> Mapping[str, Any]:
    """The claims of an ID token that was signed by the provider, for us, for this very sign-in."""
    config = settings()
    provider = _provider()
    rules = jwt.JWTClaimsRegistry(
        leeway=_LEEWAY_SECONDS,
        iss={"essential": True, "value": provider.issuer},
        aud={"essential": True, "value": config.desk_oidc_client_id or ""},
        exp={"essential": True},
        iat={"essential": True},
        sub={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    try:
        claims = _decoded(token, provider)
        rules.validate(claims)
    except Failed:
        raise
    except Exception as problem:
        # Whatever stands where something else was expected; its text may quote what it is.
        raise Failed(f"the ID token: {type(problem).__name__}") from None
    # A list of which one would do, or a number that is none, is no such claim.
    is_ours = (claims["iss"], claims["nonce"]) == (provider.issuer, nonce)
    if not (is_ours and _is_time(claims["exp"]) and _is_time(claims["iat"])):
        raise Failed("the ID token: claims of another kind")
    if not _is_plain(claims["sub"]) or len(claims["sub"]) > _LONGEST_SUBJECT:
        raise Failed("the ID token: no subject")
    # A token for several is for us only if we are who asked for it.
    if "azp" in claims and claims["azp"] != config.desk_oidc_client_id:
        raise Failed("the ID token: asked for by another")
    return claims


def _decoded(token: str, provider: Provider) -> dict[str, Any]:
    try:
        return jwt.decode(token, provider.keys(), algorithms=_ALGORITHMS).claims
    except (InvalidKeyIdError, ValueError):
        # The provider may have changed its keys since.
        return jwt.decode(token, provider.keys(anew=True), algorithms=_ALGORITHMS).claims


def _account_of(session: Session, claims: Mapping[str, Any]) -> DeskAccount | None:
    """Whose this is: known from before, or now by the login that an admin has given it, or made by its roles."""
    subject = f"{claims['iss']}#{claims['sub']}"
    known = session.scalar(select(DeskAccount).where(DeskAccount.oidc_subject == subject).with_for_update())
    if known is not None:
        return known
    logins = _logins(claims)
    for login in logins:
        try:
            account = accounts.by_login(session, login, lock=True)
        except accounts.UnknownAccount:
            continue
        # Linked for good: another person who is given this name later is not let in by it.
        if account.oidc_subject is None and account.disabled_at is None:
            return _linked(session, account, subject)
        return None
    roles = _roles(claims)
    if not roles or not logins:
        return None
    name = str(claims.get("name") or logins[0])[: accounts.NAME_LENGTH]
    try:
        account = accounts.create(session, logins[0], name, roles, by=_BY)
    except accounts.Refused:
        return None
    return _linked(session, account, subject)


def _logins(claims: Mapping[str, Any]) -> list[str]:
    """What an account here may be called; an address that the provider has not verified proves nothing."""
    email = claims.get("email") if claims.get("email_verified") is True else None
    name = claims.get("preferred_username")
    if isinstance(name, str) and "@" in name and claims.get("email_verified") is False:
        name = None
    return [accounts.plain_login(one) for one in (email, name) if _is_plain(one) and one.isascii() and one.strip()]


def _is_time(value: Any) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def _is_plain(value: Any) -> TypeGuard[str]:
    return isinstance(value, str) and value.isprintable()


def _linked(session: Session, account: DeskAccount, subject: str) -> DeskAccount:
    account.oidc_subject = subject
    note(session, _BY, "desk.account_link", {"login": account.login})
    return account


def _roles(claims: Mapping[str, Any]) -> list[str]:
    config = settings()
    if not config.desk_oidc_roles_claim:
        return []
    held = claims.get(config.desk_oidc_roles_claim)
    names = held if isinstance(held, list) else [held]
    return sorted(
        {config.desk_oidc_roles[name] for name in names if isinstance(name, str) and name in config.desk_oidc_roles}
    )


class Provider:
    """What a provider tells of itself, and its keys."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self._told = _ask("GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        if self._told.get("issuer") != issuer:
            raise Failed("the provider has another issuer")
        self.asked_at = time.monotonic()
        self._keys: KeySet | None = None
        self._keys_at = 0.0

    def address(self, name: str) -> str:
        """One of its addresses. Our secret goes there: to its own host, or one of the open internet by its name."""
        found = self._told.get(name)
        try:
            url, own = httpx.URL(found if isinstance(found, str) else ""), httpx.URL(self.issuer)
        except (httpx.InvalidURL, ValueError):
            raise Failed(f"the provider has no {name}") from None
        is_safe = url.scheme == "https" or (url.scheme == "http" and own.scheme == "http")
        if not is_safe or url.userinfo or not (url.host == own.host or _NAME_OF_HOST.fullmatch(url.host)):
            raise Failed(f"the provider has no {name}")
        return str(found)

    def ways(self) -> list[str]:
        """How it lets us show who we are."""
        told = self._told.get("token_endpoint_auth_methods_supported")
        return told if told and isinstance(told, list) else ["client_secret_basic"]

    def keys(self, *, anew: bool = False) -> KeySet:
        """The keys that it signs with."""
        wanted = anew and time.monotonic() - self._keys_at > _KEYS_AFTER_SECONDS
        if self._keys is None or wanted:
            told = _ask("GET", self.address("jwks_uri"))
            try:
                self._keys = KeySet.import_key_set(told)  # type: ignore[arg-type]
            except Exception:  # whatever stands there instead of keys
                raise Failed("the provider's keys cannot be read") from None
            self._keys_at = time.monotonic()
        return self._keys


_lock = threading.Lock()
_known: dict[str, Provider] = {}
_away_until: dict[str, float] = {}


def _provider() -> Provider:
    issuer = settings().desk_oidc_issuer or ""
    with _lock:
        provider, now = _known.get(issuer), time.monotonic()
        if provider is None or now - provider.asked_at > _ASKED_AFTER_SECONDS:
            if now < _away_until.get(issuer, now):
                raise Failed("the provider did not answer a moment ago")
            try:
                provider = _known[issuer] = Provider(issuer)
            except Failed:
                _away_until[issuer] = time.monotonic() + _AWAY_SECONDS
                raise
        return provider


def forget() -> None:
    """Ask the provider anew at the next use."""
    with _lock:
        _known.clear()
        _away_until.clear()


_asking = ThreadPoolExecutor(4, thread_name_prefix="oidc")


def _ask(method: str, url: str, **options: Any) -> dict[str, Any]:
    # In a thread of its own: nothing bounds the time to resolve a host's name, or for the head of an answer.
    asked = _asking.submit(_answer, method, url, options)
    try:
        status, content = asked.result(_ANSWER_SECONDS)
    except (OutOfTime, httpx.HTTPError, httpx.InvalidURL, ValueError) as problem:
        asked.cancel()
        log.warning("the provider of accounts cannot be asked: %s", type(problem).__name__)
        raise Failed("the provider does not answer") from None
    if status != httpx.codes.OK:
        log.warning("the provider of accounts answers %s", status)
        raise Failed(f"the provider answers {status}")
    try:
        told = json.loads(content)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise Failed("the provider's answer cannot be read")
    return told


def _answer(method: str, url: str, options: Mapping[str, Any]) -> tuple[int, bytes]:
    """The status and what comes with it; of more than is read of any provider only the beginning, which is no JSON."""
    deadline = time.monotonic() + _ANSWER_SECONDS
    content = b""
    with httpx.stream(
        method, url, timeout=_ANSWER_SECONDS / 2, headers={"Accept-Encoding": "identity"}, **options
    ) as answer:
        # Packed, some bytes may be any number of them.
        if answer.headers.get("Content-Encoding", "identity") == "identity":
            for part in answer.iter_raw():
                content += part
                if len(content) > _LARGEST_ANSWER or time.monotonic() > deadline:
                    return answer.status_code, b""
        return answer.status_code, content
