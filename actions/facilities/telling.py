"""Places in the citizen's words: a few with what is free there, or one with all that is known of it and a pin."""

from __future__ import annotations

import json
from datetime import datetime

from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.orm import Session

from actions.conversation import Message, Say, command, option
from actions.wording import hour, short_weekday_date, vaccine_name
from siaga.db import transaction
from siaga.places import regions
from siaga.registration import finding
from siaga.registration.facility_names import says_name
from siaga.registration.finding import Found, Place
from siaga.registration.offers import NEAR_KM

PLACE = "place"
"""The option that shows one place."""
_ROW = 24
_METRES_UNDER = 1.0


def distance(km: float) -> str:
    """``1,2 km``; under a kilometre ``± 300 m``."""
    if km < _METRES_UNDER:
        return f"± {max(100, round(km, 1) * 1000):.0f} m"
    return f"{km:.1f} km".replace(".", ",") if km < 10 else f"{km:.0f} km"


def room(place: Place) -> str:
    """What is free there in the coming days."""
    if not place.is_open:
        return "Sedang tutup"
    if place.next_at is None:
        return "Belum ada jadwal yang kosong"
    given = ", ".join(vaccine_name(brand) for brand in place.vaccines)
    first = f"{short_weekday_date(place.next_at.date())} pukul {hour(place.next_at)} {place.next_at.tzname()}"
    if not place.free:
        return f"{given} · paling cepat {first}"
    return f"{given} · {place.free} tempat dalam 7 hari, mulai {first}"


def _lines(place: Place, number: int) -> str:
    head = f"*{number}. {place.name}*"
    if place.km is not None:
        head += f" · {distance(place.km)}"
    about = [head, place.address if not place.phone else f"{place.address} · ☎ {place.phone}"]
    if place.opening:
        about.append(f"Buka {place.opening}")
    return "\n".join([*about, room(place)])


def _row(place: Place) -> dict[str, str]:
    """A row of the list: what distinguishes the place comes first if its name is long."""
    title = place.name
    if len(title) > _ROW:
        title = title.replace("Puskesmas", "Pusk.").replace("Rumah Sakit", "RS")
    where = place.district_name or place.regency_name
    far = f" · {distance(place.km)}" if place.km is not None else ""
    return option(title, PLACE, str(place.id), f"{where}{far}")


def places(found: Found, *, where: str, vaccine: str | None, from_pin: bool) -> Say:
    """The answer to a search; ``where`` is what was searched, in words."""
    what = f"Tempat vaksinasi {vaccine_name(vaccine)}" if vaccine else "Tempat vaksinasi"
    if not found.places:
        response = "utter_facilities_none_vaccine" if vaccine else "utter_facilities_none"
        return Say.it(response, vaccine=vaccine_name(vaccine or ""))
    if found.near:
        title = f"{what} terdekat dari {where}:" if from_pin else f"{what} di {where} dan sekitarnya:"
    elif from_pin:
        title = f"Belum ada {_small(what)} dalam {NEAR_KM:.0f} km dari {where}. Yang terdekat:"
    else:
        title = f"Belum ada {_small(what)} di {where}. Yang terdekat:"
    return _listed(title, found.places)


def _small(words: str) -> str:
    return words[:1].lower() + words[1:]


def several(found: tuple[Place, ...]) -> Say:
    """Places that one name means."""
    return _listed("Ada beberapa tempat dengan nama itu:", found)


def _listed(title: str, found: tuple[Place, ...]) -> Say:
    return Say.it(
        "utter_facilities",
        title=title,
        list="\n\n".join(_lines(place, number) for number, place in enumerate(found, start=1)),
        sample=sample(*found),
        buttons=[_row(place) for place in found],
        json_message={"list_button": "Pilih tempat"},
    )


def about(session: Session, text: str, now: datetime) -> Say | None:
    """What is known of the one place that a question names, in the middle of something else."""
    found = finding.by_name(session, text, now) if says_name(text) else ()
    if len(found) != 1:
        return None
    return Say.it("utter_facility", details=_all_of(found[0]), sample=sample(found[0]))


def details(place: Place) -> Say:
    """All that is known of a place, with a pin on the map and the way to register there."""
    custom = {}
    if place.lat is not None:
        custom = {"location": {"lat": place.lat, "lon": place.lon, "name": place.name, "address": place.address}}
    buttons = [command("Cari tempat lain", "find_facility"), command("Menu", "show_menu")]
    if place.is_open and place.next_at is not None:
        buttons.insert(0, register_here(place.id))
    return Say.it("utter_facility", details=_all_of(place), sample=sample(place), buttons=buttons, json_message=custom)


def _all_of(place: Place) -> str:
    lines = [f"*{place.name}*", place.address]
    if place.phone:
        lines.append(f"☎ {place.phone}")
    if place.opening:
        lines.append(f"Buka {place.opening}")
    return "\n".join([*lines, room(place)])


def register_here(place_id: int) -> dict[str, str]:
    """A button that begins a registration with the place chosen."""
    wanted = json.dumps({"option": f"facility={place_id}"})
    return {"title": "Daftar di sini", "payload": f"/register_vaccination{wanted}"}


def sample(*found: Place) -> str:
    """Said of invented places."""
    return "\n_Tempat dan jadwal ini contoh, bukan yang sesungguhnya._" if any(one.is_sample for one in found) else ""


def region_name(code: str) -> str:
    """``35.78.04`` -> ``Kec. Wonokromo, Kota Surabaya``."""
    return (regions.full_name(code) if regions.level(code) == "district" else regions.short_name(code)) or code


def tell_place(dispatcher: CollectingDispatcher, place_id: str, now: datetime) -> None:
    """Show a place that was chosen from a list."""
    with transaction() as session:
        place = finding.place(session, int(place_id), now) if place_id.isdigit() else None
    say = details(place) if place else Say.it("utter_option_stale")
    dispatcher.utter_message(response=say.response, **say.values)


def choose(dispatcher: CollectingDispatcher, message: Message, slot: str, value: str) -> bool:
    """What an option of this capability does when it is tapped; False if it is none."""
    if slot != PLACE:
        return False
    tell_place(dispatcher, value, message.at)
    return True
