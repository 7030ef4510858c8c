"""The radar's answer as messages: words, the picture where it is asked for, and what can be done next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from actions.conversation import Message, Say, command, option
from siaga.radar import knowing, pictures, subscriptions
from siaga.radar.asking import COVID, Question
from siaga.radar.diseases import disease_name
from siaga.radar.figures import NATION, Measure
from siaga.radar.levels import rules_in_force
from siaga.radar.place import Place, name_of
from siaga.radar.wording import Answer, tell

PLACE_OPTION, PICTURE, SUBSCRIBE, UNSUBSCRIBE = "radar", "radar_picture", "radar_subscribe", "radar_unsubscribe"
"""Options that show a place, its picture, and that begin and end being told of it; each with a ``key``."""
MENU = command("Menu", "show_menu")
OTHER = {**command("Daerah lain", "ask_case_data"), "also": ["tempat lain", "kota lain", "wilayah lain", "yang lain"]}
_PICTURE_ALSO = ["peta", "grafik", "peta dan grafik", "petanya", "grafiknya", "peta grafik", "gambarnya"]
_SUBSCRIBE_ALSO = ["kabari", "kabari saya ya", "kabari aku", "langganan", "ingatkan saya", "kasih kabar", "kabarin"]
_END_ALSO = ["berhenti", "stop", "berhenti kabari", "jangan kabari", "tidak usah dikabari"]
_BUTTONS = 3
_BEGUN: dict[subscriptions.Outcome, str] = {
    "begun": "utter_radar_subscribed",
    "already": "utter_radar_subscribed_already",
    "full": "utter_radar_subscribed_full",
}
# What is told of days long ago reads all there are.
_OF_THE_PAST = frozenset({"history", "peak", "trend", "picture"})


def key(code: str, disease: str) -> str:
    """A place and a disease as an option carries them: ``35.78/covid19``."""
    return f"{code}/{disease}"


def of_key(value: str) -> tuple[str, str] | None:
    """``35.78/covid19`` -> both; None for what no button of ours has."""
    code, slash, disease = value.partition("/")
    return (code, disease) if slash and disease and (code == NATION or name_of(code) != code) else None


def here_button(code: str, disease: str) -> dict[str, str]:
    """Shows a place that is known by now: "Radar di sini"."""
    return option("Radar di sini", PLACE_OPTION, key(code, disease), "Angka, zona, peta dan grafik")


# ---------------------------------------------------------------------- an answer
def places_of(question: Question) -> list[str]:
    """The places that are told of; of a list, that in which it is."""
    codes = [possible[0] for possible in question.places]
    if not codes and question.within:
        return [question.within]
    return codes


def answer(
    session: Session, question: Question, message: Message, *, where: str = "", pin: bool = False, short: bool = False
) -> tuple[Answer, list[Place]]:
    """The answer to a question whose places are known, and the places as they are told."""
    codes = places_of(question)
    around = len(codes) == 1 and not short and question.kind != "list"
    days = None if question.kind in _OF_THE_PAST or question.day or question.days else knowing.RECENT
    places = knowing.look(session, codes, question.disease, message.today, where=where, neighbours=around, days=days)
    listed: Sequence[Place] = ()
    if question.kind == "list" and question.within:
        listed = knowing.inside(session, question.within, question.disease, message.today)
    if short and question.kind == "figures" and not question.measures:
        # In the middle of something else two numbers say most of what all would.
        question = replace(question, measures=("confirmed", "deaths"))
    told = tell(question, places, today=message.today, listed=listed, short=short, pin=pin)
    return told, places


def say(
    session: Session,
    contact: str,
    question: Question,
    message: Message,
    *,
    where: str = "",
    pin: bool = False,
    buttons: bool = True,
) -> list[Say]:
    """All that is said to a question whose places are known. Asked to begin or end being told, that is done."""
    if question.kind == "subscribe":
        return _subscribe(session, contact, question, message)
    if question.kind == "unsubscribe":
        return unsubscribe(session, contact, question, message)
    told, places = answer(session, question, message, where=where, pin=pin)
    values: dict[str, Any] = {"answer": told.text}
    shown = _picture(session, question, places, message) if told.picture else None
    if shown:
        values["image"] = shown
    if buttons:
        values["buttons"] = _next(session, contact, question, places, pictured=shown is not None)
    return [Say.it("utter_radar", **values)]


def _next(
    session: Session, contact: str, question: Question, places: Sequence[Place], *, pictured: bool
) -> list[dict[str, Any]]:
    first = places[0] if places else None
    buttons: list[dict[str, Any]] = []
    if first is not None and first.situation is not None:
        held = key(first.code, question.disease)
        if not pictured:
            buttons.append({**option("Peta & grafik", PICTURE, held), "also": _PICTURE_ALSO})
        buttons.append(OTHER)
        if len(places) == 1 and question.kind != "list" and not _is_subscribed(session, contact, first, question):
            buttons.append({**option("Kabari saya", SUBSCRIBE, held), "also": _SUBSCRIBE_ALSO})
    else:
        buttons.append(OTHER)
    return [*buttons, MENU][:_BUTTONS]


def _is_subscribed(session: Session, contact: str, place: Place, question: Question) -> bool:
    wanted = _regency(place.code), question.disease
    return any((each.code, each.disease) == wanted for each in subscriptions.of_contact(session, contact))


def _picture(session: Session, question: Question, places: Sequence[Place], message: Message) -> str | None:
    """The picture of the first place; None where there is nothing to be drawn."""
    if not places:
        return None
    measure: Measure = question.measures[0] if question.measures else "confirmed"
    of = pictures.Of(places[0].code, question.disease, message.today, measure)
    return pictures.picture(session, of, at=message.at)


# ---------------------------------------------------------------------- being told of a place
def _regency(code: str) -> str:
    """Levels are of a kabupaten or kota, a province, or Indonesia: a kecamatan has none."""
    return ".".join(code.split(".")[:2])


def _subscribe(session: Session, contact: str, question: Question, message: Message) -> list[Say]:
    says = []
    disease = disease_name(question.disease)
    for code in dict.fromkeys(_regency(code) for code in places_of(question)):
        if not _may_change(session, code, question.disease, message):
            buttons = [OTHER, MENU]
            says.append(Say.it("utter_radar_no_levels", place=name_of(code), disease=disease, buttons=buttons))
            continue
        begun = subscriptions.subscribe(session, contact, code, question.disease, message.id, message.at)
        end = {**option("Berhenti dikabari", UNSUBSCRIBE, key(code, question.disease)), "also": _END_ALSO}
        says.append(
            Say.it(
                _BEGUN[begun.outcome],
                place=name_of(code),
                disease=disease,
                most=subscriptions.MOST,
                buttons=[*([end] if begun.outcome != "full" else []), OTHER, MENU],
            )
        )
    return says


def _may_change(session: Session, code: str, disease: str, message: Message) -> bool:
    """Whether a place has, or may get, a level or a colour that somebody could be told of."""
    if rules_in_force(message.today, disease) is not None:
        return True
    known = knowing.know(session, [code], disease, message.today)[code]
    return known.situation is not None and known.situation.colour is not None


def unsubscribe(session: Session, contact: str, question: Question, message: Message) -> list[Say]:
    """End being told of the places that are named; without any, of all."""
    codes = [_regency(code) for code in places_of(question)]
    # A button is about one disease; in words one is seldom named, and all of the place is meant.
    disease = question.disease if message.tapped or question.disease != COVID else None
    ended = subscriptions.unsubscribe(session, contact, message.id, message.at, codes=codes or None, disease=disease)
    names = ", ".join(dict.fromkeys(name_of(each.code) for each in ended))
    if not ended:
        held = subscriptions.of_contact(session, contact)
        names = ", ".join(dict.fromkeys(name_of(each.code) for each in held))
        response = "utter_radar_unsubscribed_other" if held else "utter_radar_unsubscribed_already"
        return [Say.it(response, places=names, buttons=[OTHER, MENU])]
    return [Say.it("utter_radar_unsubscribed", places=names, buttons=[OTHER, MENU])]
