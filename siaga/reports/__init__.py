"""Incidents that citizens report, and what becomes of them."""
