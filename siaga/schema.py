"""Every table of the house in one import: for migrations, tests and sweeps."""

from siaga.certificates import tables as certificates
from siaga.content import tables as content
from siaga.db import Base, audit
from siaga.desk import tables as desk
from siaga.details import tables as details
from siaga.doses import tables as doses
from siaga.handoffs import tables as handoffs
from siaga.hoaxes import tables as hoaxes
from siaga.identity import tables as identity
from siaga.knowledge import tables as knowledge
from siaga.media import tables as media
from siaga.news import tables as news
from siaga.people import tables as people
from siaga.radar import tables as radar
from siaga.registration import tables as registration
from siaga.reports import tables as reports
from siaga.rights import tables as rights
from siaga.selfcheck import tables as selfcheck
from siaga.tallies import tables as tallies
from siaga.turns import tables as turns
from siaga.unclear import tables as unclear
from siaga.whatsapp.twilio import tables as twilio

__all__ = [
    "Base",
    "audit",
    "certificates",
    "content",
    "desk",
    "details",
    "doses",
    "handoffs",
    "hoaxes",
    "identity",
    "knowledge",
    "media",
    "news",
    "people",
    "radar",
    "registration",
    "reports",
    "rights",
    "selfcheck",
    "tallies",
    "turns",
    "twilio",
    "unclear",
]
