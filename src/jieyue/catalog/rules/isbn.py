"""What a scanner sends or a person types, read as one identifier of a book.

Three kinds of number are identifiers in a Chinese library: ISBN-13, ISBN-10 (before 2007) and the
unified book number 统一书号 (1956 to 1986). Rules: ISBN Users' Manual (check digits), GS1 General
Specifications (EAN-13, its 2 and 5 digit add-ons), ISSN Manual (977 prefix).
"""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from stdnum import ean, issn
from stdnum import isbn as stdnum_isbn

MAX_READ = 1_000
"""Characters looked at. Longer input is not an identifier, but may begin with one."""

_DASHES = frozenset("ー─━﹘⁃˗−~∼_")
"""What keyboards and copied pages use as a hyphen though Unicode does not call it a dash."""

_DOTS = frozenset("·•・‧∙⋅･●᛫．.。")
"""Every middle dot seen in a unified number; it is kept as U+00B7."""

_AIM = re.compile(r"^\][A-Za-z][0-9]")
_LABEL = re.compile(r"^e?-?ISBN[ :-]*", re.IGNORECASE)
_LONG_LABEL = re.compile(r"^e?-?ISBN[ :-]*1[03][ :-]+", re.IGNORECASE)
_ISSN_LABEL = re.compile(r"^ISSN[ :-]*", re.IGNORECASE)
_UNIFIED_LABEL = re.compile(r"^(?:全国)?(?:统一)?书号[ :-]*")
_UNIFIED = re.compile(r"([KRTWM]?)-?([1-9]|1[0-7])([0-9]{3})·([0-9]{1,5})-?([KRTWM]?)")
_ISSN = re.compile(r"([0-9]{4})-([0-9]{3}[0-9Xx])")
_IN_TEXT_13 = re.compile(r"(?<![0-9])97[89](?:[ -]{0,3}[0-9]){10}(?![0-9])")
_IN_TEXT_10 = re.compile(
    r"(?:ISBN[ :-]*(?:10[ :]+)?|^)((?:[0-9][ -]{0,3}){9}[0-9X])(?![0-9])", re.IGNORECASE
)
_TWICE = re.compile(r"([0-9]{13})\1")


@dataclass(frozen=True, slots=True)
class Isbn:
    """A valid ISBN, always as its 13 digits."""

    type: Literal["isbn"] = field(default="isbn", init=False)
    isbn13: str


@dataclass(frozen=True, slots=True)
class UnifiedNumber:
    """A 统一书号, written `10019·1234` with its letter, if any, kept where it stood."""

    type: Literal["unified_number"] = field(default="unified_number", init=False)
    text: str


@dataclass(frozen=True, slots=True)
class WrongCheckDigit:
    """Ten or thirteen digits of an ISBN whose last one does not fit.

    `given` is as typed without hyphens, `expected` the check digit that would fit. `suggestion`
    is the ISBN-13 if only that digit is wrong; any other digit may be the wrong one instead, so
    it is only ever offered.
    """

    type: Literal["wrong_check_digit"] = field(default="wrong_check_digit", init=False)
    given: str
    expected: str
    suggestion: str


@dataclass(frozen=True, slots=True)
class WrongLength:
    """Digits, but neither ten nor thirteen of them. `given` keeps at most 40 characters."""

    type: Literal["wrong_length"] = field(default="wrong_length", init=False)
    given: str
    digits: int


@dataclass(frozen=True, slots=True)
class Issn:
    """A magazine: an ISSN, or the 977 bar code that carries one. `issn` is `1234-5679`."""

    type: Literal["issn"] = field(default="issn", init=False)
    issn: str


@dataclass(frozen=True, slots=True)
class OtherEan:
    """A good bar code of something that is not a book: goods, or sheet music (979-0)."""

    type: Literal["other_ean"] = field(default="other_ean", init=False)
    text: str


@dataclass(frozen=True, slots=True)
class NotANumber:
    """Nothing recognisable. `text` is the beginning of what was given, at most 40 characters."""

    type: Literal["not_a_number"] = field(default="not_a_number", init=False)
    text: str


Parsed: TypeAlias = (
    Isbn | UnifiedNumber | WrongCheckDigit | WrongLength | Issn | OtherEan | NotANumber
)


def parse(text: str) -> Parsed:
    """Read `text` as one identifier. Total: any string gets an answer, none raises.

    Tolerates hyphens and spaces of any kind, full-width digits, an `ISBN` label, a small x, the
    price add-on of the bar code, a code scanned twice, and words around a complete ISBN.
    """
    plain = _plain(text[:MAX_READ])
    if special := _unified(plain) or _magazine(plain):
        return special
    bare: Parsed | None = None
    # "ISBN 10 …" may be the long label or, hyphenated oddly, an ISBN that begins with 10.
    for label in (_LONG_LABEL, _LABEL):
        compact = re.sub("[ :·-]", "", label.sub("", plain)).upper()
        if re.fullmatch(r"[0-9]+X?", compact):
            bare = _by_length(compact)
            if isinstance(bare, Isbn):
                return bare
    return bare or _in_text(plain) or NotANumber(text=_shown(text))


def isbn13_of(text: str) -> str | None:
    """The ISBN-13 in `text`, or None unless `parse` finds a valid one."""
    parsed = parse(text)
    return parsed.isbn13 if isinstance(parsed, Isbn) else None


def isbn10_of(isbn13: str) -> str | None:
    """The ISBN-10 of the same book, or None for 979 and for anything that is no ISBN-13."""
    if not is_isbn13(isbn13) or not isbn13.startswith("978"):
        return None
    return isbn13[3:12] + _check10(isbn13[3:12])


def is_isbn13(text: str) -> bool:
    """Whether `text` is exactly the thirteen ASCII digits of a valid ISBN."""
    if not re.fullmatch(r"97[89][0-9]{10}", text) or text.startswith("9790"):
        return False
    return _check13(text[:12]) == text[12]


def hyphenate(isbn13: str) -> str:
    """`978-7-02-000220-7`: the official groups, for display. Anything else comes back unchanged."""
    if not is_isbn13(isbn13):
        return isbn13
    return str(stdnum_isbn.format(isbn13))


def _plain(text: str) -> str:
    """Half-width, ASCII digits, one kind of hyphen, space and dot; nothing invisible."""
    kept = []
    # A dot is looked up before NFKC, which would turn some of them into other signs.
    for char in "".join("·" if c in _DOTS else c for c in text):
        for one in unicodedata.normalize("NFKC", char):
            category = unicodedata.category(one)
            if category == "Nd":
                kept.append(str(unicodedata.decimal(one)))
            elif category == "Pd" or one in _DASHES:
                kept.append("-")
            elif category in {"Zs", "Zl", "Zp", "Cc"}:
                kept.append(" ")
            elif category != "Cf":
                kept.append("·" if one in _DOTS else one)
    return _AIM.sub("", "".join(kept).strip(" ")).strip(" -")


def _unified(plain: str) -> UnifiedNumber | None:
    compact = _UNIFIED_LABEL.sub("", plain).replace(" ", "").upper()
    match = _UNIFIED.fullmatch(compact)
    if match is None:
        return None
    prefix, subject, publisher, number, suffix = match.groups()
    return UnifiedNumber(text=f"{prefix}{subject}{publisher}·{number}{suffix}")


def _magazine(plain: str) -> Issn | None:
    """An ISSN by its label or its hyphen; eight bare digits may be anything."""
    body = _ISSN_LABEL.sub("", plain)
    compact = re.sub("[ -]", "", body).upper()
    is_meant = body != plain or _ISSN.fullmatch(plain.replace(" ", ""))
    if is_meant and re.fullmatch(r"[0-9]{7}[0-9X]", compact) and issn.is_valid(compact):
        return Issn(issn=f"{compact[:4]}-{compact[4:]}")
    return None


def _by_length(compact: str) -> Parsed:
    length = len(compact)
    if length == 10:
        return _ten(compact)
    if twice := _TWICE.fullmatch(compact):
        return _thirteen(twice.group(1))
    if length in (15, 18) and compact.isdigit() and compact.startswith(("977", "978", "979")):
        return _thirteen(compact[:13])
    if length == 13 and compact.isdigit():
        return _thirteen(compact)
    is_upc = length == 12 and compact.isdigit() and ean.is_valid("0" + compact)
    if is_upc and not compact.startswith(("978", "979")):
        return OtherEan(text=compact)
    return WrongLength(given=_shown(compact), digits=length)


def _ten(compact: str) -> Parsed:
    isbn13 = "978" + compact[:9] + _check13("978" + compact[:9])
    expected = _check10(compact[:9])
    if compact[9] == expected:
        return Isbn(isbn13=isbn13)
    return WrongCheckDigit(given=compact, expected=expected, suggestion=isbn13)


def _thirteen(compact: str) -> Parsed:
    expected = _check13(compact[:12])
    is_good = compact[12] == expected
    if compact.startswith(("978", "979")) and not compact.startswith("9790"):
        if is_good:
            return Isbn(isbn13=compact)
        return WrongCheckDigit(given=compact, expected=expected, suggestion=compact[:12] + expected)
    if not is_good:
        return NotANumber(text=compact)
    if compact.startswith("977"):
        body = compact[3:10]
        return Issn(issn=f"{body[:4]}-{body[4:]}{issn.calc_check_digit(body)}")
    return OtherEan(text=compact)


def _in_text(plain: str) -> Parsed | None:
    """The first ISBN among words, a valid one before a mistyped one.

    Words as in a QR code's address, or in the 中国标准书号 of before 2007: `7-02-000220-X/I·221`.
    """
    thirteens = (_thirteen(_bare(m.group())) for m in _IN_TEXT_13.finditer(plain))
    tens = (_ten(_bare(m.group(1))) for m in _IN_TEXT_10.finditer(plain))
    found = [*thirteens, *tens]
    good = (parsed for parsed in found if isinstance(parsed, Isbn))
    mistyped = (parsed for parsed in found if isinstance(parsed, WrongCheckDigit))
    return next(good, None) or next(mistyped, None)


def _bare(text: str) -> str:
    return re.sub("[ -]", "", text).upper()


def _check13(twelve: str) -> str:
    return str(ean.calc_check_digit(twelve))


def _check10(nine: str) -> str:
    total = sum((10 - place) * int(digit) for place, digit in enumerate(nine))
    return "0123456789X"[-total % 11]


def _shown(text: str) -> str:
    """A short, printable beginning of `text`, for a message."""
    return "".join(c for c in text[:200] if c.isprintable()).strip()[:40]
