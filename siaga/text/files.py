"""Files that staff hand in: read whole, and no further than a limit."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path


def content_of(path: Path, most: int) -> bytes:
    """The first ``most`` bytes of a file, and one more if it is longer.

    Raises:
        OSError: it is not there, or may not be read, or is none: a folder, a pipe (whose end nobody may ever write), a
            device (which may have no end).
    """
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "it is not a file")
        return file.read(most + 1)


def name_of(path: Path) -> str:
    """A file's name as it can be shown and kept: a disk's names may be no text."""
    return shown(Path(path.name))


def shown(path: Path) -> str:
    """A path as it can be shown."""
    return "".join(sign if sign.isprintable() else "?" for sign in str(path))
