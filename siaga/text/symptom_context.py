"""What is said of symptoms around their names: denied, over, mild, severe."""

# ruff: noqa: E501 - word lists

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from siaga.text.phrases import Span, View
from siaga.text.symptom_words import NEGATION_INSIDE

NOT = frozenset(
    "tidak bukan belum tanpa tak not no without never ora ra mboten gak ga ndak nggak enggak dereng durung kagak bebas tiada dudu jangan".split()
)
_ONLY = frozenset("cuma hanya sekadar sekedar cuman saja only just mung doang".split())
# What may stand between "tidak" and the symptom it denies.
_FILLERS = frozenset(
    "ada pernah sedang lagi merasa merasakan mengalami ngalami ngerasa disertai sampai ikut gejala keluhan seperti punya menunjukkan kena rasa terasa pakai muncul timbul "
    "sama sekali juga dan dengan having any have had feel feeling signs of a the wonten nate nganti dari apa apa-apa tanda diiringi pun mempunyai menderita lah ya, saya sy dia sakit gejalanya "
    "ibu bapak anak nya kok".split()
)
_EXISTS = frozenset(
    "ada mengalami ngalami merasakan punya gejala keluhan disertai menunjukkan wonten pernah tanpa without any bebas diiringi mempunyai".split()
)
_NOT_MUCH = frozenset("terlalu begitu seberapa pati amat terlampau banget sangat separah terlau parah berat".split())
_AND = frozenset("dan atau maupun ataupun serta sama juga lan karo or and nor utawa utowo utawi dengan plus".split())
_OR = frozenset("atau maupun ataupun or nor utawa utowo utawi".split())
# What may follow a list without saying anything of its last word.
_TAIL = frozenset(
    "ya kok sih min kak lagi dok dokter pak bu mas mbak admin gan alhamdulillah sama lho loh deh sekarang saat hari selama apa apapun juga si itu dll dsb lainnya lain lain2".split()
)
_ASKS = frozenset(
    "boleh bisa apakah kalau apa jika bila termasuk bahaya berbahaya menular wajib perlu gimana bagaimana kenapa can is does".split()
)
_BUT = frozenset(
    "tapi tetapi namun cuma hanya cuman malah melainkan kecuali selain nanging ning but except only mung padahal sedangkan sementara".split()
)
_SAID_YES = frozenset("ya iya iyo nggih ada yes positif".split())
_HARD_MARK = re.compile(r"[.;!?\n()]|\s[-–—]\s|…")

# "demam (-), batuk (+)", as health workers write.
_MINUS = re.compile(r"\s*(?:\(\s*[-–−]\s*\)|[:=]\s*[-–−]\s*(?:[,;\n]|$))")

_SEVERE = frozenset(
    "parah berat hebat banget sekali sangat pol poll puol tenan nemen amat ekstrem akut severe bad badly high banged bet kuat menjadi-jadi terus-terusan buruk sanget luar".split()
)
_MILD = frozenset(
    "ringan sedikit dikit dikit2 sdikit tipis mild slight slightly agak rada sesekali ringan2 kecil sithik sekedhik setitik biasa".split()
)
_MILD_BEFORE = _MILD - {"biasa", "kecil"} | frozenset("agak rada radak agsemi little bit".split())
_SEVERE_BEFORE = frozenset("sangat amat parah super severe hebat bad high terlalu".split())
_HIGH = frozenset("tinggi high duwur dhuwur".split())
_BETTER = frozenset("membaik mendingan baikan berkurang enakan mending better lumayan mereda mulai".split())
_OVER = frozenset(
    "hilang ilang sembuh turun mudun reda mari waras saras selesai pulih normal berhenti mandeg lenyap beres minggat gone usai".split()
)
_DONE = frozenset("sudah telah alhamdulillah akhirnya wis wes sampun already pun".split())
# Between a symptom and what is said of it.
_WELL = frozenset("enak penak nyaman lega kepenak sekeco".split())
_LINK = frozenset("nya ku saya sy aku kulo yang itu ini tadi sih masih lumayan cukup makin tambah semakin terasa kerasa rasanya jadi juga badan kok mulai sekarang dia ipun e terus lagi sangat is very was sekarangnya kadang ikut ibu bapak anak suami istri agak kok,".split())  # fmt: skip
_SO_THAT = re.compile(r"\b(?:sampai|sampe|smp|nganti|hingga|until)(?: \w+){0,2}? (?:(?:tidak|tak|ora|gak|ga|mboten|not) (?:bisa|kuat|mampu|iso|sanggup|saged|mau|doyan)|susah|sulit|gabisa|kesulitan|pingsan|ambruk|dirawat|opname)")  # fmt: skip
_AGAIN = re.compile(r"\b(?:naik|muncul|timbul|kambuh|kumat|balik|datang|kembali|mungah|munggah|demam|panas|batuk)\w* (?:lagi|maneh|kembali)\b|\b(?:hilang timbul|naik turun|turun naik|kambuh)")  # fmt: skip
_HOPES = frozenset("kapan supaya agar biar semoga kalau jika obat cara bagaimana bisa cepat segera cepet sampai hingga nunggu tunggu setelah sebelum kapankah ben supados doakan belum".split())  # fmt: skip
# "sekarang sudah tidak", "udah sembuh": says that what was named before is over.
_ALL_OVER = re.compile(
    r"(?:(?:tapi|tetapi|dan|sekarang|saat|hari|ini|alhamdulillah|kini|saya|semua|semuanya|itu|tadi|pagi|udah|sudah|telah|wis|sampun|skrg|nya|dia) )*"
    r"(?:(?:sudah|telah|wis|udah|sampun) (?:tidak(?: lagi| ada(?: lagi)?)?|sembuh|hilang|ilang|turun|reda|pulih|normal|waras|mari|sehat|baik|baik baik|baik baik saja)|sembuh|(?:sekarang|saat ini|kini) (?:tidak(?: lagi| ada(?: lagi)?)?|sehat|normal|hilang|aman))"
    r"(?: (?:kok|kak|min|dok|saja|lagi|semua|semuanya|alhamdulillah|sekarang|total|sepenuhnya|sih|nya|ya|pak|bu))*"
)


@dataclass
class State:
    """What is said of one symptom."""

    present: bool = True
    severity: Literal["mild", "severe"] | None = None
    decided: bool = False

    def deny(self) -> None:
        self.present, self.severity, self.decided = False, None, True


def joined(text: str, start: int, end: int, other_start: int, other_end: int) -> bool:
    """Whether hardly anything stands between two places of a text: marks, or words such as "suhu" and "sampai"."""
    if start < other_end and other_start < end:
        return True
    between = text[min(end, other_end) : max(start, other_start)].lower()
    return bool(
        re.fullmatch(
            r"[\s,:=()~-]*(?:(?:suhu\w*|badan\w*|tubuh\w*|sampai|sampe|nyampe|tinggi|sekitar|dengan|dgn|di|mencapai|saya|sy|tadi|cek|diukur|termometer|masih|sudah|udah|banget|bgt|cuma|hanya|hampir|panas\w*|yaitu|of|di atas|lebih|dari)\b[\s,:=()~-]*)*",
            between,
        )
    )


class _Reader:
    def __init__(self, view: View, spans: list[Span]) -> None:
        self.words = [form.split()[0] if form.split() else "" for form in view.forms]
        self.lower = [word.lower for word in view.words]
        # "TK" is a kindergarten, "tk" a "tidak".
        self.words = ["TK" if word.text == "TK" else form for word, form in zip(view.words, self.words, strict=True)]
        self.gaps = view.gaps
        self.spans = spans
        self.states = [State() for _ in spans]
        self.owner: dict[int, int] = {}
        for index, span in enumerate(spans):
            for position in range(span.first, span.last + 1):
                self.owner.setdefault(position, index)

    # -- words

    def is_(self, position: int, words: frozenset[str]) -> bool:
        if not 0 <= position < len(self.words):
            return False
        return self.words[position] in words or self.lower[position] in words

    def hard(self, position: int) -> bool:
        """Whether a new statement begins before this word (or the text ends)."""
        return position >= len(self.words) or bool(_HARD_MARK.search(self.gaps[position])) or self.is_(position, _BUT)

    def comma(self, position: int) -> bool:
        return position < len(self.gaps) and "," in self.gaps[position]

    def marked(self, position: int, mark: str) -> bool:
        return position < len(self.gaps) and mark in self.gaps[position]

    def clause(self, position: int) -> tuple[int, int]:
        """The words of the statement that a word is in: from, and up to but without."""
        first = position
        while first > 0 and not self.hard(first):
            first -= 1
        last = position + 1
        while not self.hard(last):
            last += 1
        return first, last

    # -- lists of symptoms

    def chain(self, index: int, step: int) -> Iterator[tuple[int, str]]:
        """The symptoms that follow (or precede) one with nothing but "and", "or" and commas between; each with how it
        is joined: ``""`` (side by side), ``","``, ``"and"`` or ``"or"``."""
        while 0 <= index + step < len(self.spans):
            here, there = self.spans[index], self.spans[index + step]
            left, right = (here, there) if step > 0 else (there, here)
            if left.last >= right.first:
                index += step
                yield index, ""
                continue
            between = range(left.last + 1, right.first)
            if any(self.hard(position) for position in (*between, right.first)):
                return
            if not all(self.is_(position, _AND) for position in between) or len(between) > 2:
                return
            kind = "or" if any(self.is_(position, _OR) for position in between) or self.marked(right.first, "/") else ""
            kind = kind or ("and" if between else "")
            if not kind and any(self.comma(position) for position in (*between, right.first)):
                kind = ","
            index += step
            yield index, kind

    def listed(self, index: int, step: int, commas: bool) -> list[int]:
        """The list that one symptom begins (or ends). A comma breaks it unless the list is closed by "or" (or "and",
        where nothing is said after it), or ``commas``."""
        items, kinds = [index], [""]
        for other, kind in self.chain(index, step):
            items.append(other)
            kinds.append(kind)
        if not commas and not {"or", "and"} & set(kinds):
            commas = False
        elif {"or", "and"} & set(kinds):
            closing = max(place for place, kind in enumerate(kinds) if kind in ("or", "and"))
            if "or" in kinds or closing == len(kinds) - 1 or step < 0:
                commas = True
        if not commas and "," in kinds:
            items = items[: kinds.index(",")]
        return items

    # -- denial

    def deny_before(self) -> None:
        """ "tidak demam", "tanpa batuk atau pilek", "tidak ada gejala seperti demam, batuk, pilek"."""
        starts = {span.first: index for index, span in reversed(list(enumerate(self.spans)))}
        for position in range(len(self.words)):
            if position in self.owner or not self.is_(position, NOT) or self.is_(position + 1, _ONLY):
                continue
            place = position + 1
            exists = self.is_(position, _EXISTS)
            little = False
            while place not in starts and not self.hard(place) and place - position < 6:
                if self.is_(place, _NOT_MUCH):
                    little = True
                elif self.is_(place, _EXISTS):
                    exists = True
                elif not self.is_(place, _FILLERS) and not self.is_(place, NOT):
                    break
                place += 1
            if place not in starts or self.hard(place) or (self.comma(place) and not exists):
                continue
            index = starts[place]
            if little or (
                self.is_(self.spans[index].last + 1, frozenset({"biasa"})) and self.is_(position, frozenset({"bukan"}))
            ):
                self.states[index].decided = True
                if little:
                    self.states[index].severity = "mild"
                continue
            items = self.listed(index, 1, commas=exists)
            for item in self._kept(items):
                self.states[item].deny()

    def _kept(self, items: list[int]) -> list[int]:
        """The list without its last symptom, where something is said of that one alone: "tidak demam, batuk 3 hari"."""
        if len(items) == 1:
            return items
        last, before = self.spans[items[-1]], self.spans[items[-2]]
        if any(self.is_(position, _OR) for position in range(before.last + 1, last.first)):
            return items
        after = last.last + 1
        if self.hard(after) or self.comma(after) or self.is_(after, _TAIL) or after in self.owner:
            return items
        if self.is_(after, NOT) or self.is_(after, _BUT):
            return items
        return items[:-1]

    def deny_after(self) -> None:
        """ "batuk pilek gak ada", "demam: tidak", "demam sudah turun", "batuknya mendingan"."""
        for index, span in enumerate(self.spans):
            if self.states[index].decided:
                continue
            place = span.last + 1
            if _MINUS.match(self.gaps[place]):
                self.states[index].deny()
                continue
            done = False
            while not self.hard(place) and not self.comma(place) and place not in self.owner:
                if self.is_(place, _DONE):
                    done = True
                elif not self.is_(place, _LINK) and not self.is_(place, frozenset({"sama", "sekali"})):
                    break
                place += 1
            if place >= len(self.words) or self.hard(place) or place in self.owner:
                continue
            if self.comma(place):
                continue
            verdict = self._verdict(index, place, done)
            if verdict is None:
                continue
            items = [item for item in self.listed(index, -1, commas=False) if not self.states[item].decided]
            for item in items:
                if verdict == "gone":
                    self.states[item].deny()
                else:
                    self.states[item].severity = self.states[item].severity or "mild"

    def _verdict(self, index: int, place: int, done: bool) -> Literal["gone", "mild"] | None:
        """What the word at ``place``, after a symptom, says of it."""
        if self.is_(place, NOT) and not self.is_(place, frozenset({"tanpa", "without", "bebas"})):
            after = place + 1
            if self.is_(after, _NOT_MUCH | _SEVERE | _HIGH):
                return "mild"
            while self.is_(
                after,
                frozenset(
                    {
                        "ada",
                        "pernah",
                        "terasa",
                        "kerasa",
                        "rasa",
                        "merasa",
                        "dirasakan",
                        "muncul",
                        "punya",
                        "sama",
                        "wonten",
                        "lagi",
                        "nate",
                    }
                ),
            ):
                after += 1
            said = after > place + 1
            ends = (
                self.hard(after)
                or self.comma(after)
                or self.is_(after, _TAIL)
                or (after in self.owner and self.comma(after))
            )
            if not ends and not (said and not self.is_(after, _OVER)):
                return None
            if self.marked(after, "?") or (not said and self._asked(index, place, after)):
                return None
            return "gone"
        if self.is_(place, _OVER):
            first, last = self.clause(place)
            clause = " ".join(self.words[place:])
            if any(self.is_(position, NOT) for position in range(self.spans[index].last + 1, place)):
                return None
            if _AGAIN.search(clause) or _AGAIN.search(" ".join(self.words[place - 1 : place + 2])):
                return None
            if self.is_(place + 1, frozenset({"timbul", "naik", "muncul", "kembali"})):
                return None
            if self.is_(place, frozenset({"mulai"})) or self.is_(place - 1, frozenset({"mulai"})):
                return "mild"
            if self.is_(place, frozenset({"normal", "pulih"})) and not done:
                return None
            hopes = any(self.is_(position, _HOPES) for position in range(first, place)) or any(
                self.is_(position, frozenset({"kapan", "berapa", "bagaimana"})) for position in range(place, last)
            )
            return "gone" if done or not hopes else None
        if self.is_(place, _BETTER):
            return "mild"
        return None

    def _asked(self, index: int, place: int, after: int) -> bool:
        """Whether "tidak" at the end only asks: "demam apa nggak", "batuk boleh vaksin nggak", "sesak nggak ya"."""
        if self.is_(place - 1, frozenset({"apa", "atau", "opo", "or", "kadang"})) or self.is_(
            after, frozenset({"ya", "yo", "yaa", "sih"})
        ):
            return True
        first, _ = self.clause(self.spans[index].first)
        return any(self.is_(position, _ASKS) for position in range(first, self.spans[index].first))

    def over_before(self) -> None:
        """ "sudah sembuh dari batuk", "sudah hilang demamnya"."""
        for index, span in enumerate(self.spans):
            place = span.first - 1
            while (
                place >= 0
                and self.is_(place, frozenset({"dari", "juga", "semua", "from", "sakit"}))
                and not self.hard(place + 1)
            ):
                place -= 1
            if (
                place < 0
                or place in self.owner
                or not self.is_(place, _OVER)
                or self.hard(place + 1)
                or self.comma(place + 1)
            ):
                continue
            before = range(max(0, place - 3), place)
            if any(self.is_(position, NOT | _HOPES) for position in before) or not (
                any(self.is_(position, _DONE) for position in before)
                or self.is_(place + 1, frozenset({"dari", "from"}))
                or self.lower[span.first].endswith("nya")
            ):
                continue
            if not _AGAIN.search(" ".join(self.words[span.first :])):
                self.states[index].deny()

    def over_later(self) -> None:
        """ "kemarin demam, sekarang sudah tidak"."""
        place = 0
        while place < len(self.words):
            end = place + 1
            while end < len(self.words) and not (self.hard(end) or self.comma(end)):
                end += 1
            if not any(position in self.owner for position in range(place, end)) and _ALL_OVER.fullmatch(
                " ".join(self.words[place:end])
            ):
                later = " ".join(self.words[end:])
                for index, span in enumerate(self.spans):
                    if span.last < place and not _AGAIN.search(later):
                        self.states[index].deny()
            place = end

    # -- how bad

    def severity(self) -> None:
        own: list[Literal["mild", "severe"] | None] = []
        for index, span in enumerate(self.spans):
            state = self.states[index]
            own.append(state.severity or (self._severity(index, span) if state.present else None))
        # "batuk pilek parah": side by side, the words before and after hold for both.
        for index, found in enumerate(own):
            if self.states[index].present:
                self.states[index].severity = found
        for index in range(len(own)):
            if own[index] and self.states[index].present:
                for step in (-1, 1):
                    for other, kind in self.chain(index, step):
                        if kind or own[other] or not self.states[other].present:
                            break
                        if step > 0 and not self._before(self.spans[index]):
                            break
                        if step < 0 and self._before(self.spans[index]):
                            break
                        if own[index] == "severe" and self.is_(self.spans[index].last + 1, _HIGH):
                            break
                        self.states[other].severity = own[index]

    def _before(self, span: Span) -> Literal["mild", "severe"] | None:
        place = span.first - 1
        if place < 0 or place in self.owner or self.hard(place + 1) or self.comma(place + 1):
            return None
        mild, severe = self.is_(place, _MILD_BEFORE), self.is_(place, _SEVERE_BEFORE)
        if self.is_(place - 1, NOT) and (mild or severe) and not (self.hard(place) or self.comma(place)):
            return "mild" if severe else None
        return "mild" if mild else "severe" if severe else None

    def _severity(self, index: int, span: Span) -> Literal["mild", "severe"] | None:
        for position in range(span.first + 1, span.last):
            if self.is_(position, _SEVERE):
                return "severe"
            if self.is_(position, _MILD_BEFORE):
                return "mild"
        if span.name == "fever" and any(self.is_(p, _HIGH) for p in range(span.first, span.last + 1)):
            return "severe"
        if before := self._before(span):
            return before
        place = span.last + 1
        tail: list[str] = []
        reading = True
        while place < len(self.words) and not self.hard(place) and place not in self.owner:
            if self.comma(place):
                reading = False
            if reading:
                if self.is_(place, NOT) and self.is_(place + 1, _SEVERE | _HIGH | _NOT_MUCH):
                    return "mild"
                if self.is_(place, frozenset({"biasa"})) and self.is_(span.first - 1, NOT):
                    return None
                if self.is_(place, _MILD):
                    return "mild"
                counted = (
                    self.is_(place, frozenset({"sekali"}))
                    and place + 1 < len(self.words)
                    and (
                        self.words[place + 1][:1].isdigit()
                        or self.is_(place + 1, frozenset({"dua", "sehari", "seminggu", "sebulan", "saja", "doang"}))
                    )
                )
                if self.is_(place, _SEVERE) and not counted:
                    return "severe"
                if span.name == "fever" and self.is_(place, _HIGH):
                    return "severe"
                reading = self.is_(place, _LINK)
            tail.append(self.words[place])
            place += 1
        # What it leads to may itself be named as a symptom: "lemas sampai tidak mau makan".
        following = " ".join(tail)
        if place in self.owner and not self.hard(place):
            owner = self.spans[self.owner[place]]
            following += " " + " ".join(self.words[owner.first : owner.last + 1])
        return "severe" if _SO_THAT.search(following) else None

    # -- all

    def read(self) -> list[State]:
        for state, span in zip(self.states, self.spans, strict=True):
            inside = range(span.first + 1, span.last)
            denied = any(self.is_(place, NOT) and not self.is_(place + 1, _WELL) for place in inside)
            wished = any(self.is_(place, _HOPES) for place in range(self.clause(span.first)[0], span.first))
            if (span.intact and not wished) or (span.name not in NEGATION_INSIDE and denied):
                state.deny()
        self.deny_before()
        self.deny_after()
        self.over_before()
        self.over_later()
        self.severity()
        return self.states


def read(view: View, spans: list[Span]) -> list[State]:
    """What is said of each span, in order."""
    return _Reader(view, spans).read()
