"""Rules that say different things of the same situation, and stories that go otherwise than the rules.

A situation is what Rasa's ``RulePolicy`` looks at: the form that is open, the slots that rules see, what the citizen
meant, and what was done since. A rule holds in every situation that has all it names; of several that hold, the one
that names most decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from siaga.checking.domain import Domain
from siaga.checking.mistake import Mistake
from siaga.checking.steps import Flow, Step

LISTEN = "action_listen"
BESIDE = frozenset({"utter_danger_hint", "action_offer_other_request", "action_after_emergency"})
"""Said by the policy itself, after or instead of what a rule says (``siaga.dialogue.afterthought``)."""
_ANY, _NONE = "any", "none"


@dataclass(frozen=True)
class Moment:
    """What is known at one moment: the open form (``_NONE``: none; ``_ANY``: not said), slots, and what came last."""

    loop: str
    slots: frozenset[tuple[str, object]]
    intent: str | None
    done: str | None

    def holds_in(self, other: Moment) -> bool:
        """Whether all that is known here is so in a story's moment."""
        if self.loop != _ANY and self.loop != (other.loop if other.loop != _ANY else _NONE):
            return False
        given = dict(other.slots)
        if any(given.get(name) != value for name, value in self.slots):
            return False
        return self.intent == other.intent and self.done == other.done

    @property
    def weight(self) -> int:
        """How much it names."""
        return (self.loop != _ANY) + len(self.slots) + (self.intent is not None) + (self.done is not None)


Situation = tuple[Moment, ...]


@dataclass(frozen=True)
class Decision:
    """In a situation this is done next."""

    situation: Situation
    action: str
    flow: Flow
    line: int

    @property
    def told(self) -> str:
        return "menunggu pesan warga" if self.action == LISTEN else f"“{self.action}”"


def contradictions(flows: Iterable[Flow], domain: Domain) -> list[Mistake]:
    """Where rules or stories say different things."""
    rules = [flow for flow in flows if flow.kind == "rule"]
    stories = [flow for flow in flows if flow.kind == "story"]
    decided: dict[Situation, Decision] = {}
    found: list[Mistake] = []
    told: set[tuple[int, str]] = set()
    for rule in rules:
        for one in _decisions(rule, domain):
            first = decided.setdefault(one.situation, one)
            if first.action != one.action and first.flow is not rule and (one.line, rule.name) not in told:
                told.add((one.line, rule.name))
                sentence = (
                    f"Aturan “{rule.name}” melanjutkan dengan {one.told}, padahal untuk keadaan yang sama "
                    f"{first.flow.called} melanjutkan dengan {first.told}. "
                    "Pilih salah satu, atau beri syarat (condition)."
                )
                found.append(Mistake(rule.file, one.line, "contradiction", sentence))
    by_end: dict[tuple[str | None, str | None], list[Decision]] = {}
    for one in decided.values():
        by_end.setdefault((one.situation[-1].intent, one.situation[-1].done), []).append(one)
    for story in stories:
        found += _against_rules(story, by_end, domain)
    return found


def _against_rules(
    story: Flow, rules: Mapping[tuple[str | None, str | None], list[Decision]], domain: Domain
) -> Iterator[Mistake]:
    told: set[int] = set()
    for one in _decisions(story, domain):
        now = one.situation[-1]
        loop = now.loop if now.loop in domain.forms else None
        # A form that is open comes first. That it asks again after something else was answered, and what is said
        # beside, comes from our policy, not from a rule: Rasa refuses to learn it, and tests it well.
        first = loop is not None and one.action == loop and (now.intent is not None or story.test)
        if first or (story.test and one.action in BESIDE) or one.line in told:
            continue
        best = _best(one.situation, rules.get((now.intent, now.done), ()))
        if best is None or best.action == one.action or (one.action == LISTEN and best.action in domain.forms):
            continue
        told.add(one.line)
        what = "Cerita uji" if story.test else "Cerita"
        sentence = (
            f"{what} “{story.name}” melanjutkan dengan {one.told}, padahal {best.flow.called} "
            f"melanjutkan dengan {best.told}. Samakan keduanya."
        )
        yield Mistake(story.file, one.line, "contradiction", sentence)


def _best(situation: Situation, decisions: Iterable[Decision]) -> Decision | None:
    """The rule that names most of what is so."""
    holding = [
        one
        for one in decisions
        if len(one.situation) <= len(situation)
        and all(rule.holds_in(now) for rule, now in zip(one.situation[::-1], situation[::-1], strict=False))
    ]
    return max(holding, key=lambda one: sum(moment.weight for moment in one.situation), default=None)


def _decisions(flow: Flow, domain: Domain) -> Iterator[Decision]:
    """What a rule or story says is done next, for each situation in it that foretells anything."""
    for way in flow.ways:
        loop = _ANY
        slots: dict[str, object] = {}
        for step in flow.condition:
            loop, slots = _known(step, loop, slots, domain)
        situation: tuple[Moment, ...] = ()
        waiting: Moment | None = None
        for step in way:
            if step.kind in ("loop", "slot"):
                loop, slots = _known(step, loop, slots, domain)
                # It is part of what was done just before.
                if waiting is not None:
                    waiting = Moment(loop, frozenset(slots.items()), waiting.intent, waiting.done)
                continue
            if step.kind == "other":
                situation, waiting = (), None
                continue
            if waiting is not None:
                situation = (*situation, waiting)
                yield Decision(situation, LISTEN if step.kind == "intent" else step.name or "", flow, step.line)
            if step.kind == "intent":
                situation, waiting = (), Moment(loop, frozenset(slots.items()), step.name, None)
            else:
                waiting = Moment(loop, frozenset(slots.items()), None, step.name)
        if waiting is not None and waiting.done is not None and flow.kind == "rule" and flow.waits:
            yield Decision((*situation, waiting), LISTEN, flow, way[-1].line)


def _known(step: Step, loop: str, slots: Mapping[str, object], domain: Domain) -> tuple[str, dict[str, object]]:
    """What is known after a step that tells of a form or a slot."""
    if step.kind == "loop":
        return step.name or _NONE, dict(slots)
    slot = domain.slots.get(step.name or "")
    if step.kind != "slot" or slot is None or not slot.seen:
        return loop, dict(slots)
    # Of a text only whether there is one is seen.
    value = step.value if slot.type in ("bool", "categorical") or step.value is None else True
    return loop, {**slots, step.name or "": value}
