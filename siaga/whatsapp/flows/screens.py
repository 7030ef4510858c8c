"""The form's screens as WhatsApp wants them: Flow JSON, built with pywa's types.

Components and their limits: developers.facebook.com, "Flow JSON" and "Components", read in November 2026. Every screen
goes through the end point, which checks it; the routes below are the only ones that WhatsApp lets it take.
"""

from __future__ import annotations

from typing import Any

from pywa.types.flows import (
    ComponentRef,
    DataExchangeAction,
    DataSource,
    Dropdown,
    FlowJSON,
    Footer,
    InputType,
    Layout,
    OptIn,
    RadioButtonsGroup,
    Screen,
    ScreenData,
    TextBody,
    TextCaption,
    TextHeading,
    TextInput,
)

from siaga.whatsapp.flows.answers import BENEFICIARIES, LONGEST

JSON_VERSION = "7.0"
EXCHANGE_VERSION = "3.0"

CONSENT, WHO, IDENTITY, HOME, DISTRICT, SUMMARY = "CONSENT", "WHO", "IDENTITY", "HOME", "DISTRICT", "SUMMARY"
ROUTES = {
    CONSENT: [WHO],
    WHO: [IDENTITY],
    IDENTITY: [HOME],
    HOME: [DISTRICT, SUMMARY],
    DISTRICT: [SUMMARY],
    SUMMARY: [],
}


def flow_json() -> str:
    """What is handed to Meta for ``SIAGA_WHATSAPP_FLOW_ID``."""
    flow = FlowJSON(
        version=JSON_VERSION,
        data_api_version=EXCHANGE_VERSION,
        routing_model=ROUTES,
        screens=[_consent(), _who(), _identity(), _home(), _district(), _summary()],
    )
    return flow.to_json()


def _consent() -> Screen:
    consent = ScreenData(key="consent", example="Saya bantu daftar vaksinasi.\nSetuju datanya dipakai?")
    return _asking(
        CONSENT,
        "Persetujuan",
        [TextBody(text=consent.ref), OptIn(name="agrees", label="Saya setuju", required=True)],
        ["agrees"],
        data=[consent],
    )


def _who() -> Screen:
    options = [DataSource(id=key, title=title) for key, title in BENEFICIARIES.items()]
    group = RadioButtonsGroup(
        name="beneficiary", label="Siapa yang mau didaftarkan?", data_source=options, required=True
    )
    return _asking(WHO, "Untuk siapa", [group], ["beneficiary"])


def _identity() -> Screen:
    # A NIK is text: as numbers, those of Papua are too large for some phones.
    return _asking(
        IDENTITY,
        "Data diri",
        [
            _written("nik", "NIK", "16 angka, ada di KTP atau KK"),
            _written("birth_date", "Tanggal lahir", "Contoh: 17 Agustus 1954"),
            _written("name", "Nama lengkap", "Seperti di KTP, tanpa gelar"),
        ],
        ["nik", "birth_date", "name"],
        sensitive=["nik", "birth_date", "name"],
    )


def _home() -> Screen:
    place = _written("place", "Kecamatan dan kota", "Contoh: Wonokromo Surabaya, atau Waru Sidoarjo")
    return _asking(HOME, "Tempat tinggal", [place], ["place"], sensitive=["place"])


def _district() -> Screen:
    example = [DataSource(id="35.78.04", title="Kec. Wonokromo", description="Kota Surabaya")]
    places = ScreenData(key="places", example=example)
    choice = Dropdown(name="district", label="Pilih kecamatan", data_source=places.ref, required=True)
    return Screen(
        id=DISTRICT,
        title="Kecamatan",
        data=[places],
        sensitive=["district"],
        layout=Layout(children=[TextHeading(text="Yang mana maksud Anda?"), choice, _next("Lanjut", ["district"])]),
    )


def _summary() -> Screen:
    lines = ScreenData(key="summary", example="Untuk: Saya sendiri\nNIK: 3578********9001\nNama: Warga Uji 001")
    after = "Sesudah ini tinggal pertanyaan kesehatan, tempat, dan jadwal, lewat chat. Ada yang keliru? Kembali saja."
    return Screen(
        id=SUMMARY,
        title="Ringkasan",
        terminal=True,
        data=[lines],
        layout=Layout(
            children=[
                TextHeading(text="Sudah benar semua?"),
                TextBody(text=lines.ref),
                TextCaption(text=after),
                _next("Kirim", []),
            ]
        ),
    )


def _asking(
    screen: str,
    title: str,
    children: list[Any],
    fields: list[str],
    *,
    data: list[ScreenData] | None = None,
    sensitive: list[str] | None = None,
) -> Screen:
    """A screen that may be sent back, with what is wrong above its fields."""
    problem = ScreenData(key="problem", example="NIK terdiri dari 16 angka.")
    has_problem = ScreenData(key="has_problem", example=False)
    warning = TextBody(text=problem.ref, font_weight="bold", visible=has_problem.ref)
    return Screen(
        id=screen,
        title=title,
        data=[*(data or []), problem, has_problem],
        sensitive=sensitive,
        layout=Layout(children=[warning, *children, _next("Lanjut", fields)]),
    )


def _written(name: str, label: str, hint: str) -> TextInput:
    return TextInput(
        name=name, label=label, input_type=InputType.TEXT, required=True, max_chars=LONGEST, helper_text=hint
    )


def _next(label: str, fields: list[str]) -> Footer:
    return Footer(
        label=label, on_click_action=DataExchangeAction(payload={name: ComponentRef(name) for name in fields})
    )
