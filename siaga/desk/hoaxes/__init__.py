"""Claims that citizens ask about and that nobody has checked yet."""
