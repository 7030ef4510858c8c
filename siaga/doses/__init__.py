"""Doses that people have had, and the one that comes next."""

from siaga.doses.history import LookedAfter, Recorded, history, looked_after, recorded
from siaga.doses.next import Given, HistoryError, Next, next_dose
from siaga.doses.notices import next_dose_booked, plan_next
from siaga.doses.recording import Kept, KnownDose, record_known, record_told
from siaga.doses.rules import NoRules, RuleFileError, RuleSet, rules_in_force

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
    "history",
    "looked_after",
    "next_dose",
    "next_dose_booked",
    "plan_next",
    "record_known",
    "record_told",
    "recorded",
    "rules_in_force",
]
