"""Vaccination certificates: a PDF for each dose, with a code that can be checked."""
