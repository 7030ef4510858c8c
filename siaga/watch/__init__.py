"""What an operator sees from outside: whether a process lives and is ready, figures for Prometheus, lines in the log.

Nothing here knows of conversations or capabilities; whoever has something to count calls it.
"""
