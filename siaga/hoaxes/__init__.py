"""Hoaxes: claims that are told around, what is true of them, and a queue for those that nobody has checked."""
