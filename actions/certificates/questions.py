"""The questions on the way to a certificate."""

from __future__ import annotations

from abc import ABC
from typing import Any

from actions.certificates.form import BIRTH_DATE, CODE, NIK, OTHER, PERSON, WORDS, WRONG, Form
from actions.certificates.reading import WRONGS
from actions.conversation import option
from actions.forms.ask import CANCEL, AskQuestion
from actions.wording import sentence_start, who
from siaga.identity import CODE_LIFE

_SHOWN = 7


class AskCertificate(AskQuestion[Form], ABC):
    """A question of the form."""

    form = Form


class AskCertificatePerson(AskCertificate):
    """Whose: one of those registered from here, or somebody else."""

    slot = PERSON

    def custom(self, form: Form) -> dict[str, Any]:
        return {"list_button": "Pilih orang"}

    def ask(self, form: Form) -> tuple[str, dict[str, Any], list[dict[str, str]]]:
        rows = [
            option(
                str(one.name)[:24],
                PERSON,
                str(one.person_id),
                f"{sentence_start(who(one.relation))}, NIK {one.masked_nik}",
            )
            for one in form.people[:_SHOWN]
        ]
        return "utter_ask_certificate_person", {}, [*rows, option("Orang lain", PERSON, OTHER), CANCEL]


class AskCertificateNik(AskCertificate):
    """The NIK, and why somebody's data take more than asking."""

    slot = NIK

    def ask(self, form: Form) -> tuple[str, dict[str, Any], list[dict[str, str]]]:
        nobody = not form.people
        return "utter_ask_certificate_nik_nobody" if nobody else "utter_ask_certificate_nik", {}, [CANCEL]


class AskCertificateBirthDate(AskCertificate):
    """The birth date."""

    slot = BIRTH_DATE

    def ask(self, form: Form) -> tuple[str, dict[str, Any], list[dict[str, str]]]:
        return "utter_ask_certificate_birth_date", {"nik": form.slots[NIK]}, [option("NIK lain", NIK, "-"), CANCEL]


class AskCertificateCode(AskCertificate):
    """The code: the same words for everybody."""

    slot = CODE

    def ask(self, form: Form) -> tuple[str, dict[str, Any], list[dict[str, str]]]:
        minutes = int(CODE_LIFE.total_seconds() // 60)
        return "utter_ask_certificate_code", {"minutes": minutes}, [option("Isi NIK lagi", NIK, "-"), CANCEL]


class AskCertificateWrong(AskCertificate):
    """What is wrong."""

    slot = WRONG

    def custom(self, form: Form) -> dict[str, Any]:
        return {"list_button": "Pilih bagian"}

    def ask(self, form: Form) -> tuple[str, dict[str, Any], list[dict[str, str]]]:
        rows = [option(label, WRONG, value) for value, label in WRONGS.items()]
        return "utter_ask_certificate_wrong", {"person": form.called}, [*rows, CANCEL]


class AskCertificateWords(AskCertificate):
    """What it should be; of a dose that is missing, when, where and with what."""

    slot = WORDS

    def ask(self, form: Form) -> tuple[str, dict[str, Any], list[dict[str, str]]]:
        wrong = form.slots[WRONG]
        if wrong == "missing":
            return "utter_ask_certificate_dose", {"person": form.called}, [CANCEL]
        field = WRONGS[wrong].lower() if wrong in WRONGS and wrong != "other" else "datanya"
        field = "NIK" if wrong == "nik" else field
        return "utter_ask_certificate_words", {"field": field, "person": form.called}, [CANCEL]
