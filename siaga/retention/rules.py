"""The rules: of each table, or of a part of one, when its rows go and why then.

The sweep, the plan, the map of personal data and docs/privacy.md read this list and no other. Their order is the
sweep's: what is emptied before what is deleted, rows before the contacts and persons that they hang on.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import and_, exists, func, or_

from siaga.desk.tables import DeskAttempt, DeskSession
from siaga.handoffs.tables import HandOff
from siaga.hoaxes.tables import HoaxQuestion
from siaga.identity.tables import IdentityCheck
from siaga.knowledge.tables import UnansweredQuestion
from siaga.media.store import PREFIX
from siaga.media.tables import Media, ReceivedMedia
from siaga.people.tables import Contact, DataRequest, FormDraft, Notice, Person, Task
from siaga.radar.tables import RadarSubscription
from siaga.registration.tables import NikTried, RegistrationForm
from siaga.reports.tables import Report, ReportTried
from siaga.retention import taking, unused
from siaga.retention.rule import Rule
from siaga.rights.tables import Erasure
from siaga.selfcheck.tables import Monitoring, SelfCheck
from siaga.settings import Settings
from siaga.tallies.tables import TallyPerson
from siaga.turns.tables import OPEN, InboundMessage, OutboundMessage, Quarantine
from siaga.unclear.tables import UnclearMessage

# WhatsApp delivers again for seven days: a message must be known for longer than that.
RECEIVED = 14
_RECEIVED = timedelta(days=RECEIVED)
IN_REPORT = exists().where(Report.picture == PREFIX + Media.sha256)

RULES: tuple[Rule, ...] = (
    Rule(
        "received",
        InboundMessage,
        lambda before: and_(InboundMessage.status.in_(("done", "ignored")), InboundMessage.received_at < before),
        InboundMessage.received_at,
        "after it arrived, if answered; the words only until answered",
        "WhatsApp may deliver it again for seven days, and it must be known then",
        days=RECEIVED,
    ),
    Rule(
        "parked",
        InboundMessage,
        lambda before: and_(InboundMessage.status == "parked", InboundMessage.received_at < before),
        InboundMessage.received_at,
        "after it arrived, if given up",
        "somebody may look at it and have it tried again",
        days=30,
    ),
    Rule(
        "unreported",
        OutboundMessage,
        lambda before: and_(
            OutboundMessage.status == "accepted",
            OutboundMessage.created_at < before,
            or_(OutboundMessage.payload.is_not(None), OutboundMessage.template.is_not(None)),
        ),
        OutboundMessage.created_at,
        "after it was made, where no status came; else when it was sent",
        "it is not sent again after so long",
        days=1,
        blank=("payload", "template"),
    ),
    Rule(
        "sent",
        OutboundMessage,
        lambda before: and_(OutboundMessage.status.not_in(OPEN), OutboundMessage.created_at < before),
        OutboundMessage.created_at,
        "after it was made",
        "a button that is older stands for nothing any more",
        days=30,
    ),
    Rule(
        "quarantine",
        Quarantine,
        lambda before: Quarantine.received_at < before,
        Quarantine.received_at,
        "after it arrived",
        "somebody may look at it",
        days=30,
    ),
    Rule(
        "files",
        ReceivedMedia,
        lambda before: ReceivedMedia.received_at < before,
        ReceivedMedia.received_at,
        "after it arrived",
        "a volunteer may look at it; what a report shows is kept with the report",
        setting="media_days",
    ),
    Rule(
        "reports",
        Report,
        lambda before: and_(Report.status.in_(("done", "closed")), Report.updated_at < before),
        Report.updated_at,
        "after it was done or closed",
        "the reporter may ask what became of it",
        setting="report_days",
    ),
    Rule(
        "documents",
        Media,
        lambda before: and_(Media.forget_after < before, ~IN_REPORT),
        Media.forget_after,
        "at forget_after: a ticket 2 days after it was asked for last, a certificate `certificate_hours` (24), "
        "a picture of a self-check or from the desk 7 days, a map 10, a report's picture with the report",
        "it has only to be sent, and is drawn anew when it is asked for again",
    ),
    Rule(
        "identity",
        IdentityCheck,
        lambda before: IdentityCheck.started_at < before,
        IdentityCheck.started_at,
        "after it began",
        "the message that began it may be delivered again",
        days=RECEIVED,
    ),
    Rule(
        "nik_tried",
        NikTried,
        lambda before: NikTried.day < before.date(),
        NikTried.day,
        "when its day is over",
        "it counts tries of one day",
    ),
    Rule(
        "report_tried",
        ReportTried,
        lambda before: ReportTried.day < before.date(),
        ReportTried.day,
        "when its day is over",
        "it counts tries of one day",
    ),
    Rule(
        "drafts",
        FormDraft,
        lambda before: FormDraft.updated_at < before,
        FormDraft.updated_at,
        "after the last answer",
        "who fell silent can go on where they stopped",
        days=14,
    ),
    Rule(
        "forms",
        RegistrationForm,
        lambda before: or_(
            and_(RegistrationForm.expires_at < before, RegistrationForm.sent_at.is_(None)),
            RegistrationForm.expires_at < before - _RECEIVED,
        ),
        RegistrationForm.expires_at,
        f"when its link has run out; {RECEIVED} days later if it was sent",
        "the message that it was sent may come later",
    ),
    Rule(
        "notices",
        Notice,
        lambda before: and_(Notice.status != "planned", Notice.until < before),
        Notice.until,
        "after it could last be sent",
        "its buttons may still be tapped",
        days=30,
    ),
    Rule(
        "self_checks",
        SelfCheck,
        lambda before: SelfCheck.at < before,
        SelfCheck.at,
        "after the check",
        "whoever helps can see how it began",
        days=30,
    ),
    Rule(
        "monitoring",
        Monitoring,
        # One that nobody has ended, as when no reminders are sent at all, is over after its time, too.
        lambda before: func.coalesce(Monitoring.ended_at, Monitoring.until) < before,
        func.coalesce(Monitoring.ended_at, Monitoring.until),
        "after it ended",
        "whoever helps can see how it went",
        days=90,
    ),
    Rule(
        "unclear",
        UnclearMessage,
        lambda before: UnclearMessage.forget_after < before,
        UnclearMessage.forget_after,
        "at forget_after: `unclear_days` (90) after it was written",
        "people have to look at it to learn from it",
    ),
    Rule(
        "questions",
        UnansweredQuestion,
        lambda before: UnansweredQuestion.forget_after < before,
        UnansweredQuestion.forget_after,
        "at forget_after: `unclear_days` (90) after it was asked",
        "staff have to see which answers are missing",
    ),
    Rule(
        "hoaxes",
        HoaxQuestion,
        lambda before: HoaxQuestion.first_at < before,
        HoaxQuestion.first_at,
        "after it was first asked",
        "staff have to see what is told around",
        setting="hoax_days",
    ),
    Rule(
        "hand_offs",
        HandOff,
        lambda before: and_(HandOff.state == "closed", HandOff.closed_at < before),
        HandOff.closed_at,
        "after it was closed",
        "who writes again is known to the volunteers",
        setting="handoff_days",
    ),
    Rule(
        "tasks",
        Task,
        lambda before: and_(Task.status != "open", func.coalesce(Task.done_at, Task.created_at) < before),
        func.coalesce(Task.done_at, Task.created_at),
        "after it was done or refused; never while it is open",
        "what was corrected, and why, can be asked about",
        setting="task_days",
    ),
    Rule(
        "data_requests",
        DataRequest,
        lambda before: DataRequest.done_at < before,
        DataRequest.done_at,
        "after it was carried out",
        "its number can be asked about",
        days=30,
    ),
    Rule(
        "subscriptions",
        RadarSubscription,
        lambda before: RadarSubscription.ended_at < before,
        RadarSubscription.ended_at,
        "after it ended",
        "one that is taken up again goes on from what was told",
        days=30,
    ),
    Rule(
        "people_counted",
        TallyPerson,
        lambda before: TallyPerson.day < before.date(),
        TallyPerson.day,
        "after its day, when it has been counted",
        "messages arrive late",
        days=2,
        elsewhere="siaga.tallies.folding.fold",
    ),
    Rule(
        "desk_sessions",
        DeskSession,
        lambda before: DeskSession.expires_at < before,
        DeskSession.expires_at,
        "when it is over: after `desk_session_hours` (12) at most",
        "it opens nothing any more",
    ),
    Rule(
        "desk_attempts",
        DeskAttempt,
        lambda before: DeskAttempt.last_at < before,
        DeskAttempt.last_at,
        "after the last try",
        "wrong passwords of a day are counted together",
        days=2,
    ),
    Rule(
        "erasures",
        Erasure,
        lambda before: Erasure.at < before,
        Erasure.at,
        "after the erasure; keep no backup for longer",
        "whoever comes back with an old backup is erased again",
        setting="erased_days",
    ),
    Rule(
        "last_messages",
        Contact,
        unused.only_for_a_last_message,
        Contact.forget_after,
        "at forget_after, of a contact that is there only to be sent a last message, when it was sent",
        "the contact itself has been erased",
        each=taking.drop_contact,
    ),
    Rule(
        "contacts",
        Contact,
        unused.has_nothing,
        unused.HEARD,
        "after the last message, of a contact without registration, dose or anything that is open",
        "nothing is being done for them any more",
        setting="contact_days",
        each=taking.erase_contact,
    ),
    Rule(
        "registered",
        Contact,
        unused.has_done_nothing,
        unused.HEARD,
        "after the last message, registration, appointment or dose of a contact or their persons",
        "how long records of vaccination are kept is for the programme's health office to say",
        setting="person_days",
        each=taking.erase_contact,
    ),
    Rule(
        "persons",
        Person,
        unused.belongs_to_nobody,
        Person.created_at,
        "after the last appointment or dose of a person whom no contact looks after",
        "how long records of vaccination are kept is for the programme's health office to say",
        setting="person_days",
        each=taking.erase_person,
    ),
)

BY_NAME = {rule.name: rule for rule in RULES}


def in_words() -> dict[str, str]:
    """Each rule by name as it is unless it is set otherwise, and why, for the map."""
    return {rule.name: f"{_as_on_the_map(rule)}, because {rule.why}" for rule in RULES}


def _as_on_the_map(rule: Rule) -> str:
    words = rule.in_words(Settings.construct())
    return f"{words} (`{rule.setting}`)" if rule.setting and rule.setting not in words else words
