"""Handing a conversation over to a person, and back to the bot."""
