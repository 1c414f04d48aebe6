"""Pictures of covers: what comes from a camera, a file or a source, made small and harmless.

The picture is decoded and drawn anew, so nothing of the file goes on but what one sees: no place
where it was taken, no hidden content. What is too large to decode is refused by its header.
"""

import io
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from jieyue.catalog.rules.faults import Fault, FaultCode

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_BYTES: Final = 16 * 1024 * 1024
LARGE: Final = (480, 720)  # pixels; the title page of a phone at its full sharpness
SMALL: Final = (120, 180)
LEAST: Final = 40  # pixels of a side; sources answer with a dot when they have no picture
FORMATS: Final = ("JPEG", "PNG", "WEBP")
# A JPEG is decoded at an eighth of its size, the others whole.
MOST_PIXELS: Final = {"JPEG": 120_000_000, "MPO": 120_000_000}
MOST_PIXELS_WHOLE: Final = 30_000_000


@dataclass(frozen=True, slots=True)
class Picture:
    """A cover in two sizes, as WebP; `digest` is of both."""

    large: bytes
    small: bytes
    digest: str


def picture_of(content: bytes) -> Picture | Fault:
    """Read a JPEG, PNG or WebP. Takes some 0.1 s for a photo, and memory of 100 MB at most."""
    from PIL import Image  # 60 ms, for those who never see a picture

    if len(content) > MAX_BYTES:
        return Fault(FaultCode.PICTURE_TOO_LARGE, "picture", f"{MAX_BYTES // 2**20} MB")
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            width, height = image.size
            if width * height > MOST_PIXELS.get(image.format or "", MOST_PIXELS_WHOLE):
                return Fault(FaultCode.PICTURE_TOO_LARGE, "picture", f"{width} × {height}")
            if min(width, height) < LEAST:
                return Fault(FaultCode.PICTURE_TOO_SMALL, "picture", f"{width} × {height}")
            image.draft("RGB", (2 * LARGE[0], 2 * LARGE[1]))
            large = _drawn(image)
            small = large.copy()
            small.thumbnail(SMALL, Image.Resampling.LANCZOS)
            pair = (_webp(large), _webp(small))
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError):
        return Fault(FaultCode.PICTURE_UNREADABLE, "picture")
    return Picture(*pair, blake2b(b"".join(pair), digest_size=8).hexdigest())


def _drawn(image: "Image") -> "Image":
    """The picture upright, without anything beside its pixels, no larger than wanted."""
    from PIL import Image, ImageOps

    image.thumbnail((max(LARGE),) * 2, Image.Resampling.LANCZOS, reducing_gap=3.0)
    upright = ImageOps.exif_transpose(image)
    clear = upright.convert("RGBA")
    clear.thumbnail(LARGE, Image.Resampling.LANCZOS)
    drawn = Image.new("RGB", clear.size, "white")
    drawn.paste(clear, mask=clear.getchannel("A"))
    return drawn


def _webp(image: "Image") -> bytes:
    file = io.BytesIO()
    image.save(file, "WEBP", quality=80, method=4)
    return file.getvalue()
