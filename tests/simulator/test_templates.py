"""The catalogue of templates: submitted, reviewed, listed, used in messages; also by pywa as the one who submits."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from pywa import WhatsApp
from pywa.types import templates as pywa_templates

from siaga.settings import Settings
from siaga.simulator.config import BUSINESS_ACCOUNT, from_settings
from siaga.simulator.core import Simulator
from siaga.whatsapp.templates import load
from tests.simulator.conftest import Running
from tests.simulator.stub_bot import NUMBER, TOKEN, StubBot, text, until
from tests.simulator.test_limits import changed

WA = "628000000001"
AUTH = {"Authorization": f"Bearer {TOKEN}"}
PATH = f"/v25.0/{BUSINESS_ACCOUNT}/message_templates"

FULL: dict[str, Any] = {
    "name": "ingat_jadwal",
    "language": "id",
    "category": "UTILITY",
    "components": [
        {"type": "HEADER", "format": "TEXT", "text": "Jadwal {{1}}", "example": {"header_text": ["imunisasi"]}},
        {
            "type": "BODY",
            "text": "Halo {{1}}, besok jadwal di {{2}}.",
            "example": {"body_text": [["Warga", "Posyandu Melati"]]},
        },
        {"type": "FOOTER", "text": "Puskesmas Uji"},
        {
            "type": "BUTTONS",
            "buttons": [
                {"type": "QUICK_REPLY", "text": "Saya datang"},
                {"type": "URL", "text": "Peta", "url": "https://contoh.go.id/{{1}}", "example": ["melati"]},
            ],
        },
    ],
}
NAMED: dict[str, Any] = {
    "name": "kabar",
    "language": "id",
    "category": "utility",
    "parameter_format": "named",
    "components": [
        {
            "type": "body",
            "text": "Halo {{nama}}, hasil Anda sudah ada.",
            "example": {"body_text_named_params": [{"param_name": "nama", "example": "Warga"}]},
        }
    ],
}


def submit(simulator: Running, form: Any) -> httpx.Response:
    return simulator.client.post(PATH, headers=AUTH, json=form)


def use(bot: StubBot, name: str, *components: dict[str, Any], language: str = "id") -> httpx.Response:
    template = {"name": name, "language": {"code": language}, "components": list(components)}
    return bot.post({"to": f"+{WA}", "type": "template", "template": template})


def body(*values: str) -> dict[str, Any]:
    return {"type": "body", "parameters": [{"type": "text", "text": value} for value in values]}


HEADER = {"type": "header", "parameters": [{"type": "text", "text": "imunisasi"}]}
PLACE = {"type": "button", "sub_type": "url", "index": "1", "parameters": [{"type": "text", "text": "melati"}]}


def code(answer: httpx.Response) -> int | None:
    return answer.json().get("error", {}).get("code")


def updates(bot: StubBot) -> list[dict[str, Any]]:
    changes = [webhook["entry"][0]["changes"][0] for webhook in bot.webhooks]
    return [change["value"] for change in changes if change["field"] == "message_template_status_update"]


# ---- reviews --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", [FULL, NAMED])
def test_a_template_is_approved_and_can_be_used_then(simulator: Running, bot: StubBot, form: dict[str, Any]) -> None:
    submitted = submit(simulator, form).json()
    assert submitted["status"] == "PENDING"
    told = until(lambda: updates(bot))[0]
    assert (told["event"], told["reason"]) == ("APPROVED", "NONE")
    assert str(told["message_template_id"]) == submitted["id"]
    assert told["message_template_name"] == form["name"]
    one = simulator.client.get(f"/v25.0/{submitted['id']}", headers=AUTH).json()
    assert (one["status"], one["components"]) == ("APPROVED", form["components"])


@pytest.mark.parametrize(("verdict", "refusal"), [("REJECTED", 132001), ("PAUSED", 132015), ("DISABLED", 132016)])
def test_a_review_may_end_otherwise(simulator: Running, bot: StubBot, verdict: str, refusal: int) -> None:
    simulator.post("/api/faults", {"templates": verdict})
    submit(simulator, NAMED)
    told = until(lambda: updates(bot))[0]
    assert told["event"] == verdict
    assert (told["reason"] != "NONE") is (verdict == "REJECTED")
    assert code(use(bot, "kabar")) == refusal


def test_a_review_may_never_end(simulator: Running, bot: StubBot) -> None:
    simulator.post("/api/faults", {"templates": "PENDING"})
    submit(simulator, NAMED)
    other = simulator.post("/api/templates", {**NAMED, "name": "lain"})
    simulator.post(f"/api/templates/{other['id']}", {"status": "PAUSED"})
    assert until(lambda: updates(bot))[0]["message_template_name"] == "lain"
    assert [one["status"] for one in simulator.get("/api/templates")] == ["PENDING", "PAUSED"]
    assert code(use(bot, "kabar")) == 132001


def test_templates_are_kept_over_a_restart(launch: Any, bot: StubBot) -> None:
    first = launch(approved_after=3600.0)
    approved = first.post("/api/templates", FULL)
    submit(first, NAMED)
    first.stop()
    second = launch(approved_after=0.05)
    assert updates_of(until(lambda: updates(bot))) == [("kabar", "APPROVED")]
    assert [one["name"] for one in second.get("/api/templates")] == ["ingat_jadwal", "kabar"]
    assert second.get("/api/templates")[0] == approved
    second.post("/api/reset")
    assert second.get("/api/templates") == []


def updates_of(told: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(one["message_template_name"], one["event"]) for one in told]


def test_a_changed_template_is_reviewed_again(simulator: Running, bot: StubBot) -> None:
    template = simulator.post("/api/templates", NAMED)
    path = f"/v25.0/{template['id']}"
    plain = {"components": [{"type": "BODY", "text": "Hasil Anda sudah ada."}]}
    assert simulator.client.post(path, headers=AUTH, json=plain).json() == {"success": True}
    assert updates_of(until(lambda: updates(bot))) == [("kabar", "APPROVED")]
    assert code(use(bot, "kabar")) is None
    assert simulator.client.post(path, headers=AUTH, json={"components": []}).status_code == 400
    assert simulator.client.post("/v25.0/123", headers=AUTH, json={}).json()["error"]["error_subcode"] == 33


# ---- lists ----------------------------------------------------------------------------------------------------------


def test_templates_are_listed_in_pages_and_narrowed(simulator: Running) -> None:
    for number in range(5):
        simulator.post("/api/templates", {**NAMED, "name": f"kabar_{number}"})
    simulator.post("/api/templates", {**FULL, "status": "PAUSED"})

    def listed(**params: Any) -> list[str]:
        answer = simulator.client.get(PATH, headers=AUTH, params=params).json()
        return [one["name"] for one in answer["data"]]

    assert len(listed()) == 6
    assert listed(name="kabar_3") == ["kabar_3"]
    assert listed(status="PAUSED") == ["ingat_jadwal"]
    assert listed(language="en_US") == []
    assert listed(category="utility", limit=2) == ["kabar_0", "kabar_1"]
    first = simulator.client.get(PATH, headers=AUTH, params={"limit": 4}).json()
    rest = simulator.client.get(first["paging"]["next"], headers=AUTH).json()
    assert [one["name"] for one in rest["data"]] == ["kabar_4", "ingat_jadwal"]
    assert "next" not in rest["paging"]


def test_a_name_is_taken_once_in_each_language(simulator: Running) -> None:
    assert submit(simulator, NAMED).status_code == 200
    again = submit(simulator, NAMED)
    assert again.json()["error"]["error_subcode"] == 2388024
    english = submit(simulator, {**NAMED, "language": "en"}).json()
    delete = {"name": "kabar", "hsm_id": english["id"]}
    assert simulator.client.delete(PATH, headers=AUTH, params=delete).json() == {"success": True}
    assert [one["language"] for one in simulator.get("/api/templates")] == ["id"]
    assert simulator.client.delete(PATH, headers=AUTH, params={"name": "kabar"}).json() == {"success": True}
    gone = simulator.client.delete(PATH, headers=AUTH, params={"name": "kabar"})
    assert (gone.status_code, code(gone)) == (400, 100)


def test_pywa_submits_lists_and_deletes_templates(simulator: Running) -> None:
    client = WhatsApp(phone_id=NUMBER, token=TOKEN, waba_id=BUSINESS_ACCOUNT)
    client.api._session.base_url = f"{simulator.url}/v25.0"
    form = pywa_templates.Template(
        name="ingat_posyandu",
        language=pywa_templates.TemplateLanguage.INDONESIAN,
        category=pywa_templates.TemplateCategory.UTILITY,
        parameter_format=pywa_templates.ParamFormat.NAMED,
        components=[
            pywa_templates.HeaderText("Posyandu"),
            pywa_templates.BodyText("Halo {{nama}}, besok ada posyandu.", nama="Warga"),
            pywa_templates.FooterText(text="Puskesmas Uji"),
            pywa_templates.Buttons(buttons=[pywa_templates.QuickReplyButton(text="Saya datang")]),
        ],
    )
    created = client.create_template(form)
    assert created.status == pywa_templates.TemplateStatus.PENDING
    until(lambda: simulator.get("/api/templates")[0]["status"] == "APPROVED")
    listed = list(client.get_templates())
    assert [one.name for one in listed] == ["ingat_posyandu"]
    assert client.get_template(created.id).status == pywa_templates.TemplateStatus.APPROVED
    assert client.delete_template("ingat_posyandu").success
    assert simulator.get("/api/templates") == []


# ---- their form -----------------------------------------------------------------------------------------------------

BODY, BUTTONS = "components.1.", "components.3.buttons."


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("name", "Ingat"),
        ("name", "x" * 513),
        ("name", None),
        ("language", "Indonesia"),
        ("category", "NEWS"),
        ("parameter_format", "BOTH"),
        ("components", {}),
        ("components", []),
        ("components.0.type", "BODY"),
        ("components.0.type", "CAROUSEL"),
        ("components.0.format", "AUDIO"),
        ("components.0.format", "IMAGE"),
        ("components.0.text", "x" * 61),
        ("components.0.text", "{{1}} dan {{2}}"),
        ("components.0.example", None),
        (BODY + "text", "x" * 1025),
        (BODY + "text", " "),
        (BODY + "text", "{{1}}, halo {{2}}."),
        (BODY + "text", "Halo {{1}} {{2}}"),
        (BODY + "text", "Halo {{1}} dan {{3}}."),
        (BODY + "text", "Halo {{nama}} di {{tempat}}."),
        (BODY + "text", "Halo {{1}} dan {{2."),
        (BODY + "example", None),
        (BODY + "example", {"body_text": [["Warga"]]}),
        ("components.2.text", "x" * 61),
        ("components.2.text", "Halo {{1}}!"),
        ("components.3.buttons", []),
        (BUTTONS + "0.text", "x" * 26),
        (BUTTONS + "0.type", "POLL"),
        (BUTTONS + "1.url", "contoh.go.id"),
        (BUTTONS + "1.url", "https://contoh.go.id/{{1}}/peta"),
        (BUTTONS + "1.example", None),
        ("components.3.buttons", [{"type": "PHONE_NUMBER", "text": "Telepon", "phone_number": ""}]),
        ("components.3.buttons", [{"type": "COPY_CODE", "example": "x" * 16}]),
        ("components.3.buttons", [{"type": "URL", "text": "a", "url": "https://a.go.id"}] * 3),
        (
            "components.3.buttons",
            [
                {"type": "QUICK_REPLY", "text": "a"},
                {"type": "URL", "text": "b", "url": "https://a.go.id"},
                {"type": "QUICK_REPLY", "text": "c"},
            ],
        ),
    ],
)
def test_templates_that_meta_would_not_take_are_refused(simulator: Running, path: str, value: Any) -> None:
    assert submit(simulator, FULL).status_code == 200
    refused = submit(simulator, changed({**FULL, "name": "lain", "parameter_format": "POSITIONAL"}, path, value))
    assert (refused.status_code, code(refused)) == (400, 100), refused.text
    assert simulator.client.post("/api/templates", json=[]).status_code == 422


def test_forms_that_are_no_forms_are_refused(simulator: Running) -> None:
    for form in ([], "x", None, {}):
        assert code(submit(simulator, form)) == 100
    assert code(simulator.client.post(PATH, headers=AUTH, content=b"{")) == 100
    simulator.post("/api/faults", {"errors": [{"code": 80007, "on": "templates", "retry_after": 60}]})
    limited = submit(simulator, FULL)
    assert (code(limited), limited.headers["Retry-After"]) == (80007, "60")


# ---- their use ------------------------------------------------------------------------------------------------------


def test_a_template_that_fits_reaches_whoever_never_wrote(simulator: Running, bot: StubBot) -> None:
    simulator.post("/api/templates", FULL)
    assert use(bot, "ingat_jadwal", HEADER, body("Warga Uji 001", "Posyandu Melati"), PLACE).status_code == 200
    entry = simulator.chat(WA)[0]
    assert entry["shown"] == {
        "header": "Jadwal imunisasi",
        "body": "Halo Warga Uji 001, besok jadwal di Posyandu Melati.",
        "footer": "Puskesmas Uji",
        "buttons": ["Saya datang", "Peta"],
    }
    charged = until(lambda: bot.statuses)[0]
    assert charged["pricing"]["category"] == "utility"
    assert bot.post({"to": f"+{WA}", **text("x")}).json()["error"]["code"] == 131047


@pytest.mark.parametrize(
    ("components", "refusal"),
    [
        ([body("a", "b"), PLACE], 132000),
        ([HEADER, body("a"), PLACE], 132000),
        ([HEADER, body("a", "b", "c"), PLACE], 132000),
        ([HEADER, body("a", "b")], 132000),
        ([HEADER, body("a", "b"), body("a", "b"), PLACE], 132000),
        ([HEADER, body("a", "b"), {**PLACE, "index": "5"}], 132000),
        ([HEADER, body("a", "b"), PLACE, {**PLACE, "index": "0"}], 132012),
        ([HEADER, body("a\nb", "c"), PLACE], 132018),
        ([HEADER, body("a     b", "c"), PLACE], 132018),
        ([HEADER, body("x" * 1000, "b"), PLACE], 132005),
        ([HEADER, body("", "b"), PLACE], 131008),
        ([HEADER, {"type": "body", "parameters": [{"type": "payload", "payload": "x"}] * 2}, PLACE], 132012),
    ],
)
def test_parameters_must_fit_their_template(
    simulator: Running, bot: StubBot, components: list[dict[str, Any]], refusal: int
) -> None:
    simulator.post("/api/templates", FULL)
    answer = use(bot, "ingat_jadwal", *components)
    assert code(answer) == refusal, answer.text
    assert simulator.chat(WA) == []


def test_named_parameters_must_have_the_templates_names(simulator: Running, bot: StubBot) -> None:
    simulator.post("/api/templates", NAMED)

    def named(name: str) -> dict[str, Any]:
        return {"type": "body", "parameters": [{"type": "text", "parameter_name": name, "text": "Warga"}]}

    assert code(use(bot, "kabar", named("nama"))) is None
    assert code(use(bot, "kabar", named("name"))) == 132000
    assert code(use(bot, "kabar", body("Warga"))) == 132000


def test_templates_with_pictures_need_a_picture(simulator: Running, bot: StubBot) -> None:
    components = [
        {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["4::x"]}},
        {"type": "BODY", "text": "Ini kartu Anda."},
    ]
    simulator.post("/api/templates", {**NAMED, "name": "kartu", "components": components})
    picture = {"type": "image", "image": {"link": "https://contoh.go.id/a.png"}}
    assert code(use(bot, "kartu", {"type": "header", "parameters": [picture]})) is None
    assert code(use(bot, "kartu")) == 132012
    assert code(use(bot, "kartu", HEADER)) == 132012


def test_unknown_names_and_languages(simulator: Running, bot: StubBot) -> None:
    simulator.post("/api/templates", {**NAMED, "components": [{"type": "BODY", "text": "Halo."}]})
    assert use(bot, "kabar").status_code == 200
    missing = use(bot, "kabar", language="en")
    assert (missing.status_code, code(missing)) == (404, 132001)
    assert code(use(bot, "tidak_ada")) == 132001


async def test_some_may_be_approved_from_the_start(tmp_path: Path) -> None:
    ours = [template.definition() for template in load()]
    config = replace(from_settings(Settings(home=tmp_path)), database=False, templates=tuple(ours))
    for _ in range(2):
        simulator = Simulator(config)
        simulator.start()
        assert [(one.name, one.status) for one in simulator.reviews.all] == [(one["name"], "APPROVED") for one in ours]
        await simulator.stop()
    changed = [{**ours[0], "components": [{"type": "BODY", "text": "Lain."}]}, *ours[1:]]
    simulator = Simulator(replace(config, templates=tuple(changed)))
    simulator.start()
    assert len(simulator.reviews.all) == len(ours)
    found = simulator.reviews.find(ours[0]["name"], "id")
    assert found is not None and found.part("BODY")["text"] == "Lain."
    await simulator.stop()
