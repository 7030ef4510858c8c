"""Rules and stories step by step, and what they name that is not there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from siaga.checking.domain import Domain, Slot
from siaga.checking.mistake import Mistake, meant
from siaga.checking.nodes import Value

_FLOW_KEYS = {
    "rule": ("rule", "condition", "steps", "conversation_start", "wait_for_user_input", "metadata"),
    "story": ("story", "steps", "metadata"),
}
_STEP_KEYS = (
    "intent", "user", "entities", "action", "bot", "active_loop", "slot_was_set", "checkpoint", "or", "metadata",
)  # fmt: skip
_THINGS = {
    "intent": "user", "user": "user", "action": "action", "bot": "bot", "active_loop": "loop",
    "slot_was_set": "slot", "checkpoint": "checkpoint", "or": "or",
}  # fmt: skip
"""What a step may be: one of these."""
_MARKED = re.compile(r"\[[^\[\]]*\](?:\((\w+)[^()]*\)|(\{[^{}]*\}))")
_ENTITY = re.compile(r'"entity"\s*:\s*"(\w+)"')


@dataclass(frozen=True)
class Step:
    """One step. ``kind``: ``intent``, ``action``, ``loop`` (None: closed), ``slot``, ``checkpoint``, ``other``."""

    kind: str
    line: int
    name: str | None = None
    value: object = None


@dataclass(frozen=True)
class Flow:
    """A rule or a story. ``ways`` are its steps, once for each of the alternatives under ``or``."""

    kind: str
    name: str
    file: str
    line: int
    condition: tuple[Step, ...]
    ways: tuple[tuple[Step, ...], ...]
    waits: bool = True
    test: bool = False
    sound: bool = True
    """Whether it can be followed: no step is missing, and all that it does is there."""

    @property
    def called(self) -> str:
        """As it is told: ``aturan “sapaan” (data/rules/conversation.yml:7)``."""
        what = "aturan" if self.kind == "rule" else "cerita"
        return f"{what} “{self.name}” ({self.file}:{self.line})"


@dataclass
class Used:
    """What rules and stories name."""

    intents: set[str] = field(default_factory=set)
    actions: set[str] = field(default_factory=set)


def read_flows(root: Value, file: str, domain: Domain, used: Used, mistakes: list[Mistake]) -> list[Flow]:
    """The rules and stories of a file; what is wrong in them goes to ``mistakes``."""
    return [
        flow
        for kind, section in (("rule", "rules"), ("story", "stories"))
        for one in root.listed(section)
        if (flow := _Reader(file, domain, used, mistakes).flow(kind, one)) is not None
    ]


class _Reader:
    """Reads one rule or story."""

    def __init__(self, file: str, domain: Domain, used: Used, mistakes: list[Mistake]) -> None:
        self._file = file
        self._domain = domain
        self._used = used
        self._mistakes = mistakes

    def _wrong(self, line: int, kind: str, sentence: str) -> None:
        self._mistakes.append(Mistake(self._file, line, kind, sentence))

    def flow(self, kind: str, one: Value) -> Flow | None:
        what = "aturan" if kind == "rule" else "cerita"
        name = one.get(kind)
        if name is None or not name.text:
            self._wrong(one.line, "step", f"Di sini harus ada “- {kind}: nama {what}”.")
            return None
        self._mistakes += one.strange(_FLOW_KEYS[kind], self._file, "step", f"sebuah {what}")
        if not one.listed("steps"):
            self._wrong(one.line, "step", f"{what.capitalize()} “{name.text}” belum punya langkah (“steps”).")
            return None
        condition = tuple(step for item in one.listed("condition") for step in self._steps(item)[0])
        ways: list[tuple[Step, ...]] = [()]
        for item in one.listed("steps"):
            ways = [(*way, *more) for way in ways for more in self._steps(item)]
        waits = one.get("wait_for_user_input")
        gaps = self._gaps(kind, ways)
        flow = Flow(
            kind,
            name.text,
            self._file,
            one.line,
            condition,
            tuple(ways),
            waits is None or waits.plain is not False,
            test=self._file.startswith("tests/"),
            sound=not gaps and all(self._is_there(step) for way in ways for step in way),
        )
        if kind == "rule":
            self._rule(flow)
        return flow

    def _is_there(self, step: Step) -> bool:
        return step.kind != "action" or self._domain.can_do(step.name or "")

    def _gaps(self, kind: str, ways: list[tuple[Step, ...]]) -> bool:
        """Tell of messages behind which nothing is done, and of what a rule may not hold."""
        told: set[int] = set()
        for way in ways:
            done = [step for step in way if step.kind in ("intent", "action", "loop", "other", "checkpoint")]
            for step, after in zip(done, [*done[1:], None], strict=True):
                if step.kind == "intent" and (after is None or after.kind == "intent") and step.line not in told:
                    told.add(step.line)
                    sentence = f"Sesudah maksud “{step.name}” belum ada yang dilakukan Siaga; tambahkan “- action: …”."
                    self._wrong(step.line, "step", sentence)
                elif step.kind == "checkpoint" and kind == "rule" and step.line not in told:
                    told.add(step.line)
                    self._wrong(step.line, "step", "Aturan tidak boleh memuat “checkpoint”; pakai cerita (story).")
        return bool(told)

    def _rule(self, flow: Flow) -> None:
        asked = [step for step in flow.ways[0] if step.kind == "intent"]
        if len(asked) > 1:
            sentence = (
                f"Aturan “{flow.name}” memuat {len(asked)} pesan warga; aturan hanya boleh satu. Pakai cerita (story)."
            )
            self._wrong(asked[1].line, "step", sentence)
        for step in flow.condition:
            slot = self._domain.slots.get(step.name or "") if step.kind == "slot" else None
            if slot is not None and not slot.seen:
                sentence = (
                    f"Syarat ini tidak ada gunanya: slot “{step.name}” tidak dilihat aturan "
                    "(influence_conversation: false atau tipe any)."
                )
                self._wrong(step.line, "slot", sentence)
        for way in flow.ways:
            for place, step in enumerate(way):
                if step.kind != "action" or step.name not in self._domain.forms:
                    continue
                after = next((one for one in way[place + 1 :] if one.kind in ("action", "intent", "loop")), None)
                if (after is None and flow.waits) or (after is not None and after.kind != "loop"):
                    sentence = (
                        f"Sesudah formulir “{step.name}” harus ada “- active_loop: {step.name}” "
                        "(masih terbuka) atau “- active_loop: null” (selesai)."
                    )
                    self._wrong(step.line, "step", sentence)

    def _steps(self, item: Value) -> list[tuple[Step, ...]]:
        """The steps that one item may mean: several ways where it is an ``or``."""
        if item.kind != "map":
            self._wrong(
                item.line, "step", "Langkah ini harus ditulis “- nama: isi”, misalnya “- action: action_greet”."
            )
            return [(Step("other", item.line),)]
        self._mistakes += item.strange(_STEP_KEYS, self._file, "step", "sebuah langkah")
        things = [key for key, _ in item.pairs if key.text in _THINGS]
        if len({_THINGS[key.text or ""] for key in things}) > 1:
            sentence = f"Satu langkah hanya satu hal: beri “{things[-1].text}” baris sendiri yang diawali “- ”."
            self._wrong(things[-1].line, "step", sentence)
        for key in things:
            if key.text in ("intent", "action", "checkpoint") and not _text_of(item, key.text):
                self._wrong(key.line, "step", f"“{key.text}” di sini belum diisi.")
                return [(Step("other", key.line),)]
        if (choice := item.get("or")) is not None:
            return [way for one in choice.items for way in self._steps(one)] or [()]
        return [tuple(self._plain(item))]

    def _plain(self, item: Value) -> Iterator[Step]:
        if (intent := item.get("intent")) is not None and intent.text:
            name = intent.text.partition("{")[0].strip().lstrip("/")
            if name not in self._domain.intents:
                sentence = (
                    f"Maksud “{name}” tidak ada di domain.yml (bagian intents).{meant(name, self._domain.intents)}"
                )
                self._wrong(intent.line, "intent", sentence)
            self._used.intents.add(name)
            yield Step("intent", intent.line, name)
        elif item.get("user") is not None:
            yield Step("other", item.line)
        for line, entity in _entities(item):
            if entity not in self._domain.entities:
                sentence = f"Entitas “{entity}” tidak ada di domain.yml.{meant(entity, self._domain.entities)}"
                self._wrong(line, "entity", sentence)
        if (action := item.get("action")) is not None:
            yield self._action(action)
        elif (checkpoint := item.get("checkpoint")) is not None:
            yield Step("checkpoint", item.line, checkpoint.text)
        elif item.get("bot") is not None:
            yield Step("other", item.line)
        if (loop := item.get("active_loop")) is not None:
            if loop.text is not None and loop.text not in self._domain.forms:
                sentence = f"Formulir “{loop.text}” tidak ada di domain.yml.{meant(loop.text, self._domain.forms)}"
                self._wrong(loop.line, "form", sentence)
            yield Step("loop", loop.line, loop.text)
        for slot in item.listed("slot_was_set"):
            yield from self._slot(slot)

    def _action(self, action: Value) -> Step:
        name = action.text or ""
        self._used.actions.add(name)
        if not self._domain.can_do(name):
            if name.startswith("utter_"):
                sentence = f"Kalimat “{name}” tidak ada di domain.yml (bagian responses)."
                self._wrong(action.line, "response", sentence + meant(name, self._domain.responses))
            elif name.endswith("_form"):
                sentence = f"Formulir “{name}” tidak ada di domain.yml (bagian forms)."
                self._wrong(action.line, "form", sentence + meant(name, self._domain.forms))
            else:
                sentence = f"Aksi “{name}” tidak ada di domain.yml (bagian actions)."
                self._wrong(action.line, "action", sentence + meant(name, self._domain.doable))
        return Step("action", action.line, name)

    def _slot(self, given: Value) -> Iterator[Step]:
        pairs = given.pairs if given.kind == "map" else ((given, None),)
        for key, value in pairs:
            name = key.text or ""
            slot = self._domain.slots.get(name)
            if slot is None and name != "requested_slot":
                sentence = f"Slot “{name}” tidak ada di domain.yml (bagian slots).{meant(name, self._domain.slots)}"
                self._wrong(key.line, "slot", sentence)
            elif slot is not None and value is not None and (problem := _unfit(slot, value)):
                self._wrong(value.line, "slot-value", f"Slot “{name}” {problem}.")
            elif name == "requested_slot" and value is not None and value.text is not None:
                asked = {one for _, slots in self._domain.forms.values() for one in slots}
                if value.text not in asked:
                    sentence = f"Tidak ada formulir yang menanyakan “{value.text}”.{meant(value.text, asked)}"
                    self._wrong(value.line, "slot", sentence)
            yield Step("slot", key.line, name, value.plain if value is not None else True)


def loose_checkpoints(flows: Iterable[Flow]) -> Iterator[Mistake]:
    """Checkpoints that lead nowhere, or to which nothing leads: what stands behind them is never learned."""
    begun: dict[str, tuple[Flow, Step]] = {}
    ended: dict[str, tuple[Flow, Step]] = {}
    for flow in flows:
        for way in flow.ways if flow.kind == "story" else ():
            for place, step in enumerate(way):
                if step.kind == "checkpoint":
                    (ended if place else begun).setdefault(step.name or "", (flow, step))
    for here, there, sentence in (
        (begun, ended, "Tidak ada cerita yang berakhir dengan “- checkpoint: {}”, jadi cerita ini tak pernah dipakai."),
        (ended, begun, "Tidak ada cerita yang diawali “- checkpoint: {}”, jadi sesudah ini tidak ada lanjutannya."),
    ):  # fmt: skip
        for name, (flow, step) in here.items():
            if name not in there:
                yield Mistake(flow.file, step.line, "step", sentence.format(name))


def _unfit(slot: Slot, value: Value) -> str:
    """What is wrong with a slot's value; empty if nothing is."""
    if value.text is None and value.kind == "text":
        return ""
    if slot.type == "categorical" and str(value.text).casefold() not in {one.casefold() for one in slot.values}:
        return f"hanya boleh berisi {', '.join(slot.values)}, bukan “{value.text}”"
    if slot.type == "bool" and not isinstance(value.plain, bool):
        return f"bertipe bool: isinya true atau false, bukan “{value.text}”"
    if slot.type == "float" and (isinstance(value.plain, bool) or not isinstance(value.plain, (int, float))):
        return f"bertipe float: isinya angka, bukan “{value.text}”"
    if slot.type == "list" and value.kind != "list":
        return f"bertipe list: isinya daftar, misalnya [a, b], bukan “{value.text}”"
    if slot.type == "text" and not isinstance(value.plain, str):
        return f"bertipe text: tulis “{value.text}” di antara tanda kutip"
    return ""


def _text_of(item: Value, key: str) -> str:
    found = item.get(key)
    return (found.text or "").strip() if found is not None else ""


def _entities(item: Value) -> Iterator[tuple[int, str]]:
    """The entities a message of a story is said to have: in a list, or marked in its words."""
    for one in item.listed("entities"):
        for key, _ in one.pairs if one.kind == "map" else ((one, one),):
            if key.text not in ("role", "group", "value"):
                yield key.line, key.text or ""
    words = item.get("user")
    if words is not None and words.text:
        yield from ((words.line, name) for name in marked(words.text))


def marked(text: str) -> Iterable[str]:
    """The entities marked in a text: ``[Malang](regency)``, ``[Malang]{"entity": "regency"}``."""
    for match in _MARKED.finditer(text):
        if match[1]:
            yield match[1]
        else:
            yield from _ENTITY.findall(match[2])
