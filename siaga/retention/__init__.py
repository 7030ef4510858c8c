"""Forgetting: what is kept no longer than it is needed, as one list of rules, and what carries them out.

It reaches into every table, those of the conversation's machinery too, so it is no capability.
"""
