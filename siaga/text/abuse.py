"""Words that insult: a message of little else is answered calmly, once.

A list of the common swear words of Indonesian, Javanese and Surabayan chats; their spelling is bent in many ways.
Many of them are also friendly among friends: what else a message asks for is never passed over because of them.
"""

from __future__ import annotations

import re


def _bent(words: str) -> str:
    """A pattern of these words with every letter as long as one likes; "x?" may be left out, "[xy]" is one of two."""
    letter = re.compile(r"(\[\w+\]|\w)(\??)")
    return "|".join(letter.sub(lambda m: m[1] + ("*" if m[2] else "+"), word) for word in words.split())


_DIGITS_AND_SIGNS = str.maketrans("4310@$", "aeioas")
_MARK_IN_WORD = re.compile(r"(?<=\w)!(?=\w)")
# "a n j i n g", "t.o.l.o.l"
_SPACED = re.compile(r"(?<!\w)\w(?:[ .*_-]+\w){3,}(?!\w)")
# What stands before a name.
_NAMED = r"(?<!pak )(?<!bu )(?<!bapak )(?<!ibu )(?<!mbah )(?<!bernama )(?<!nama )"

_ALWAYS = _bent(
    "anj[ie]r anjrit anjg bangsa[td] bajingan g[uw]?oblo[gk] tolol bego dungu bodoh idiot kampret kampang "
    "kontol memek ngento[td] ento[td] j[iu]?anc[ou]e?[kx] d[iu]?anc[ou]k puki?mak? kimak c[ou]kimai jamp[ou]t "
    "matamu raimu nd?h?asmu endh?asmu gathel gathell?i gateli ibli[sz] lonte perek sialan brengsek keparat pecun bacot "
    "pantek jembut bangke bedebah stupid bitch bullshit shit fuck fck bgst anj ajg kntl gblk gblg jnck"
)
_MORE = r"(?:mata|rai|ndh?as)\s+mu|c[ou]+ki+\s+ma+i+|fuck\w+|ta+i+k*(?!\s+lalat)|c(?:[ou]|o{3,}|u{2,})k+"
# Half hidden by the writer.
_STARRED = r"f\*+c?k|a?nj\*+n?g|b\*+ngs\*?[at]+|k\*+nt\*?o?l|t\*+l\*?o?l|g\*+bl\*?o?k|j\*+nc\*?[ou]?k"
_WORDS = re.compile(rf"\b{_NAMED}(?:{_ALWAYS}|{_MORE}|{_STARRED})\b")
# Beasts and spirits: insults in a word or two, at the end, or of somebody, unless the talk is of them.
_BEASTS = re.compile(
    rf"\b{_NAMED}(?:{_bent('anj[ie]ng asu babi setan')})\b"
    r"(?=\W*$|\W+(?:lu|lo|loe|kau|kamu|km|koe|kowe|kon|ente|kalian|nih|emang|memang|semua|kabeh|banget|bgt|tenan)\b)"
)
_OF_BEASTS = re.compile(
    r"gigit|cakar|cokot|rabies|hewan|binatang|ternak|kandang|piara|pelihara|melihara|kucing|ayam|sapi|halal|haram|daging"
    r"|minyak|ngandung|kandung|gela?tin|enzim|tripsin|unsur|bahan|kerasukan|kesurupan"
    r"|\b(?:flu|ada|pasar|vaksin|takut|gambar|nama|suka|makan|punya|beli|jual|film|buat|dari|dengan|sama|soal|tentang)\b"
)
# "maaf saya bodoh soal hp": said of oneself it is no insult.
_OF_ONESELF = re.compile(
    r"(?:^|\b(?:maaf|maklum|soalnya|karena|krn|emang|memang)\W+)(?:saya|sy|aku|ak|kulo|gue|gw)\s+(?:yang\s+|yg\s+|ini\s+|emang\s+|memang\s+|agak\s+)?"
    r"(?:bodoh|dungu|bego|tolol|goblok)\b"
)


def is_abusive(text: str) -> bool:
    """Whether a text holds an insult."""
    plain = text.lower().translate(_DIGITS_AND_SIGNS)
    plain = _MARK_IN_WORD.sub("i", plain)
    plain = _SPACED.sub(lambda letters: re.sub(r"[ .*_-]", "", letters.group()), plain)
    plain = _OF_ONESELF.sub(" ", plain)
    return bool(_WORDS.search(plain) or (_BEASTS.search(plain) and not _OF_BEASTS.search(plain)))
