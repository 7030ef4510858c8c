"""Rules that say different things of the same situation, and stories that go otherwise than the rules.

A situation is what Rasa's ``RulePolicy`` looks at: the form that is open, the slots that rules see, what the citizen
meant, and what was done since. A rule holds in every situation that has all it names; of several that hold, the one
that names most decides.
"""

from __future__ import annotations

import json
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
        """How much it names, as Rasa counts it: by the length of what it writes down of the moment."""
        named: dict[str, object] = {"prev_action": {"action_name": self.done or LISTEN}}
        if self.intent is not None:
            named["user"] = {"intent": self.intent}
        if self.slots:
            named["slots"] = {name: [1.0, 0.0] for name, _ in self.slots}
        if self.loop != _ANY:
            named["active_loop"] = {"name": "should_not_be_set" if self.loop == _NONE else self.loop}
        return len(json.dumps(named))


Situation = tuple[Moment, ...]


@dataclass(frozen=True)
class Decision:
    """In a situation this is done next."""

    situation: Situation
    action: str
    flow: Flow
    line: int

    @property
    def ends(self) -> tuple[str | None, str | None]:
        """What came last: the intent, or what was done."""
        return self.situation[-1].intent, self.situation[-1].done

    @property
    def is_forms_own(self) -> bool:
        """Whether it is the open form itself, which comes before every rule."""
        return self.situation[-1].intent is not None and self.action == self.situation[-1].loop

    @property
    def is_late(self) -> bool:
        """Whether it comes when a form has just asked, and waits."""
        return self.situation[-1].done == self.situation[-1].loop and self.action != LISTEN

    @property
    def needs_no_form(self) -> bool:
        """Whether it holds only while no form is open."""
        return self.situation[0].loop == _NONE

    @property
    def told(self) -> str:
        """As it is told: ``“action_greet”``."""
        return "menunggu pesan warga" if self.action == LISTEN else f"“{self.action}”"


def contradictions(flows: Iterable[Flow], domain: Domain) -> list[Mistake]:
    """Where rules or stories say different things."""
    followed = [flow for flow in flows if flow.sound]
    rules = [flow for flow in followed if flow.kind == "rule"]
    stories = [flow for flow in followed if flow.kind == "story"]
    decided: dict[Situation, Decision] = {}
    found: list[Mistake] = []
    told: set[tuple[int, str]] = set()
    rest: list[Decision] = []
    for rule in rules:
        for one in _decisions(rule, domain):
            if one.is_forms_own:
                continue
            first = decided.setdefault(one.situation, one)
            if first.action == one.action:
                rest.append(one)
            elif first.flow is not rule and (one.line, rule.name) not in told:
                told.add((one.line, rule.name))
                found.append(_between_rules(one, first, "untuk keadaan yang sama"))
    by_end: dict[tuple[str | None, str | None], list[Decision]] = {}
    for one in decided.values():
        by_end.setdefault(one.ends, []).append(one)
    for one in rest:
        best = _best(one.situation, by_end[one.ends])
        if one.is_late:
            found.append(_late(one))
        elif best is not None and best.action != one.action:
            found.append(_between_rules(one, best, "di luar formulir" if best.needs_no_form else "di situ"))
    for story in stories:
        found += _against_rules(story, by_end, domain)
    return found


def _between_rules(one: Decision, other: Decision, where: str) -> Mistake:
    sentence = (
        f"Aturan “{one.flow.name}” melanjutkan dengan {one.told}, padahal {where} {other.flow.called} melanjutkan "
        f"dengan {other.told}. Pilih salah satu, atau beri syarat (condition)."
    )
    return Mistake(one.flow.file, one.line, "contradiction", sentence)


def _late(one: Decision) -> Mistake:
    sentence = (
        f"Sesudah formulir “{one.situation[-1].done}” terbuka, Siaga menunggu jawaban warga; {one.told} di sini "
        "tidak pernah terjadi."
    )
    return Mistake(one.flow.file, one.line, "contradiction", sentence)


def _against_rules(
    story: Flow, rules: Mapping[tuple[str | None, str | None], list[Decision]], domain: Domain
) -> Iterator[Mistake]:
    told: set[int] = set()
    for one in _decisions(story, domain):
        now = one.situation[-1]
        loop = now.loop if now.loop in domain.forms else None
        # A form that is open comes first. That it asks again after something else was answered, and what is said
        # beside, comes from our policy, not from a rule: Rasa refuses to learn it, and tests it well.
        asks_again = story.test and loop is not None and one.action == loop
        if one.is_forms_own or asks_again or (story.test and one.action in BESIDE) or one.line in told:
            continue
        if one.is_late:
            told.add(one.line)
            yield _late(one)
            continue
        best = _best(one.situation, rules.get(one.ends, ()))
        if best is None or best.action == one.action:
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
            if step.kind in ("other", "checkpoint"):
                situation, waiting = (), None
                continue
            if waiting is not None:
                situation = (*situation, waiting)
                yield Decision(situation, LISTEN if step.kind == "intent" else step.name or "", flow, step.line)
            if step.kind == "intent":
                situation, waiting = (), Moment(loop, frozenset(slots.items()), step.name, None)
            else:
                waiting = Moment(loop, frozenset(slots.items()), None, step.name)
        if waiting is not None and waiting.done is not None and flow.waits:
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
