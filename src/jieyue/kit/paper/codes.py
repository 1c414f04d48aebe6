"""Barcodes and QR codes as dark and light modules."""

from collections.abc import Iterator
from typing import Final

SYMBOLOGIES: Final = ("code128", "code39", "qr")
QUIET: Final = 10  # modules of white that both linear codes need at either end
QR_QUIET: Final = 2  # of the four the standard asks for; labels are white around, too
LEAST_MODULE: Final = 0.19  # mm: finer bars run together on an office printer
BEST_MODULE: Final = 0.33  # mm: wider ones only cost room
_CODE39: Final = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%")


def modules(text: str, symbology: str) -> str | None:
    """Return a linear code as `1` for dark and `0` for light, or None if it cannot hold `text`.

    Code 39 is made without a check character: scanners hand that on as part of the number.
    """
    import barcode

    if not text or not text.isascii() or not text.isprintable():
        return None
    if symbology == "code39":
        if not set(text) <= _CODE39:
            return None
        made = barcode.get_barcode_class("code39")(text, add_checksum=False)
    else:
        made = barcode.get_barcode_class("code128")(text)
    [line] = made.build()
    return str(line)


def module_width(line: str, room: float) -> float | None:
    """Return how wide (mm) a module may be with quiet ends in `room`; None: too narrow to scan."""
    width = min(room / (len(line) + 2 * QUIET), BEST_MODULE)
    return width if width >= LEAST_MODULE else None


def qr_rows(text: str) -> list[str]:
    """Return a QR code (error correction M) row by row."""
    import segno

    made = segno.make(text, error="m", micro=False)
    return ["".join("1" if cell & 1 else "0" for cell in row) for row in made.matrix]


def runs(line: str) -> Iterator[tuple[int, int]]:
    """Yield start and length of each dark run."""
    start = line.find("1")
    while start >= 0:
        end = line.find("0", start)
        end = len(line) if end < 0 else end
        yield start, end - start
        start = line.find("1", end)
