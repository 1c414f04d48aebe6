"""Phone numbers as gateways want them."""

import re
import unicodedata
from typing import Final

CHINA: Final = "+86"
# Mobile numbers only: an SMS to a landline is paid for and read by nobody.
_MOBILE: Final = re.compile(r"1[3-9]\d{9}")
_FOREIGN: Final = re.compile(r"\+(?!86)[1-9]\d{5,14}")


def whole_number(text: str) -> str | None:
    """Return a mobile number with its country, as in `+8613812345678` (E.164); None if none.

    Without a country it is a Chinese one.
    """
    digits = re.sub(r"[\s().-]", "", unicodedata.normalize("NFKC", text))
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    if _FOREIGN.fullmatch(digits):
        return digits
    home = digits.removeprefix(CHINA)
    if len(home) == 13:
        home = home.removeprefix("86")
    return CHINA + home if _MOBILE.fullmatch(home) else None


def home_number(number: str) -> str:
    """Return a whole number without +86; others as digits alone, with their country."""
    return number.removeprefix(CHINA).removeprefix("+")
