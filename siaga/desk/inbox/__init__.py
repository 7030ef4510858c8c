"""The inbox: who waits for a person, and the conversations that volunteers have with them."""
