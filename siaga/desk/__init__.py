"""The desk: where volunteers answer citizens, and staff steer what the bot says."""
