"""The conversation's door into what is asked for planning."""
