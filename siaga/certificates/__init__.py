"""Vaccination certificates: a PDF for each dose, with a code that can be checked."""

from siaga.certificates.issuing import CODES, Certificate, Found, Issued, issue, look_up, qr_text
from siaga.certificates.pdf import FILE_NAME, drawn
from siaga.certificates.wishes import Wish, read_wish, read_wrong

__all__ = [
    "CODES",
    "FILE_NAME",
    "Certificate",
    "Found",
    "Issued",
    "Wish",
    "drawn",
    "issue",
    "look_up",
    "qr_text",
    "read_wish",
    "read_wrong",
]
