"""The dashboard as a list that people can read; `python deploy/grafana/dashboard.py` writes siaga.json, for Grafana.

Each panel: what it shows, how it is drawn, the unit, and its lines by their legend.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("siaga.json")
Lines = dict[str, str]


def rate(name: str, by: str) -> Lines:
    """How often each kind of something happens, a second."""
    return {f"{{{{{by}}}}}": f"sum by ({by}) (rate({name}[$__rate_interval]))"}


def slow(part: str, share: float) -> str:
    """In how many seconds so large a share of a part is done."""
    return (
        f"histogram_quantile({share}, sum by (le) "
        f'(rate(siaga_latency_seconds_bucket{{part="{part}"}}[$__rate_interval])))'
    )


ROWS: list[tuple[str, list[tuple[str, str, str, Lines]]]] = [
    (
        "Is all well?",
        [
            ("Oldest contact whose turn could begin", "stat", "s", {"": "max(siaga_oldest_lane_seconds)"}),
            ("Messages waiting", "stat", "short", {"": "max(siaga_messages_waiting)"}),
            ("Oldest message to send", "stat", "s", {"": "max(siaga_oldest_outgoing_seconds)"}),
            ("Told of danger, waiting for a person", "stat", "short", {"": 'max(siaga_handoffs{state="danger"})'}),
            ("Parked", "stat", "short", {"": "max(siaga_messages_parked)"}),
            ("Channels paused", "stat", "short", {"": "max(siaga_channels_paused)"}),
            ("Processes up", "stat", "short", {"": 'sum(up{job=~"siaga.*"})'}),
            ("Figures are told", "stat", "short", {"": "max(siaga_figures_up)"}),
        ],
    ),
    (
        "Coming in",
        [
            ("What webhooks bring", "timeseries", "reqps", rate("siaga_received_total", "what")),
            ("Webhooks by what became of them", "timeseries", "reqps", rate("siaga_webhooks_total", "outcome")),
            (
                "A webhook takes",
                "timeseries",
                "s",
                {"half": slow("webhook", 0.5), "99 of 100": slow("webhook", 0.99)},
            ),
            (
                "Turned away at the doors",
                "timeseries",
                "reqps",
                {"{{door}}, {{why}}": "sum by (door, why) (rate(siaga_refused_total[$__rate_interval]))"},
            ),
        ],
    ),
    (
        "The queue",
        [
            ("Contacts by what their lane does", "timeseries", "short", {"{{state}}": "max by (state) (siaga_lanes)"}),
            (
                "Since when the oldest waits",
                "timeseries",
                "s",
                {
                    "a contact's turn": "max(siaga_oldest_lane_seconds)",
                    "a message": "max(siaga_oldest_waiting_seconds)",
                },
            ),
            ("Quarantined", "timeseries", "short", {"webhooks": "max(siaga_quarantined)"}),
        ],
    ),
    (
        "Turns",
        [
            ("Turns by how they end", "timeseries", "reqps", rate("siaga_turns_total", "outcome")),
            (
                "Half of them take",
                "timeseries",
                "s",
                {part: slow(part, 0.5) for part in ("queue", "understanding", "dialogue", "action", "commit", "turn")},
            ),
            (
                "99 of 100 take",
                "timeseries",
                "s",
                {part: slow(part, 0.99) for part in ("queue", "understanding", "dialogue", "action", "commit", "turn")},
            ),
            ("Action calls", "timeseries", "reqps", rate("siaga_action_calls_total", "outcome")),
        ],
    ),
    (
        "Understanding",
        [
            (
                "Share that is not understood for sure, or none of ours",
                "timeseries",
                "percentunit",
                {
                    "{{how}}": 'sum by (how) (rate(siaga_understood_total{how!="meaning"}[$__rate_interval])) '
                    "/ on () group_left () sum(rate(siaga_understood_total[$__rate_interval]))"
                },
            ),
            (
                "How sure",
                "timeseries",
                "percentunit",
                {
                    name: f"histogram_quantile({share}, sum by (le) "
                    "(rate(siaga_understanding_confidence_bucket[$__rate_interval])))"
                    for name, share in (("the least sure tenth", 0.1), ("half", 0.5))
                },
            ),
        ],
    ),
    (
        "Sending",
        [
            ("Sends by how they end", "timeseries", "reqps", rate("siaga_sends_total", "outcome")),
            ("Statuses", "timeseries", "reqps", rate("siaga_statuses_total", "status")),
            (
                "99 of 100 take",
                "timeseries",
                "s",
                {"in the outbox": slow("outbox", 0.99), "at the channel": slow("send", 0.99)},
            ),
            ("Outbox", "timeseries", "short", {"{{state}}": "max by (state) (siaga_outbox)"}),
        ],
    ),
    (
        "People and data",
        [
            ("Conversations with people", "timeseries", "short", {"{{state}}": "max by (state) (siaga_handoffs)"}),
            ("Since when a person is waited for", "timeseries", "s", {"": "max(siaga_oldest_handoff_seconds)"}),
            ("Nothing new since", "timeseries", "s", {"{{what}}": "max by (what) (siaga_data_age_seconds) < Inf"}),
            (
                "Recurring work, last done",
                "timeseries",
                "s",
                {"{{work}}": "time() - max by (work) (siaga_work_done_timestamp_seconds)"},
            ),
            ("Latest notice", "timeseries", "s", {"late by": "max(siaga_oldest_notice_seconds)"}),
            ("Files of citizens", "timeseries", "reqps", rate("siaga_files_total", "outcome")),
            ("The registry has to be told", "timeseries", "short", {"writes": "max(siaga_registry_waiting)"}),
            (
                "The audit log",
                "timeseries",
                "short",
                {"rows in the chain": "max(siaga_audit_place)", "not sealed": "max(siaga_audit_unsealed)"},
            ),
        ],
    ),
    (
        "Processes",
        [
            (
                "Processors used",
                "timeseries",
                "short",
                {"{{job}} {{instance}}": 'rate(process_cpu_seconds_total{job=~"siaga.*"}[$__rate_interval])'},
            ),
            (
                "Memory",
                "timeseries",
                "bytes",
                {"{{job}} {{instance}}": 'process_resident_memory_bytes{job=~"siaga.*"}'},
            ),
            (
                "Connections to the database, used",
                "timeseries",
                "short",
                {"{{job}} {{instance}}": 'siaga_database_connections{state="used"}'},
            ),
            ("The replica is behind by", "timeseries", "s", {"": "max(siaga_replica_lag_seconds) < Inf"}),
        ],
    ),
]
_WIDTH = 24
_SIZES = {"stat": (3, 4), "timeseries": (6, 8)}
_SOURCE = {"type": "prometheus", "uid": "${datasource}"}


def dashboard() -> dict[str, Any]:
    """What Grafana reads."""
    panels: list[dict[str, Any]] = []
    down = 0
    for title, row in ROWS:
        panels.append({"type": "row", "title": title, "gridPos": _place(0, down, _WIDTH, 1), "panels": []})
        down, across = down + 1, 0
        for what, kind, unit, lines in row:
            wide, high = _SIZES[kind] if kind == "stat" else (_WIDTH // min(len(row), 4), _SIZES[kind][1])
            if across + wide > _WIDTH:
                down, across = down + high, 0
            panels.append(_panel(what, kind, unit, lines) | {"gridPos": _place(across, down, wide, high)})
            across += wide
        down += high
    for number, panel in enumerate(panels, 1):
        panel["id"] = number
    return {
        "uid": "siaga",
        "title": "Siaga",
        "tags": ["siaga"],
        "schemaVersion": 39,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "timezone": "Asia/Jakarta",
        "templating": {"list": [{"name": "datasource", "type": "datasource", "query": "prometheus"}]},
        "panels": panels,
    }


def _panel(what: str, kind: str, unit: str, lines: Lines) -> dict[str, Any]:
    return {
        "type": kind,
        "title": what,
        "datasource": _SOURCE,
        "fieldConfig": {"defaults": {"unit": unit, "min": 0}, "overrides": []},
        "targets": [
            {"refId": chr(ord("A") + place), "datasource": _SOURCE, "expr": expression, "legendFormat": legend}
            for place, (legend, expression) in enumerate(lines.items())
        ],
    }


def _place(x: int, y: int, w: int, h: int) -> dict[str, int]:
    return {"x": x, "y": y, "w": w, "h": h}


def written() -> str:
    """The file's text."""
    return json.dumps(dashboard(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")
