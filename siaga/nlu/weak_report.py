"""The weak spots in words that a conversation designer can act on."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from typing import Any, TypeVar

from siaga.nlu.examples import Example
from siaga.nlu.variety import ENOUGH, Variety
from siaga.nlu.weak_spots import Confusion, Contradiction, Doubt, Repeat, WeakSpots
from siaga.text.words import split_words

_T = TypeVar("_T")

_SHOWN = 2
_WIDTH = 110
_HOW_ALIKE = {
    "same": "kata bakunya sama",
    "letters": "tulisannya hampir sama",
    "meaning": "artinya hampir sama",
}
_LACKS = {
    "examples": "baru {n} contoh; usahakan paling sedikit {enough}, dari orang yang berbeda-beda",
    "openings": "hanya {openings} pembuka yang berbeda dari {n} contoh; mulailah kalimat dengan cara lain",
    "other_openings": '{frequent_opening_share} dimulai dengan "{frequent_opening}"; tambah yang dimulai lain',
    "everyday": "hanya {everyday} memakai singkatan, salah ketik, atau bahasa sehari-hari; tambah yang begitu",
    "plain": "hanya {plain} ditulis dengan bahasa baku; tambah kalimat yang rapi",
    "javanese": "hanya {javanese} memakai kata Jawa; tambah ngoko, krama, atau Suroboyoan",
}


def as_data(spots: WeakSpots, top: int) -> dict[str, Any]:
    """The report as data: ``found`` counts everything, the lists hold the worst ``top``."""
    lists = {
        "contradictions": [asdict(some) for some in spots.contradictions[:top]],
        "confusions": [
            {**asdict(some), "clearest": [_doubt(doubt) for doubt in some.clearest]} for some in spots.confusions[:top]
        ],
        "misplaced": [_doubt(some) for some in spots.misplaced[:top]],
        "unsure": [_doubt(some) for some in spots.unsure[:top]],
        "thin": [{**asdict(some), "lacks": some.lacks} for some in spots.thin[:top]],
        "repeats": [asdict(some) for some in spots.repeats[:top]],
    }
    return {
        "examples": spots.examples,
        "intents": spots.intents,
        "right": round(spots.right, 4),
        "found": {name: len(getattr(spots, name)) for name in lists if name != "unsure"},
        **lists,
    }


def as_text(spots: WeakSpots, top: int) -> str:
    """The report in Indonesian, for somebody who writes examples."""
    lines = [
        f"{_number(spots.examples)} contoh, {spots.intents} maksud. Setiap contoh ditebak oleh Siaga yang belum",
        f"mempelajari contoh itu maupun yang mirip dengannya: {_percent(spots.right)} ditebak benar.",
        *_section(
            "1. Contoh yang bertentangan",
            spots.contradictions,
            top,
            "Tulisan yang sama, atau hampir sama, ada di dua maksud. Siaga tidak dapat membedakannya.",
            "Pilih satu maksud, hapus di maksud yang lain. Kalau keduanya memang beda, tulis bedanya di kalimat itu. "
            "Kalau yang keliru bacaannya (dibaca ...), minta pengembang memperbaiki kamus.",
            _contradiction,
        ),
        *_section(
            "2. Maksud yang sering tertukar",
            spots.confusions,
            top,
            "Angka: berapa contoh maksud yang satu ditebak sebagai maksud yang lain. Di bawahnya yang paling jelas.",
            "Tentukan batas kedua maksud, pindahkan yang salah tempat, lalu tambah contoh di dekat batas itu.",
            _confusion,
        ),
        *_section(
            "3a. Mungkin salah tempat",
            spots.misplaced,
            top,
            "Siaga lebih yakin pada maksud lain daripada maksud yang tertulis.",
            "Kalau maksud lain itu benar, pindahkan. Kalau tidak, tambah 2-3 contoh serupa dengan kata lain.",
            _placed,
        ),
        *_section(
            "3b. Paling ragu",
            spots.unsure,
            top,
            "Siaga hampir tidak dapat memilih di antara dua maksud.",
            "Kalau Anda pun ragu, perjelas kalimatnya atau hapus. Kalau Anda yakin, tambah contoh yang serupa.",
            _placed,
            counted=False,
        ),
        *_section(
            "4a. Maksud yang kurang beragam",
            spots.thin,
            top,
            "Orang menulis dengan banyak cara; contoh maksud ini baru sebagian.",
            "Tambah contoh seperti yang disebut. Tulis seperti orang yang berbeda-beda, jangan menyalin pola.",
            _variety,
        ),
        *_section(
            "4b. Contoh kembar dalam satu maksud",
            spots.repeats,
            top,
            "Yang kedua tidak menambah apa-apa.",
            "Hapus salah satu, atau ganti dengan cara menulis yang lain.",
            _repeat,
        ),
    ]
    return "\n".join(lines)


def _section(
    title: str,
    found: Sequence[_T],
    top: int,
    meaning: str,
    to_do: str,
    describe: Callable[[_T], list[str]],
    counted: bool = True,
) -> Iterable[str]:
    if not found:
        return ["", f"{title}: tidak ada"]
    shown = min(top, len(found))
    count = f": {_number(len(found))}" + (f", {shown} ditampilkan" if shown < len(found) else "") if counted else ""
    explained = [
        line
        for text in (meaning, f"Yang dilakukan: {to_do[0].lower()}{to_do[1:]}")
        for line in textwrap.wrap(text, _WIDTH, initial_indent="   ", subsequent_indent="   ")
    ]
    lines = ["", f"{title}{count}", *explained]
    for number, some in enumerate(found[:top], start=1):
        first, *rest = describe(some)
        lines += ["", f"{number:>4}. {first}", *(f"      {line}" for line in rest)]
    return lines


def _contradiction(some: Contradiction) -> list[str]:
    lines = [_HOW_ALIKE[some.how]]
    for intent, examples, read_as in zip(
        some.intents, (some.first, some.second), (some.first_read_as, some.second_read_as), strict=True
    ):
        lines += [f'{intent}  "{one.text}"  {one.place}{_read_as(one, read_as)}' for one in examples[:_SHOWN]]
        if len(examples) > _SHOWN:
            lines.append(f"{intent}  dan {len(examples) - _SHOWN} lagi")
    return lines


def _read_as(example: Example, plain: str) -> str:
    """Says what is read in an example, where that is more than small letters and no marks."""
    bare = " ".join(word.lower for word in split_words(example.text))
    return "" if plain in (bare, example.text) else f'  (dibaca "{plain}")'


def _confusion(some: Confusion) -> list[str]:
    return [
        f"{some.first} dan {some.second}: {some.first_as_second} dari {some.first_n} contoh {some.first} ditebak "
        f"{some.second}, {some.second_as_first} dari {some.second_n} sebaliknya",
        *(f'{doubt.example.intent}  "{doubt.example.text}"  {doubt.example.place}' for doubt in some.clearest),
    ]


def _placed(some: Doubt) -> list[str]:
    lines = [
        f'"{some.example.text}"  {some.example.place}',
        f"tertulis {some.example.intent} ({_percent(some.own_share)}), "
        f"ditebak {some.other} ({_percent(some.other_share)})"
        if some.margin < 0
        else f"tertulis {some.example.intent} ({_percent(some.own_share)}), "
        f"hampir {some.other} ({_percent(some.other_share)})",
    ]
    if some.nearest:
        lines.append(f'mirip: "{some.nearest.text}"  {some.nearest.place}')
    return lines


def _variety(some: Variety) -> list[str]:
    facts = {
        "n": some.n,
        "enough": ENOUGH,
        "openings": some.openings,
        "frequent_opening": some.frequent_opening,
        "frequent_opening_share": _percent(some.frequent_opening_share),
        "everyday": _percent(some.everyday),
        "plain": _percent(1 - some.everyday),
        "javanese": _percent(some.javanese),
    }
    said = [_LACKS[name].format(**facts) for name in some.lacks] or ["tidak ada yang kurang"]
    return [f"{some.intent}, {some.n} contoh", *said]


def _repeat(some: Repeat) -> list[str]:
    return [
        some.first.intent,
        f'"{some.first.text}"  {some.first.place}',
        f'"{some.second.text}"  {some.second.place}',
    ]


def _doubt(some: Doubt) -> dict[str, Any]:
    return {**asdict(some), "margin": round(some.margin, 3)}


def _percent(share: float) -> str:
    return f"{round(100 * share)}%"


def _number(count: int) -> str:
    return f"{count:,}".replace(",", ".")
