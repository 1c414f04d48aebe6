"""In which order call numbers (索书号) stand on a shelf.

A call number is a class of the 中图法, a slash and what tells books of the class apart (书次号).
The class goes by its letters, then digit by digit as a decimal (the dots are there for the eye),
each class before its auxiliary signs and these before its subdivisions, signs in the order of
`SIGNS`. The numbers behind the slash count as numbers (2 before 13) and stand before letters.
Sources: field notes on the 中图法; its manual was not at hand, so `SIGNS` is the one place to
change should a library's manual say otherwise.
"""

import re
import unicodedata
from typing import Final

SIGNS: Final = '-("=<+:'
"""总论复分, 地区, 民族, 时代, 通用时间地点, 并列, 组配: in the order they are filed."""

KEY_LENGTH: Final = 440
RUNNING_DIGITS: Final = 6
_LONGEST: Final = 60  # characters of a call number that count; at most seven of the key for each
_END: Final = "0"
_PARTS: Final = re.compile(r"[0-9]+|.", re.DOTALL)
_DASHES: Final = str.maketrans("‐‑‒–—−－“”″", '-------"""')
_CLOSING: Final = frozenset(')">')


def call_key(call_number: str) -> str:
    """Return what a call number is sorted by; "" for none.

    Only digits and small Latin letters, so that every database puts them in the same order.
    """
    text = _plain(call_number)
    if not text:
        return ""
    shelf_class, slash, rest = text.partition("/")
    return _class_key(shelf_class) + (_numbers_key(rest) if slash else "")


def class_key(clc: str) -> str:
    """Return what the keys of all call numbers of just this class begin with."""
    return _class_key(_plain(clc))


def numbers_key(text: str) -> str:
    """Return how the key of what stands behind the slash reads; its last sign is the end."""
    return _numbers_key(_plain(text))


def last_key(call_number: str) -> str:
    """Return what nothing of a class or number comes after: I247.57/9 lies before that of I247."""
    return call_key(call_number)[:-1] + "zz"


def running_keys(clc: str) -> tuple[str, str]:
    """Return between which keys (end excluded) the running numbers of a class (种次号) lie.

    `I247.57/12` and `I247.57/12=2` lie in the range of I247.57, `I247.57/N12` does not. Longer
    numbers than `RUNNING_DIGITS` are none: somebody scanned a barcode into the field.
    """
    start = _class_key(_plain(clc))
    return start + "a", f"{start}a{RUNNING_DIGITS + 1:02d}"


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text.translate(_DASHES))
    return "".join(folded.translate(_DASHES).upper().split())[:_LONGEST]


def _class_key(text: str) -> str:
    """End and signs (0-9) stand before digits (a-j), these before letters and anything else."""
    found, is_open = [], False
    for sign in text:
        if sign == '"' and is_open:
            found.append(_END)
            is_open = False
        elif sign in SIGNS:
            found.append(str(SIGNS.index(sign) + 1))
            is_open = is_open or sign == '"'
        elif sign in _CLOSING:
            found.append(_END)
        elif sign.isascii() and sign.isdigit():
            found.append("abcdefghij"[int(sign)])
        elif sign != ".":
            found.append(_other(sign))
    return "".join(found) + _END


def _numbers_key(text: str) -> str:
    """Numbers by how long they are, then by their digits; letters; signs start a new part."""
    found = []
    for part in _PARTS.findall(text):
        if part.isascii() and part.isdigit():
            digits = part.lstrip("0")
            found.append(f"a{len(digits):02d}{digits}")
        elif part in SIGNS:
            found.append(str(SIGNS.index(part) + 1))
        elif part not in _CLOSING:
            found.append("1" if part in "/." else _other(part))
    return "".join(found) + _END


def _other(sign: str) -> str:
    if sign.isascii() and sign.isalpha():
        return "k" + sign.lower()
    return f"z{ord(sign):06x}"
