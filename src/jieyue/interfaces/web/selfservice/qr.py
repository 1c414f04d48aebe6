"""QR codes drawn into pages."""

import io

import segno
from django.utils.safestring import SafeString, mark_safe


def qr_svg(text: str, *, words: str = "", level: str = "m") -> SafeString:
    """Return a QR code as SVG that grows with its box, black on white in dark mode, too."""
    file = io.BytesIO()
    segno.make(text, error=level, micro=False).save(
        file, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=2, dark="#000",
        light="#fff", title=words or None, svgclass="w-full h-auto", lineclass=None, nl=False,
    )  # fmt: skip
    return mark_safe(file.getvalue().decode())  # noqa: S308 (segno draws it; the title is escaped)
