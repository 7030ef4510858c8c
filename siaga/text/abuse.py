"""Words that insult: a message of little else is answered calmly, once.

A list of the common swear words of Indonesian, Javanese and Surabayan chats; their spelling is bent in many ways.
Many of them are also friendly among friends: what else a message asks for is never passed over because of them.
"""

from __future__ import annotations

import re

_LEET = str.maketrans("4310@$", "aeioas")
_WORDS = re.compile(
    r"\b(?:a+n+j+(?:i+n+g+|i+r+|a+y+|r+i+t+|g+)|b+a+n+g+s+a+t+|b+a+j+i+n+g+a+n+|b+a+b+i+|g+o+b+l+o+[gk]+|t+o+l+o+l+|b+e+g+o+|d+u+n+g+u+|b+o+d+o+h+|i+d+i+o+t+|k+a+m+p+r+e+t+"
    r"|k+a+m+p+a+n+g+|k+o+n+t+o+l+|m+e+m+e+k+|n+g+e+n+t+o+t+|e+n+t+o+t+|t+a+i+k?|j+a+n+c+[ou]+k+|j+a+n+c+[ou]+x*|c+[ou]+k+i*m+a+i*|d+a+n+c+[ou]+k+|j+a+m+p+[ou]+t+|a+s+u+|m+a+t+a+m+u+"
    r"|r+a+i+m+u+|g+a+t+h?e+l+|s+e+t+a+n+|i+b+l+i+s+|l+o+n+t+e+|p+e+r+e+k|s+i+a+l+a+n+|b+r+e+n+g+s+e+k+|k+e+p+a+r+a+t+|p+e+c+u+n+|f+u+c+k+\w*|s+h+i+t+|b+i+t+c+h+|s+t+u+p+i+d+|bacot|bgst|anjg|anj|ajg|kntl|gblk|tll|jnck)\b"
)  # fmt: skip


def is_abusive(text: str) -> bool:
    """Whether a text holds an insult."""
    return bool(_WORDS.search(text.lower().translate(_LEET)))
