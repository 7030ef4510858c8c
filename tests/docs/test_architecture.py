"""docs/architecture.md is the code's: its packages, its processes, its layers, its tables."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest
import tomli

from siaga.schema import Base
from siaga.settings import ROOT
from siaga.start.processes import read_procfile
from tests.docs.pages import blocks, prose

PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
CONTRACTS = tomli.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]


def section(heading: str) -> str:
    """What stands under a heading of the second level."""
    return PAGE.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]


def rows(text: str) -> list[list[str]]:
    """The cells of the tables' rows, without their heads."""
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def packages() -> set[str]:
    """Every package and module at the top of ``siaga``, and ``actions``."""
    top = [path for path in (ROOT / "siaga").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()]
    return {"actions"} | {f"siaga.{path.stem}" for path in top if path.stem != "__init__"}


def test_every_package_has_its_reason_there() -> None:
    told = section("The packages")
    named = {name for cells in rows(told) for name in re.findall(r"`(siaga\.\w+)`", cells[0])}
    assert "`actions` is " in told
    assert sorted(packages() - named - {"actions"}) == []
    assert sorted(named - packages()) == []


def test_each_module_that_is_named_is_there() -> None:
    names = set(re.findall(r"`?\b((?:siaga|actions)(?:\.[a-z_]+)+)\b", PAGE))
    gone = {name for name in names if not _is_module(name)}
    assert not gone


def _is_module(name: str) -> bool:
    place = ROOT.joinpath(*name.split("."))
    return place.is_dir() or place.with_suffix(".py").exists()


def test_modules_that_are_named_without_their_folder_are_there() -> None:
    """In the way of one message ``parse.py`` stands for the file in one of the packages named beside it."""
    for cells in rows(section("The way of one message")):
        short = re.findall(r"`(\w+\.py)`", " ".join(cells))
        full = re.findall(r"`(siaga/\w+)[/`]", " ".join(cells))
        assert all(any((ROOT / folder / name).exists() for folder in full) for name in short), cells


def test_the_picture_names_who_is_on_the_way() -> None:
    (picture,) = blocks(PAGE, "mermaid")
    processes = {
        name for name in re.findall(r'\["([^"]+)"\]\n', picture) if name.startswith(("siaga ", "rasa", "python"))
    }
    assert processes == {"siaga receive", "rasa run", "python -m actions", "siaga send"}
    # Each arrow is between two that are drawn.
    drawn = set(re.findall(r"^\s*(?:subgraph )?(\w+)\s*[\[(]", picture, re.M))
    ends = set(re.findall(r"(?:^|>)\s*(\w+)\s*(?=$|--|-\.)", picture, re.M)) - {"end", "flowchart"}
    assert ends <= drawn


def test_every_process_of_the_procfile_is_told() -> None:
    told = section("Processes")
    for name, command in read_procfile(ROOT / "Procfile").items():
        words = re.search(
            r"(siaga (?:\w+ run|receive|send|fetch|simulator)|python -m siaga.dialogue run|python -m actions)", command
        )
        assert words and f"`{words[1]}`" in told, name


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract["name"])
def test_every_layer_is_told(contract: dict[str, str]) -> None:
    assert contract["name"] in [cells[0] for cells in rows(section("Layers"))]


def test_the_capabilities_are_those_that_the_contract_holds() -> None:
    """Ground and capabilities are free of the machinery; what else is there is named as such."""
    held = set(CONTRACTS[0]["source_modules"])
    told = section("The packages")
    capabilities = told.split("**Capabilities**")[1].split("**Machinery**")[0]
    above = told.split("**Machinery**")[1]
    assert set(re.findall(r"^\| `(siaga\.\w+)`", capabilities, re.M)) <= held
    assert not set(re.findall(r"^\| `(siaga\.\w+)`", above, re.M)) & held


FREE = {
    # what may import Rasa
    "siaga.whatsapp", "siaga.dialogue", "siaga.nlu",
    # Sanic's servers stand behind them
    "siaga.doors",
    # single modules of the ground, and what knows all tables
    "siaga.cli", "siaga.settings", "siaga.secret_files", "siaga.schema", "siaga.migrations",
}  # fmt: skip
"""Packages that no contract speaks of by name."""


def test_every_package_is_held_by_a_layer() -> None:
    held = {module for contract in CONTRACTS for module in contract["source_modules"]}
    assert sorted(packages() - held - FREE) == [], "name it in a contract of pyproject.toml"
    assert not FREE & held and packages() >= FREE


def test_each_table_is_told_with_its_owner() -> None:
    owned = defaultdict(set)
    for mapper in Base.registry.mappers:
        owned[mapper.class_.__module__.rpartition(".")[0]].add(mapper.local_table.name)
    told = {
        name: set(re.findall(r"`(\w+)`", cells[1]))
        for cells in rows(section("Tables by owner"))
        for name in re.findall(r"`(siaga[\w.]*)`", cells[0])
    }
    assert told == dict(owned)


def test_no_heading_is_left_empty() -> None:
    assert not re.search(r"^## .*\n\s*(?=## |\Z)", prose(PAGE), re.M)
