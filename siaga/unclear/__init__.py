"""Messages that were not understood: collected masked, reviewed by people, and given back as training examples."""
