"""What Rasa retraces of a conversation for each prediction and each action: here each event is gone through once.

For a prediction each policy replays the whole conversation, up to three times; for each action that is run, and each
question of a form, Rasa replays it again, to have a copy of the tracker. What was replayed is kept beside the tracker,
and goes on with its new events. Trackers share their slots: one that is set is replaced, and none is ever changed.
"""

from __future__ import annotations

import copy
from abc import ABCMeta
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, islice, repeat
from operator import attrgetter, is_
from types import SimpleNamespace
from typing import Any

from rasa.core.actions.forms import FormAction
from rasa.shared.core import trackers
from rasa.shared.core.constants import (
    ACTION_LISTEN_NAME,
    PREVIOUS_ACTION,
    REQUESTED_SLOT,
    SHOULD_NOT_BE_SET,
)
from rasa.shared.core.domain import Domain, State, SubState
from rasa.shared.core.events import (
    ActionExecuted,
    ActionReverted,
    ActiveLoop,
    Event,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import AnySlotDict, DialogueStateTracker
from rasa.shared.utils.common import all_subclasses

# Attributes of a tracker, in which its past is kept, and of a slot, in which it stands as it was at first.
_PAST, _SHADOW, _APPLIED, _SHOWN = "_siaga_past", "_siaga_shadow", "_siaga_applied", "_siaga_shown"
_FIRST = "_siaga_first"
_kinds: dict[type, type[Event]] = {}
_stock_copy = DialogueStateTracker.copy
_stock_states = Domain.states_for_tracker_history
_stock_applied = DialogueStateTracker.applied_events
_stock_slots = Domain._get_slots_sub_state
_stock_shown = Domain._get_user_sub_state
_stock_set = DialogueStateTracker._set_slot
_stock_reset = DialogueStateTracker._reset_slots
_stock_temporary = FormAction._temporary_tracker


def spare_histories() -> None:
    """Change Rasa so, for this process."""
    for kind in (Event, *all_subclasses(Event)):
        kind.__class__ = _OfEvents
    # In this module nothing else is copied but slots, when a tracker begins.
    trackers.copy = SimpleNamespace(copy=first_slot)
    DialogueStateTracker._reset_slots = reset_slots
    DialogueStateTracker._set_slot = set_slot
    FormAction._temporary_tracker = temporary_tracker
    Domain._get_slots_sub_state = staticmethod(_slots_sub_state)
    Domain._get_user_sub_state = _user_sub_state
    Domain.states_for_tracker_history = states_for_tracker_history
    DialogueStateTracker.copy = copied
    DialogueStateTracker.applied_events = applied_events


# ------------------------------------------------------------------ events
class _OfEvents(ABCMeta):
    """Whether an event is of a kind, Rasa asks hundreds of times; abstract classes look who else may count as one."""

    __instancecheck__ = type.__instancecheck__


@dataclass(frozen=True)
class _Applied:
    """Which events count after some have taken others back; never changed, so that copies of a tracker may share it."""

    events: Sequence[Event] = ()
    loops: frozenset[str] = frozenset()
    applied: Sequence[Event] = ()


def applied_events(tracker: DialogueStateTracker) -> list[Event]:
    """As Rasa's: the events that count."""
    events = list(tracker.events)
    known: _Applied = getattr(tracker, _APPLIED, None) or _Applied()
    if not _begins_with(events, known.events):
        known = _Applied()
    new = events[len(known.events) :]
    loops = known.loops | {event.name for event in new if _kind(event) is ActiveLoop and event.name}
    if loops != known.loops:
        # Which actions are forms is told by all events together.
        known, new = _Applied(), events
    applied = list(known.applied)
    for event in new:
        applied = _with(tracker, applied, event, loops)
    setattr(tracker, _APPLIED, _Applied(events, loops, applied))
    return list(applied)


def _with(tracker: DialogueStateTracker, applied: list[Event], event: Event, loops: frozenset[str]) -> list[Event]:
    """What counts after one more event; may change ``applied``."""
    kind = _kind(event)
    if kind is SessionStarted:
        return []
    if kind is ActionReverted:
        tracker._undo_till_previous(ActionExecuted, applied)
    elif kind is UserUtteranceReverted:
        # With the bot's listening before it.
        tracker._undo_till_previous(UserUttered, applied)
        tracker._undo_till_previous(ActionExecuted, applied)
    elif (
        kind is ActionExecuted
        and event.action_name in loops
        and not tracker._first_loop_execution_or_unhappy_path(event.action_name, applied)
    ):
        tracker._undo_till_previous_loop_execution(event.action_name, applied)
    else:
        applied.append(event)
    return applied


def _kind(event: Event) -> type[Event]:
    """What an event counts as: asked once for each class, where Rasa asks for each event several times."""
    own = type(event)
    if own not in _kinds:
        kinds = (SessionStarted, ActionReverted, UserUtteranceReverted, ActionExecuted, ActiveLoop)
        found = next((kind for kind in kinds if issubclass(own, kind)), Event)
        _kinds[own] = SessionStarted if issubclass(own, Restarted) else found
    return _kinds[own]


# ------------------------------------------------------------------ copies
def copied(tracker: DialogueStateTracker) -> DialogueStateTracker:
    """As Rasa's ``tracker.copy()``: another tracker to which all of its events have happened anew."""
    if type(tracker) is not DialogueStateTracker or isinstance(tracker.slots, AnySlotDict):
        return _stock_copy(tracker)
    shadow: DialogueStateTracker | None = getattr(tracker, _SHADOW, None)
    if shadow is None or not _begins_with(tracker.events, shadow.events):
        shadow = tracker.init_copy()
    if len(shadow.events) < len(tracker.events):
        # Copies go on from the same one, each in its own way: it is never changed.
        shadow = _twin(shadow)
        for event in list(islice(tracker.events, len(shadow.events), None)):
            shadow.update(event)
    setattr(tracker, _SHADOW, shadow)
    twin = _twin(shadow)
    setattr(twin, _SHADOW, shadow)
    return twin


def _twin(tracker: DialogueStateTracker) -> DialogueStateTracker:
    """The same state and events in a tracker of its own, that never replayed any."""
    twin = DialogueStateTracker.__new__(DialogueStateTracker)
    twin.__dict__.update(tracker.__dict__)
    twin.events = copy.copy(tracker.events)
    twin.slots = tracker.slots.copy()
    twin.active_loop = copy.copy(tracker.active_loop)
    return twin


def temporary_tracker(
    form: FormAction, tracker: DialogueStateTracker, additional: list[Event], domain: Domain
) -> DialogueStateTracker:
    """As Rasa's: the conversation in which a form has run, with more events."""
    if any(type(event) is Restarted for event in tracker.events):
        return _stock_temporary(form, tracker, additional, domain)
    temporary = copied(tracker)
    asked = SlotSet(REQUESTED_SLOT, form.get_slot_to_fill(tracker))
    for event in (asked, ActionExecuted(form.name()), *additional):
        temporary.update(event)
    return temporary


# ------------------------------------------------------------------ slots
class _First:
    """An attribute of slots: the slot as it is before anything was said, made once."""

    def __get__(self, slot: Slot, _: Any = None) -> Slot:
        first = _copied_slot(slot)
        first.reset()
        first.__dict__[_FIRST] = slot.__dict__[_FIRST] = first
        return first


setattr(Slot, _FIRST, _First())
first_slot = attrgetter(_FIRST)


def _copied_slot(slot: Slot) -> Slot:
    """As ``copy.copy`` does it in the end, five times as fast."""
    twin = slot.__class__.__new__(slot.__class__)
    twin.__dict__.update(slot.__dict__)
    return twin


def reset_slots(tracker: DialogueStateTracker) -> None:
    """As Rasa's."""
    tracker.slots.update({name: first_slot(slot) for name, slot in tracker.slots.items()})


def set_slot(tracker: DialogueStateTracker, key: str, value: Any) -> None:
    """As Rasa's: sets a slot, if there is one of the name."""
    if key not in tracker.slots:
        _stock_set(tracker, key, value)
        return
    tracker.slots[key] = own = _copied_slot(tracker.slots[key])
    own.value = value


def _begins_with(events: Iterable[Event], before: Iterable[Event]) -> bool:
    """Whether ``events`` are those from before, and perhaps more."""
    missing = object()
    return all(map(is_, before, chain(events, repeat(missing))))


# ------------------------------------------------------------------ states
@dataclass(frozen=True)
class _Point:
    """A conversation as it was before an action."""

    state: State
    hidden: bool
    """the action's turn is for rules alone"""
    is_steady: bool
    """a follow-up, or a form that has just run: whether turns are hidden stays as it was"""
    previous_action: SubState | None


@dataclass(frozen=True)
class _Stop:
    """A conversation as it was when the bot began to listen: from here it is gone through once more, if need be."""

    events: int
    points: int
    walker: DialogueStateTracker


class _Past:
    """A conversation up to some event, and the points in it."""

    def __init__(self, tracker: DialogueStateTracker, domain: Domain) -> None:
        self.domain = domain
        self._events: list[Event] = []
        self._marks: list[Any] = []
        self._points: list[_Point] = []
        self._walker = tracker.init_copy()
        self._stops = [_Stop(0, 0, _twin(self._walker))]

    def go_on(self, applied: list[Event]) -> list[_Point]:
        """The points up to the last event, and the one after it; ``applied`` are all events that count now."""
        marks = [_mark(event) for event in applied]
        same = self._same(applied, marks)
        if same < len(self._events):
            self._go_back(same)
        for place, event in enumerate(applied[len(self._events) :], len(self._events)):
            if _kind(event) is ActionExecuted:
                if event.action_name == ACTION_LISTEN_NAME:
                    self._stops.append(_Stop(place, len(self._points), _twin(self._walker)))
                self._points.append(self._point(event.hide_rule_turn))
            self._walker.update(event)
        self._events, self._marks = applied, marks
        return [*self._points, self._point(False)]

    def _same(self, applied: list[Event], marks: list[Any]) -> int:
        """How many events at the beginning are those from before, and show the same."""
        pairs = zip(self._events, applied, self._marks, marks, strict=False)
        changed = (place for place, (old, new, was, shows) in enumerate(pairs) if old is not new or was != shows)
        return next(changed, min(len(self._events), len(applied)))

    def _go_back(self, place: int) -> None:
        while self._stops[-1].events > place:
            self._stops.pop()
        stop = self._stops[-1]
        self._walker = _twin(stop.walker)
        del self._events[stop.events :], self._points[stop.points :]

    def _point(self, hidden: bool) -> _Point:
        walker = self._walker
        steady = bool(walker.followup_action) or walker.latest_action_name == walker.active_loop_name
        state = self.domain.get_active_state(walker)
        return _Point(state, hidden, steady, self.domain._get_prev_action_sub_state(walker))


def _mark(event: Event) -> Any:
    """What Rasa may yet change of a message after it has been said, and that its state shows."""
    if type(event) is UserUttered:
        return event.use_text_for_featurization, len(event.entities)
    return None


def states_for_tracker_history(
    domain: Domain,
    tracker: DialogueStateTracker,
    omit_unset_slots: bool = False,
    ignore_rule_only_turns: bool = False,
    rule_only_data: dict[str, Any] | None = None,
) -> list[State]:
    """As Rasa's: the states of a conversation before each action, and now; the caller may change them."""
    if omit_unset_slots or type(tracker) is not DialogueStateTracker:
        states: list[State] = _stock_states(domain, tracker, omit_unset_slots, ignore_rule_only_turns, rule_only_data)
        return states
    applied = applied_events(tracker)
    past: _Past | None = getattr(tracker, _PAST, None)
    if past is None or past.domain is not domain:
        past = _Past(tracker, domain)
        setattr(tracker, _PAST, past)
    points = past.go_on(applied)
    if not ignore_rule_only_turns:
        return [_own(point.state) for point in points]
    return _seen_by_stories(domain, points, rule_only_data)


def _seen_by_stories(domain: Domain, points: list[_Point], rule_only_data: dict[str, Any] | None) -> list[State]:
    """The states without what only rules know of."""
    states: list[State] = []
    previous: SubState | None = None
    hidden = False
    for point in points:
        if not hidden:
            # Of the last turn that is not hidden.
            previous = point.previous_action
        if not point.is_steady:
            hidden = point.hidden
        if hidden:
            continue
        state = _own(point.state)
        domain._remove_rule_only_features(state, rule_only_data)
        if states:
            domain._substitute_rule_only_user_input(state, states[-1])
        if previous:
            state[PREVIOUS_ACTION] = previous
        states.append(domain._clean_state(state))
    return states


def _own(state: State) -> State:
    """A state that may be changed without changing this one."""
    return {kind: dict(part) for kind, part in state.items()}


@dataclass(frozen=True)
class _Shown:
    """What a message showed when it was marked so."""

    domain: Domain
    message: UserUttered
    mark: Any
    state: SubState


def _user_sub_state(domain: Domain, tracker: DialogueStateTracker) -> SubState:
    """As Rasa's: what the latest message shows, which several actions follow."""
    message = tracker.latest_message
    if type(message) is not UserUttered:
        shown: SubState = _stock_shown(domain, tracker)
        return shown
    mark = _mark(message)
    known: _Shown | None = getattr(tracker, _SHOWN, None)
    if known is None or known.message is not message or known.mark != mark or known.domain is not domain:
        known = _Shown(domain, message, mark, _stock_shown(domain, tracker))
        setattr(tracker, _SHOWN, known)
    return dict(known.state)


def _slots_sub_state(tracker: DialogueStateTracker, omit_unset_slots: bool = False) -> SubState:
    """As Rasa's: what the slots show; those that never show anything are not asked."""
    slots: SubState = {}
    for name, slot in tracker.slots.items():
        if slot is None or not slot.influence_conversation or (omit_unset_slots and not slot.has_been_set):
            continue
        feature = slot.as_feature()
        if feature and slot.value == SHOULD_NOT_BE_SET:
            slots[name] = SHOULD_NOT_BE_SET
        elif feature and any(feature):
            slots[name] = tuple(feature)
    return slots
