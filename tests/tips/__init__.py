"""Advice by situation."""

from pathlib import Path

QUESTIONS = Path(__file__).parent / "questions.tsv"
"""Questions written before the variants in content/tips, to measure with: never copied from."""
