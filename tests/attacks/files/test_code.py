"""What no line of ours may do with what somebody wrote; what ruff's S rules do not see, and who was excused from them.

No user text reaches SQL as text, a shell, a template, the format of a log line, or the name of what is imported.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
FILES = sorted(
    path for folder in ("siaga", "actions") for path in (ROOT / folder).rglob("*.py") if "__pycache__" not in path.parts
)
LOGS = {"debug", "info", "warning", "error", "exception", "critical", "log"}
LOGGERS = {"log", "logger", "logging", "structlogger", "_log", "_logger"}
OUTSIDE_XML = {"xml", "lxml", "bs4", "pickle", "cPickle", "marshal", "shelve", "dill", "joblib"}
"""Modules that make what is not text out of what comes from outside."""

EXCUSED = {
    ("siaga/start/processes.py", "S602"): "the lines of our own Procfile are shell commands",
    ("siaga/content/sentences.py", "S506"): "the loader is one of the two safe ones",
    ("siaga/db/waiting.py", "S606"): "the operator's own command, without a shell, as soon as the database is ready",
}
"""Where ruff may be silent about a shell, a loader or a query: by file and rule, with the reason."""
NAMED_IN_A_TABLE = {
    "siaga/cli.py": "a command's module, from the table of commands",
    "siaga/content/kinds.py": "a kind's reader, from the table of kinds",
    "siaga/checking/contents.py": "the reader of a folder, from a table of them",
    "siaga/whatsapp/__init__.py": "one of the channels, when it is first asked for",
    "siaga/knowledge/__init__.py": "one of the package's own modules, when it is first asked for",
    "siaga/hoaxes/__init__.py": "one of the package's own modules, when it is first asked for",
}
"""Where a module is imported by a name that is looked up in a table of the code."""
DYNAMIC_SQL = {
    "siaga/content/listening.py": "LISTEN takes no parameters; the channel is a constant",
    "siaga/backups/loading.py": "the names of our own tables, as the database lists them",
    "siaga/backups/making.py": "the names of our own tables, and a number of ours",
    "siaga/db/prepared.py": "what SQLAlchemy has compiled; values are sent beside it",
    "siaga/doctor/database.py": "the questions of a table in the code",
    "siaga/doctor/waiting.py": "the questions of a table in the code",
}
"""Where SQL is put together: of what, by file."""


def where(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.Call))


def name_of(call: ast.Call) -> str:
    """``text`` of ``text(…)``, ``session.execute`` of ``session.execute(…)``."""
    return ast.unparse(call.func)


def is_ours(node: ast.expr) -> bool:
    """Whether it is a text of the code itself: a literal, a constant by its name, or only those put together."""
    if isinstance(node, ast.Constant):
        return True
    if isinstance(node, ast.JoinedStr):
        return all(is_ours(part) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        return is_ours(node.value)
    if isinstance(node, ast.BinOp):
        return is_ours(node.left) and is_ours(node.right)
    if isinstance(node, ast.Call):
        return name_of(node).endswith((".format", ".join")) and all(
            is_ours(one) for one in (node.func, *node.args, *(keyword.value for keyword in node.keywords))
        )
    if isinstance(node, ast.Attribute):
        return is_ours(node.value) if node.attr in ("format", "join") else node.attr.isupper()
    return isinstance(node, ast.Name) and node.id.strip("_").isupper()


@cache
def sql_names(path: Path) -> set[str]:
    """What SQLAlchemy's ``text`` is called here."""
    return {
        alias.asname or alias.name
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy")
        for alias in node.names
        if alias.name == "text"
    }


def test_no_sql_is_put_together_of_what_somebody_wrote() -> None:
    found = [
        where(path, call)
        for path in FILES
        if "migrations" not in path.parts and path.relative_to(ROOT).as_posix() not in DYNAMIC_SQL
        for call in calls(path)
        if name_of(call) in sql_names(path) or name_of(call).endswith((".exec_driver_sql", ".literal_column"))
        if call.args and not is_ours(call.args[0])
    ]
    assert found == []


def test_no_template_is_made_of_what_somebody_wrote() -> None:
    found = [
        where(path, call)
        for path in FILES
        for call in calls(path)
        if name_of(call).endswith((".from_string", "render_template_string", "jinja2.Template", "string.Template"))
    ]
    assert found == []


def test_nothing_that_is_named_from_outside_is_run_or_imported() -> None:
    found = [
        where(path, call)
        for path in FILES
        for call in calls(path)
        if name_of(call) in ("eval", "exec", "compile", "__import__")
        or (
            name_of(call).endswith("import_module")
            and path.relative_to(ROOT).as_posix() not in NAMED_IN_A_TABLE
            and not is_ours(call.args[0])
        )
    ]
    assert found == []


def test_what_comes_from_outside_is_read_by_nothing_that_runs_it_or_grows_without_end() -> None:
    imports = [
        (path, node, name)
        for path in FILES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [one.name for one in node.names])
    ]
    assert [where(path, node) for path, node, name in imports if name.split(".")[0] in OUTSIDE_XML] == []
    loads = [
        where(path, call)
        for path in FILES
        for call in calls(path)
        for keyword in call.keywords
        if keyword.arg == "allow_pickle" and not (isinstance(keyword.value, ast.Constant) and not keyword.value.value)
    ]
    assert loads == []


def test_the_format_of_a_log_line_is_ours() -> None:
    """So that no `%` of a message is a format, and a field that may be personal is seen as an argument of its own."""
    found = [
        where(path, call)
        for path in FILES
        for call in calls(path)
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in LOGS
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id in LOGGERS
        if call.args and not is_ours(call.args[1 if call.func.attr == "log" else 0])
    ]
    assert found == []


def test_who_is_excused_from_ruffs_rules_is_named_here() -> None:
    """But for an assertion (S101), a sentence that is no password (S105, S106), chance that spreads load (S311), an own
    program without a shell (S603, S607), a query of constants (S608, seen above), text that was escaped (S704, seen in
    tests/attacks/desk)."""
    known = {"S101", "S105", "S106", "S311", "S603", "S607", "S608", "S704"}
    found = {
        (path.relative_to(ROOT).as_posix(), rule)
        for path in FILES
        for excused in re.findall(r"#\s*noqa:([^\n-]*)", path.read_text(encoding="utf-8"))
        for rule in re.findall(r"S\d{3}", excused)
    }
    assert {one for one in found if one[1] not in known} == set(EXCUSED)


@pytest.mark.parametrize(
    ("code", "ours"),
    [
        ('"SELECT 1"', True),
        ("_QUERY", True),
        ('f"LISTEN {CHANNEL}"', True),
        ("_QUERY.format(what=PEOPLE, hour=0)", True),
        ('f"SELECT {name}"', False),
        ('"SELECT %s" % name', False),
        ('"SELECT " + name', False),
        ('"SELECT {}".format(name)', False),
        ("query", False),
    ],
)
def test_what_counts_as_our_own_text(code: str, ours: bool) -> None:
    assert is_ours(ast.parse(code, mode="eval").body) is ours
