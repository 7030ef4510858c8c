"""Symptoms named in a text: which, whether they are there or denied, how bad, how hot.

The names are those of WHO ("Coronavirus disease (COVID-19)", questions and answers of 28 March 2023, which list fever,
chills, sore throat, muscle aches, fatigue, runny or blocked nose or sneezing, headache, sore eyes, dizziness, cough,
chest pain, shortness of breath, hoarse voice, nausea, vomiting, abdominal pain, diarrhoea, loss of appetite, loss or
change of smell or taste, confusion) and of the Ministry of Health (KMK HK.01.07/MENKES/413/2020: fever of 38 degrees
and more, fatigue, dry cough, aches, blocked nose, headache, conjunctivitis, sore throat, diarrhoea, loss of smell,
rash; malaise). A sore arm is what people tell after a vaccination.

This only says what is named. Who has it, since when, and whether it is a question, is for the reader; danger signs
are in ``siaga.text.danger``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from siaga.text import symptom_context
from siaga.text.phrases import Span, View, normalised, written
from siaga.text.sieve import Sieve
from siaga.text.symptom_words import HOT, HOT_AFTER, HOT_THING, ILL, INTACT, ONESELF, PATTERNS, SymptomName
from siaga.text.temperatures import Temperature, find_temperatures

Severity = Literal["mild", "severe"]
_LONGEST = 1000
_NAMES = [*INTACT, *PATTERNS]
_SIEVE = Sieve([pattern for _, pattern in _NAMES])
# One word or phrase may name both: "penciuman dan perasa hilang", "batpil", "badan panas dingin".
_TOGETHER = (
    frozenset({"loss_of_smell", "loss_of_taste"}), frozenset({"cough", "runny_nose"}), frozenset({"fever", "chills"})
)  # fmt: skip
# KMK 413/2020 calls 38 degrees a fever, the WHO's IMCI 37.5 under the arm, and 39 a high fever.
WARM, HOT_FROM, HIGH_FROM = 37.5, 38.0, 39.0


@dataclass(frozen=True)
class Symptom:
    """A symptom with its place in the text: ``text[start:end]`` is what names it.

    ``present`` is False when it is denied or said to be over. ``severity`` is None when nothing is said of it, or it
    is neither mild nor severe. ``temperature`` is in degrees Celsius, for a fever that was measured.
    """

    name: SymptomName
    present: bool
    severity: Severity | None
    start: int
    end: int
    temperature: float | None = None


def find_symptoms(text: str) -> list[Symptom]:
    """The symptoms a text names, from left to right, each mention once.

    >>> [(s.name, s.present, s.severity) for s in find_symptoms("tidak demam tapi batuk parah")]
    [('fever', False, None), ('cough', True, 'severe')]

    A measured temperature is a fever, or none below 37.5; it joins the word for fever beside it. Only the first
    1,000 characters are read.
    """
    text = text[:_LONGEST]
    plain = normalised(text)
    temperatures = find_temperatures(text)
    spans = _spans(text, plain, temperatures)
    states = symptom_context.read(plain, spans)
    found = [
        Symptom(span.name, state.present, state.severity, plain.words[span.first].start, plain.words[span.last].end)
        for span, state in zip(spans, states, strict=True)
    ]
    return sorted(_measured(text, found, temperatures), key=lambda symptom: (symptom.start, symptom.end))


def _spans(text: str, plain: View, temperatures: list[Temperature]) -> list[Span]:
    """Where symptoms are named, on the words as written and on the plain ones; the longest reading of a word wins."""
    views = [written(text), plain]
    if views[0].string == plain.string:
        views.pop()
    spans: list[Span] = []
    for rank, view in enumerate(views):
        for place in _SIEVE.left(view.string):
            name, pattern = _NAMES[place]
            intact = place < len(INTACT)
            spans += [span for match in pattern.finditer(view.string) if (span := view.span(match, name, rank, intact))]
    spans = _best(spans)
    return _best(spans + _hot(plain, spans, temperatures))


def _best(spans: list[Span]) -> list[Span]:
    """The spans that do not overlap, the longest first, as written before normalised."""
    spans = sorted(spans, key=lambda span: (span.first - span.last, not span.intact, span.rank, span.first))
    chosen: list[Span] = []
    for span in spans:
        clashes = [other for other in chosen if span.first <= other.last and other.first <= span.last]
        if all(
            frozenset({span.name, other.name}) in _TOGETHER and not other.intact and span.rank == other.rank
            for other in clashes
        ):
            chosen.append(span)
    return sorted(chosen, key=lambda span: (span.first, span.last))


def _hot(plain: View, spans: list[Span], temperatures: list[Temperature]) -> list[Span]:
    """ "panas" of the body: beside another symptom, a temperature, or a word of illness; not the weather's."""
    hot: list[Span] = []
    for match in HOT.finditer(plain.string):
        before, after = plain.string[: match.start()], plain.string[match.end() :]
        if HOT_THING.search(before.rstrip()) or HOT_AFTER.match(after):
            continue
        alone = len(plain.words) == 1
        ill = ILL.search(before) or ILL.search(after) or ONESELF.search(before)
        if (alone or spans or temperatures or ill) and (span := plain.span(match, "fever", 0)):
            hot.append(span)
    return hot


def _measured(text: str, found: list[Symptom], temperatures: list[Temperature]) -> list[Symptom]:
    """The symptoms with the temperatures: each joins a fever just before or after it, or is one of its own."""
    symptoms = list(found)
    for temperature in temperatures:
        celsius = temperature.celsius
        severity: Severity | None = "severe" if celsius >= HIGH_FROM else "mild" if celsius < HOT_FROM else None
        own = Symptom("fever", celsius >= WARM, severity if celsius >= WARM else None, temperature.start,
                      temperature.end, celsius)  # fmt: skip
        beside = [
            symptom
            for symptom in symptoms
            if symptom.name == "fever"
            and symptom.temperature is None
            and symptom.present == own.present
            and symptom_context.joined(text, symptom.start, symptom.end, temperature.start, temperature.end)
        ]
        if beside:
            word = beside[-1]
            symptoms.remove(word)
            own = replace(
                own,
                start=min(word.start, own.start),
                end=max(word.end, own.end),
                severity="severe" if "severe" in (word.severity, own.severity) else word.severity or own.severity,
            )
        symptoms.append(own)
    return symptoms
