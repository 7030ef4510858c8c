"""The conversation's doors into the capabilities, run by the action server."""

from actions import content, gate, handed, known, logs, outage, warming, watching

logs.register()
known.register()
handed.register()
gate.register()
outage.register()
warming.register()
content.register()
watching.register()
