"""Messages that were not understood: a click says what a group of them means."""
