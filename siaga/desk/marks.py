"""WhatsApp's marks within a line, as a phone shows them. All is escaped before it is marked."""

from __future__ import annotations

import re
from collections.abc import Callable

from markupsafe import Markup, escape

_LINK = re.compile(r"https?://[^\s<]*[^\s<.,:;!?)\]*_~]")
_CODE = re.compile(r"`([^`\n]+)`")
_EMPTY = re.compile(r"\{([^\n{}]+?)\}")


def inline(text: str, *, with_names: bool = True) -> Markup:
    """A text with *bold*, _italic_, ~struck~, `code` and links (shown, not led to) as safe HTML; ``with_names`` with
    the names in braces marked that are filled in when it is sent."""
    kept: list[str] = []

    def keep(html: str) -> str:
        kept.append(html)
        return f"\ue000{len(kept) - 1}\ue001"

    html = str(escape(re.sub("[\ue000\ue001]", "", text)))
    html = _CODE.sub(lambda match: keep(f"<code>{match[1]}</code>"), html)
    html = _LINK.sub(lambda match: keep(f'<span class="tautan">{match[0]}</span>'), html)
    if with_names:
        html = _EMPTY.sub(lambda match: keep(f'<mark title="Diisi saat dikirim">{match[1]}</mark>'), html)
    for sign, tag in (("*", "strong"), ("_", "em"), ("~", "s")):
        html = _marked(sign, tag)(html)
    while "\ue000" in html:
        html = re.sub("\ue000(\\d+)\ue001", lambda match: kept[int(match[1])], html)
    # It was escaped before it was marked.
    return Markup(html)  # noqa: S704


def as_said(text: str) -> Markup:
    """What somebody wrote to somebody, as a phone shows it."""
    return inline(text, with_names=False)


def _marked(sign: str, tag: str) -> Callable[[str], str]:
    """A mark stands at the edge of a word, and not beside another of its kind: "3578********0001" is no bold text."""
    s = re.escape(sign)
    pattern = re.compile(rf"(?<![\w{s}]){s}(?!{s})([^\s{s}](?:[^\n{s}]*[^\s{s}])?){s}(?![\w{s}])")
    return lambda text: pattern.sub(rf"<{tag}>\1</{tag}>", text)
