"""Contacts who write, the people they speak for, and what they agreed to."""
