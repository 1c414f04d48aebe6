"""What stands in a cell, read into plain values. None or "" where there is nothing to read."""

import html
import re
import unicodedata
from datetime import date, timedelta
from typing import Final

MAX_TEXT: Final = 20_000
_SPACES: Final = re.compile(r"\s+")
_NO_WORDS: Final = (
    "无 没有 待查 待定 待补 null none nan n/a na undefined - -- — / \\ . ? ？ #n/a #value! #ref!"
)
_UNKNOWN: Final = re.compile(r"(?:未知|暂无|不详).{0,4}")
_NOTHING: Final = frozenset(_NO_WORDS.split())
_ENTITY: Final = re.compile(
    r"&(?:#\d{1,6}|#x[0-9a-f]{1,5}|amp|lt|gt|quot|apos|nbsp);", re.IGNORECASE
)
_ROUNDED: Final = re.compile(r"\d(?:\.\d+)?E\+?\d{1,2}", re.IGNORECASE)
_DECIMAL: Final = re.compile(r"(\d+)\.0+")
_DAMAGE: Final = re.compile(r"\ufffd|锟斤拷|烫烫烫|^\?{2,}$|[\u4e00-\u9fff]\?{2,}|\?{3,}")
_COUNT: Final = re.compile(r"\D{0,4}(\d{1,9})(?:\.0+)?\D{0,3}")
_DAY: Final = re.compile(r"(\d{4})\s?[-./年]\s?(\d{1,2})\s?[-./月]\s?(\d{1,2})\D?.*")
_EIGHT: Final = re.compile(r"(\d{4})(\d\d)(\d\d)")
_FIRST_SERIAL: Final = date(1899, 12, 30)  # day 0 of Excel
SERIAL: Final = re.compile(r"[2-5]\d{4}")
"""Excel's number of a day."""


def one_line(text: str, limit: int) -> str:
    """Return one line of text without control characters, at most `limit` characters."""
    if text.isprintable():  # nearly all; far quicker, and nothing of it would go
        return _SPACES.sub(" ", text).strip()[:limit].strip()
    kept = (
        " " if unicodedata.category(c) in {"Zl", "Zp"} or c in "\t\n\r\v\f" else c
        for c in text
        # Private-use and unassigned characters stay: rare Han characters are found there.
        if c in "\t\n\r\v\f" or unicodedata.category(c) not in {"Cc", "Cf", "Cs"}
    )
    return _SPACES.sub(" ", "".join(kept)).strip()[:limit].strip()


def text_of(cell: str) -> str:
    """Return a cell as one line, without web signs; lines of it are joined by spaces."""
    text = one_line(cell[:MAX_TEXT], MAX_TEXT)
    return one_line(html.unescape(text), MAX_TEXT) if _ENTITY.search(text) else text


def is_nothing(text: str) -> bool:
    """Say whether a cell says that there is nothing to say: 无, 不详, N/A, a dash."""
    text = text.strip().lower()
    return text in _NOTHING or _UNKNOWN.fullmatch(text) is not None


def is_damaged(text: str) -> bool:
    """Say whether characters were lost before we got the text."""
    return _DAMAGE.search(text) is not None


def is_rounded(text: str) -> bool:
    """Say whether a spreadsheet cut a long number: `9.78702E+12`."""
    return _ROUNDED.fullmatch(unicodedata.normalize("NFKC", text).strip()) is not None


def number_text(text: str) -> str:
    """Return an identifier without the `.0` that comes of being kept as a number."""
    match = _DECIMAL.fullmatch(text.strip())
    return match[1] if match else text


def count_of(text: str) -> int | None:
    """Return the number in `3`, `3.0`, `3册`, `共3本`."""
    match = _COUNT.fullmatch(unicodedata.normalize("NFKC", text).strip())
    return int(match[1]) if match else None


def day_of(text: str) -> date | None:
    """Return the day in `2010-8-1 09:30`, `2010年8月1日`, `20100801` or Excel's number of it."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if SERIAL.fullmatch(plain):
        return _FIRST_SERIAL + timedelta(days=int(plain))
    match = _DAY.fullmatch(plain) or _EIGHT.fullmatch(plain)
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None
