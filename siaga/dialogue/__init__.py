"""Rasa's agent inside a turn: what it is given, what is kept of it, and what happens when it fails."""
