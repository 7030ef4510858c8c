"""Written dialogues, played over the running stack through the simulator.

``docs/scenarios.md`` describes the files.
"""
