"""Finding a ready reply by a few words, as they are typed."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping

from siaga.canned.replies import Canned, read_canned
from siaga.content import live
from siaga.content.kinds import Entries
from siaga.text.normalise import normalise

_IN_TITLE = 3.0
_IN_TEXT = 1.0
_BEGUN = 0.6
"""What the beginning of a word counts for, against all of it."""
_SHORTEST = 3
"""Characters of a beginning."""


class Index:
    """Replies by their plain words: those of title and keywords count for more than those of the text."""

    def __init__(self, replies: Iterable[Canned]) -> None:
        self._replies = tuple(replies)
        self._words = [_words_of(reply) for reply in self._replies]
        self._among = Counter(word for words in self._words for word in words)

    def find(self, query: str, limit: int) -> list[Canned]:
        """At most ``limit`` replies, the best first; those that are as good in their order, all of them if nothing is
        asked for."""
        asked = _plain(query)
        if not asked:
            return list(self._replies[:limit])
        rated = [(self._score(asked, words), reply) for words, reply in zip(self._words, self._replies, strict=True)]
        rated.sort(key=lambda one: -one[0])
        return [reply for score, reply in rated if score > 0][:limit]

    def _score(self, asked: Iterable[str], words: Mapping[str, float]) -> float:
        return sum(max((self._worth(wanted, word) * words[word] for word in words), default=0.0) for wanted in asked)

    def _worth(self, wanted: str, word: str) -> float:
        """How far a word is the one that is wanted; one that stands in few replies tells more."""
        if word != wanted and not (len(wanted) >= _SHORTEST and word.startswith(wanted)):
            return 0.0
        rare = math.log(1 + len(self._replies) / self._among[word])
        return rare if word == wanted else rare * _BEGUN


def _plain(text: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r"[^\W\d_]+|\d+", normalise(text))))


def _words_of(reply: Canned) -> dict[str, float]:
    words = dict.fromkeys(_plain(reply.text), _IN_TEXT)
    return words | dict.fromkeys(_plain(" ".join((reply.title, *reply.keywords))), _IN_TITLE)


def _indexed(entries: Entries) -> Index:
    return Index(read_canned(entries))


def find(query: str, limit: int) -> list[Canned]:
    """At most ``limit`` of the replies that stand, the best first: by the words of title, keywords and text, in
    everyday spelling, the last one perhaps not typed to its end. Without a word all, in the order of their files."""
    return live.built("canned", _indexed).find(query, limit)
