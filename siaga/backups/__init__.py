"""Backups of the database: made while the system runs, checked, kept on a shelf, and restored with all that follows."""


class BackupError(RuntimeError):
    """What was asked for cannot be done; the text tells the operator why and what to do, and nothing of anybody."""
