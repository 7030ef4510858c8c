"""The questions about somebody's doses."""

from __future__ import annotations

from abc import ABC
from typing import Any

from actions.conversation import option
from actions.doses.form import AGE, DATE, FORGOTTEN, NUMBER, PERSON, REGISTERED, VACCINE, Form
from actions.forms.ask import CANCEL, AskQuestion
from actions.wording import sentence_start, vaccine_name, who

_BRANDS = ("sinovac", "astrazeneca", "pfizer", "moderna", "sinopharm", "janssen")
# The order of the options matters: who types "2" means two doses, and picks the second option.
_COUNTS = {1: "1 kali", 2: "2 kali", 3: "3 kali", 4: "4 kali atau lebih", 0: "Belum pernah"}
_SHOWN = 7


class AskDose(AskQuestion[Form], ABC):
    """A question of the form."""

    form = Form


class AskDosePerson(AskDose):
    """Whose next dose: one of those looked after, by relation and mask, or somebody else."""

    slot = PERSON

    def ask(self, form: Form) -> tuple[str, dict[str, Any], list[dict[str, str]]]:
        options = [
            option(
                sentence_start(who(one.relation, one.sex))[:20],
                PERSON,
                f"{REGISTERED}{one.id}",
                f"{one.masked_name}, NIK {one.masked_nik}",
            )
            for one in form.people[:_SHOWN]
        ]
        if not any(one.relation == "self" for one in form.people):
            options.append(option("Saya sendiri", PERSON, "self"))
        return "utter_ask_dose_person", {}, [*options, option("Orang lain", PERSON, "other"), CANCEL]


class AskDoseNumber(AskDose):
    """How many doses they have had."""

    slot = NUMBER

    def ask(self, form: Form) -> tuple[str, dict[str, Any], list[dict[str, str]]]:
        options = [option(label, NUMBER, str(count)) for count, label in _COUNTS.items()]
        return "utter_ask_dose_number", {"who": form.who}, [*options, CANCEL]


class AskDoseVaccine(AskDose):
    """Which vaccine the last one was."""

    slot = VACCINE

    def ask(self, form: Form) -> tuple[str, dict[str, Any], list[dict[str, str]]]:
        options = [option(vaccine_name(brand), VACCINE, brand) for brand in _BRANDS]
        options.append(option("Lainnya / lupa", VACCINE, "other"))
        return "utter_ask_dose_vaccine", {"who": form.who}, [*options, CANCEL]


class AskDoseDate(AskDose):
    """When the last one was."""

    slot = DATE

    def ask(self, form: Form) -> tuple[str, dict[str, Any], list[dict[str, str]]]:
        return "utter_ask_dose_date", {"who": form.who}, [option("Lupa tanggalnya", DATE, FORGOTTEN), CANCEL]


class AskDoseAge(AskDose):
    """How old a child is."""

    slot = AGE

    def ask(self, form: Form) -> tuple[str, dict[str, Any], list[dict[str, str]]]:
        return "utter_ask_dose_age", {"who": form.who}, [CANCEL]
