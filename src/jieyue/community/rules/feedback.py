"""Feedback: its kinds, its states and what of each may follow."""

from enum import StrEnum
from typing import Final


class FeedbackKind(StrEnum):
    """What somebody has to say. Stored: never rename one."""

    PRAISE = "praise"
    COMPLAINT = "complaint"
    PROBLEM = "problem"
    IDEA = "idea"


class FeedbackState(StrEnum):
    """Whose turn it is. Stored: never rename one."""

    NEW = "new"  # the library's, also after a follow-up
    ANSWERED = "answered"
    CLOSED = "closed"


WAITING: Final = FeedbackState.NEW
