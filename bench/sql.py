"""``python -m bench.sql``: which of PostgreSQL's features our code needs, and where: read from the code.

docs/sizing.md holds the list, for whoever thinks of a PostgreSQL-compatible distributed engine; ``--write`` brings it
up to date there, and a test says when it is not. Found is what the code's text and SQLAlchemy's calls show: a pattern
each, of code and not of comments.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import typer

from siaga.settings import ROOT

PAGE = ROOT / "docs" / "sizing.md"
BEGIN, END = "<!-- python -m bench.sql --write -->", "<!-- end -->"
FOLDERS = ("siaga", "actions")


@dataclass(frozen=True)
class Feature:
    """Something that PostgreSQL does for us: how it is recognised, and what it is needed for."""

    name: str
    pattern: str
    need: str


FEATURES = (
    Feature(
        "LISTEN / NOTIFY",
        r"\bLISTEN (\w|\{|\")|pg_notify|\bNOTIFY \w",
        "workers and senders wake at once; without it they look every second",
    ),
    Feature(
        "FOR UPDATE SKIP LOCKED", r"skip_locked=True|SKIP LOCKED", "lanes, streets, notices: each taken by one of many"
    ),
    Feature(
        "FOR UPDATE (row locks)",
        r"with_for_update|FOR (NO KEY )?UPDATE",
        "a contact, a lane, a session's places: one at a time",
    ),
    Feature(
        "FOR NO KEY UPDATE",
        r"key_share=True|\"key_share\": True|NO KEY UPDATE",
        "a contact is held while other tables refer to it",
    ),
    Feature("advisory locks", r"pg_(try_)?advisory", "one process at a time, where there is no row to hold"),
    Feature(
        "INSERT … ON CONFLICT", r"on_conflict_do_|ON CONFLICT", "a message, a contact, a tally: once, whoever is first"
    ),
    Feature("RETURNING", r"\.returning\(|\bRETURNING\b", "what was written comes back in the same statement"),
    Feature("statements with several writes (CTE)", r"\.cte\(|WITH \w+ AS ", "a claim is one statement"),
    Feature("LATERAL", r"\.lateral\(|\bLATERAL\b", "the oldest message of each of many contacts, by index"),
    Feature("partial indexes", r"postgresql_where", "the few that wait, among millions that are done"),
    Feature("unique partial indexes and constraints", r"UniqueConstraint|unique=True", "nothing twice"),
    Feature("expression indexes", r"Index\(\s*\"\w+\",\s*(func\.|text\()", "looked up by what is computed"),
    Feature(
        "triggers and functions in PL/pgSQL",
        r"CREATE (OR REPLACE )?(TRIGGER|FUNCTION)|plpgsql",
        "what must hold whoever writes: the audit log",
    ),
    Feature("deferrable constraints", r"deferrable=True|DEFERRABLE|initially=", "rows that refer to each other"),
    Feature("generated columns", r"Computed\(|GENERATED ALWAYS AS \(", "kept by the database"),
    Feature("identity columns and sequences", r"Identity\(|nextval\(|Sequence\(|setval", "places in order"),
    Feature("COPY", r"copy_expert|copy_from|\bCOPY \w+.*(FROM|TO)\b", "much at once"),
    Feature(
        "arrays as parameters (unnest, any)",
        r"func\.unnest|unnest\(|any_\(|func\.any\(|ARRAY\(",
        "one plan, however many rows",
    ),
    Feature("JSON columns", r"\bJSONB\b|sa\.JSON\b|Column\(JSON|jsonb_|::jsonb", "what has no fixed form"),
    Feature("encrypted bytes (bytea)", r"LargeBinary", "personal data"),
    Feature("clock_timestamp()", r"clock_timestamp", "the one clock of all processes"),
    Feature(
        "transaction ids (xmin, pg_current_xact_id, snapshots)",
        r"pg_current_xact_id|pg_current_snapshot|pg_snapshot|txid_|\bxmin\b",
        "what was committed since",
    ),
    Feature("SET LOCAL (timeouts)", r"SET LOCAL|set_config", "a statement that takes too long is given up"),
    Feature(
        "prepared statements of a session",
        r"\bPREPARE \w|\bPREPARE \{|DEALLOCATE|plan_cache_mode",
        "planned once a connection; a pooler must pool sessions",
    ),
    Feature(
        "isolation levels above READ COMMITTED", r"SERIALIZABLE|REPEATABLE READ", "a reading that is of one moment"
    ),
    Feature("TRUNCATE, session_replication_role", r"TRUNCATE|session_replication_role", "a restore"),
    Feature(
        "server functions for operators (pg_stat, sizes)",
        r"pg_stat_|pg_database_size|pg_total_relation_size|pg_locks",
        "figures and the doctor",
    ),
)


def code_of(source: str) -> str:
    """Python without its comments and docstrings; other strings stay, since SQL is in them."""
    lines = source.splitlines(keepends=True)
    kept = [list(line) for line in lines]
    before = tokenize.NEWLINE
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        is_words = token.type == tokenize.STRING and before in (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)
        if token.type == tokenize.COMMENT or is_words:
            (first, start), (last, end) = token.start, token.end
            for row in range(first, last + 1):
                for column in range(start if row == first else 0, end if row == last else len(kept[row - 1])):
                    kept[row - 1][column] = " "
        if token.type not in (tokenize.NL, tokenize.COMMENT):
            before = token.type
    return "".join("".join(line) for line in kept)


def found(files: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The names of the files that use each feature, of names with their source."""
    places: dict[str, list[str]] = {feature.name: [] for feature in FEATURES}
    for name, source in files:
        # Most files have none of them, and need not be taken apart.
        likely = [feature for feature in FEATURES if re.search(feature.pattern, source)]
        code = code_of(source) if likely else ""
        for feature in likely:
            if re.search(feature.pattern, code):
                places[feature.name].append(name)
    return places


def files(root: Path = ROOT) -> list[tuple[str, str]]:
    """Our modules, by their path from the root."""
    paths = sorted(path for folder in FOLDERS for path in (root / folder).rglob("*.py"))
    return [(path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")) for path in paths]


def table(places: dict[str, list[str]]) -> str:
    """The list in Markdown: by folder, so that it changes when a part begins or ceases to need something."""
    lines = ["| feature | needed for | where |", "|---|---|---|"]
    unused = []
    for feature in FEATURES:
        where = sorted({"/".join(name.split("/")[:2]).removesuffix(".py") for name in places[feature.name]})
        if where:
            told = ", ".join(f"`{one}`" for one in where)
            lines.append(f"| {feature.name} | {feature.need} | {told} |")
        else:
            unused.append(feature.name)
    return "\n".join(lines) + ("\n\nNot used: " + "; ".join(unused) + "." if unused else "")


def written(page: str, made: str, mark: str = BEGIN) -> str:
    """The page with what was made between its mark and the end of that.

    Raises:
        ValueError: the marks are not there.
    """
    before, begin, rest = page.partition(mark)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{mark} and {END} are not in the page")
    return f"{before}{mark}\n{made}\n{END}{after}"


def main(write: bool = typer.Option(False, "--write", help="Bring docs/sizing.md up to date.")) -> None:
    """Print the list; exit code 1 if the page holds another."""
    made = table(found(files()))
    page = PAGE.read_text(encoding="utf-8")
    if write:
        PAGE.write_text(written(page, made), encoding="utf-8")
        return
    typer.echo(made)
    if written(page, made) != page:
        typer.echo("docs/sizing.md holds another list: python -m bench.sql --write", err=True)
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
