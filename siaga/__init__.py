"""Siaga: a WhatsApp assistant for public-health programmes in Indonesia."""

__version__ = "0.1.0"
