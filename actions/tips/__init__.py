"""What to do, by situation."""
