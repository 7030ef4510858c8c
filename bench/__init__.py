"""Measuring the running system: real processes and a real database, with a stand-in for Meta in this process."""
