"""The radar: figures, zone and level of a place, what is asked further about it, and being told of changes."""
