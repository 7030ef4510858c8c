"""What agrees with official data, what does not, and who is told; near-duplicates; how many NIKs one may name."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given as having
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from siaga.db import transaction
from siaga.people.names import name_birth_index, plain_name, same_name
from siaga.people.tables import Contact, ContactPerson, Notice, Person
from siaga.registration import booking
from siaga.registration.commands import app
from siaga.registration.duplicates import near_duplicate, one_digit_off
from siaga.registration.gateways import Known, Unavailable
from siaga.registration.guardians import guardian_for
from siaga.registration.nik import near
from siaga.registration.people import nik_index, registered_by
from siaga.registration.roster import import_roster, read_roster
from siaga.registration.tables import NikTried, Registration
from siaga.registration.tries import may_try, may_try_name
from siaga.registration.validation import WAY_ON, compare, has_lists, validate_all, validate_waiting
from siaga.settings import settings
from tests.registration.given import NOW, contact, nik, submission

TODAY = NOW.date()
BORN = date(1954, 8, 1)
SOON = timedelta(days=3)


def on_list(session: Session, serial: int = 1, **differs: str) -> None:
    """Warga Uji ``serial`` on an official list; a man born on 1 August 1954 (see ``given.nik``)."""
    row = {
        "nik": nik(serial),
        "name": f"Warga Uji {serial:03}",
        "birth_date": "1954-08-01",
        "district_code": "35.78.04",
        "phone": "",
        **differs,
    }
    file = io.StringIO(",".join(row) + "\n" + ",".join(row.values()) + "\n")
    import_roster(session, read_roster(file, TODAY, name="uji"), list_name="uji", file_name="uji", actor="penguji")


def register(session: Session, key: str, serial: int = 1, **differs: Any) -> str:
    """The status of the registration that this makes."""
    return booking.register(session, submission(key, None, serial, **differs)).status


def status(session: Session) -> list[str]:
    return list(session.execute(select(Registration.status).order_by(Registration.id)).scalars())


def told(session: Session) -> list[tuple[str, dict[str, str]]]:
    return [(row.kind, dict(row.values)) for row in session.execute(select(Notice).order_by(Notice.id)).scalars().all()]


# ---------------------------------------------------------------------- names
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Warga Uji 001", "WARGA UJI 001"),
        ("Warga Uji 001", "Uji, Warga 001"),
        ("M. Warga Uji", "Muhammad Warga Uji"),
        ("Moh. Warga Uji", "Mochammad Warga Uji"),
        ("Muh Warga", "M Warga"),
        ("Hj. St. Warga", "Siti Warga"),
        ("Drs. H. Warga Uji, M.Pd.", "warga uji"),
        ("Dr. Warga Uji 003, Sp.A", "Warga Uji 003"),
        ("dr Warga Uji, SE", "Warga Uji"),
        ("Ir. Warga Uji S.T., M.T.", "Warga Uji"),
        ("Warga U. 001", "Warga Uji 001"),
        ("Nur Hayati", "Nurhayati"),
        ("Soewarga Oeji", "Suwarga Uji"),
        ("Ma'ruf Warga", "Maruf Warga"),
        ("Warga Lestari", "Warga Lestri"),
        ("H. Warga", "Hasan Warga"),
        ("Abd. Warga", "Abdul Warga"),
    ],
)
def test_the_same_name_in_two_hands(one: str, other: str) -> None:
    assert same_name(one, other)
    assert same_name(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Warga Uji 001", "Warga Uji 002"),
        ("Warga Uji", "Warga"),
        ("Siti", "Sinta"),
        ("A. B.", "Andi Budi"),
        ("Warga Uji", "Warga Warga"),
        ("Warga Lestari", "Werga Lestri"),
        ("Muhammad Warga", "Mulyadi Warga"),
        ("Andi Warga", "Andi Uji"),
        ("Dewi", "Dewa"),
        ("", ""),
    ],
)
def test_other_names(one: str, other: str) -> None:
    assert not same_name(one, other)
    assert not same_name(other, one)


_WORDS = st.sampled_from(
    "Warga Uji Muhammad M. Moh. Siti St. H. Hj. Dr. 001 002 Lestari Lestri A. Nur Hayati Nurhayati S.Pd. Oeji".split()
)
_NAMES = st.lists(_WORDS, min_size=1, max_size=5).map(" ".join)


@having(_NAMES, _NAMES)
def test_it_does_not_matter_which_name_is_which(one: str, other: str) -> None:
    assert same_name(one, other) == same_name(other, one)


@having(_NAMES.flatmap(lambda name: st.tuples(st.just(name), st.permutations(name.split()).map(" ".join))))
def test_the_same_words_have_one_plain_form(names: tuple[str, str]) -> None:
    """Titles aside, which count only in their place."""
    one, other = ("".join(c for c in name if c not in ".") for name in names)
    if not {"h", "hj", "dr", "s", "spd"} & set(one.casefold().split()):
        assert plain_name(one) == plain_name(other)
        assert name_birth_index(one, BORN) == name_birth_index(other, BORN.isoformat())
        if sum(len(word) > 1 for word in one.split()):
            assert same_name(one, other)


_KNOWN = st.builds(
    Known,
    outside_id=st.just(""),
    name=st.none() | _NAMES,
    birth_date=st.none() | st.dates(date(1954, 8, 1), date(1954, 8, 3)),
    sex=st.sampled_from(["L", "P", None]),
)


@having(_KNOWN, _KNOWN)
def test_comparing_is_symmetric(one: Known, other: Known) -> None:
    assert compare(one, other) == compare(other, one)


@having(_KNOWN)
def test_everybody_agrees_with_themselves(one: Known) -> None:
    assert compare(one, one) <= {"name"}, "initials alone are no name"
    assert not compare(one, Known("")), "what is not known does not differ"


@pytest.mark.parametrize(
    ("official", "differs"),
    [
        ({}, set()),
        ({"name": "UJI WARGA 001"}, set()),
        ({"sex": None}, set()),
        ({"name": "Warga Uji 002"}, {"name"}),
        ({"birth_date": date(1954, 8, 2)}, {"birth_date"}),
        ({"sex": "P"}, {"sex"}),
        ({"name": "Lain", "birth_date": date(1955, 8, 1), "sex": "P"}, {"name", "birth_date", "sex"}),
    ],
)
def test_what_differs(official: dict[str, Any], differs: set[str]) -> None:
    known = {"name": "Warga Uji 001", "birth_date": BORN, "sex": "L"}
    assert compare(Known("", **known), Known("", **{**known, **official})) == differs


# ---------------------------------------------------------------------- the first status
def test_without_any_list_it_is_as_before(database: str) -> None:
    with transaction() as session:
        key = contact(session)
        assert not has_lists(session)
        assert register(session, key) == "confirmed"
        assert register(session, key, 2, birth_date_matches_nik=False) == "waiting_validation"


def test_with_lists_who_agrees_is_confirmed_at_once(database: str) -> None:
    with transaction() as session:
        on_list(session, phone="0800-0000-0077")
        key = contact(session)
        assert register(session, key, name="uji warga 001") == "confirmed"
        person = session.execute(select(Person)).scalar_one()
        assert (person.validated_at, person.validated_by, person.phone) == (NOW, "list", "6280000000077")
        assert told(session) == [], "the ticket says it"


@pytest.mark.parametrize(
    "differs",
    [
        {"name": "Warga Uji 009"},
        {"birth_date": date(1954, 8, 2)},
        {"doubted": True},
        {"birth_date_matches_nik": False},
        {"serial": 2},
    ],
)
def test_with_lists_everybody_else_waits(database: str, differs: dict[str, Any]) -> None:
    with transaction() as session:
        on_list(session)
        assert register(session, contact(session), **differs) == "waiting_validation"


def test_who_was_validated_stays_so_until_the_name_changes(database: str) -> None:
    with transaction() as session:
        on_list(session)
        key = contact(session)
        register(session, key)
        assert register(session, key, message_id="wamid.a") == "confirmed"
        assert register(session, key, name="Orang Lain", message_id="wamid.b") == "waiting_validation"
        assert session.execute(select(Person.validated_at)).scalar_one() is None


# ---------------------------------------------------------------------- the sweep
def test_what_waits_is_confirmed_once_a_list_has_it(database: str) -> None:
    with transaction() as session:
        on_list(session, 2)
        register(session, contact(session))
        assert validate_waiting(session, NOW, 10).waiting == 1
        on_list(session)
        assert validate_waiting(session, NOW, 10).agreed == 1
        assert status(session) == ["confirmed"]
        assert told(session) == [("validated", {"nama": "Warga Uji 001"})]
        registration = session.execute(select(Registration)).scalar_one()
        assert registration.validated_at == NOW
        assert session.execute(select(Person.validated_by)).scalar_one() == "list"


@pytest.mark.parametrize(
    ("differs", "refused_for"),
    [
        ({"name": "Warga Uji 009"}, "name"),
        ({"birth_date": date(1954, 8, 2)}, "birth_date"),
        ({"birth_date": date(1954, 8, 2), "name": "Lain"}, "name,birth_date"),
    ],
)
def test_what_differs_is_refused_in_the_end_and_told_without_the_official_data(
    database: str, differs: dict[str, Any], refused_for: str
) -> None:
    with transaction() as session:
        on_list(session)
        key = contact(session)
        register(session, key, **differs)
        session.execute(update(Registration).values(created_at=NOW))
        assert validate_waiting(session, NOW + SOON, 10, give_up=SOON).waiting == 1, "no sooner than an unknown one"
        assert validate_waiting(session, NOW + SOON + timedelta(seconds=1), 10, give_up=SOON).differed == 1
        assert session.execute(select(Registration.status, Registration.refused_for)).all() == [
            ("refused", refused_for)
        ]
        ((kind, values),) = told(session)
        assert kind == "not_validated"
        assert values == {"nama": differs.get("name", "Warga Uji 001"), "lanjut": WAY_ON}
        assert [person.status for person in registered_by(session, key, NOW)] == ["refused"], "it is still listed"


def test_who_differs_and_who_is_unknown_are_told_the_same_at_the_same_time(database: str) -> None:
    """Whoever knows only a NIK does not learn from a refusal whether there is such a one."""
    with transaction() as session:
        on_list(session)
        for number, serial in ((1, 1), (2, 2)):
            register(session, contact(session, number), serial, name="Warga Uji 777")
        session.execute(update(Registration).values(created_at=NOW))
    for days, expected in ((3, []), (4, [("not_validated", {"nama": "Warga Uji 777", "lanjut": WAY_ON})] * 2)):
        assert settings().validation_days == 3
        validate_all(NOW + timedelta(days=days))
        with transaction() as session:
            assert told(session) == expected
    with transaction() as session:
        assert set(session.scalars(select(Registration.refused_for))) == {"name", "unknown"}, "for staff"
        due = select(Notice.due_at, Notice.until, Notice.zone)
        assert len(set(session.execute(due).all())) == 1


def test_the_outcome_is_told_once(database: str) -> None:
    with transaction() as session:
        on_list(session)
        register(session, contact(session), name="Warga Uji 009")
    for _ in range(3):
        with transaction() as session:
            validate_waiting(session, NOW + timedelta(days=4000), 10, give_up=SOON)
    with transaction() as session:
        assert len(told(session)) == 1


def test_two_sweeps_at_once_decide_each_registration_once(database: str) -> None:
    with transaction() as session:
        on_list(session, 99)
        key = contact(session)
        for serial in range(1, 31):
            register(session, key, serial)
            on_list(session, serial)

    def sweep(_: int) -> int:
        with transaction() as session:
            return validate_waiting(session, NOW, 100).agreed

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(sweep, range(8))) == 30
    with transaction() as session:
        assert len(told(session)) == 30


def test_a_sweep_goes_on_where_the_last_batch_ended(database: str) -> None:
    with transaction() as session:
        on_list(session, 9)
        key = contact(session)
        for serial in (1, 2, 3):
            register(session, key, serial)
        first = validate_waiting(session, NOW, 2)
        assert (first.waiting, first.last) == (2, 2)
        assert validate_waiting(session, NOW, 2, after=2).waiting == 1
        assert validate_waiting(session, NOW, 2, after=3).last is None


def test_all_that_waits_is_gone_through_in_batches(database: str) -> None:
    with transaction() as session:
        on_list(session, 99)
        key = contact(session)
        for serial in range(1, 8):
            register(session, key, serial)
        for serial in (1, 4, 7):
            on_list(session, serial)
    done = validate_all(NOW, batch=2)
    assert (done.agreed, done.differed, done.waiting) == (3, 0, 4)


def test_all_that_waits_is_asked_of_an_outside_registry(database: str) -> None:
    with transaction() as session:
        on_list(session, 99)
        register(session, contact(session))
    asked: list[str] = []

    def lookup(number: str) -> Known | None:
        asked.append(number)
        return None

    assert validate_all(NOW, lookup=lookup).waiting == 1
    assert asked == [nik(1)]


def test_who_told_what_is_officially_so_has_the_nik_from_then_on(database: str) -> None:
    """Who was first keeps what they have, and it is disputed."""
    with transaction() as session:
        other = contact(session, 1)
        register(session, other, name="Orang Lain")
        on_list(session, 9)
        child = contact(session, 2)
        assert register(session, child, relation="father", message_id="wamid.2") == "waiting_validation"
        on_list(session)
        assert validate_waiting(session, NOW, 10).agreed == 1
        assert rows(session) == [("Orang Lain", True), ("Warga Uji 001", False)]
        (mine,) = registered_by(session, child, NOW)
        assert (mine.name, mine.relation, mine.status) == ("Warga Uji 001", "father", "confirmed")
        (theirs,) = registered_by(session, other, NOW)
        assert (theirs.name, theirs.status) == ("Orang Lain", "confirmed")


def test_a_list_that_comes_later_settles_who_has_a_nik_and_nobody_is_told(database: str) -> None:
    with transaction() as session:
        for number, name in ((1, "Orang Lain"), (2, "WARGA UJI 001"), (3, "Orang Ketiga")):
            assert register(session, contact(session, number), name=name, message_id=f"wamid.{name}") == "confirmed"
        on_list(session)
    for _ in range(2):
        validate_all(NOW + timedelta(days=30))
    with transaction() as session:
        assert rows(session) == [("Orang Lain", True), ("WARGA UJI 001", False), ("Orang Ketiga", True)]
        assert status(session) == ["confirmed"] * 3
        assert told(session) == []


def test_two_who_are_both_validated_do_not_take_the_nik_from_each_other(database: str) -> None:
    with transaction() as session:
        on_list(session)
        register(session, contact(session, 1))
        assert register(session, contact(session, 2), name="Uji Warga 001", message_id="wamid.2") == "confirmed"
        assert rows(session) == [("Warga Uji 001", False), ("Uji Warga 001", True)]


def rows(session: Session) -> list[tuple[str, bool]]:
    """Who is on file, and whether that is disputed."""
    found = session.execute(select(Person.name, Person.disputed).order_by(Person.id)).all()
    return [(row.name, row.disputed) for row in found]


def test_an_outside_registry_is_asked_for_who_is_on_no_list(database: str) -> None:
    asked: list[str] = []

    def lookup(number: str) -> Known | None:
        asked.append(number)
        return Known("x", "Warga Uji 002", BORN, "L") if number == nik(2) else None

    with transaction() as session:
        key = contact(session)
        on_list(session, 9)
        for serial in (1, 2, 3):
            register(session, key, serial)
        on_list(session, 1)
        done = validate_waiting(session, NOW, 10, lookup=lookup)
        assert (done.agreed, done.waiting) == (2, 1)
        assert asked == [nik(2), nik(3)]
        assert session.execute(select(Person.validated_by).order_by(Person.id)).scalars().all() == [
            "list",
            "outside",
            None,
        ]


def test_a_registry_that_is_down_refuses_nobody(database: str) -> None:
    asked: list[str] = []

    def lookup(number: str) -> Known | None:
        asked.append(number)
        raise Unavailable("time")

    with transaction() as session:
        key = contact(session)
        on_list(session, 9)
        for serial in (1, 2):
            register(session, key, serial)
        much_later = NOW + timedelta(days=4000)
        done = validate_waiting(session, much_later, 10, lookup=lookup, give_up=timedelta(days=14))
        assert (done.agreed, done.differed, done.waiting) == (0, 0, 2)
        assert asked == [nik(1)], "the others do not wait for it, too"


def test_whom_a_registry_shows_only_as_a_mask_goes_the_way_of_the_unknown(database: str) -> None:
    with transaction() as session:
        on_list(session, 9)
        for serial in (1, 2):
            register(session, contact(session), serial)
        masked = {nik(1): Known("x", None, None, "L")}
        assert validate_waiting(session, NOW, 10, lookup=masked.get, give_up=SOON).waiting == 2
        assert validate_waiting(session, NOW + timedelta(days=4000), 10, lookup=masked.get, give_up=SOON).differed == 2
        assert {values["lanjut"] for _, values in told(session)} == {WAY_ON}


@pytest.mark.parametrize(("lists", "days", "expected"), [(True, 13, 0), (True, 15, 1), (False, 15, 0)])
def test_nobody_waits_for_ever_where_there_are_lists(database: str, lists: bool, days: int, expected: int) -> None:
    with transaction() as session:
        if lists:
            on_list(session, 9)
        register(session, contact(session), birth_date_matches_nik=False)
        session.execute(update(Registration).values(created_at=NOW - timedelta(days=days)))
        assert validate_waiting(session, NOW, 10, give_up=timedelta(days=14)).differed == expected
        if expected:
            ((_, values),) = told(session)
            assert values["lanjut"] == WAY_ON


def test_the_command(database: str) -> None:
    with transaction() as session:
        on_list(session, 9)
        register(session, contact(session))
        register(session, contact(session), 2)
        on_list(session)
    result = CliRunner().invoke(app, ["validate", "--batch", "1"])
    assert result.exit_code == 0, result.output
    assert result.output == "1 agree, 0 do not, 1 go on waiting.\n"


# ---------------------------------------------------------------------- guardians
def test_a_guardian_is_written_down(database: str) -> None:
    with transaction() as session:
        register(session, contact(session), relation="child", guardian=True)
        assert session.execute(select(ContactPerson.guardian)).scalar_one() is True


@pytest.mark.parametrize(
    ("relation", "years", "expected"),
    [
        ("self", 18, "nobody"),
        ("self", 17, "present"),
        ("self", 16, "needed"),
        ("child", 18, "nobody"),
        ("child", 17, "asked"),
        ("child", 0, "asked"),
        ("sibling", 12, "asked"),
        (None, 17, "present"),
    ],
)
def test_who_decides(relation: str | None, years: int, expected: str) -> None:
    birthday = date(TODAY.year - years, TODAY.month, TODAY.day)
    assert guardian_for(relation, birthday, TODAY) == expected


def test_the_birthday_decides() -> None:
    assert guardian_for("child", date(2008, 11, 22), TODAY) == "nobody"
    assert guardian_for("child", date(2008, 11, 23), TODAY) == "asked"


# ---------------------------------------------------------------------- near-duplicates
@having(st.text("0123456789", min_size=16, max_size=16))
def test_a_number_has_144_neighbours(number: str) -> None:
    neighbours = one_digit_off(number)
    assert len(set(neighbours)) == 144
    assert all(near(number, other) for other in neighbours)


SLIP = nik(1)[:-1] + "9"
"""One digit off Warga Uji 001's."""
FAR = f"357802{nik(1)[6:-2]}77"
"""Another number of somebody born on the same day."""


@pytest.mark.parametrize("number", [SLIP, FAR])
@pytest.mark.parametrize(("where", "found"), [("mine", nik(1)), ("another's", None), ("list", None)])
def test_ones_own_person_under_another_number_is_found(
    database: str, number: str, where: str, found: str | None
) -> None:
    with transaction() as session:
        key = contact(session)
        if where == "list":
            on_list(session)
        else:
            register(session, key if where == "mine" else contact(session, 2))
        assert near_duplicate(session, key, number, "uji warga 001", BORN) == found


@pytest.mark.parametrize(
    ("number", "name", "born"),
    [
        (nik(1), "Warga Uji 001", BORN),
        (SLIP, "Warga Uji 009", BORN),
        (SLIP, "Warga Uji 001", date(1954, 8, 2)),
        (FAR, "Warga Uji 001", date(1954, 8, 2)),
    ],
)
def test_others_are_not_nearly_the_same(database: str, number: str, name: str, born: date) -> None:
    with transaction() as session:
        key = contact(session)
        register(session, key)
        on_list(session)
        assert near_duplicate(session, key, number, name, born) is None


def test_who_is_on_a_list_with_that_very_nik_is_right(database: str) -> None:
    """Two of one name and birthday, one digit apart, both official."""
    with transaction() as session:
        key = contact(session)
        register(session, key)
        on_list(session, nik=SLIP)
        assert near_duplicate(session, key, SLIP, "Warga Uji 001", BORN) is None


def test_an_initial_is_seen_through_one_digit_off(database: str) -> None:
    with transaction() as session:
        key = contact(session)
        register(session, key)
        assert near_duplicate(session, key, SLIP, "Warga U. 001", BORN) is not None


# ---------------------------------------------------------------------- how many
def test_so_many_niks_a_day(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "nik_tries_per_day", 3)
    with transaction() as session:
        key, other = contact(session, 1), contact(session, 2)
        assert [may_try(session, key, nik(serial), TODAY) for serial in (1, 2, 3, 4)] == [True, True, True, False]
        assert may_try(session, key, nik(2), TODAY), "one of those named before"
        assert may_try(session, other, nik(4), TODAY), "another contact"
        assert may_try(session, key, nik(4), TODAY + timedelta(days=1)), "another day"


def test_so_many_names_a_day_for_each_nik(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "name_tries_per_day", 2)
    with transaction() as session:
        key, other = contact(session, 1), contact(session, 2)

        def told(name: str, *, by: str = key, serial: int = 1, born: date = BORN, day: date = TODAY) -> bool:
            return may_try_name(session, by, nik(serial), name, born, day)

        assert [told(f"Warga Uji 00{number}") for number in (1, 2, 3)] == [True, True, False]
        assert told("WARGA  UJI 002"), "one that was told before"
        assert not told("Warga Uji 001", born=date(1954, 8, 2)), "with another birth date it is another"
        assert told("Warga Uji 003", serial=2), "another NIK"
        assert told("Warga Uji 003", by=other), "another contact"
        assert told("Warga Uji 003", day=TODAY + timedelta(days=1)), "another day"
        assert may_try(session, key, nik(1), TODAY + timedelta(days=1)), "names are not counted as NIKs"


def test_tries_at_the_same_time_are_all_counted(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "name_tries_per_day", 3)
    with transaction() as session:
        key = contact(session)

    def told(number: int) -> bool:
        with transaction() as session:
            return may_try_name(session, key, nik(1), f"Warga Uji {number:03}", BORN, TODAY)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(told, range(24))) == 3


def test_a_registry_that_hides_names_decides_nothing(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """NIK and birth date go together for who made them up, too: all wait for the card, but who is on a list as told."""
    monkeypatch.setattr(settings(), "registry", "satusehat")

    def lookup(number: str) -> Known | None:
        raise AssertionError("it is not asked")

    with transaction() as session:
        key = contact(session)
        assert [register(session, key, serial) for serial in (1, 2, 3)] == ["waiting_validation"] * 3
        on_list(session, 1)
        on_list(session, 2, name="Warga Uji 777")
    done = validate_all(NOW + timedelta(days=400), lookup=lookup)
    assert (done.agreed, done.differed, done.waiting) == (1, 0, 2)
    with transaction() as session:
        assert status(session) == ["confirmed", "waiting_validation", "waiting_validation"]
    monkeypatch.setattr(settings(), "registry_tells_names", True)
    done = validate_all(NOW + timedelta(days=400), lookup=lambda number: None)
    assert (done.differed, done.waiting) == (2, 0)


def test_an_answer_without_a_name_is_none(database: str) -> None:
    with transaction() as session:
        register(session, contact(session), doubted=True)
        session.execute(update(Registration).values(status="waiting_validation", created_at=NOW))
    nameless = Known("x", None, BORN, "L")
    assert validate_all(NOW, lookup=lambda number: nameless).waiting == 1
    assert validate_all(NOW + timedelta(days=4), lookup=lambda number: nameless).differed == 1
    with transaction() as session:
        assert session.scalars(select(Registration.refused_for)).all() == ["unknown"]


def test_only_a_blind_index_is_kept_and_only_for_the_day(database: str) -> None:
    with transaction() as session:
        key = contact(session)
        may_try(session, key, nik(1), TODAY)
        may_try(session, key, nik(1), TODAY + timedelta(days=1))
        contact_id = session.execute(select(Contact.id)).scalar_one()
        rows = session.execute(select(NikTried.contact_id, NikTried.day, NikTried.nik_index)).all()
        assert [(row[0], row[1], bytes(row[2])) for row in rows] == [
            (contact_id, TODAY + timedelta(days=1), nik_index(nik(1))),
        ]
