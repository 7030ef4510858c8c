"""Questions that had no answer, and answers that did not help."""
