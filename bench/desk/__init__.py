"""Measuring the desk."""
