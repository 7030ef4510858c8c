"""The ``siaga`` command. Each group lives in the package it belongs to and is imported only when it is called."""

from __future__ import annotations

import importlib

import click
import typer

# name: (module that holds a Typer ``app``, what `siaga --help` says)
GROUPS: dict[str, tuple[str, str]] = {
    "start": ("siaga.start.commands", "Run everything on this machine."),
    "train": ("siaga.start.train_commands", "Train a model, if there is none for this data."),
    "check": ("siaga.checking.commands", "Check what designers write, in seconds and without training."),
    "db": ("siaga.migrations.commands", "Migrate the database."),
    "wait": ("siaga.db.waiting", "Wait until the database is migrated, then run something."),
    "backup": ("siaga.backups.commands", "Backups of the database: make, list, check, restore."),
    "doctor": ("siaga.doctor.commands", "Find what is wrong, and say what to do."),
    "keys": ("siaga.keyring.commands", "The keys of the encrypted columns: who uses which, a new one, rotation."),
    "turns": ("siaga.turns.commands", "What waits, what failed and was parked, what was not understood."),
    "receive": ("siaga.whatsapp.receiver", "Receive webhooks."),
    "send": ("siaga.whatsapp.commands", "Send what waits in the outbox."),
    "fetch": ("siaga.whatsapp.fetch_commands", "Fetch the files that citizens sent."),
    "templates": ("siaga.whatsapp.template_commands", "Check, list and submit message templates."),
    "flows": ("siaga.whatsapp.flows.commands", "The registration form as a WhatsApp Flow."),
    "simulator": ("siaga.simulator.commands", "Run the local Graph API with its chat page."),
    "scenario": ("siaga.scenarios.commands", "Play written dialogues over the running stack."),
    "nlu": ("siaga.nlu.commands", "Look at, and measure, what is understood."),
    "ticket": ("siaga.registration.ticket_commands", "Whether a ticket is one of ours."),
    "registration": ("siaga.registration.commands", "Sample places and sessions."),
    "people": ("siaga.registration.people_commands", "Official lists of people."),
    "person": ("siaga.rights.commands", "A person's rights: give them what is kept of them, or erase it."),
    "facilities": ("siaga.registration.facility_commands", "The places that vaccinate: import, list, edit, close."),
    "sessions": ("siaga.registration.session_commands", "When they vaccinate: import, list, add, edit, call off."),
    "registry": ("siaga.registration.registry_commands", "What an outside registry is told, and whether it is up."),
    "emergency": ("siaga.emergency.commands", "What is told in an emergency, without a chat."),
    "eligibility": ("siaga.eligibility.commands", "Who may be vaccinated, without a chat."),
    "radar": ("siaga.radar.commands", "Figures of places: import, take back, look up."),
    "selfcheck": ("siaga.selfcheck.commands", "How urgent somebody's signs are, without a chat."),
    "doses": ("siaga.doses.commands", "The next dose, without a chat; lists of doses given."),
    "details": ("siaga.details.commands", "The questions asked for planning."),
    "remind": ("siaga.reminders.commands", "What contacts are told unasked: reminders, free places, changes."),
    "certificate": ("siaga.certificates.commands", "Whether a certificate is one of ours."),
    "handoffs": ("siaga.handoffs.commands", "Conversations that are on their way to a person."),
    "reports": ("siaga.reports.commands", "What citizens report: look at it, and say what became of it."),
    "tips": ("siaga.tips.commands", "What to do in a situation, without a chat."),
    "news": ("siaga.news.commands", "Good news, without a chat."),
    "knowledge": ("siaga.knowledge.commands", "Answers to questions, without a chat."),
    "content": ("siaga.content.commands", "What staff write: check, change, publish, take back, print for review."),
    "desk": ("siaga.desk.commands", "The desk in the browser: run it, and its accounts."),
    "retention": ("siaga.retention.commands", "What is old enough to be forgotten, and forgetting it now."),
    "audit": ("siaga.db.audit.commands", "The log of who did what: read it, and check that nobody changed it."),
    "privacy": ("siaga.retention.map_command", "What is known of people, where, and for how long."),
    "hoax": ("siaga.hoaxes.commands", "Claims that are told around, without a chat; questions that wait for staff."),
}


class LazyGroup(click.Group):
    """A group that imports a subcommand's module when it is needed, so that no command pays for another's imports."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(GROUPS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in GROUPS:
            return None
        module, _ = GROUPS[cmd_name]
        command = typer.main.get_command(importlib.import_module(module).app)
        command.name = cmd_name
        return command

    def invoke(self, ctx: click.Context) -> object:
        from siaga.db.server import DatabaseUnavailable, DatabaseUnknown
        from siaga.secret_files import SecretFileTrouble

        try:
            return super().invoke(ctx)
        except (DatabaseUnknown, DatabaseUnavailable, SecretFileTrouble) as problem:
            raise click.ClickException(str(problem)) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, GROUPS[name][1]) for name in self.list_commands(ctx)])


@click.group(cls=LazyGroup)
@click.version_option(package_name="siaga")
def main() -> None:
    """Siaga: a WhatsApp assistant for public-health programmes in Indonesia."""


if __name__ == "__main__":
    main()
