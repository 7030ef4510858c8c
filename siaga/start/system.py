"""The whole system on one machine: what `siaga start` runs, and the tests over the running stack."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from siaga.settings import ROOT, Settings
from siaga.start import health
from siaga.start.environment import of_processes
from siaga.start.ports import Ports
from siaga.start.processes import Processes, Write, read_procfile

SIMULATOR = "simulator"
REGISTRY = "registry"
DESK = "desk"
RASA = "rasa"
# What an answer waits for, with Rasa. A laptop has few cores for so many imports at once.
_ANSWERING = (SIMULATOR, "actions", "receiver", "sender")


class System:
    """The processes of the Procfile over a database that is ready and a model that is trained."""

    def __init__(
        self,
        chosen: Settings,
        ports: Ports,
        database_url: str,
        model: Path,
        write: Write,
        verbose: bool = False,
    ) -> None:
        self.ports = ports
        self.environment = of_processes(chosen, ports, database_url, model, verbose)
        commands = read_procfile(ROOT / "Procfile")
        if not ports.simulator:
            del commands[SIMULATOR]
        if not ports.desk:
            del commands[DESK]
        if chosen.registry == "local":
            del commands[REGISTRY]
        for name, port in ports.all_rasa.items():
            if name != RASA:
                commands[name] = f"export SIAGA_RASA_PORT={port}; {commands[RASA]}"
        for name, port in ports.watch:
            if name in commands:
                commands[name] = f"export SIAGA_WATCH_PORT={port}; {commands[name]}"
        self.processes = Processes(commands, self.environment, ROOT, write, verbose)
        self._urls = {name: url for name, url in health.addresses(ports).items() if name in commands}

    @property
    def chat_page(self) -> str:
        """The simulator's address, without a slash at its end."""
        return f"http://127.0.0.1:{self.ports.simulator}"

    def start(self, tell: Callable[[str], None]) -> None:
        """Start what citizens' messages need and wait until it answers; then one by one everything else likewise.

        Raises:
            CannotStart: a process has ended, or does not answer in time.
        """
        commands = self.processes.commands
        answering = [name for name in commands if name in _ANSWERING or name in self.ports.all_rasa]
        # All at once they would hold up the first answers, too.
        others = [[name] for name in commands if name not in answering]
        for names in [answering, *others]:
            self.processes.start_all(names)
            health.wait_until_up(self.processes, {n: url for n, url in self._urls.items() if n in names}, tell)

    def restart(self, name: str) -> None:
        """Start one process again after its death, and wait until it answers.

        Raises:
            CannotStart: as ``start``.
        """
        self.processes.start(name)
        urls = {name: self._urls[name]} if name in self._urls else {}
        health.wait_until_up(self.processes, urls, lambda line: None)

    def stop(self) -> None:
        """Stop everything, the last in the Procfile first."""
        self.processes.stop_all()


def prepare_database(sample_data: bool, tell: Callable[[str], None] = lambda line: None) -> None:
    """Bring the database up to date, with what is new in the files of content/; make or top up the sample places and
    sessions, and the radar's figures."""
    from siaga.db import transaction
    from siaga.migrations import seal_audit, upgrade

    upgrade()
    seal_audit()
    _take_content(tell)
    if sample_data:
        from siaga.radar import sample
        from siaga.registration.seed import seed

        now = datetime.now(ZoneInfo("Asia/Jakarta"))
        with transaction() as session:
            seed(session, now.date())
        with transaction() as session:
            sample.refresh(session, now.date(), now)


def _take_content(tell: Callable[[str], None]) -> None:
    """Publish what is new in the files. What cannot be taken is told, and what stood before stands."""
    from siaga.content.importing import import_files
    from siaga.content.kinds import DIRECTORY
    from siaga.db import transaction

    with transaction() as session:
        report = import_files(session, DIRECTORY)
    if report.taken or report.gone:
        tell(f"Content: {len(report.taken)} entries are new or changed, {len(report.gone)} are gone.")
    for one in report.conflicts:
        tell(f"Content: {one.key} ({one.file}) was changed in the files, and by staff: theirs stands.")
    for fault in report.refused:
        tell(f"Content: {fault} Nothing of its kind was taken.")
