"""Volumes of a set: what tells one from another, and in which order they stand."""

import re
from typing import Final

from jieyue.catalog.rules.finding.text import joined, plain

_DIGITS: Final = {sign: n for n, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS: Final = {"十": 10, "百": 100}
_PLACES: Final = {"上": 1, "中": 2, "下": 3}
_ROMAN: Final = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_WORDS: Final = (
    r"(?:第|卷之?|册|部|集|辑|编|(?:volume|vol|v(?=\.)|part|book|band|bd|teil|tome|no)\.?)"
)
_NUMBER: Final = (
    r"\d{1,4}|[零〇一二两三四五六七八九十百]{1,7}|[上中下](?![一-鿿])|[ivxlc]{1,7}(?![a-z])"
)
_LED: Final = re.compile(
    rf"(?:{_WORDS}\s*){{0,3}}({_NUMBER}|[上中下](?=[卷册部集辑编]))\s*(?:[卷册部集辑本编]|分册)?"
)
_GLUED: Final = re.compile(
    r"[\s·:(\[【]*("
    r"第?(?:\d{1,4}|[一二三四五六七八九十百]{1,5})[卷册部集辑]|[上中下][卷册部集辑]"
    r"|(?:卷|册|部|vol\.?|volume|part|book)\s*\d{1,4}|(?<=[\s(\[【])(?:[上中下]|\d{1,3})(?=[)\]】]?$)"
    r")[)\]】]?$"
)
LAST: Final = 10**6  # after every numbered volume


def volume_number(volume: str) -> int:
    """Return which volume it is: 第十二卷 is 12, 下册 3; LAST if it does not say."""
    found = _LED.match(plain(volume).strip())
    return _number_of(found.group(1)) if found else LAST


def volume_key(volume: str) -> str:
    """Return what volumes are compared by: 第一册, 册1 and 1 are one; 上册 and 上 are another."""
    text = plain(volume).strip()
    found = _LED.match(text)
    if not found:
        return joined(text)
    number = found.group(1)
    return joined(f"{number if number in _PLACES else _number_of(number)} {text[found.end() :]}")


def volume_in(name: str) -> tuple[str, str]:
    """Part a name from the volume at its end, `三体 第二部` and `红楼梦(上)`; "" if there is none.

    Both as they are compared.
    """
    text = plain(name).strip()
    found = _GLUED.search(text)
    before = joined(text[: found.start()]) if found else ""
    if not found or not before:
        return joined(text) or text, ""
    return before, volume_key(found.group(1))


def _number_of(text: str) -> int:
    if text in _PLACES:
        return _PLACES[text]
    if text.isdecimal():
        return int(text)
    if text[0] in _ROMAN:
        return _roman(text)
    return _han(text)


def _han(text: str) -> int:
    """二十一 is 21, and so is 二一."""
    total, digit = 0, 0
    for sign in text:
        if sign in _TENS:
            total += (digit or 1) * _TENS[sign]
            digit = 0
        else:
            digit = digit * 10 + _DIGITS[sign]
    return total + digit


def _roman(text: str) -> int:
    values = [_ROMAN[sign] for sign in text]
    later = [*values[1:], 0]
    return sum(-one if one < after else one for one, after in zip(values, later, strict=True))
