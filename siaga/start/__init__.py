"""Running everything on one machine: database, model, processes."""


class CannotStart(RuntimeError):
    """The system cannot be started; the text tells the operator why and what to do, in one sentence."""
