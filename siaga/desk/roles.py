"""What somebody may do at the desk."""

from __future__ import annotations

from collections.abc import Mapping

ROLES: Mapping[str, str] = {
    "volunteer": "Relawan",
    "editor": "Penulis isi",
    "reviewer": "Peninjau",
    "programme": "Staf program",
    "admin": "Admin",
}
"""Role to what it is called on screen. Volunteers answer citizens; editors write what the bot says, and reviewers find
it right; programme staff see figures, tasks and reports; admins manage accounts."""
EVERYBODY = tuple(ROLES)
