"""The first answers of a registration as a WhatsApp Flow, for who prefers a form to a chat; docs/flows.md.

``screens`` is what WhatsApp shows, ``answers`` checks what is filled in, ``exchange`` says which screen follows, and
``endpoint`` is the door, where all is encrypted. Nothing of this exists where no Flow is configured.
"""
