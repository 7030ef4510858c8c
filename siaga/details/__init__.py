"""What a programme asks for its planning, only with the purpose told: occupation group, chronic illness …"""

from siaga.details.keeping import forget, keep, told_by
from siaga.details.questions import DetailFileError, Details, Question, asked_now

__all__ = ["DetailFileError", "Details", "Question", "asked_now", "forget", "keep", "told_by"]
