"""A local stand-in for Meta's Graph API, with a chat page for people and an interface for programs.

For development and tests only: it refuses to start in production. ``docs/simulator.md`` documents all of it.
"""
