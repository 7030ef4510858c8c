"""The next dose: from what is recorded of somebody, or from what the citizen tells."""
