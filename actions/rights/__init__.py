"""A person's rights over their data: what is kept, putting it right, taking consent back, having it erased."""
