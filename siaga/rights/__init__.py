"""What the law gives a person: to have what is kept of them, and to have it erased.

It reaches into every table, those of the conversation's machinery too, so it is no capability.
"""
