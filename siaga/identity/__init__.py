"""Showing that one may see somebody's data: NIK, birth date, and a one-time code to the phone on record."""
