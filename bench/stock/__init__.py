"""Stock Rasa beside Siaga, in one run."""

UNDERSTOOD = "understood"
"""In a message's metadata for the stock bot: ``intent`` and ``entities`` as a pipeline leaves them. It is not kept."""
