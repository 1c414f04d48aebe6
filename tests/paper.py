"""Reading what was printed: codes as a scanner reads them, text as one copies it."""

import pypdfium2
import zxingcpp

DPI = 300


def codes_on(pdf: bytes) -> list[tuple[str, str]]:
    """Return format and text of every code on every page, from pictures of the pages."""
    found = []
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            picture = page.render(scale=DPI / 72).to_pil().convert("L")
            found += [(str(c.format), c.text) for c in zxingcpp.read_barcodes(picture)]
    return found


def pages_of(pdf: bytes) -> list[str]:
    """Return the text of each page."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_range() for page in document]
