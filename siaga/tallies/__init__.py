"""What happened, counted as it happens: numbers for the dashboard, nothing about anybody."""
