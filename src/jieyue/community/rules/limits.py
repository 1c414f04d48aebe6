"""How much of everything: texts in characters, counts, and what holds until a library says."""

from datetime import timedelta
from typing import Final

MAX_TEXT: Final = 2000  # of feedback, an answer, an announcement, a message
MAX_LONG: Final = 5000  # of an activity's description
MAX_CONTACT: Final = 100
MAX_ABOUT: Final = 120
MAX_NAME: Final = 100
MAX_WISH: Final = {"name": 300, "authors": 300, "publisher": 200}
MAX_REASON: Final = 500
MAX_REMARK: Final = 500
MAX_QUESTION: Final = 120
MAX_SUBJECT: Final = 60
MAX_PLACES: Final = 5000
MAX_AT_ONCE: Final = 200  # rows changed together
MAX_WAITING: Final = 200  # readers on a waiting list

# Feedback from one sender (a reader, or a network address) in an hour and in a day.
AN_HOUR: Final = timedelta(hours=1)
A_DAY: Final = timedelta(days=1)
MOST_AN_HOUR: Final = 5
MOST_A_DAY: Final = 20
# From all visitors of a library together, so that many addresses do not flood it.
MOST_VISITORS_AN_HOUR: Final = 60

WISHES_PER_MONTH: Final = 5
MESSAGES_PER_MONTH: Final = 2
