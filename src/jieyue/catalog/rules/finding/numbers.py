"""Numbers in names: 1984 is 一九八四, and the third volume is 3 or 三."""

import re
from collections.abc import Iterator
from typing import Final

_DIGITS: Final = "零一二三四五六七八九"
_ARABIC: Final = re.compile(r"(?<![0-9.])[0-9]{1,4}(?![0-9.])")
_ONE_BY_ONE: Final = re.compile(r"[零〇一二三四五六七八九]{4}")
_COUNTED: Final = re.compile(
    r"(?<![零〇一二三四五六七八九])[二三四五六七八九]?十[一二三四五六七八九]?"
)
_SINGLE: Final = re.compile(r"(?<=第)[一二三四五六七八九]|[一二三四五六七八九]$")


def with_other_numbers(text: str) -> Iterator[str]:
    """Yield a plain text with its numbers written the other way; nothing if it has none."""
    if _ARABIC.search(text):
        other = _ARABIC.sub(lambda found: _in_han(found[0]), text)
        yield from dict.fromkeys((other, other.replace("零", "〇")))
        return
    other = _ONE_BY_ONE.sub(lambda found: "".join(map(_digit, found[0])), text)
    other = _COUNTED.sub(lambda found: str(_value(found[0])), other)
    other = _SINGLE.sub(lambda found: _digit(found[0]), other)
    if other != text:
        yield other


def _in_han(digits: str) -> str:
    """Return `21` as it is counted, `1984` digit by digit."""
    if len(digits) > 2 or digits.startswith("0"):
        return "".join(_DIGITS[int(digit)] for digit in digits)
    tens, ones = divmod(int(digits), 10)
    if not tens:
        return _DIGITS[ones]
    return f"{_DIGITS[tens] if tens > 1 else ''}十{_DIGITS[ones] if ones else ''}"


def _digit(character: str) -> str:
    return str(_DIGITS.index(character.replace("〇", "零")))


def _value(counted: str) -> int:
    tens, ones = counted.split("十")
    return 10 * int(_digit(tens) if tens else 1) + (int(_digit(ones)) if ones else 0)
