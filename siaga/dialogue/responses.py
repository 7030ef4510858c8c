"""What Rasa says: the domain's responses, in the words that staff have published for them.

Named in ``endpoints.yml``. A sentence of ``content/sentences`` changes a response's text and its buttons' titles; the
greeting and the menu are those of ``content/front``. All else is the domain's, and so is what no longer fits it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from threading import Thread
from typing import Any, TypeVar

from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from siaga.content import ContentError, live
from siaga.content.sentences import Sentence, misfit, read_sentences, worded
from siaga.dialogue import rumours
from siaga.front import Front, Option
from siaga.front.standing import front

GREETING, MENU = "utter_greet", "utter_menu"
NOTICE = "notice"
"""What an action gives the greeting or the menu besides, to be told with it."""

# What makes a response one that is not said always, or not everywhere.
_SOMETIMES = {"condition", "channel"}

T = TypeVar("T")
Response = dict[str, Any]
log = logging.getLogger(__name__)


class PublishedResponses(TemplatedNaturalLanguageGenerator):
    """The domain's responses as they are published now. It never fails where the domain alone would not."""

    def __init__(self, endpoint_config: EndpointConfig | None = None, domain: Domain | None = None) -> None:
        super().__init__(domain.responses if domain else {})
        self._told: set[str] = set()

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> Response | None:
        """What is said for a response; with ``preview`` in the message's metadata, what is not published yet."""
        slots = tracker.current_slot_values()
        chosen: Response | None = self._random_response_for(utter_action, output_channel, slots)
        if chosen is None:
            return None
        metadata = getattr(tracker.latest_message, "metadata", None) or {}
        words = self._published(utter_action, chosen, preview=metadata.get("preview") is True)
        said: Response = self._fill_response(_copied(words), slots, **kwargs)
        if utter_action in (GREETING, MENU) and (notice := kwargs.get(NOTICE)):
            said["text"] = with_notice(said.get("text", ""), str(notice), below_first_line=utter_action == GREETING)
        return said

    def _random_response_for(
        self, utter_action: str, output_channel: str, filled_slots: dict[str, Any]
    ) -> Response | None:
        """As Rasa's, which draws by lot even where there is but one."""
        among: list[Response] = self.responses.get(utter_action, [])
        if len(among) == 1 and not among[0].keys() & _SOMETIMES:
            return among[0]
        drawn: Response | None = super()._random_response_for(utter_action, output_channel, filled_slots)
        return drawn

    def _published(self, name: str, chosen: Response, *, preview: bool) -> Response:
        if name in (GREETING, MENU):
            standing = self._standing("front", lambda: front(preview=preview))
            return _received(standing, name, chosen) if standing else chosen
        sentences = self._standing("sentence", lambda: live.built("sentence", read_sentences, preview=preview))
        sentence = sentences.get(name) if sentences else None
        return self._reworded(sentence, chosen) if sentence else chosen

    def _reworded(self, sentence: Sentence, chosen: Response) -> Response:
        """The response with the sentence's words, if the domain's response has not become another since."""
        if wrong := misfit(sentence, self.responses[sentence.id]):
            self._tell(f"{sentence.id} is said as in the domain: {wrong[1]}")
            return chosen
        return worded(sentence, chosen)

    def _standing(self, kind: str, read: Callable[[], T]) -> T | None:
        """What stands of a kind; None where it cannot be read, so that the domain's own words are said."""
        try:
            return read()
        except ContentError as error:
            self._tell(f"the domain's own words are said: {error}")
        except Exception as error:
            self._tell(f"content of the kind {kind} cannot be read: {type(error).__name__}")
        return None

    def _tell(self, what: str) -> None:
        """Log something once, not with every message."""
        if what not in self._told:
            self._told.add(what)
            log.error("%s", what)


def _copied(part: Any) -> Any:
    """As ``copy.deepcopy`` has it, of what a response is made of, in a fifth of the time."""
    if isinstance(part, dict):
        return {key: _copied(value) for key, value in part.items()}
    return [_copied(value) for value in part] if isinstance(part, list) else part


def with_notice(text: str, notice: str, *, below_first_line: bool) -> str:
    """A text with the notice of the day as a paragraph above it, or below its first line, the greeting."""
    paragraph = f"📢 {notice}"
    if not below_first_line:
        return f"{paragraph}\n\n{text}"
    first, _, rest = text.partition("\n")
    return "\n\n".join(part for part in (first, paragraph, rest.strip()) if part)


def _buttons(options: tuple[Option, ...]) -> list[dict[str, str]]:
    """Buttons as the domain has them: where something is filled in, braces stand doubled."""
    return [
        {
            "title": option.label,
            "payload": option.payload.replace("{", "{{").replace("}", "}}"),
            **({"description": option.description} if option.description else {}),
        }
        for option in options
    ]


def _received(standing: Front, name: str, chosen: Mapping[str, Any]) -> Response:
    """The greeting or the menu of the content in place of the domain's."""
    if name == GREETING and (greeting := standing.greeting):
        return {**chosen, "text": greeting.text, "buttons": _buttons(greeting.options)}
    if name == MENU and (menu := standing.menu):
        custom = {**(chosen.get("custom") or {}), "list_button": menu.button}
        return {**chosen, "text": menu.text, "buttons": _buttons(menu.options), "custom": custom}
    return dict(chosen)


async def begin() -> None:
    """Follow what staff publish from now on, and read it once, so that no citizen waits for it."""
    live.watch()
    reads = (lambda: live.built("sentence", read_sentences), front)
    await asyncio.get_running_loop().run_in_executor(None, live.read_first, reads)
    # What forwarded messages are compared with takes seconds: beside the first turns, which seldom need it.
    Thread(target=live.read_first, args=((rumours.read,),), name="claims-first", daemon=True).start()
