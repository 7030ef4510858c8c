"""Passwords: what is asked of them, and how they are kept (argon2id, in the strength that OWASP names)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from threading import BoundedSemaphore
from typing import Literal

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 10, 200
Weakness = Literal["short", "long", "named", "common"]

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Each takes 19 MB for a moment: many who try at once wait for each other instead of filling the memory.
_at_once = BoundedSemaphore(4)

COMMON = frozenset(
    """
    abcdefghij abcdef admin administrator aku akucinta akusayang alhamdulillah allahuakbar anjing assalamualaikum
    asdfgh asdfghjkl balikpapan bandung banyuwangi bekasi bismillah bogor changeme cinta cintaku covid dinkesjatim
    doraemon dragon facebook football garuda gresik hallo hello iloveyou indomie indonesia indonesiaku indonesiaraya
    jakarta jatim jawatengah jawatimur jember jokowi juara kamu kampret katasandi kediri kemenkes kesehatan keluarga
    kucing letmein lupa lupapassword madiun makassar malang master medan merdeka monkey mojokerto namaku naruto
    pancasila pass passw password passwordku pasuruan persebaya persib persija petugas posko princess probolinggo
    puskesmas qazwsx qazwsxedc qwerty qwertyuiop qwertyui rahasia rahasiaku ramadhan relawan rumah rumahsakit sandi
    satu sayang sayangku secret selamat selamatpagi semangat semarang siaga siagajatim sidoarjo sukses superman surabaya
    dinkes terimakasih test tester tuhan tuhanyesus user vaksin vaksinasi welcome whatsapp yogyakarta zxcvbnm
    """.split()
)
_LOOKALIKES = str.maketrans("013457@$!", "oieastasi")


def weakness(password: str, names: Iterable[str] = ()) -> Weakness | None:
    """Why a password is refused, if it is. ``names``: the login and the name of whose it will be."""
    if len(password) < SHORTEST:
        return "short"
    if len(password) > LONGEST:
        return "long"
    plain = _same(password).casefold()
    rest = plain
    for word in sorted({word for name in names for word in re.split(r"[\W_]+", name.casefold())}, key=len):
        if len(word) >= 3:
            rest = rest.replace(word, "")
    if rest != plain and len(rest) < 6:
        return "named"
    return "common" if _is_common(plain) else None


def _is_common(plain: str) -> bool:
    if len(set(plain)) < 4 or plain in "01234567890123456789" or plain in "98765432109876543210":
        return True
    for written in (plain, re.sub(r"[^a-z]+$", "", plain).translate(_LOOKALIKES)):
        core = re.sub(r"[^a-z]", "", written)
        if core in COMMON or (len(core) % 2 == 0 and core[: len(core) // 2] == core[len(core) // 2 :] in COMMON):
            return True
    return False


def hashed(password: str) -> str:
    """What is kept of a password. Takes 20 ms or so: not within a transaction."""
    with _at_once:
        return _hasher.hash(_same(password))


def is_right(password: str, kept: str | None) -> bool:
    """Whether this is the password. Where none is kept the same work is done, and the answer is no."""
    with _at_once:
        try:
            _hasher.verify(kept or _nobodys(), _same(password[: LONGEST + 1]))
        except (VerificationError, InvalidHashError):
            return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """Whether it was hashed with another strength than today's."""
    return _hasher.check_needs_rehash(kept)


@lru_cache(maxsize=1)
def _nobodys() -> str:
    return _hasher.hash("")


def prepare() -> None:
    """Make what an unknown login is compared with, so that the first of them takes no longer than the others."""
    _nobodys()


def _same(password: str) -> str:
    """Keyboards write one sign in several ways."""
    return unicodedata.normalize("NFKC", password)
