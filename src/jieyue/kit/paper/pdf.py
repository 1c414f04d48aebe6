"""Drawing on A4 pages: Chinese and Latin type that travels with the file, bars, QR codes.

Measures are millimetres from the upper left corner; sizes of type are points.
"""

from collections.abc import Container
from pathlib import Path
from typing import Final

from jieyue.kit.paper.codes import QR_QUIET, QUIET, module_width, qr_rows, runs

FONTS: Final = Path(__file__).parent / "fonts"
LATIN, HAN = "latin", "han"
FILES: Final = {LATIN: "RobotoCondensed-Regular.ttf", HAN: "DroidSansFallbackFull.ttf"}
MISSING: Final = "〓"  # what printers set where they have no sort for a character
MM_OF_POINT: Final = 25.4 / 72
_CAPITAL: Final = 0.72  # of the size: how far capitals and Chinese rise above the line


class Paper:
    """A PDF being drawn."""

    def __init__(self, *, title: str) -> None:
        from fpdf import FPDF
        from fpdf.fonts import TTFFont

        self._pdf = FPDF(unit="mm", format="A4")
        self._pdf.set_auto_page_break(False)
        self._pdf.set_margin(0)
        self._pdf.set_title(title)
        self._signs: dict[str, Container[int]] = {}
        for family, name in FILES.items():
            self._pdf.add_font(family, fname=FONTS / name)
            font = self._pdf.fonts[family]
            assert isinstance(font, TTFFont)
            self._signs[family] = font.cmap

    def page(self) -> None:
        """Begin a page."""
        self._pdf.add_page()

    def done(self) -> bytes:
        """Return the file; only the characters that were used are in it."""
        return bytes(self._pdf.output())

    def width(self, text: str, size: float) -> float:
        """Return how wide a line of text is."""
        total = 0.0
        for family, part in self._runs(text):
            self._pdf.set_font(family, size=size)
            total += self._pdf.get_string_width(part)
        return total

    def text(self, x: float, y: float, text: str, size: float) -> None:
        """Write a line whose tops are at `y`."""
        base = y + size * MM_OF_POINT * _CAPITAL
        for family, part in self._runs(text):
            self._pdf.set_font(family, size=size)
            self._pdf.text(x, base, part)
            x += self._pdf.get_string_width(part)

    def fitted(
        self, box: tuple[float, float, float], text: str, size: float, *, is_centred: bool = False
    ) -> None:
        """Write a line into (x, y, width): smaller by up to a third, then cut off with a dot."""
        x, y, room = box
        least = size * 2 / 3
        wide = self.width(text, size)
        if wide > room:
            size = max(least, size * room / wide)
            text = self.cut(text, size, room)
            wide = self.width(text, size)
        self.text(x + (room - wide) / 2 if is_centred else x, y, text, size)

    def cut(self, text: str, size: float, room: float) -> str:
        """Return as much of the text as there is room for, with … where something is missing."""
        if self.width(text, size) <= room + 0.01:
            return text
        while text and self.width(text + "…", size) > room:
            text = text[:-1]
        return text + "…"

    def bars(self, box: tuple[float, float, float, float], line: str) -> bool:
        """Draw a linear code into the middle of (x, y, width, height); False: it has no room."""
        x, y, room, height = box
        module = module_width(line, room)
        if module is None:
            return False
        x += (room - module * (len(line) + 2 * QUIET)) / 2 + module * QUIET
        for start, length in runs(line):
            self._pdf.rect(x + start * module, y, length * module, height, style="F")
        return True

    def qr(self, x: float, y: float, side: float, text: str) -> None:
        """Draw a QR code with its quiet border into a square."""
        rows = qr_rows(text)
        module = side / (len(rows) + 2 * QR_QUIET)
        for number, row in enumerate(rows, start=QR_QUIET):
            for start, length in runs(row):
                left = x + (start + QR_QUIET) * module
                # A hair taller, or printers leave light lines between the rows.
                self._pdf.rect(left, y + number * module, length * module, module * 1.02, style="F")

    def frame(self, x: float, y: float, width: float, height: float) -> None:
        """Draw the outline of a box, a tenth of a millimetre thick."""
        self._pdf.set_line_width(0.1)
        self._pdf.rect(x, y, width, height)

    def line(self, x: float, y: float, to_x: float, to_y: float) -> None:
        """Draw a line, a tenth of a millimetre thick."""
        self._pdf.set_line_width(0.1)
        self._pdf.line(x, y, to_x, to_y)

    def dashes(self, x: float, y: float, to_x: float, to_y: float) -> None:
        """Draw a dashed line, along which somebody cuts."""
        self._pdf.set_line_width(0.15)
        self._pdf.set_dash_pattern(dash=2, gap=2)
        self._pdf.line(x, y, to_x, to_y)
        self._pdf.set_dash_pattern()

    def _runs(self, text: str) -> list[tuple[str, str]]:
        """Part a line by the font that has its characters; what none has becomes 〓."""
        parts: list[tuple[str, str]] = []
        latin, han = self._signs[LATIN], self._signs[HAN]
        for sign in text:
            code = ord(sign)
            family = LATIN if code in latin else HAN
            shown = sign if code in latin or code in han else MISSING
            if parts and parts[-1][0] == family:
                parts[-1] = (family, parts[-1][1] + shown)
            else:
                parts.append((family, shown))
        return parts
