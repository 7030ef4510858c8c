"""A small file system of its own, so that a disk can be full without the machine's being so. Linux, and root, only."""

from __future__ import annotations

import os
import subprocess
from contextlib import suppress
from pathlib import Path

_LEFT_BLOCKS = 256


class NoDisk(RuntimeError):
    """None can be made here; the text says why."""


class SmallDisk:
    """An ext4 in a file, mounted on ``folder``; ``megabytes`` are taken from the machine's disk as they are written."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        """Mount it.

        Raises:
            NoDisk: see there.
        """
        self.folder = folder
        self._image = folder.with_name(f"{folder.name}.img")
        self._ballast = folder / "ballast"
        try:
            with self._image.open("wb") as image:
                image.truncate(megabytes * 1024 * 1024)
            # Without the reserve that only root could use.
            _run("mkfs.ext4", "-q", "-F", "-m", "0", str(self._image))
            _run("mount", "-o", "loop", str(self._image), str(folder))
        except NoDisk:
            self._image.unlink(missing_ok=True)
            raise

    def fill(self) -> None:
        """Leave not a byte."""
        with self._ballast.open("ab", buffering=0) as ballast:
            # Most of it is only promised, in a moment; then whatever is left, until there is no more.
            free = os.statvfs(self.folder)
            with suppress(OSError):
                os.posix_fallocate(ballast.fileno(), 0, max(1, (free.f_bavail - _LEFT_BLOCKS) * free.f_frsize))
            for size in (1024 * 1024, 4096):
                try:
                    while True:
                        ballast.write(b"\0" * size)
                except OSError:
                    continue
            os.fsync(ballast.fileno())

    def empty(self) -> None:
        """Give the room back."""
        self._ballast.unlink(missing_ok=True)

    def remove(self) -> None:
        """Unmount it and forget what is on it."""
        subprocess.run(["umount", "-l", str(self.folder)], check=False, capture_output=True)
        self._image.unlink(missing_ok=True)


def _run(*command: str) -> None:
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True)
    except OSError as error:
        raise NoDisk(f"{command[0]}: {error.strerror}") from None
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise NoDisk(f"{command[0]}: {said[-1] if said else done.returncode}")
