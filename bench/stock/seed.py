"""``python -m bench.stock.seed FIRST COUNT``: what our actions need in the database that ``DATABASE_URL`` names.

Tables, content, sample places and sessions as in the bench's own system, and citizens who have written before; prints
their keys, which are Rasa's sender ids, as JSON.
"""

from __future__ import annotations

import json
import sys

import sqlalchemy as sa

from bench.stack import PLACES_A_SESSION
from bench.traffic import phone
from siaga.db import transaction
from siaga.people.contacts import Alias, ensure_contacts
from siaga.people.tables import Contact
from siaga.registration.tables import Session as VaccinationSession
from siaga.start.system import prepare_database


def main(first: int, count: int) -> None:
    """Fill it."""
    prepare_database(sample_data=True)
    numbers = [phone(number) for number in range(first, first + count)]
    with transaction() as session:
        session.execute(sa.update(VaccinationSession).values(quota=PLACES_A_SESSION))
        ids = ensure_contacts(session, [Alias(number) for number in numbers])
        keys = dict(session.execute(sa.select(Contact.id, Contact.key)).all())
    print(json.dumps({number: keys[ids[Alias(number)]] for number in numbers}))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
