"""Settings, read from the environment (prefix ``SIAGA_``), files that it names, or a ``.env`` file."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseSettings, Field

from siaga.secret_files import from_files

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """What differs from one machine to another. Secrets have no default that works in production."""

    home: Path = ROOT / ".siaga"
    """Where the embedded database, the development keys and the simulator's chats live."""

    environment: Literal["development", "production"] = "development"
    """``development`` or ``production``; in production nothing is made up: keys and secrets must be given."""

    database_url: str | None = Field(None, env="DATABASE_URL")
    """A PostgreSQL URL; without it an embedded server runs under ``home``."""
    database_read_url: str | None = None
    """A streaming replica of it, for what may lag behind, the figures at the desk; without it nothing does."""
    prepared_statements: bool = True
    """Whether a connection keeps the plans of what every turn asks: not behind a pooler that gives each transaction
    another connection, such as PgBouncer in its transaction mode."""

    keys: str | None = None
    """``<id>:<base64 32 bytes>,…`` for encryption, the newest first; see ``siaga.privacy.keys``."""
    index_key: str | None = None
    """base64 of 32 bytes, for blind indexes."""

    channel: Literal["whatsapp", "twilio"] = "whatsapp"
    """By which road `siaga receive`, `send` and `fetch` work, unless told otherwise."""

    whatsapp_app_secret: str = "rahasia-simulator"  # noqa: S105 - the simulator's, refused in production
    whatsapp_verify_token: str = "siaga-lokal"  # noqa: S105 - the simulator's, refused in production
    whatsapp_access_token: str = "token-simulator"  # noqa: S105 - the simulator's, refused in production
    whatsapp_phone_number_id: str = "100000000000001"
    whatsapp_other_numbers: str = Field("", regex=r"^ *([0-9]{1,30} *(, *[0-9]{1,30} *)*)?$")
    """Ids of further phone numbers of the same account, commas between: each has its own rate, and whoever writes to
    one is answered by it."""
    whatsapp_business_account_id: str = "100000000000000"
    """The business account that the number and its templates belong to."""
    whatsapp_api_version: str = "v25.0"
    whatsapp_flow_id: str | None = None
    """The published Flow of ``siaga flows json``; without it no form is offered, and its end point does not exist."""
    whatsapp_flow_private_key: str | None = None
    """The key that WhatsApp encrypts the form's answers for: a PEM, or the path of one."""
    whatsapp_flow_passphrase: str | None = None
    graph_url: str = "http://127.0.0.1:8088"
    """Base URL of the Graph API; the default is the local simulator."""

    twilio_account_sid: str = "AC" + "0" * 32
    """Of the Twilio account, where the channel is Twilio; as the three below refused in production if not given."""
    twilio_auth_token: str = "token-twilio-lokal"  # noqa: S105 - for tests, refused in production
    twilio_sender: str = "whatsapp:+628000000000"
    """The number we answer on, ``whatsapp:+62…``, or a messaging service's id, ``MG…``."""
    twilio_public_url: str | None = None
    """What stands before ``/webhooks/twilio/…`` in the addresses by which Twilio reaches the channel."""
    twilio_content: bool = True
    """Whether buttons and lists are made, as content templates; without, options are numbered in the text."""
    twilio_templates: dict[str, str] = {}
    """Content ids (``HX…``) of the approved templates by the names in ``content/templates``, as JSON."""
    twilio_typing: bool = False
    """Whether to show that an answer is being written: a beta that Twilio does not want used for health data."""
    twilio_api_url: str = "https://api.twilio.com"
    twilio_content_url: str = "https://content.twilio.com"
    twilio_messaging_url: str = "https://messaging.twilio.com"

    registry: Literal["local", "http", "satusehat"] = "local"
    """The registry that persons are validated against and that is told of doses; ``local``: our own database."""
    registry_url: str = "http://127.0.0.1:8099"
    """Of a plain registry (``http``); it and the token are refused in production if not given."""
    registry_token: str | None = None
    registry_tells_names: bool | None = None
    """Whether the registry shows names unmasked, so that registrations can be compared with it. Without: as far as is
    known, a plain registry does, and SATUSEHAT does not."""
    registry_lookup_seconds: float = 2.0
    """A citizen who is filling in a form waits no longer than this for the registry."""
    registry_answer_seconds: float = 10.0
    """So long the queue waits for an answer."""
    satusehat_url: str = "https://api-satusehat-stg.dto.kemkes.go.id/fhir-r4/v1"
    """SATUSEHAT's FHIR server; the default is its sandbox, refused in production, as is all of these not given."""
    satusehat_auth_url: str = "https://api-satusehat-stg.dto.kemkes.go.id/oauth2/v1"
    satusehat_client_id: str | None = None
    satusehat_client_secret: str | None = None
    satusehat_organization_id: str | None = None
    """The number of the organization that the credentials belong to."""
    satusehat_kfa_codes: dict[str, str] = {}
    """KFA codes of vaccines by brand, as JSON: ``{"sinovac": "93…"}``; without them only CVX codes are sent."""
    satusehat_locations: dict[str, str] = {}
    """Ids of SATUSEHAT's locations by the names of our places, as JSON; without, the name is sent."""
    satusehat_reason: str = "IM-Program"
    """Why a dose was given, in the code system ``immunization-reason``."""

    desk_zone: Literal["WIB", "WITA", "WIT"] = "WIB"
    """By whose clock the desk shows times."""
    desk_https: bool = False
    """Whether browsers reach the desk by HTTPS, as they must in production: then its cookie goes by no other way."""
    desk_session_hours: float = Field(12.0, gt=0)
    """After so long one has to sign in at the desk anew, however busy one was."""
    desk_idle_minutes: float = Field(60.0, gt=0)
    """... or after so long without doing anything."""
    desk_public: bool = True
    """Whether the desk has a page of figures that everybody may read."""
    desk_url: str | None = None
    """Where browsers find the desk, ``https://meja.example.go.id``: for links in invitations, and OpenID Connect."""
    desk_proxies: str = ""
    """Addresses or networks of the proxies before the desk and the webhooks, commas between: only they are believed
    about who asks."""
    desk_rate: float = Field(40.0, ge=0)
    """So many requests a second may come to the desk from one address, behind which a whole office may be ..."""
    desk_burst: int = Field(400, ge=1)
    """... and so many at once; with a rate of 0 there is no limit."""
    desk_streams: int = Field(20, ge=1)
    """So many pages may one account have open that are told of what happens."""
    desk_totp_required_roles: str = ""
    """Who has one of these roles (``admin,programme``) signs in with a one-time code too."""
    desk_oidc_issuer: str | None = None
    """The address of a province's own accounts (OpenID Connect); without it one signs in with a password only."""
    desk_oidc_client_id: str | None = None
    desk_oidc_client_secret: str | None = None
    desk_oidc_label: str = "Masuk dengan akun provinsi"
    desk_oidc_roles_claim: str | None = None
    """The claim that ``desk_oidc_roles`` is looked up by; without it only accounts that an admin made are let in."""
    desk_oidc_roles: dict[str, str] = {}
    """The desk's roles by what that claim may hold, as JSON: ``{"dinkes-relawan": "volunteer"}``."""

    clock_url: str | None = None
    """The simulator's clock, which the reminders follow in development: ``siaga start`` names it."""

    receive_port: int = 5015
    rasa_port: int = 5005
    action_port: int = 5055
    desk_port: int = 8080
    simulator_port: int = 8088
    simulator_webhook_url: str | None = None
    """Where the simulator delivers webhooks, commas between several; without it, the receiver on this machine."""

    watch_port: int = Field(0, ge=0, le=65535)
    """Where a process tells how it is: /health, /ready, /metrics; 0: nowhere. `siaga start` gives each its own,
    from this on, or from 9110."""
    watch_host: str = "127.0.0.1"
    """The address that it is told at; whoever opens it further keeps the internet out."""
    log: Literal["plain", "json"] = "plain"
    """``json``: one object a line, with the way of each message by its key."""

    lanes: int = 8
    """Turns that one Rasa process works at the same time."""
    pause_seconds: float = 1.2
    """Texts that follow each other within so many seconds become one turn; 0: each has its own."""
    longest_pause_seconds: float = 5.0
    """However long somebody goes on typing, the turn begins after so many seconds."""
    stale_seconds: float = 3600.0
    """Messages that were written longer ago than this are not answered one by one, as after an outage."""
    busy_messages: int = 2000
    """With more messages waiting than this, those who wait longest are told that it is busy."""
    busy_seconds: float = 20.0
    """Nobody who has waited for less than this is told."""
    number_rate: float = 80.0
    """Messages a second that the channel lets one number send and receive; 0: no limit."""
    lease_seconds: float = 10.0
    """A lane whose worker has not renewed its lease for this long is free again."""
    turn_attempts: int = 5
    """After this many failed runs a message is parked and the citizen is told."""
    action_url: str | None = None
    """Where the action server is; without it, the address in ``endpoints.yml``, on this machine at ``action_port``."""
    action_token: str | None = None
    """What Rasa shows to the action server, at least 32 signs; without it, one that both make from the index key."""
    rasa_api: bool = False
    """Whether Rasa's own HTTP interface answers, beside the webhooks: only to who shows ``rasa_api_token``."""
    rasa_api_token: str | None = None
    """At least 32 signs, shown as ``Authorization: Bearer …``."""
    forged_rate: float = Field(0.2, ge=0)
    """So many webhooks a second without a good signature are refused one by one from an address, after a first hundred;
    what is beyond is turned away. What is well signed is taken, however much it is."""
    waiting_messages: int = Field(60, ge=1)
    """Of what a citizen writes while so many of their messages wait, only danger and taps are kept."""
    action_seconds: float = 10.0
    """An action that has not answered for this long is taken for out of order."""
    resend_seconds: float = 30.0
    """A message whose fate is unknown is sent again when no status has come for this long."""

    media_days: int = 7
    """Files that citizens sent are forgotten after so many days."""
    media_document_mb: int = 20
    """Documents larger than this are not kept, though the channel allows more."""

    waiting_hours: float = Field(3.0, gt=0, le=72)
    """A place that has become free is held for the first who waits for so many hours of daytime (7 to 20)."""

    nik_tries_per_day: int = 10
    """So many different NIKs may one contact name in a day."""
    name_tries_per_day: int = Field(5, ge=1)
    """So many different names, with their birth dates, may one contact tell of one NIK in a day."""
    validation_days: int = 3
    """A registration that does not agree with official data, or of whose NIK these know nothing, is refused after so
    many days, where there is anything to compare it with: both after the same time. Where the registry hides names,
    nobody is: all wait until staff have seen the card."""

    identity_checks: int = Field(5, ge=1)
    """So many times in 24 hours may one contact ask for the data behind a NIK, and may anybody ask for one NIK's."""
    certificate_hours: float = Field(24.0, gt=0)
    """A certificate that was drawn is forgotten after so long; it is drawn anew when it is asked for again."""

    report_tries_per_day: int = Field(10, ge=1)
    """About so many numbers of reports that nobody has may one contact ask in a day."""
    report_days: int = Field(90, ge=1)
    """Reports that are done or closed, and their pictures, are forgotten after so many days."""

    handoff_silence_minutes: float = Field(30.0, gt=0)
    """A conversation with a person in which nobody has written for so long is the bot's again."""
    handoff_reply_minutes: float = Field(15.0, gt=0)
    """Who holds a conversation and lets the citizen wait for so long loses it to the queue."""
    handoff_days: int = Field(90, ge=1)
    """Conversations with people are forgotten so many days after they were closed."""

    content_one_person: bool = False
    """Whether whoever wrote a change of the content may approve it too, where a programme has one person for it."""

    preview_numbers: str = ""
    """Numbers that begin with one of these (``6280000009,…``) are shown content that is not published yet: chats of the
    simulator's, from the first time they write."""

    unclear_days: int = 90
    """Messages that were not understood, and questions without an answer, are forgotten after so many days, reviewed or
    not; 0: none are kept."""

    hoax_alarm_people: int = Field(5, ge=2)
    """So many people who ask about the same unknown claim within ``hoax_alarm_hours`` raise an alarm at the desk."""
    hoax_alarm_hours: float = Field(6.0, gt=0)
    hoax_days: int = Field(90, ge=1)
    """Questions for claims are forgotten after so many days, answered or not."""

    task_days: int = Field(365, ge=1)
    """Tasks of the desk are forgotten so many days after they were done or refused; open ones stay."""
    erased_list: Path | None = None
    """The file in which stands who was erased, to erase them again after a restore: on another disk than the database;
    without it, ``erased.jsonl`` under ``home``."""
    backups: Path | None = None
    """The folder of `siaga backup`: on another disk than the database; without it, ``backups`` under ``home``."""
    backup_hours: float = Field(26.0, ge=0)
    """`siaga doctor` minds when the newest backup is older than this; 0: backups are made by other means."""
    erased_days: int = Field(400, ge=1)
    """So long is it known who was erased, to erase them again after a restore: keep no backup for longer."""
    contact_days: int = Field(365, ge=0)
    """A contact who has not written for so many days, and for whom there is no registration, no dose and nothing open,
    is erased; 0: none is."""
    person_days: int = Field(0, ge=0)
    """Whoever is registered or vaccinated is erased so many days after they were last active; 0: nobody is. How long
    records of vaccination have to be kept is for the programme's health office to say."""

    class Config:
        env_prefix = "SIAGA_"
        env_file = ".env"

        @classmethod
        def customise_sources(cls, init_settings: Any, env_settings: Any, file_secret_settings: Any) -> tuple[Any, ...]:
            """What is given in code, named files, the environment, ``.env``: the first that has a value counts."""
            return init_settings, from_files, env_settings


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The process's settings; read once."""
    return Settings()  # type: ignore[call-arg]  # pydantic fills it from the environment
