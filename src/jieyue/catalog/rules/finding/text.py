"""Text as it is compared: one script, one width, one case, and what of it counts."""

import re
import unicodedata
from typing import Final

from jieyue.kit.scripts import simplified

HAN: Final = "㐀-鿿豈-﫿𠀀-𱍊"
_RUN: Final = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+[+#]*")  # C++ and C# are not C
_IS_HAN: Final = re.compile(rf"[{HAN}]")
_MAIN_ENDS: Final = re.compile(r"[:(\[【〔—·/]|--| - ")
_MARKS: Final = ("\u0300", "\u036f")


def plain(text: str) -> str:
    """Return the text in half width, lower case and simplified characters, without accents."""
    text = unicodedata.normalize("NFKC", text).lower()
    if text.isascii():
        return text
    text = text.translate(simplified())
    apart = unicodedata.normalize("NFD", text)
    if len(apart) == len(text):
        return text
    kept = (c for c in apart if not _MARKS[0] <= c <= _MARKS[1])
    return unicodedata.normalize("NFC", "".join(kept))


def runs(text: str) -> list[str]:
    """Return the runs of a plain text: Han characters, or a word of anything else."""
    return _RUN.findall(text)


def joined(text: str) -> str:
    """Return a plain text without spaces and punctuation: `哈利·波特` is `哈利波特`."""
    return "".join(_RUN.findall(text))


def is_han(run: str) -> bool:
    """Say whether a run is of Han characters."""
    return _IS_HAN.match(run) is not None


def main_part(name: str) -> str:
    """Return a plain name up to where a subtitle, volume or note begins."""
    part = _MAIN_ENDS.split(name, maxsplit=1)[0]
    return part if joined(part) else name
