"""The radar: figures, levels and pictures of a place."""
