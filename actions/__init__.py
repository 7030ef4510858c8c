"""The conversation's doors into the capabilities, run by the action server."""

from actions import outage, warming

outage.register()
warming.register()
