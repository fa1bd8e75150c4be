"""Does a message only accept a stop? (codebook 3.4 P4: one acknowledgement, opening nothing)"""

from __future__ import annotations

import re

__all__ = ["acknowledges"]

#: Longest acknowledgement, in words [D]: U-11 of the codebook has 15.
MAX_WORDS = 25
_ACCEPTS = re.compile(
    r"\b(?:ok(?:ay|ies?)?|k|alright|aye|fine|fair (?:enough|do'?s?)|no (?:worries|problem|bother)"
    r"|understood|i understand|understand|got it|gotcha|noted|i hear you|point taken|as you wish"
    r"|will do|won'?t (?:contact|message|text|bother|ring|call|write|be in touch)"
    r"|leave you (?:alone|be|to it)|i'?ll (?:stop|leave (?:it|you)|back off|go)"
    r"|respect (?:that|it|your)|sorry|apolog(?:ise|ies)|that was wrong|my bad|take care"
    r"|all the best|sound|👍|🙏)(?!\w)",
    re.IGNORECASE,
)
#: Anything that asks, bargains, returns to the matter or announces more opens something new.
_OPENS = re.compile(
    r"\?|\b(?:but|just|please|pls|plz|one (?:more|last|thing)|last thing|before (?:i|you)"
    r"|can (?:we|i|you)|could (?:we|i|you)|if you|when you|until|unless|let me|talk|meet|see you"
    r"|ring me|call me|text me|love you|miss you|need you|why|explain|hear me|wait(?:ing)?"
    r"|here if|always be|change your mind|think about|tomorrow|tonight|later)\b",
    re.IGNORECASE,
)


def acknowledges(text: str) -> bool:
    """True for a short text that accepts ("understood, take care") and opens nothing new."""
    short = len(text.split()) <= MAX_WORDS
    return short and bool(_ACCEPTS.search(text)) and not _OPENS.search(text)
