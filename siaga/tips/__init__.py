"""Advice by situation."""
