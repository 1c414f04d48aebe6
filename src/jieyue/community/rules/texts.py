"""Plain text as it is shown: paragraphs, lines, and links that one can follow; never HTML."""

import re
from dataclasses import dataclass
from typing import Final

# Only what says how it is reached: a name such as 3.5元 is no address. Chinese punctuation and
# letters end one, and so does a full stop or bracket at the end of a sentence.
_LINK: Final = re.compile(r"https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
_TAIL: Final = ".,;:!?'\"*_~"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; `link` is its address, or empty."""

    text: str
    link: str = ""


def tidy(text: str) -> str:
    """Return a typed text: one kind of line end, no spaces at ends, no more than one empty line."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines)).strip()


def one_line(text: str) -> str:
    """Return a typed name: on one line, single spaces."""
    return " ".join(text.split())


def paragraphs(text: str) -> list[list[list[Piece]]]:
    """Return paragraphs of lines of pieces, for a template to draw."""
    parts = [part for part in re.split(r"\n\s*\n", tidy(text)) if part.strip()]
    return [[_pieces(line) for line in part.split("\n")] for part in parts]


def _pieces(line: str) -> list[Piece]:
    found, at = [], 0
    for match in _LINK.finditer(line):
        link = _trimmed(match.group())
        if match.start() > at:
            found.append(Piece(line[at : match.start()]))
        found.append(Piece(link, link))
        at = match.start() + len(link)
    if at < len(line):
        found.append(Piece(line[at:]))
    return found


def _trimmed(link: str) -> str:
    """Leave out what ends the sentence rather than the address."""
    while link:
        if link[-1] in _TAIL or (link[-1] == ")" and link.count(")") > link.count("(")):
            link = link[:-1]
        else:
            break
    return link
