"""Self-check: how urgent somebody's signs are, and what to do."""

from siaga.rulefiles.dated import NoRules, RuleFileError
from siaga.rulefiles.facts import FactError
from siaga.selfcheck.assess import assess
from siaga.selfcheck.results import LEVELS, Ask, Level, Result
from siaga.selfcheck.rules import RuleSet, rules_in_force

__all__ = [
    "LEVELS",
    "Ask",
    "FactError",
    "Level",
    "NoRules",
    "Result",
    "RuleFileError",
    "RuleSet",
    "assess",
    "rules_in_force",
]
