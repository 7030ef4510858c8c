"""Rasa components over ``siaga.text`` and ``siaga.places``, and how well they understand."""
