"""Links in a message, written in one way, so that they can be compared. None of them is ever opened."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl, unquote, urlencode

_LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>\"“”*_]*[^\s<>\"“”*_.,;:!?()\[\]']"
    r"|\b(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:com|net|org|info|id|me|ly|be|gl|gg|co|io|tv|news|blog|xyz|site|online)"
    r"\b(?:/[^\s<>\"“”*]*[^\s<>\"“”*.,;:!?()\[\]'])?",
    re.IGNORECASE,
)
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,24}")
# The same page for phones, and other names of the same place.
_SAME = re.compile(r"^(?:www|m|mobile|amp|web|touch|id-id)\.(?=[^.]+\.)")
# What only says where somebody came from.
_TRACKING = re.compile(r"^(?:utm_\w+|fbclid|gclid|igshid|igsh|si|ref|ref_src|feature|mibextid|s|t|_rdr)$")
_LONGEST = 500
SHARED = frozenset(
    "youtube.com youtu.be facebook.com fb.watch instagram.com tiktok.com vt.tiktok.com twitter.com x.com t.co t.me "
    "chat.whatsapp.com wa.me whatsapp.com google.com drive.google.com docs.google.com blogspot.com wordpress.com "
    "medium.com kompasiana.com bit.ly s.id tinyurl.com linktr.ee threads.net snackvideo.com".split()
)
"""Where everybody may write: one page there says nothing of the others."""


def find_links(text: str) -> list[str]:
    """The links in a message, each as ``plain_link`` writes it, in their order."""
    found = (plain_link(match.group()) for match in _LINK.finditer(text))
    return list(dict.fromkeys(link for link in found if link))


def without_links(text: str) -> str:
    """The message's own words."""
    return _LINK.sub(" ", text)


def plain_link(link: str) -> str | None:
    """``https://www.Contoh.id/Berita/?utm_source=wa`` -> ``contoh.id/berita``; None for what is no link."""
    rest = re.sub(r"^[a-z]+://", "", link.strip()[:_LONGEST], flags=re.IGNORECASE)
    rest, _, _ = rest.partition("#")
    rest, _, query = rest.partition("?")
    domain, _, path = rest.partition("/")
    domain = domain.casefold().rpartition("@")[2].partition(":")[0].rstrip(".")
    while (shorter := _SAME.sub("", domain)) != domain:
        domain = shorter
    if not _DOMAIN.fullmatch(domain):
        return None
    path = re.sub(r"/+", "/", unquote(path)).strip("/").casefold()
    # An address may name its page there: watch?v=…
    kept = [(name, value) for name, value in parse_qsl(query) if not _TRACKING.match(name.casefold())]
    if path in ("amp", "index.html", "index.php"):
        path = ""
    if domain == "youtu.be" and path:
        domain, path, kept = "youtube.com", "watch", [*kept, ("v", path)]
    plain = f"{domain}/{path}" if path else domain
    return f"{plain}?{urlencode(sorted(kept))}" if kept else plain


def same_page(link: str, known: Iterable[str]) -> bool:
    """Whether a link leads to one of the known ones, or to a page below it. Both as ``plain_link`` writes them.

    A known domain stands for all its pages, a known path for what is below it: ``contoh.id/vaksin`` for
    ``contoh.id/vaksin/2``, not for ``contoh.id/vaksinasi``.
    """
    return any(link == one or link.startswith((f"{one}/", f"{one}?", f"{one}&")) for one in known)
