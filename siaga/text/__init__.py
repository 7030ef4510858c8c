"""Reading Indonesian text as people type it: pure functions, no Rasa, no database.

Offsets (``start``, ``end``) always point into the text as it was written.
"""
