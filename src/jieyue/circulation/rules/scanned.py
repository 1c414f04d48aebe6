"""What one scan or typing at the desk may mean, before the database is asked."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from jieyue.catalog.rules.isbn import Parsed, WrongCheckDigit, parse
from jieyue.kit.ids import luhn_digit, luhn_is_valid

C = TypeVar("C")
MAX_SCAN: Final = 200  # characters that are looked at
MAX_BARCODE: Final = 40
_ADDRESS: Final = re.compile(
    r"(?:https?:/*)?[^/\s]+(?:/[^/\s]+)*?/([a-z0-9][a-z0-9-]{0,39})/c/([a-z0-9]{6,12})/?",
    re.IGNORECASE,
)
# What a Chinese input method makes of a scanned address: full stops, slashes and colons.
_AS_TYPED: Final = str.maketrans({"、": "/", "。": ".", "\\": "/"})
_OWN_NUMBER: Final = re.compile(r"[23][0-9]{8}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """A scan in plain form, and every identifier it could be; empty strings are "not that".

    `words` is what was given, printable, on one line, at most 200 characters. `slug` and `copy`
    are of a copy's QR address. `codes` are the spellings a barcode may have.
    """

    words: str
    codes: tuple[str, ...]
    slug: str
    copy: str
    number: Parsed
    was_cut: bool

    @property
    def isbn13(self) -> str:
        """The ISBN-13, if it is a valid one."""
        return getattr(self.number, "isbn13", "")

    @property
    def own_number_expected(self) -> str:
        """The check digit, if this looks like one of our own barcodes with a wrong one."""
        code = self.codes[-1] if self.codes else ""
        if _OWN_NUMBER.fullmatch(code) and not luhn_is_valid(code):
            return luhn_digit(code[:-1])
        return ""

    @property
    def is_mistyped(self) -> bool:
        """Say whether it is a number with a wrong check digit, so no words to search for."""
        return isinstance(self.number, WrongCheckDigit) or bool(self.own_number_expected)

    def copy_among(self, found: Mapping[str, C]) -> C | None:
        """Return the copy that is meant, of those found by barcode and "/" + public id.

        By its address, or by the spelling that is nearest.
        """
        names = [f"/{self.copy}"] if self.copy else list(self.codes)
        return next((found[name] for name in names if name in found), None)


def read_scan(text: str) -> Scan:
    """Read a scan of any length and with any characters. Total: never raises."""
    given = unicodedata.normalize("NFKC", text[: MAX_SCAN * 5])
    words = " ".join("".join(c if c.isprintable() else " " for c in given).split())
    was_cut = len(words) > MAX_SCAN or len(text) > MAX_SCAN * 5
    words = words[:MAX_SCAN]
    joined = words.replace(" ", "")
    spellings = (words, joined, joined.upper())
    codes = (
        () if was_cut else tuple(dict.fromkeys(s for s in spellings if 0 < len(s) <= MAX_BARCODE))
    )
    address = _ADDRESS.fullmatch(joined.translate(_AS_TYPED))
    return Scan(
        words=words,
        codes=codes,
        slug=address[1].lower() if address else "",
        copy=address[2].upper() if address else "",
        number=parse("" if address else words),
        was_cut=was_cut,
    )
