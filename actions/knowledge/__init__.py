"""Questions: answered from the knowledge base, or honestly not; what follows upon an answer, and what it was worth."""

from actions.knowledge.answering import ActionAnswerQuestion, tell_if_known
from actions.knowledge.choosing import tell_answer
from actions.knowledge.telling import knowledge, said

__all__ = ["ActionAnswerQuestion", "knowledge", "said", "tell_answer", "tell_if_known"]
