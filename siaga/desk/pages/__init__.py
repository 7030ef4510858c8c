"""Pages of the desk itself: signing in, accounts, the audit log."""
