"""A form's requests and what is answered: Meta's data exchange, version 3.0, decrypted.

Everything here may come twice, or late: to answer the same again changes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from siaga.people.tables import Contact
from siaga.registration import forms
from siaga.registration.people import holds_place, is_registered_elsewhere
from siaga.registration.tables import RegistrationForm
from siaga.registration.tries import may_try, may_try_name
from siaga.whatsapp.flows import answers
from siaga.whatsapp.flows.answers import Wrong
from siaga.whatsapp.flows.screens import CONSENT, DISTRICT, HOME, IDENTITY, SUMMARY, WHO
from siaga.whatsapp.flows.words import said
from siaga.whatsapp.inbound.values import name

# The programme's days begin at Jakarta's midnight.
PROGRAMME_ZONE = ZoneInfo("Asia/Jakarta")

_BEFORE = {WHO: CONSENT, IDENTITY: WHO, HOME: IDENTITY, DISTRICT: HOME, SUMMARY: HOME}

Response = dict[str, Any]

log = logging.getLogger(__name__)


class NoLongerValid(Exception):
    """The form cannot be filled in, or not any more; ``words`` tell the citizen."""

    def __init__(self, words: str) -> None:
        super().__init__("a form that is not valid any more")
        self.words = words


def respond(session: Session, request: Mapping[str, Any], now: datetime) -> Response:
    """The answer to a request, kept by the caller's transaction.

    Raises:
        NoLongerValid: see there; nothing is kept.
    """
    if request.get("action") == "ping":
        return {"data": {"status": "active"}}
    given = request.get("data")
    given = given if isinstance(given, dict) else {}
    if any(key in given for key in ("error", "error_key")):
        log.error("WhatsApp could not show a form's screen: %s", _named(given.get("error") or given.get("error_key")))
        return {"data": {"acknowledged": True}}
    token, action, screen = _text(request.get("flow_token")), request.get("action"), request.get("screen")
    form = forms.held(session, token, now)
    if form is None:
        raise NoLongerValid(said("utter_form_over"))
    if form.sent_at is not None:
        # The answer to the last screen may have been lost on its way.
        if (action, screen) == ("data_exchange", SUMMARY):
            return _success(token)
        raise NoLongerValid(said("utter_form_sent"))
    if action == "INIT":
        return _show(CONSENT)
    if action == "BACK":
        return _show(_BEFORE.get(_text(screen), CONSENT))
    submitted = _SUBMITTED.get(_text(screen)) if action == "data_exchange" else None
    if submitted is None:
        log.warning("a form asks for something unknown: %s %s", _named(action), _named(screen))
    if submitted is None or (screen != CONSENT and not form.answers):
        raise NoLongerValid(said("utter_form_over"))
    return submitted(session, form, given, now) or _success(token)


def _consent(session: Session, form: RegistrationForm, given: dict[str, Any], now: datetime) -> Response:
    if given.get("agrees") is not True:
        return _show(CONSENT, said("utter_form_consent_needed"))
    form.answers = {"consented_at": now.isoformat(), **(form.answers or {})}
    return _show(WHO)


def _who(session: Session, form: RegistrationForm, given: dict[str, Any], now: datetime) -> Response:
    try:
        form.answers = {**form.answers, **answers.beneficiary(given)}
    except Wrong as wrong:
        return _show(WHO, wrong.words)
    return _show(IDENTITY)


def _identity(session: Session, form: RegistrationForm, given: dict[str, Any], now: datetime) -> Response:
    today = now.astimezone(PROGRAMME_ZONE).date()

    def is_registered(nik: str, name: str, birth_date: date) -> bool:
        key = _key(session, form)
        if not may_try(session, key, nik, today):
            raise Wrong(said("utter_nik_limit"))
        if not may_try_name(session, key, nik, name, birth_date, today):
            raise Wrong(said("utter_name_limit"))
        # Both are asked, so that the answer takes as long whoever registered them.
        mine = holds_place(session, key, nik, now)
        return is_registered_elsewhere(session, nik, name, birth_date, now) or mine

    try:
        found = answers.identity(
            given,
            today,
            doubted=form.answers.get("doubted"),
            is_registered=is_registered,
        )
    except Wrong as wrong:
        if wrong.doubted:
            form.answers = {**form.answers, "doubted": wrong.doubted}
        return _show(IDENTITY, wrong.words)
    form.answers = {**form.answers, **found}
    return _show(HOME)


def _key(session: Session, form: RegistrationForm) -> str:
    """The key of the contact whose form it is."""
    return session.execute(select(Contact.key).where(Contact.id == form.contact_id)).scalar_one()


def _home(session: Session, form: RegistrationForm, given: dict[str, Any], now: datetime) -> Response:
    try:
        codes = answers.places(given)
    except Wrong as wrong:
        return _show(HOME, wrong.words)
    if len(codes) > 1:
        return _show(DISTRICT, places=answers.place_options(codes))
    return _settled(form, codes[0])


def _district(session: Session, form: RegistrationForm, given: dict[str, Any], now: datetime) -> Response:
    code = given.get("district")
    try:
        return _settled(form, code if isinstance(code, str) else "")
    except Wrong:
        # Only what we offered can be chosen, so this is none of WhatsApp's doing.
        raise NoLongerValid(said("utter_form_over")) from None


def _settled(form: RegistrationForm, code: str) -> Response:
    form.answers = {**form.answers, **answers.residence(code)}
    _complete(form)
    return _show(SUMMARY, summary=answers.summary(form.answers))


def _sent(session: Session, form: RegistrationForm, given: dict[str, Any], now: datetime) -> None:
    _complete(form)
    form.sent_at = now


def _complete(form: RegistrationForm) -> None:
    """
    Raises:
        NoLongerValid: an answer is missing, as when screens are left out.
    """
    if any(form.answers.get(name) is None for name in forms.NEEDED):
        raise NoLongerValid(said("utter_form_over"))


def _show(screen: str, problem: str = "", **data: Any) -> Response:
    """A screen; with ``problem``, the one that was sent again."""
    if screen == CONSENT:
        data["consent"] = said("utter_ask_registration_consent", whose="data orang yang didaftarkan")
    if screen not in (DISTRICT, SUMMARY):
        data |= {"problem": problem, "has_problem": bool(problem)}
    # Meta's own way to tell what is wrong: shown for a few seconds.
    return {"screen": screen, "data": data | ({"error_message": problem} if problem else {})}


def _success(token: str) -> Response:
    """The form closes, and the chat gets a message that holds no answers."""
    return {"screen": "SUCCESS", "data": {"extension_message_response": {"params": {"flow_token": token}}}}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _named(value: Any) -> str:
    """A name that is fit for a log."""
    return name(value) or "?"


# By screen; None closes the form.
_SUBMITTED: dict[str, Callable[[Session, RegistrationForm, dict[str, Any], datetime], Response | None]] = {
    CONSENT: _consent,
    WHO: _who,
    IDENTITY: _identity,
    HOME: _home,
    DISTRICT: _district,
    SUMMARY: _sent,
}
