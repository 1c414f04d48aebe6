"""Pictures for tests, drawn here."""

import io
from typing import Any

from PIL import Image


def picture(
    width: int = 600, height: int = 900, kind: str = "JPEG", color: Any = "teal", **more: Any
) -> bytes:
    """Return the file of a picture of one colour."""
    file = io.BytesIO()
    mode = "RGBA" if isinstance(color, tuple) and len(color) == 4 else "RGB"
    Image.new(mode, (width, height), color).save(file, kind, **more)
    return file.getvalue()


def opened(content: bytes) -> Image.Image:
    """Return the picture in a file, decoded."""
    image = Image.open(io.BytesIO(content))
    image.load()
    return image
