"""Registering people for vaccination: NIK, drafts, places and sessions, the registry, tickets."""
