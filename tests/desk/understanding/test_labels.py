"""Every intent and every question has words that a reviewer understands."""

from __future__ import annotations

import yaml

from siaga.desk.understanding import meanings
from siaga.settings import ROOT
from siaga.unclear.words import known_intents


def test_every_intent_has_a_label_of_its_own() -> None:
    known = meanings.names()
    assert known.keys() == known_intents(meanings.FOLDER).keys()
    assert [intent for intent, label in known.items() if label == intent] == []
    assert len({label.casefold() for label in known.values()}) == len(known)


def test_every_slot_that_a_form_asks_for_has_words() -> None:
    forms = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["forms"]
    slots = {slot for form in forms.values() for slot in form["required_slots"]}
    assert {slot for slot in slots if meanings.asked(slot) == "hal lain"} == set()


def test_a_meaning_is_found_by_what_is_typed_of_it() -> None:
    known = {"greet": "Sapaan", "check_registration": "Cek pendaftaran", "check_hoax": "Cek kabar"}
    assert meanings.intent_of("cek  KABAR", known) == ("check_hoax", ())
    assert meanings.intent_of("pendaft", known) == ("check_registration", ())
    assert meanings.intent_of("cek", known) == (None, ("Cek pendaftaran", "Cek kabar"))
    assert meanings.intent_of("b", known)[0] is None, "a letter of the command line discards nothing here"
    assert meanings.intent_of("", known) == (None, ())
