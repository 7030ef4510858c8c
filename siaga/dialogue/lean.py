"""TensorFlow left out of a process in which nothing computes with it: half of Rasa's start, and 250 MB.

Rasa imports it for components that this pipeline does not have. In its place stand empty modules, of which classes can
be derived and functions decorated, as Rasa's modules do when they are imported. Who would compute with them is told.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from inspect import CO_OPTIMIZED
from types import FunctionType, ModuleType
from typing import Any

_PACKAGES = frozenset({"tensorflow", "tensorflow_addons", "tensorflow_hub", "keras"})
# What Rasa brings along that computes without it; ours, whose names begin with the package's, do so, too.
_WITHOUT = frozenset({"RulePolicy", "MemoizationPolicy", "AugmentedMemoizationPolicy"})
_VERSION = "2.12.0"


class TensorFlowLeftOut(RuntimeError):
    """Something would compute with TensorFlow, which was left out."""


def can_do_without(config: Mapping[str, Any], arguments: Iterable[str]) -> bool:
    """Whether nothing that runs computes with TensorFlow.

    Args:
        config: ``config.yml``. What it leaves open Rasa chooses, and chooses components that do.
        arguments: of Rasa's command. Only ``run`` without its own interface, which can train, is sure not to train.
    """
    parts = [config.get("pipeline"), config.get("policies")]
    if not all(parts) or "run" not in list(arguments)[:1] or "--enable-api" in arguments:
        return False
    names = [str(part.get("name")) if isinstance(part, Mapping) else str(part) for some in parts for part in some or ()]
    return all(name.startswith("siaga.") or name in _WITHOUT for name in names)


def leave_out() -> None:
    """From now on imports of TensorFlow in this process find empty modules."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


class _Nothing(type):
    """A class of which everything can be asked but to compute."""

    def __getattr__(cls, name: str) -> Any:
        return _nothing(name)

    def __call__(cls, *given: Any, **_: Any) -> Any:
        if len(given) == 1 and isinstance(given[0], FunctionType):
            return given[0]  # it decorates
        if sys._getframe(1).f_code.co_flags & CO_OPTIMIZED:
            # A function has called it, and not a module or a class that is just being read.
            raise TensorFlowLeftOut("TensorFlow is left out of this process; `rasa run` has it")
        return cls

    def __getitem__(cls, _: Any) -> Any:
        return cls


def _nothing(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    return _Nothing(name, (), {})


class _Empty(ModuleType):
    __version__ = _VERSION

    def __getattr__(self, name: str) -> Any:
        return _nothing(name)


class _Finder(MetaPathFinder, Loader):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Every module of the packages that are left out."""
        return ModuleSpec(fullname, self, is_package=True) if fullname.partition(".")[0] in _PACKAGES else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """An empty one."""
        return _Empty(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing is in it."""
