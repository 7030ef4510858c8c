"""The conversation's doors into the capabilities, run by the action server."""

from actions import content, outage, warming

outage.register()
warming.register()
content.register()
