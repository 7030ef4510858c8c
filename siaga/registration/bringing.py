"""What to bring to a vaccination, person by person.

An identity card is had from 17 on (UU 23/2006 on civil registration, article 63, as changed by UU 24/2013); whoever
is younger is on the family's card (KK). That a guardian comes with somebody under 18, and that a referral needs the
doctor's answer, is what facilities ask for; they may ask for more.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from siaga.people.ages import age_on

Paper = Literal["ktp", "kk", "guardian_ktp", "vaccine_card", "doctor_letter"]
KTP_AGE = 17
ADULT_AGE = 18


def to_bring(birth_date: date, on: date, doses_received: int | None, outcome: str | None) -> tuple[Paper, ...]:
    """The papers for somebody vaccinated ``on`` a day, the one nobody is vaccinated without first.

    ``doses_received`` None: not known. ``outcome``: what the rules found, as in ``Submission``.
    """
    age = age_on(birth_date, on)
    papers: list[Paper] = ["ktp" if age >= KTP_AGE else "kk"]
    if age < ADULT_AGE:
        papers.append("guardian_ktp")
    if doses_received:
        papers.append("vaccine_card")
    if outcome == "refer":
        papers.append("doctor_letter")
    return tuple(papers)
