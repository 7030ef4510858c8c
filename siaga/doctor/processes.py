"""The processes behind their doors, and the model that they work with."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from siaga.doctor.finding import Finding, broken, look, ok
from siaga.doors.tokens import TokenUnfit, action_token, bearer
from siaga.privacy.keys import KeysMissing
from siaga.settings import ROOT, Settings
from siaga.start import model

NAMES = ("receiver", "desk", "Rasa", "action server")
_SECONDS = 3.0
_CHALLENGE = "113"


@dataclass(frozen=True)
class Answer:
    """What came back: an HTTP status, None if nothing did; ``right``: it was what one of ours says."""

    status: int | None
    right: bool = False


def ask(url: str, expected: str = "", **more: object) -> Answer:
    """Ask an address; ``expected`` has to be in the answer."""
    try:
        said = httpx.get(url, timeout=_SECONDS, trust_env=False, **more)  # type: ignore[arg-type]
    except (httpx.HTTPError, httpx.InvalidURL):
        return Answer(None)
    return Answer(said.status_code, said.status_code == httpx.codes.OK and expected in said.text)


def ask_all(chosen: Settings) -> dict[str, Answer]:
    """Each process that has a door, by its name."""
    here = "http://127.0.0.1"
    asked = {
        "receiver": ask(
            f"{here}:{chosen.receive_port}/webhooks/whatsapp/webhook",
            _CHALLENGE,
            params={
                "hub.mode": "subscribe",
                "hub.verify_token": chosen.whatsapp_verify_token,
                "hub.challenge": _CHALLENGE,
            },
        )
        if chosen.channel == "whatsapp"
        else ask(f"{here}:{chosen.receive_port}/"),
        "desk": ask(f"{here}:{chosen.desk_port}/health"),
        "Rasa": ask(f"{here}:{chosen.rasa_port}/"),
    }
    try:
        way = urlsplit(chosen.action_url or f"{here}:{chosen.action_port}/webhook")
        key = {"Authorization": bearer(action_token(chosen))}
        asked["action server"] = ask(f"{way.scheme}://{way.netloc}/actions", '"name"', headers=key)
    except (KeysMissing, TokenUnfit):
        pass
    return asked


_MEANS = {
    "receiver": (
        "Meta's question with our verify token is refused",
        "the same SIAGA_WHATSAPP_VERIFY_TOKEN here and there",
    ),
    "action server": (
        "it refuses our token, or has no actions",
        "the same SIAGA_INDEX_KEY (or SIAGA_ACTION_TOKEN) for both",
    ),
}
_START = {
    "receiver": "`siaga receive`; until then Meta keeps messages, for days",
    "desk": "`siaga desk run`",
    "Rasa": "`python -m siaga.dialogue run` (or `siaga start`): until then messages wait",
    "action server": "`python -m actions` (or `siaga start`): until then messages wait",
}


def process(name: str, answer: Answer) -> Finding:
    """One of them, as seen from this machine."""
    if answer.right:
        return ok(name, "answers")
    if answer.status is None:
        return look(name, "does not answer on this machine", f"is it meant to run here? {_START[name]}")
    says, do = _MEANS.get(name, ("is something else, or ill", "look at its log"))
    return broken(name, f"HTTP {answer.status}: {says}", do)


@dataclass(frozen=True)
class Models:
    """The model that is named by ``SIAGA_MODEL`` (None: none is), the one of this data, and all that are there."""

    named: Path | None
    fitting: Path
    there: tuple[str, ...]


def models(root: Path = ROOT) -> Models:
    """Look, without loading one."""
    given = os.environ.get("SIAGA_MODEL")
    fitting = model.path_of(model.fingerprint(root), root / "models")
    found = sorted((root / "models").glob("siaga-*.tar.gz"))
    return Models(Path(given) if given else None, fitting, tuple(path.name for path in found))


def trained(facts: Models) -> Finding:
    """There is a model, and it is of this data."""
    if facts.named is not None and not facts.named.exists():
        return broken(
            "model", f"SIAGA_MODEL names {facts.named.name}, which is not there", "bring it, or `siaga train`"
        )
    used = facts.named or facts.fitting
    if used.name == facts.fitting.name and used.exists():
        return ok("model", f"{used.name}, of this data")
    if not facts.there:
        return broken("model", "there is none", "`siaga train`, or bring the one that belongs to this version")
    do = "`siaga train`; a former one on purpose: then SIAGA_MODEL names it"
    return look("model", f"none is of this data ({facts.fitting.name})", do)


def check(answers: Mapping[str, Answer], facts: Models) -> Iterator[Finding]:
    """All lines of this area."""
    for name, answer in answers.items():
        yield process(name, answer)
    yield trained(facts)
