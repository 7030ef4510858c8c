"""How well answers are found, and how fast among many."""
