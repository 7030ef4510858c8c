"""This machine: room on its disks, its time zones, its ports."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from siaga.doctor.finding import Finding, broken, look, ok, size

ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
_LITTLE, _LEAST = 0.15, 0.05
_LEAST_BYTES = 300_000_000


@dataclass(frozen=True)
class Disk:
    """A folder's disk: how much of it is free."""

    what: str
    folder: Path
    free: int
    total: int
    free_inodes: int
    inodes: int
    writable: bool


def look_at(what: str, folder: Path) -> Disk:
    """The disk of a folder, or of the nearest one above it that exists."""
    while not folder.exists():
        folder = folder.parent
    usage, counted = shutil.disk_usage(folder), os.statvfs(folder)
    free, total = counted.f_favail, counted.f_files
    return Disk(what, folder, usage.free, usage.total, free, total, os.access(folder, os.W_OK))


def disk(facts: Disk) -> Finding:
    """Room for bytes and for files."""
    name = f"disk for {facts.what}"
    share = facts.free / facts.total if facts.total else 0.0
    of_files = facts.free_inodes / facts.inodes if facts.inodes else 1.0
    do = "make room or a larger disk; a full one stops the database: docs/runbook.md"
    if not facts.writable:
        return broken(name, f"{facts.folder} cannot be written", "let the account of the processes write there")
    if facts.free < _LEAST_BYTES or share < _LEAST:
        return broken(name, f"{size(facts.free)} free, {share:.0%}", do)
    if of_files < _LEAST:
        return broken(name, f"{of_files:.0%} of its places for files are free", do)
    if share < _LITTLE or of_files < _LITTLE:
        return look(name, f"{size(facts.free)} free, {share:.0%}; {of_files:.0%} of the places for files", do)
    return ok(name, f"{size(facts.free)} free, {share:.0%}")


def unknown_zones() -> list[str]:
    """Time zones of Indonesia that this machine does not know."""
    missing = []
    for name in ZONES:
        try:
            ZoneInfo(name)
        except ZoneInfoNotFoundError:
            missing.append(name)
    return missing


def zones(missing: list[str]) -> Finding:
    """Times can be told by the clock of each place."""
    if missing:
        return broken("time zones", f"unknown: {', '.join(missing)}", "install the package tzdata")
    return ok("time zones", "known")


def is_taken(port: int) -> bool:
    """Whether something on this machine answers there."""
    with socket.socket() as asked:
        asked.settimeout(0.5)
        return asked.connect_ex(("127.0.0.1", port)) == 0


def ports(chosen: Mapping[str, int], taken: set[int], ours: set[int]) -> Finding:
    """No two of our processes want the same port, and no stranger has one."""
    twice = sorted({f"{port}" for port in chosen.values() if list(chosen.values()).count(port) > 1})
    if twice:
        return broken("ports", f"given twice: {', '.join(twice)}", "choose others with SIAGA_…_PORT")
    strangers = [f"{port} ({name})" for name, port in chosen.items() if port in taken - ours]
    if strangers:
        return look(
            "ports", f"something that is not ours answers at {', '.join(strangers)}", "stop it, or choose others"
        )
    return ok("ports", "free, or ours")


def check(disks: Iterator[Disk], chosen: Mapping[str, int], ours: set[int]) -> Iterator[Finding]:
    """All lines of this area."""
    yield from map(disk, disks)
    yield zones(unknown_zones())
    yield ports(chosen, {port for port in chosen.values() if is_taken(port)}, ours)
