"""What a library writes down of its copies: barcodes, accession numbers, call numbers."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from jieyue.catalog.rules.faults import Fault, FaultCode

MAX_COPIES: Final = 500  # of one call
MAX_PRICE_CENTS: Final = 10**8
LIMITS: Final = {
    "shelf": 60,
    "call_number": 60,
    "accession": 40,
    "source": 60,
    "supplier": 60,
    "parts": 200,
    "note": 300,
}
"""Characters of each text; the columns are as wide."""

_BARCODE: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z._/-]{2,39}")
_BOOKS_OWN: Final = re.compile(r"97[89][0-9]{10}")  # ISBNs, mistyped ones too
_ENDS_IN_NUMBER: Final = re.compile(r"(.*?)([0-9]{1,15})$")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCopies:
    """Copies to add. `branch` and `item_type` are codes ("" is the library's default type).

    `barcodes`, if any, are scanned and must be as many as `count`; otherwise the library's own
    range gives consecutive ones. `accession` is the first number, the others follow it;
    `numbers_accession` takes it from the library's own range. `suggests_call_number` takes the
    title's own or the next one of its class if `call_number` is empty or still what was
    `suggested` before: meanwhile another desk may have used that. `price_cents` is what was paid.
    """

    count: int = 1
    barcodes: tuple[str, ...] = ()
    branch: str = ""
    item_type: str = ""
    shelf: str = ""
    call_number: str = ""
    suggests_call_number: bool = False
    suggested: str = ""
    accession: str = ""
    numbers_accession: bool = False
    price_cents: int | None = None
    source: str = ""
    supplier: str = ""
    parts: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyDetails:
    """What can be edited of a copy. `branch` and `item_type` are codes; "" leaves them as is."""

    barcode: str
    branch: str = ""
    item_type: str = ""
    shelf: str = ""
    call_number: str = ""
    accession_number: str = ""
    price_cents: int | None = None
    source: str = ""
    supplier: str = ""
    parts: str = ""
    note: str = ""


def read_barcode(text: str) -> str:
    """Return a scanned or typed barcode with full-width signs made plain and spaces taken off."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text[:200]))[:60]


def read_barcodes(text: str) -> list[str]:
    """Return the barcodes of a box, one a line or with commas between them, in their order."""
    given = text.replace(",", " ").replace("，", " ").split()
    return [code for one in given if (code := read_barcode(one))]


def may_be_barcode(code: str) -> bool:
    """Say whether a tidied text can be a copy's barcode at all."""
    return _BARCODE.fullmatch(code) is not None and not _BOOKS_OWN.fullmatch(code)


def barcode_faults(barcodes: Iterable[str]) -> list[Fault]:
    """What is wrong with scanned barcodes by themselves, one fault a barcode."""
    found: list[Fault] = []
    seen: set[str] = set()
    for code in barcodes:
        if _BOOKS_OWN.fullmatch(code):
            found.append(Fault(FaultCode.BARCODE_IS_ISBN, "barcodes", code))
        elif not _BARCODE.fullmatch(code):
            found.append(Fault(FaultCode.BARCODE_BAD, "barcodes", code[:40]))
        elif code in seen:
            found.append(Fault(FaultCode.BARCODE_TWICE, "barcodes", code))
        seen.add(code)
    return found


def faults_of(new: NewCopies) -> list[Fault]:
    """Everything wrong with the copies to add that needs no look at the library."""
    found = _text_faults({name: getattr(new, name) for name in LIMITS})
    if not 1 <= new.count <= MAX_COPIES:
        found.append(Fault(FaultCode.COUNT_OUT_OF_RANGE, "count", str(MAX_COPIES)))
    elif new.barcodes and len(new.barcodes) != new.count:
        found.append(Fault(FaultCode.COUNT_DIFFERS, "barcodes", str(len(new.barcodes))))
    if new.accession and new.count > 1 and not _ENDS_IN_NUMBER.fullmatch(new.accession):
        found.append(Fault(FaultCode.ACCESSION_BAD, "accession", new.accession[:40]))
    return found + price_faults(new.price_cents) + barcode_faults(new.barcodes[:MAX_COPIES])


def _text_faults(texts: dict[str, str]) -> list[Fault]:
    return [
        Fault(FaultCode.TOO_LONG, name, str(LIMITS[name]))
        for name, text in texts.items()
        if len(text) > LIMITS[name]
    ]


def text_faults(**texts: str) -> list[Fault]:
    """Return a fault for each named text that is longer than its column."""
    return _text_faults(texts)


def price_faults(price_cents: int | None) -> list[Fault]:
    """Say whether a price can be meant."""
    if price_cents is None or 0 <= price_cents <= MAX_PRICE_CENTS:
        return []
    return [Fault(FaultCode.NUMBER_OUT_OF_RANGE, "price_cents", str(price_cents))]


def consecutive(start: str, count: int) -> list[str]:
    """`("A-009", 3)` is A-009, A-010, A-011; one number may be any text.

    Raises:
        ValueError: more than one is asked of a text that does not end in a number.

    """
    if count == 1:
        return [start]
    match = _ENDS_IN_NUMBER.fullmatch(start)
    if match is None:
        raise ValueError(start)
    stem, digits = match.groups()
    return [f"{stem}{int(digits) + n:0{len(digits)}d}" for n in range(count)]
