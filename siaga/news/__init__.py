"""Good news, the newest first, never the same to a person twice."""
