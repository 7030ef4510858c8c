"""The conversation's doors into the capabilities, run by the action server."""

from actions.outage import register

register()
