"""Self-check: how urgent somebody's signs are, and what to do."""
