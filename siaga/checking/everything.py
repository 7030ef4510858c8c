"""All checks over one project folder."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from siaga.checking.code import Code, read_code
from siaga.checking.contents import check_content
from siaga.checking.contradictions import contradictions
from siaga.checking.domain import BUILT_IN, FILE, Domain, read_domain
from siaga.checking.examples import WITHOUT_EXAMPLES, check_examples, read_written
from siaga.checking.lists import check_lists
from siaga.checking.mistake import Mistake, meant
from siaga.checking.nodes import Files, Value
from siaga.checking.pipeline import FILE as CONFIG
from siaga.checking.pipeline import check_config
from siaga.checking.responses import check_responses
from siaga.checking.scenarios import check_scenarios
from siaga.checking.steps import Flow, Used, loose_checkpoints, read_flows

TRAINED = "data"
STORIES = "tests/stories"
SECTIONS = ("version", "nlu", "rules", "stories")
"""Of a file of training data."""
VERSION = "3.1"
_READ = (".yml", ".yaml")
_FOLLOWS = ("unused", "unanswered", "no-examples", "list", "action")
"""What is told of a name that nobody uses: not where another one was most likely meant for it."""
_OF_ALL = (*_FOLLOWS, "contradiction")
"""What can only be said when all of ``data/`` is known."""


def check(root: Path, *, content: bool = True) -> list[Mistake]:
    """Everything that is wrong with what designers write below ``root``, in the order of files and lines.

    Nothing is trained and no database is asked. ``content=False`` leaves out what staff write in ``content/``.
    """
    if not content or not (root / "content").is_dir():
        return sorted(set(_written(root)))
    # Each takes about as long as the other.
    with ProcessPoolExecutor(1, get_context("fork")) as beside:
        others = beside.submit(check_content, root / "content")
        return sorted({*_written(root), *others.result()})


def _written(root: Path) -> list[Mistake]:
    files = Files(root)
    return [*check_conversation(files), *check_scenarios(files), *files.mistakes]


def check_conversation(files: Files) -> list[Mistake]:
    """What is wrong with the domain, ``data/``, the stories of the tests, ``config.yml`` and the lists of intents."""
    mistakes: list[Mistake] = []
    root = files.read(files.root / FILE)
    if root is None:
        return mistakes
    domain = read_domain(root, mistakes)
    code = read_code(files.root)
    used, in_tests = Used(), Used()
    flows: list[Flow] = []
    examples = []
    for path in files.below(TRAINED, STORIES):
        name = files.shown(path)
        document = files.read(path)
        if document is None:
            continue
        mistakes += document.strange(SECTIONS, name, "section", "awal berkas data")
        mistakes += _version(document, name)
        in_data = name.startswith(f"{TRAINED}/")
        flows += read_flows(document, name, domain, used if in_data else in_tests, mistakes)
        if in_data:
            examples += read_written(document, name, domain, mistakes)
    mistakes += _not_read(files)
    mistakes += _names(flows)
    mistakes += loose_checkpoints(flows)
    mistakes += contradictions(flows, domain)
    mistakes += check_responses(domain, code, used)
    mistakes += _actions(domain, code)
    mistakes += _unanswered(domain, used)
    mistakes += check_examples(examples, domain, files.root)
    mistakes += check_lists(files, domain)
    if (config := files.read(files.root / CONFIG)) is not None:
        mistakes += check_config(config, domain, files.root)
    return _without_followers(mistakes, whole=not any(file.startswith(f"{TRAINED}/") for file in files.unread))


def _without_followers(mistakes: list[Mistake], *, whole: bool) -> list[Mistake]:
    """Without what only follows from another mistake: a name is misspelt, or a file of ``data/`` cannot be read."""
    guessed = {one.guess for one in mistakes if one.guess}
    return [
        one
        for one in mistakes
        if (whole or one.kind not in _OF_ALL or one.guess)
        and not (one.file == FILE and one.kind in _FOLLOWS and one.about in guessed and one.about != one.guess)
    ]


def _version(document: Value, file: str) -> Iterator[Mistake]:
    """Rasa leaves out a file of a version that it does not know, and only logs it."""
    given = document.get("version")
    if given is not None and given.text != VERSION:
        yield Mistake(file, given.line, "section", f'Baris ini harus berisi version: "{VERSION}".')


def _not_read(files: Files) -> Iterator[Mistake]:
    """Files that nobody reads, as they are called."""
    for path in sorted((files.root / TRAINED).rglob("*")):
        if path.is_file() and path.suffix not in (*_READ, ".md") and not path.name.startswith("."):
            sentence = "Berkas ini tidak dibaca siapa pun: namanya harus diakhiri “.yml”."
            yield Mistake(files.shown(path), 1, "section", sentence)
    for path in files.below(STORIES):
        if not path.name.startswith("test_"):
            sentence = "`rasa test` melewatkan berkas ini: nama berkas cerita uji harus diawali “test_”."
            yield Mistake(files.shown(path), 1, "section", sentence, grave=False)


def _names(flows: list[Flow]) -> Iterator[Mistake]:
    first: dict[tuple[str, str], Flow] = {}
    for flow in flows:
        # Stories of the tests are told apart by their file.
        other = first.setdefault((flow.file if flow.test else flow.kind, flow.name), flow)
        if other is not flow:
            sentence = f"Nama “{flow.name}” sudah dipakai di {other.file}:{other.line}; beri nama lain."
            yield Mistake(flow.file, flow.line, "twice", sentence)


def _actions(domain: Domain, code: Code) -> Iterator[Mistake]:
    """Actions without code, and code that the domain does not know."""
    for name, line in domain.actions.items():
        if name not in BUILT_IN and not name.startswith("utter_") and not code.does(name):
            sentence = (
                f"Aksi “{name}” ada di daftar, tetapi tidak ada kodenya di folder actions.{meant(name, code.actions)}"
            )
            yield Mistake(FILE, line, "action", sentence)
    for name in sorted(code.actions - set(domain.actions)):
        yield Mistake(FILE, 1, "action", f"Aksi “{name}” punya kode, tetapi belum ada di bagian actions.")
    for form, (line, _) in domain.forms.items():
        if form not in code.forms:
            yield Mistake(
                FILE, line, "form", f"Formulir “{form}” tidak ada kodenya di folder actions; minta pengembang."
            )


def _unanswered(domain: Domain, used: Used) -> Iterator[Mistake]:
    """Intents that can be understood, but that no rule answers."""
    for name, line in domain.intents.items():
        if name not in used.intents and name not in WITHOUT_EXAMPLES:
            sentence = f"Maksud “{name}” tidak ada di aturan mana pun (data/rules), jadi tidak dijawab."
            yield Mistake(FILE, line, "unanswered", sentence)
