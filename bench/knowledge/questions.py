"""The question sets: TSV files of this folder, with the columns id and question.

The id is ``-`` where nothing answers, and several, with ``|`` between them, where each answers as well as the others.

``kabar*.tsv`` name claims (``siaga.hoaxes``), the others answers.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
NONE = "-"
OR = "|"
CLAIMS = "kabar"
"""How the names of files begin that ask after claims."""


@dataclass(frozen=True)
class Question:
    """What somebody asks, and the answers that are right: mostly one; several that are as good; or none."""

    text: str
    right: tuple[str, ...] = ()


def question_sets() -> list[Path]:
    """The files of this folder that ask for answers."""
    return sorted(file for file in FOLDER.glob("*.tsv") if not file.name.startswith(CLAIMS))


def read_questions(files: Iterable[Path], ids: Collection[str]) -> list[Question]:
    """The questions of files.

    Raises:
        ValueError: a line has not two columns, or names an answer that is not there; the file and line are told.
    """
    questions = []
    for file in files:
        with file.open(encoding="utf-8", newline="") as lines:
            reader = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
            if next(reader, None) != ["id", "question"]:
                raise ValueError(f"{file.name}, line 1: the columns must be id and question.")
            for number, row in enumerate(reader, 2):
                if len(row) != 2 or not row[1].strip():
                    raise ValueError(f"{file.name}, line {number}: an id, a tab and a question are wanted.")
                right = () if row[0] == NONE else tuple(row[0].split(OR))
                if missing := [one for one in right if one not in ids]:
                    raise ValueError(f"{file.name}, line {number}: there is no answer {', '.join(missing)}.")
                questions.append(Question(row[1].strip(), right))
    return questions
