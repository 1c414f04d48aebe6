"""Clips for Chromium's fake camera: a book held before it, drawn here, as MJPEG.

A clip is a file of JPEG pictures, one after the other; Chromium plays it again and again:

    chromium.launch(args=[*FLAGS, *camera_flags(clip(folder / "book.mjpeg", isbn_bars(ISBN)))])
"""

import io
from collections.abc import Iterable
from pathlib import Path

import barcode  # of python-barcode
import segno
from PIL import Image, ImageFilter

SIZE = (1280, 720)
FRAMES = 12
QUIET = 12  # modules of white around bars
PAPER = (244, 240, 230)
TABLE = (96, 84, 72)


def bars(kind: str, text: str, module: int = 4, height: int = 220) -> Image.Image:
    """Return the bars of a code, drawn module by module."""
    (row,) = barcode.get_barcode_class(kind)(text).build()
    width = (len(row) + 2 * QUIET) * module
    picture = Image.new("L", (width, height + 2 * module * QUIET), 255)
    for number, bit in enumerate(row):
        if bit != "0":
            left = (number + QUIET) * module
            box = (left, module * QUIET, left + module, module * QUIET + height)
            picture.paste(0, box)
    return picture.convert("RGB")


def isbn_bars(isbn13: str) -> Image.Image:
    """Return the EAN-13 on the back of a book."""
    return bars("ean13", isbn13)


def copy_bars(code: str) -> Image.Image:
    """Return the Code 128 a library sticks into a copy."""
    return bars("code128", code, module=3)


def qr(text: str, scale: int = 8) -> Image.Image:
    """Return a QR code, such as one at the door or on a label."""
    file = io.BytesIO()
    segno.make(text, error="m").save(file, kind="png", scale=scale, border=4)
    return Image.open(file).convert("RGB")


def clip(path: Path, *codes: Image.Image) -> Path:
    """Write a clip in which a hand holds these codes, one under the other; return its path."""
    path.write_bytes(b"".join(_frames(codes)))
    return path


def camera_flags(path: Path) -> list[str]:
    """Return what Chromium is started with so that the clip is its camera."""
    return [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={path}",
    ]


def _frames(codes: Iterable[Image.Image]) -> Iterable[bytes]:
    """Yield the pictures: a sheet of paper on a table, a little shaken, a little blurred."""
    sheet = _sheet(list(codes))
    for number in range(FRAMES):
        shake = (number % 4) - 1.5
        turned = sheet.rotate(
            shake, expand=True, fillcolor=TABLE, resample=Image.Resampling.BICUBIC
        )
        frame = Image.new("RGB", SIZE, TABLE)
        place = (SIZE[0] - turned.width) // 2 + number % 3, (SIZE[1] - turned.height) // 2
        frame.paste(turned, place)
        file = io.BytesIO()
        frame.filter(ImageFilter.GaussianBlur(0.6)).save(file, "JPEG", quality=88)
        yield file.getvalue()


def _sheet(codes: list[Image.Image]) -> Image.Image:
    """Return the paper with the codes on it, no larger than the camera's picture."""
    width = max(code.width for code in codes) + 40
    height = sum(code.height for code in codes) + 40
    sheet = Image.new("RGB", (width, height), PAPER)
    top = 20
    for code in codes:
        sheet.paste(code, ((width - code.width) // 2, top))
        top += code.height
    sheet.thumbnail((SIZE[0] - 120, SIZE[1] - 80), Image.Resampling.LANCZOS)
    return sheet
