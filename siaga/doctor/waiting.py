"""What waits, what failed, and whether what works in the background still does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from siaga.doctor.finding import Finding, broken, look, ok, span
from siaga.radar.sources import sources
from siaga.settings import settings
from siaga.turns import operator
from siaga.whatsapp.access import other_numbers

_SLOW, _STUCK = 60.0, 600.0
_IDLE = 900.0
_MOST_BLOCKED = 0.05


@dataclass(frozen=True)
class Facts:
    """``overview`` is that of `siaga turns`; the rest are the ages (s) of what a process should have done by now.

    ``numbers`` are the ids of our phone numbers but the first.
    """

    overview: Mapping[str, Any]
    dispatches: int
    notices: float
    erasures: float
    swept: float
    figures: float
    numbers: frozenset[str] = frozenset()


# Each is the age of the oldest that is overdue, of something that the process does within minutes, day and night.
_OVERDUE = {
    "notices": "SELECT max(now() - greatest(due_at, status_at)) FROM notice "
    "WHERE status = 'planned' AND (until < now() OR (urgent AND due_at < now()))",
    "erasures": "SELECT max(now() - at) FROM erasure WHERE listed_at IS NULL",
    "swept": "SELECT greatest((SELECT max(now() - expires_at) FROM desk_session WHERE expires_at < now()), "
    "(SELECT max(now() - forget_after) FROM media WHERE forget_after < now()))",
    "figures": "SELECT max(now() - next_at) FROM radar_fetch WHERE next_at < now() AND name = ANY(:services)",
}


def gather(session: Session) -> Facts:
    """Ask the database."""

    def age(question: str) -> float:
        given = {"services": services} if ":services" in question else {}
        seconds = session.scalar(text(f"SELECT extract(epoch FROM ({question}))"), given)  # noqa: S608
        return float(seconds or 0)

    services = [source.name for source in sources() if source.enabled]
    dispatches = session.scalar(text("SELECT count(*) FROM dispatch"))
    ages = {name: age(question) for name, question in _OVERDUE.items()}
    ours = frozenset(other_numbers(settings()))
    return Facts(operator.overview(session), int(dispatches or 0), **ages, numbers=ours)


def queue(facts: Facts) -> Finding:
    """Citizens are answered in time."""
    waiting, seconds = facts.overview["waiting"], facts.overview["oldest_waiting_seconds"]
    says = f"{waiting} messages wait, the oldest for {span(seconds)}"
    do = "do Rasa and the action server run? more of Rasa work faster: docs/runbook.md"
    if seconds > _STUCK:
        return broken("messages waiting", says, do)
    return look("messages waiting", says, do) if seconds > _SLOW else ok("messages waiting", says)


def parked(facts: Facts) -> Finding:
    """No message was given up."""
    if count := facts.overview["parked"]:
        do = "`siaga turns parked`, then `siaga turns replay` or `siaga turns drop`"
        return look("messages given up", f"{count} turns failed too often", do)
    return ok("messages given up", "none")


def quarantine(facts: Facts) -> Finding:
    """Everything that came was understood, and the account has no news."""
    if news := facts.overview["news_of_the_account"]:
        do = "`siaga turns quarantine`: a block, a template's end or a new limit may be among it"
        return look("not understood", f"{news} pieces of news of the account from Meta", do)
    if count := facts.overview["quarantine"]:
        return look("not understood", f"{count} webhooks", "`siaga turns quarantine`: has Meta changed something?")
    return ok("not understood", "none")


def sending(facts: Facts) -> Finding:
    """Answers go out."""
    if paused := facts.overview["channels_paused"]:
        codes = ", ".join(f"{one['channel']} (code {one['code']})" for one in paused)
        do = "190: the token; 131042: payment; 368, 131031: the account is blocked: docs/runbook.md"
        return broken("messages to send", f"nothing can be sent by {codes}", do)
    count, seconds = facts.overview["to_send"], facts.overview["oldest_to_send_seconds"]
    says = f"{count} wait, the oldest for {span(seconds)}"
    if seconds > _STUCK:
        return broken("messages to send", says, "does `siaga send` run, and reach the Graph API?")
    return look("messages to send", says, "does `siaga send` run?") if seconds > _SLOW else ok("messages to send", says)


def numbers(facts: Facts) -> Finding:
    """Somebody sends by each number that somebody wrote to."""
    by_others = facts.overview["to_send_by_other_numbers"]
    if gone := sorted(set(by_others) - facts.numbers):
        count = sum(by_others[number] for number in gone)
        do = "name it in SIAGA_WHATSAPP_OTHER_NUMBERS again, or give it up: `siaga turns leave <id>`"
        return broken("numbers", f"{count} citizens wait for one that the settings do not name: {', '.join(gone)}", do)
    return ok("numbers", f"the settings name all {1 + len(facts.numbers)} that are written to")


def fate(facts: Facts) -> Finding:
    """Statuses come back."""
    if count := facts.overview["fate_unknown"]:
        return look("fate unknown", f"{count} messages were perhaps sent", "do Meta's status webhooks arrive?")
    return ok("fate unknown", "none")


def blocked(facts: Facts) -> Finding:
    """Few have had enough of us."""
    count = facts.overview["contacts_who_blocked_us"]
    if facts.dispatches >= 100 and count / facts.dispatches > _MOST_BLOCKED:
        do = "send less unasked: the number's quality suffers (`siaga remind list`)"
        return look("blocked by citizens", f"{count} of {facts.dispatches}", do)
    return ok("blocked by citizens", f"{count} of {facts.dispatches}")


def files(facts: Facts) -> Finding:
    """Files are fetched."""
    count = facts.overview["files_to_fetch"]
    if count > 100:
        return look("files to fetch", f"{count} wait", "does `siaga fetch` run? Meta keeps files for days only")
    return ok("files to fetch", f"{count}")


def reminding(facts: Facts) -> Finding:
    """`siaga remind run` does its work."""
    late = max(facts.notices, facts.erasures)
    if facts.erasures > _IDLE:
        do = "does `siaga remind run` run, and may it write SIAGA_ERASED_LIST? Until then a restore brings them back"
        return broken("reminders", f"who was erased {span(late)} ago is on no list", do)
    if late > _IDLE:
        return broken("reminders", f"what was due {span(late)} ago was not told", "start `siaga remind run`")
    return ok("reminders", "nothing is overdue")


def sweeping(facts: Facts) -> Finding:
    """Old data are forgotten."""
    if facts.swept > 2 * 3600:
        do = "does `siaga send` run? it sweeps; or `siaga retention sweep --by …`"
        return look("forgetting", f"what was to go {span(facts.swept)} ago is there", do)
    return ok("forgetting", "nothing is overdue")


def fetching(facts: Facts) -> Finding:
    """`siaga radar run` asks the services."""
    if facts.figures > 3600:
        return look(
            "fetching of figures", f"a service was to be asked {span(facts.figures)} ago", "start `siaga radar run`"
        )
    return ok("fetching of figures", "nothing is overdue")


CHECKS: tuple[Callable[[Facts], Finding], ...] = (
    queue, parked, quarantine, sending, numbers, fate, blocked, files, reminding, sweeping, fetching,
)  # fmt: skip


def check(facts: Facts) -> Iterator[Finding]:
    """All lines of this area."""
    return (one(facts) for one in CHECKS)
