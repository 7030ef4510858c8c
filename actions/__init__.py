"""The conversation's doors into the capabilities, run by the action server."""

from actions import content, gate, logs, outage, warming

logs.register()
gate.register()
outage.register()
warming.register()
content.register()
