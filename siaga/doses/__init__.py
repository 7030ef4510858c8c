"""Doses that people have had, and the one that comes next."""

from siaga.doses.history import LookedAfter, Recorded, history, looked_after, recorded
from siaga.doses.next import Given, HistoryError, Next, next_dose
from siaga.doses.notices import next_dose_booked, plan_next, reminders_are_off
from siaga.doses.recording import Kept, KnownDose, hand_over_known, record_known, record_told
from siaga.doses.rules import RuleSet, rules_in_force
from siaga.doses.told import Told, forgot, read_age, read_day, read_number, read_told, read_vaccine
from siaga.rulefiles.dated import NoRules, RuleFileError

__all__ = [
    "Given",
    "HistoryError",
    "Kept",
    "KnownDose",
    "LookedAfter",
    "Next",
    "NoRules",
    "Recorded",
    "RuleFileError",
    "RuleSet",
    "Told",
    "forgot",
    "hand_over_known",
    "history",
    "looked_after",
    "next_dose",
    "next_dose_booked",
    "plan_next",
    "read_age",
    "read_day",
    "read_number",
    "read_told",
    "read_vaccine",
    "record_known",
    "record_told",
    "recorded",
    "reminders_are_off",
    "rules_in_force",
]
