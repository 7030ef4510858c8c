"""Playing scenarios over real HTTP: simulator, stub bot, command line."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from siaga.scenarios.commands import app
from siaga.scenarios.model import UNTIL
from siaga.scenarios.player import seconds_until
from siaga.scenarios.replies import without_marks
from siaga.whatsapp.inbound.surroundings import around
from tests.simulator.conftest import Running, bot, launch  # noqa: F401 - fixtures
from tests.simulator.stub_bot import StubBot, buttons, text


class Clinic:
    """A bot that knows enough for a dialogue, and how many dialogues it led at once."""

    def __init__(self) -> None:
        self.at_once = 0
        self.most_at_once = 0
        self.open: set[str] = set()
        self.received: list[dict[str, Any]] = []
        self._lock = threading.Lock()

    def __call__(self, message: dict[str, Any]) -> list[dict[str, Any]]:
        with self._lock:
            self.received.append(message)
            self.open.add(message["from"])
            self.most_at_once = max(self.most_at_once, len(self.open))
        kind = message["type"]
        if kind == "text" and "selesai" in message["text"]["body"]:
            with self._lock:
                self.open.discard(message["from"])
            return [text("Sampai jumpa.")]
        if kind == "text" and "daftar" in message["text"]["body"]:
            return [buttons("Boleh saya minta *NIK* Anda?", "Setuju", "Batal", footer="Langkah 1 dari 7")]
        if kind == "text" and "tempat" in message["text"]["body"]:
            rows = [{"id": "p1", "title": "Puskesmas Mojo", "description": "09.00 WIB"}]
            action = {"button": "Lihat", "sections": [{"rows": rows}]}
            block = {"type": "list", "body": {"text": "Pilih tempat"}, "action": action}
            return [{"type": "interactive", "interactive": block}]
        if kind == "interactive":
            reply = message["interactive"]
            return [text("Anda memilih " + reply[reply["type"]]["title"])]
        if kind == "location":
            return [text(f"Lintang {message['location']['latitude']}")]
        if kind == "text":
            return [text("Halo, ada yang bisa dibantu?")]
        return [text(f"Saya terima {kind}: {message[kind].get('caption', 'tanpa keterangan')}")]


@pytest.fixture
def clinic(bot: StubBot) -> Clinic:  # noqa: F811
    made = Clinic()
    bot.rule = made
    return made


@pytest.fixture
def running(launch: Callable[..., Running], monkeypatch: pytest.MonkeyPatch) -> Running:  # noqa: F811
    # Without the bot's database the end of a turn is a silence; a short one keeps these tests short.
    monkeypatch.setattr("siaga.simulator.core.QUIET_SECONDS", 0.15)
    return launch(pair_rate=False, throughput=0)


@pytest.fixture
def play(tmp_path: Path, running: Running) -> Callable[..., Result]:
    def call(content: str, *arguments: str) -> Result:
        file = tmp_path / "contoh.yml"
        file.write_text(content, encoding="utf-8")
        return CliRunner().invoke(app, [str(file), "--simulator", running.url, "--timeout", "5", *arguments])

    return call


DIALOGUE = """
- name: daftar
  turns:
    - user: "mau daftar"
      bot: ["boleh saya minta NIK", "langkah 1 dari \\\\d", "\\\\*NIK\\\\*"]
      never: ["maaf"]
      options: ["setuju", "Batal"]
    - tap: "Setuju"
      bot: ["^Anda memilih Setuju$"]
    - user: "tempat mana"
      bot: ["09.00 WIB"]
      options: ["Puskesmas Mojo"]
    - tap: "puskesmas mojo"
      bot: ["memilih Puskesmas Mojo"]
    - location: [-7.25, 112.75]
      bot: ["Lintang -7.25"]
    - image: {caption: KTP}
      bot: ["image: KTP"]
    - audio:
      bot: ["tanpa keterangan"]
    - user: selesai
"""


def test_a_dialogue_passes(play: Callable[..., Result], clinic: Clinic) -> None:
    result = play(DIALOGUE)
    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[-1] == "1 passed, 0 failed"
    taps = [message for message in clinic.received if message["type"] == "interactive"]
    assert [tap["interactive"]["type"] for tap in taps] == ["button_reply", "list_reply"]
    assert all(tap["context"]["id"].startswith("wamid.") for tap in taps)


def test_a_message_is_forwarded_as_whatsapp_marks_it(play: Callable[..., Result], clinic: Clinic) -> None:
    result = play(
        "- name: terusan\n  turns:\n    - forward: INFO\n      bot: [Halo]\n    - user: INFO\n      bot: [Halo]\n"
    )
    assert result.exit_code == 0, result.output
    forwarded, own = clinic.received
    assert (forwarded["text"], forwarded["context"]) == ({"body": "INFO"}, {"forwarded": True})
    assert "context" not in own
    assert around(forwarded)["forwarded"] == "once", "as the channel reads it"


FAILURES = """
- name: teks
  turns:
    - user: "halo"
      bot: ["dibantu"]
    - user: "mau daftar"
      bot: ["NIK", "KTP"]
      never: ["boleh"]
      options: ["Setuju", "Tidak"]
    - user: "tidak sampai"
- name: ketuk
  turns:
    - user: "mau daftar"
    - tap: "Ya"
- name: belum ada
  turns:
    - tap: "Ya"
- name: lulus
  turns:
    - user: "halo"
"""


def test_what_failed_is_told_with_turn_expectation_and_answer(play: Callable[..., Result], clinic: Clinic) -> None:
    result = play(FAILURES, "--jobs", "1")
    assert result.exit_code == 1
    assert result.output.splitlines()[-1] == "1 passed, 3 failed"
    assert "turn 2, line 6, user: mau daftar" in result.output
    assert "expected: a reply with /KTP/" in result.output
    assert "expected: no reply with /boleh/" in result.output
    assert "expected: the option 'Tidak'" in result.output
    assert "came:     Boleh saya minta *NIK* Anda?" in result.output
    assert "[Setuju] [Batal]" in result.output
    assert "expected: the option 'Ya' to tap" in result.output
    assert "came:     'Setuju', 'Batal'" in result.output
    assert "no options at all" in result.output
    assert "tidak sampai" not in [m["text"]["body"] for m in clinic.received if m["type"] == "text"]


def test_the_same_as_json(play: Callable[..., Result], clinic: Clinic) -> None:
    report = json.loads(play(FAILURES, "--json").output)
    assert (report["passed"], report["failed"]) == (1, 3)
    assert [entry["name"] for entry in report["scenarios"]] == ["teks", "ketuk", "belum ada", "lulus"]
    failure = report["scenarios"][0]["failures"][0]
    assert (failure["turn"], failure["line"], failure["expected"]) == (2, 6, "a reply with /KTP/")


def test_a_silent_bot_fails_at_the_limit(play: Callable[..., Result], bot: StubBot) -> None:  # noqa: F811
    bot.rule = lambda message: []
    started = time.monotonic()
    result = play("- name: diam\n  turns:\n    - user: halo\n      bot: [x]\n", "--timeout", "0.5")
    assert result.exit_code == 1
    assert "no reply" in result.output
    assert "had not ended after 0.5 s" in result.output
    assert time.monotonic() - started < 5


def test_scenarios_run_side_by_side_each_with_a_fresh_contact(play: Callable[..., Result], clinic: Clinic) -> None:
    content = "".join(
        f"- name: s{number}\n  turns:\n    - user: halo\n    - user: halo\n    - user: selesai\n" for number in range(6)
    )
    assert play(content, "--jobs", "3").exit_code == 0
    assert 1 < clinic.most_at_once <= 3
    assert play(content, "--jobs", "3").exit_code == 0
    numbers = {message["from"] for message in clinic.received}
    assert len(numbers) == 12
    assert all(number.startswith("62800000") and int(number[-4:]) >= 1000 for number in numbers)


def test_a_scenario_that_moves_the_clock_runs_alone_and_puts_it_back(
    play: Callable[..., Result], clinic: Clinic, running: Running
) -> None:
    running.post("/api/clock", {"advance": "1h"})
    content = (
        "- name: besok\n  turns:\n    - user: halo\n    - wait: 25h\n    - user: lagi\n      bot: [dibantu]\n"
        "    - user: selesai\n"
        "- name: biasa\n  turns:\n    - user: halo\n    - user: selesai\n"
    )
    assert play(content).exit_code == 0
    assert clinic.most_at_once == 1
    times = {m["text"]["body"]: int(m["timestamp"]) - time.time() for m in clinic.received if m["type"] == "text"}
    assert abs(times["lagi"] - 26 * 3600) < 60
    assert running.get("/api/clock")["offset"] == 3600


@pytest.mark.parametrize("wait", ["until 09.00", "tomorrow 09.00"])
def test_what_is_said_unasked_when_the_time_comes_can_be_expected_and_tapped(
    play: Callable[..., Result],
    clinic: Clinic,
    running: Running,
    bot: StubBot,  # noqa: F811
    wait: str,
) -> None:
    any_day = wait == "until 09.00"
    began = datetime.now(ZoneInfo("Asia/Jakarta"))
    form = {
        "name": "besok",
        "language": "id",
        "category": "UTILITY",
        "components": [
            {"type": "BODY", "text": "Besok ada janji, ya."},
            {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Saya datang"}]},
        ],
    }
    running.post("/api/faults", {"templates": "APPROVED"})
    running.post("/api/templates", form)

    def remind() -> None:
        # Where any day will do, nothing comes on the first, and something on the next.
        while running.get("/api/clock")["offset"] < (86_400 + 60 if any_day else 1):
            time.sleep(0.05)
        tap = {"type": "button", "sub_type": "quick_reply", "index": "0"}
        parts = [{**tap, "parameters": [{"type": "payload", "payload": "k.1"}]}]
        template = {"name": "besok", "language": {"code": "id"}, "components": parts}
        bot.post({"to": "+628000000009", "type": "template", "template": template})

    reminding = threading.Thread(target=remind)
    reminding.start()
    content = (
        '- name: besok\n  contact: "628000000009"\n  turns:\n    - user: halo\n'
        f"    - wait: {wait}\n      bot: [Besok ada janji]\n      options: [Saya datang]\n"
        "    - tap: Saya datang\n      bot: [button]\n"
    )
    result = play(content)
    reminding.join()
    assert result.exit_code == 0, result.output
    tapped = clinic.received[-1]
    assert tapped["button"] == {"text": "Saya datang", "payload": "k.1"}
    at = datetime.fromtimestamp(int(tapped["timestamp"]), ZoneInfo("Asia/Jakarta"))
    assert (at.hour, at.minute) in ((9, 0), (9, 1))
    if not any_day:
        assert at.date() == began.date() + timedelta(days=1)


MIDNIGHT = datetime(2026, 11, 23, tzinfo=timezone.utc)


@given(
    now=st.timedeltas(timedelta(), timedelta(days=2)).map(MIDNIGHT.__add__),
    day=st.sampled_from(["until", "tomorrow"]),
    hour=st.integers(0, 23),
    minute=st.integers(0, 59),
)
@example(now=MIDNIGHT + timedelta(hours=1, minutes=59, seconds=59.6), day="until", hour=9, minute=0)
@example(now=MIDNIGHT + timedelta(hours=2), day="until", hour=9, minute=0)
@example(now=MIDNIGHT + timedelta(hours=11, seconds=0.4), day="tomorrow", hour=9, minute=0)
def test_a_time_of_day_is_met_to_the_moment(now: datetime, day: str, hour: int, minute: int) -> None:
    until = UNTIL.fullmatch(f"{day} {hour:02}.{minute:02}")
    assert until
    ahead = timedelta(seconds=seconds_until(until, now))
    here, then = (moment.astimezone(ZoneInfo("Asia/Jakarta")) for moment in (now, now + ahead))
    assert (then.hour, then.minute, then.second, then.microsecond) == (hour, minute, 0, 0)
    if day == "tomorrow":
        assert then.date() == here.date() + timedelta(days=1)
    else:
        assert timedelta() < ahead <= timedelta(days=1)


def test_of_a_day_that_is_named_no_other_is_tried(
    play: Callable[..., Result], clinic: Clinic, running: Running
) -> None:
    moves: list[float] = []
    done = threading.Event()

    def look() -> None:
        while not done.wait(0.02):
            moves.append(running.get("/api/clock")["offset"])

    looking = threading.Thread(target=look)
    looking.start()
    try:
        content = "- name: a\n  turns:\n    - wait: tomorrow 09.00\n      bot: [Besok]\n"
        result = play(content, "--timeout", "0.5")
    finally:
        done.set()
        looking.join()
    assert result.exit_code == 1
    assert "wait: tomorrow 09.00" in result.output
    assert len(set(moves) - {0}) == 1, "the clock was moved once"


def test_scenarios_of_one_given_contact_stay_in_a_row(play: Callable[..., Result], clinic: Clinic) -> None:
    one = '  contact: "628000000001"\n'
    content = (
        f"- name: a\n{one}  turns:\n    - user: mau daftar\n"
        f"- name: b\n{one}  turns:\n    - tap: Batal\n      bot: [memilih Batal]\n"
    )
    result = play(content)
    assert result.exit_code == 0, result.output


def test_a_malformed_file_is_one_sentence(play: Callable[..., Result], tmp_path: Path) -> None:
    result = play("- name: a\n  turns:\n    - usr: x\n")
    assert result.exit_code == 2
    assert result.output == (
        f"{tmp_path / 'contoh.yml'}:3: a turn has no 'usr'; it has user, forward, tap, location, wait, image, audio, "
        "video, document, sticker, bot, never, options\n"
    )


def test_no_simulator_is_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "a.yml"
    file.write_text("- name: a\n  turns:\n    - user: x\n")
    result = CliRunner().invoke(app, [str(file), "--simulator", "http://127.0.0.1:9"])
    assert result.exit_code == 2
    assert "does not answer" in result.output
    assert "make start" in result.output
    assert len(result.output.splitlines()) == 1


@pytest.mark.parametrize(
    ("text_", "plain"),
    [
        ("Boleh *NIK* Anda, _ya_?", "Boleh NIK Anda, ya?"),
        ("3578********0001", "3578********0001"),
        ("2 * 3 dan a_b", "2 * 3 dan a_b"),
        ("*Siaga* ~lama~", "Siaga lama"),
    ],
)
def test_marks_are_left_out(text_: str, plain: str) -> None:
    assert without_marks(text_) == plain
