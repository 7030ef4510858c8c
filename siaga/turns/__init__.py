"""One turn at a time per contact: what came in, what goes out, and the conversation's state, in PostgreSQL."""
