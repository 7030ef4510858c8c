"""Where staff write what the bot says: drafts, a second pair of eyes, publication, and the way back."""
