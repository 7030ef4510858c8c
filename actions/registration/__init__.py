"""The conversation's door into registration: the form, its questions, and how it ends."""
