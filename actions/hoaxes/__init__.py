"""Is it true: what is told around, checked, and what is not known yet, asked of the staff."""
