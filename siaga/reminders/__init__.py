"""Notices sent in the daytime of where people live: once, unless they do not want any."""
