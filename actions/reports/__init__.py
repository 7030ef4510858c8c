"""The conversation's door to reports: making one, and asking what became of it."""
