"""Who may be vaccinated: dated rules that a health worker can read, and as few questions as decide."""

from siaga.eligibility.answers import read_answer, read_answers, tells_doses, told_of_doses
from siaga.eligibility.assess import Ask, Outcome, assess, questions
from siaga.eligibility.mentioned import Mentioned, asks_in_general, mentioned
from siaga.eligibility.rules import RuleSet, rules_in_force
from siaga.rulefiles.dated import NoRules, RuleFileError
from siaga.rulefiles.facts import FactError

__all__ = [
    "Ask",
    "FactError",
    "Mentioned",
    "NoRules",
    "Outcome",
    "RuleFileError",
    "RuleSet",
    "asks_in_general",
    "assess",
    "mentioned",
    "questions",
    "read_answer",
    "read_answers",
    "rules_in_force",
    "tells_doses",
    "told_of_doses",
]
