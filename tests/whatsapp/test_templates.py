"""Templates: read, filled in, compared with what Meta has, and handed in to the simulator."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from siaga.settings import Settings
from siaga.simulator.catalogue import Template as Held
from siaga.simulator.catalogue import check_use, checked_form
from siaga.simulator.config import from_settings
from siaga.whatsapp import template_commands
from siaga.whatsapp.client import Recipient
from siaga.whatsapp.template_account import Account, AccountRefused, Comparison, Registered, compare, content_of
from siaga.whatsapp.templates import (
    Template,
    TemplateFileError,
    TemplateMisused,
    carries_code,
    load,
    template_payload,
    templates,
)
from tests.simulator.conftest import Running
from tests.simulator.stub_bot import free_port
from tests.whatsapp.graph import Graph, running

GOOD = """\
purpose: Tests.
category: utility
language: id
body: |-
  Halo {nama}, janji Anda di {tempat} besok.
examples:
  nama: Warga Uji 001
  tempat: Puskesmas
footer: Siaga
buttons: [Ya, Tidak]
"""


def _load(directory: Path, text: str, name: str = "uji") -> Template:
    (directory / f"{name}.yml").write_text(text, encoding="utf-8")
    (template,) = load(directory)
    return template


# ---------------------------------------------------------------------- files
def test_a_file_is_read(tmp_path: Path) -> None:
    template = _load(tmp_path, GOOD)
    assert (template.name, template.language, template.category) == ("uji", "id", "utility")
    assert template.variables == ("nama", "tempat")
    assert template.filled(template.examples) == "Halo Warga Uji 001, janji Anda di Puskesmas besok."
    assert template.buttons == ("Ya", "Tidak")


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("category: utility", "category: promo", 2, "category"),
        ("language: id", "language: Indonesia", 3, "language"),
        ("Halo {nama}, janji", "{nama}, janji", 4, "begin or end"),
        ("besok.", "besok, {nama}", 4, "begin or end"),
        ("{tempat} besok", "{tempat {besok", 4, "belongs to no variable"),
        ("{tempat} besok", "{Tempat} besok", 4, "lower-case"),
        ("{nama}, janji", "{nama} {tempat} janji", 4, "nothing between"),
        ("besok.", "besok" + "." * 1024, 4, "1024"),
        ("  nama: Warga Uji 001\n", "", 6, "no value for nama"),
        ("  nama: Warga Uji 001", "  nama: 12", 7, "one line of text"),
        ("footer: Siaga", "  lain: x\nfooter: Siaga", 9, "no variable of the body"),
        ("footer: Siaga", "footer: Siaga {nama}", 9, "no variables"),
        ("footer: Siaga", "footer: " + "x" * 61, 9, "60"),
        ("[Ya, Tidak]", "[Ya, Ya]", 10, "different"),
        ("[Ya, Tidak]", "[a, b, c, d]", 10, "at most 3"),
        ("[Ya, Tidak]", "[" + "x" * 26 + "]", 10, "25"),
        ("purpose: Tests.", "tujuan: Tests.", 1, "not known"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, old: str, new: str, line: int, reason: str) -> None:
    assert old in GOOD
    with pytest.raises(TemplateFileError, match=reason) as caught:
        _load(tmp_path, GOOD.replace(old, new))
    assert caught.value.line == line


def test_the_name_of_the_file_must_fit(tmp_path: Path) -> None:
    with pytest.raises(TemplateFileError, match="lower-case"):
        _load(tmp_path, GOOD, "Uji-1")


def test_our_own_are_in_a_form_that_meta_takes_and_fit_with_their_examples() -> None:
    for template in load():
        form = checked_form(json.loads(json.dumps(template.definition())))
        held = Held(id="1", status="APPROVED", **form)
        payload = template_payload(template.name, template.language, template.examples)
        check_use(held, payload["template"])


# ---------------------------------------------------------------------- filling in
NAME = "pengingat_janji_vaksin"


def _values(**changed: str) -> dict[str, str]:
    return {**templates()[NAME, "id"].examples, **changed}


def test_a_template_is_filled_in_by_name() -> None:
    payload = template_payload(NAME, "id", _values(nama="Warga Uji 002"))
    assert payload["type"] == "template"
    assert payload["template"]["language"] == {"code": "id"}
    (body,) = payload["template"]["components"]
    assert body["parameters"][0] == {"type": "text", "parameter_name": "nama", "text": "Warga Uji 002"}


@pytest.mark.parametrize(
    "changed",
    [{"nama": "a\nb"}, {"nama": "a\tb"}, {"nama": "a    b"}, {"nama": " "}, {"nama": "x" * 1000}, {"lain": "x"}],
)
def test_what_meta_would_refuse_is_refused_here_without_telling_the_value(changed: dict[str, str]) -> None:
    with pytest.raises(TemplateMisused) as caught:
        template_payload(NAME, "id", _values(**changed))
    assert changed.get("nama", "?" * 9) not in str(caught.value).replace(" ", "") or changed == {"nama": " "}


def test_a_missing_value_and_a_missing_template_are_refused() -> None:
    values = _values()
    del values["jam"]
    with pytest.raises(TemplateMisused, match="jam"):
        template_payload(NAME, "id", values)
    with pytest.raises(TemplateMisused, match="no template"):
        template_payload(NAME, "en", _values())


def test_a_tap_on_a_button_comes_back_as_its_option() -> None:
    template = templates()[NAME, "id"]
    payload = template_payload(NAME, "id", _values(), [f"k.{number}" for number, _ in enumerate(template.buttons, 1)])

    check_use(Held(id="1", status="APPROVED", **checked_form(template.definition())), payload["template"])
    parts = payload["template"]["components"][1:]
    assert [(part["index"], part["parameters"][0]["payload"]) for part in parts] == [
        ("0", "k.1"),
        ("1", "k.2"),
        ("2", "k.3"),
    ]
    with pytest.raises(TemplateMisused, match="1 taps for 3 buttons"):
        template_payload(NAME, "id", _values(), ["k.1"])


def test_a_template_with_a_code_has_metas_words_and_goes_to_the_number() -> None:
    template = templates()["kode_verifikasi", "id"]
    assert template.variables == ("kode",)
    held = Held(id="1", status="APPROVED", **checked_form(template.definition()))

    payload = template_payload("kode_verifikasi", "id", {"kode": "314159"})

    check_use(held, payload["template"])
    assert carries_code(payload) and not carries_code(template_payload(NAME, "id", _values(), ["a", "b", "c"]))
    both = Recipient("628000000001", "ID.1")
    assert both.fields("template", has_code=True) == {"to": "+628000000001"}
    assert both.fields("template") == {"recipient": "ID.1"}


@given(value=st.text(max_size=1100))
def test_whatever_the_value_it_is_refused_here_or_taken_by_the_simulator(value: str) -> None:
    template = templates()[NAME, "id"]
    held = Held(id="1", status="APPROVED", **checked_form(template.definition()))
    try:
        payload = template_payload(NAME, "id", _values(nama=value))
    except TemplateMisused:
        return
    check_use(held, payload["template"])


# ---------------------------------------------------------------------- beside what Meta has
def _registered(template: Template, **changed: Any) -> Registered:
    content = content_of(template.definition()["components"])
    found = Registered("1", template.name, template.language, template.category.upper(), "APPROVED", None, content)
    return replace(found, **changed)


def test_ours_are_compared_with_theirs() -> None:
    first, second, third, fourth, *_ = load()
    theirs = [
        _registered(first),
        _registered(second, content={"body": "lain", "footer": "", "buttons": []}),
        _registered(third, category="MARKETING"),
        Registered("9", "punya_orang", "id", "UTILITY", "APPROVED", None, {}),
    ]
    states = {row.name: row.state for row in compare([first, second, third, fourth], theirs)}
    assert states == {
        first.name: "same",
        second.name: "changed",
        third.name: "changed",
        fourth.name: "missing",
        "punya_orang": "foreign",
    }


# ---------------------------------------------------------------------- through the simulator
@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[Running]:
    port = free_port()
    config = from_settings(Settings(home=tmp_path), base_url=f"http://127.0.0.1:{port}")
    simulator = Running(replace(config, database=False), port)
    yield simulator
    simulator.stop()


def test_they_are_handed_in_once_and_then_known(simulator: Running) -> None:
    config = Settings(graph_url=simulator.url)
    with Account(config) as account:
        rows = compare(load(), account.registered())
        assert {row.state for row in rows if row.ours} == {"missing"}
        for row in rows:
            if row.ours:
                assert account.submit(row) in ("PENDING", "APPROVED")
        assert {row.state for row in compare(load(), account.registered()) if row.ours} == {"same"}


def test_the_commands_list_submit_and_tell_what_is_wanting(simulator: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    from siaga.whatsapp import template_account

    monkeypatch.setattr(template_account, "settings", lambda: Settings(graph_url=simulator.url))
    call = CliRunner()
    assert "missing" in call.invoke(template_commands.app, ["list"]).output
    assert call.invoke(template_commands.app, ["status"]).exit_code == 1
    handed_in = call.invoke(template_commands.app, ["submit"])
    assert handed_in.exit_code == 0, handed_in.output
    again = call.invoke(template_commands.app, ["submit"])
    assert "Meta has all of them." in again.output
    checked = call.invoke(template_commands.app, ["check"])
    assert "Warga Uji 001" in checked.output


# ---------------------------------------------------------------------- through a Graph API that says no
@pytest.fixture
def graph() -> Iterator[Graph]:
    with running() as graph:
        yield graph


def test_a_changed_one_takes_the_place_of_the_old(graph: Graph) -> None:
    template = load()[0]
    graph.answers.append((200, {"success": True}, {}))
    with Account(Settings(graph_url=graph.url)) as account:
        row = Comparison(template.name, "id", "changed", template, _registered(template, id="77"))
        assert account.submit(row) == "PENDING"
    assert graph.paths == ["/v25.0/77"]
    assert graph.requests[0]["components"] == template.definition()["components"]
    assert "category" not in graph.requests[0]


def test_a_refusal_is_told_in_metas_words(graph: Graph) -> None:
    error = {"error": {"code": 100, "message": "Invalid parameter", "error_data": {"details": "no good"}}}
    graph.answers.append((400, error, {}))
    template = load()[0]
    with (
        Account(Settings(graph_url=graph.url)) as account,
        pytest.raises(AccountRefused, match=r"code 100.*no good"),
    ):
        account.submit(Comparison(template.name, "id", "missing", template, None))


def test_nobody_there_is_told() -> None:
    with (
        Account(Settings(graph_url="http://127.0.0.1:9")) as account,
        pytest.raises(AccountRefused, match="cannot be reached"),
    ):
        account.registered()
