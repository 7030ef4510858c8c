"""Answers to what people ask about vaccines and COVID-19: sourced content, found by the words it is asked in."""

from siaga.knowledge.answers import AUDIENCES, Answer, AnswerFileError, Audience, load_answers, read_answers
from siaga.knowledge.search import Far, Found, Knowledge, Near, Sure

__all__ = [
    "AUDIENCES",
    "Answer",
    "AnswerFileError",
    "Audience",
    "Far",
    "Found",
    "Knowledge",
    "Near",
    "Sure",
    "load_answers",
    "read_answers",
]
