"""What citizens report, for who looks after it."""
