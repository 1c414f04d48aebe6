"""Reading what a page answered."""

import re


def text_of(answer) -> str:
    """Return the page with its tags; white space counts as one blank."""
    return re.sub(r"\s+", " ", answer.content.decode())


def words_of(answer) -> str:
    """Return the page without its tags; white space counts as one blank."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))
