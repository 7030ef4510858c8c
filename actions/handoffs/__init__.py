"""A way to a person, and back to the bot."""
