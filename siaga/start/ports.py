"""The ports that the processes listen on."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from siaga.settings import Settings
from siaga.start import CannotStart

# field of Ports: (who listens there, the setting that chooses it)
_USES = {
    "receive": ("the receiver", "SIAGA_RECEIVE_PORT"),
    "rasa": ("Rasa", "SIAGA_RASA_PORT"),
    "action": ("the action server", "SIAGA_ACTION_PORT"),
    "simulator": ("the simulator", "SIAGA_SIMULATOR_PORT"),
    "desk": ("the desk", "SIAGA_DESK_PORT"),
}


@dataclass(frozen=True)
class Ports:
    """Where each process listens, on 127.0.0.1."""

    rasa: int
    action: int
    simulator: int
    receive: int
    more_rasa: tuple[int, ...] = ()
    """of the second Rasa process, the third, and so on"""
    desk: int = 0
    """0, as with the simulator: it does not run"""
    watch: tuple[tuple[str, int], ...] = ()
    """where each process of the Procfile, and each further Rasa, tells how it is; none: they do not"""

    @classmethod
    def chosen(cls, chosen: Settings, offset: int = 0, rasa: int = 1) -> Ports:
        """The ports of the settings, each moved up by ``offset``; further Rasa processes have the next ones."""
        first = chosen.rasa_port + offset
        more = tuple(range(first + 1, first + rasa))
        return cls(
            rasa=first,
            action=chosen.action_port + offset,
            simulator=chosen.simulator_port + offset,
            receive=chosen.receive_port + offset,
            more_rasa=more,
            desk=chosen.desk_port + offset,
        )

    @classmethod
    def free(cls, rasa: int = 1) -> Ports:
        """Ports that nothing listens on now."""
        with_sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(4 + rasa)]
        action, simulator, receive, desk, first, *more = (held.getsockname()[1] for held in with_sockets)
        for held in with_sockets:
            held.close()
        return cls(first, action, simulator, receive, tuple(more), desk)

    @property
    def all_rasa(self) -> dict[str, int]:
        """Each Rasa process by its name: rasa, rasa.2, rasa.3, …"""
        return {"rasa": self.rasa} | {f"rasa.{number}": port for number, port in enumerate(self.more_rasa, 2)}

    def watching(self, first: int, names: Iterable[str]) -> Ports:
        """The same, with a watch port for each of these processes, from ``first`` on."""
        return replace(self, watch=tuple((name, number) for number, name in enumerate(names, first)))

    def without_simulator(self) -> Ports:
        """The same, for a machine that talks to the real WhatsApp."""
        return replace(self, simulator=0)

    def variables(self) -> dict[str, str]:
        """What the child processes read."""
        alone = {variable: str(number) for number, _, variable in self._used() if number not in self.more_rasa}
        # Each process has its own.
        alone.pop("SIAGA_WATCH_PORT", None)
        return alone

    def check(self) -> None:
        """Raise unless every port can be listened on.

        Raises:
            CannotStart: a port is taken, given twice, or not a port.
        """
        seen: set[int] = set()
        for number, user, variable in self._used():
            change = f"choose another with {variable}, or move all with --port-offset."
            if not 0 < number < 65536:
                raise CannotStart(f"{number}, the port for {user}, is not a port number: {change}")
            if number in seen:
                raise CannotStart(f"Port {number} is given to {user} and to another process: {change}")
            seen.add(number)
            if not _can_listen(number):
                raise CannotStart(f"Port {number}, which {user} needs, is in use by another program: {change}")

    def _used(self) -> Iterator[tuple[int, str, str]]:
        for field, (user, variable) in _USES.items():
            if number := getattr(self, field):
                yield number, user, variable
        for number in self.more_rasa:
            yield number, "another Rasa", "SIAGA_RASA_PORT"
        for name, number in self.watch:
            yield number, f"the watch on {name}", "SIAGA_WATCH_PORT"


def _can_listen(number: int) -> bool:
    try:
        # As servers do: a port whose last connections are still fading away counts as free.
        socket.create_server(("127.0.0.1", number)).close()
    except OSError:
        return False
    return True
