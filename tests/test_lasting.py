"""What is loaded is looked through for garbage when something else is loaded, and not in between."""

from __future__ import annotations

import gc
import weakref

from siaga.lasting import settle


def test_what_is_loaded_stays_until_another_is() -> None:
    class Model:
        """One that leads back to itself."""

        def __init__(self) -> None:
            self.own = self

    model = Model()
    seen = weakref.ref(model)
    settle()
    assert gc.get_freeze_count() > 0
    del model
    gc.collect()
    assert seen() is not None, "it is not looked for"
    settle()
    assert seen() is None
    gc.unfreeze()
