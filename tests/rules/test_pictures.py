"""Pictures of covers: made small, stripped of what one does not see, refused when they are none."""

import io
import struct
import zlib

import pytest
from PIL import Image

from jieyue.catalog.rules.faults import Fault
from jieyue.catalog.rules.pictures import MAX_BYTES, Picture, picture_of
from tests.pictures import opened, picture


def drawn(content: bytes) -> Picture:
    found = picture_of(content)
    assert isinstance(found, Picture)
    return found


def refused(content: bytes) -> tuple[str, str]:
    found = picture_of(content)
    assert isinstance(found, Fault)
    return found.code.value, found.value


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_becomes_webp_in_two_sizes(kind: str) -> None:
    found = drawn(picture(1200, 1600, kind))
    large, small = opened(found.large), opened(found.small)
    assert (large.format, large.size, small.format, small.size) == (
        *("WEBP", (480, 640), "WEBP", (120, 160)),
    )
    assert drawn(picture(1200, 1600, kind)) == found
    assert drawn(picture(1200, 1600, kind, "olive")).digest != found.digest


def test_a_small_picture_is_not_blown_up() -> None:
    assert opened(drawn(picture(90, 130)).large).size == (90, 130)


def test_nothing_but_the_picture_is_kept() -> None:
    exif = Image.Exif()
    exif[0x010E] = "家里的书架"  # description
    exif[0x8825] = {1: "N", 2: (39.0, 54.0, 0.0)}  # where it was taken
    found = drawn(picture(exif=exif, comment=b"secret") + b"<script>alert(1)</script>")
    for content in (found.large, found.small):
        assert "exif" not in opened(content).info
        assert b"secret" not in content
        assert b"script" not in content


def test_a_phone_held_sideways_gives_an_upright_picture() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter
    assert opened(drawn(picture(900, 600, exif=exif)).large).size == (480, 720)


def test_what_is_transparent_becomes_white() -> None:
    image = opened(drawn(picture(kind="PNG", color=(0, 0, 0, 0))).large)
    assert image.getpixel((10, 10)) == (255, 255, 255)


def test_a_bomb_is_refused_by_its_header() -> None:
    """A PNG of some hundred bytes that says it has 2.5 thousand million pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    bomb = (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(100_000))) + chunk(b"IEND", b"")
    )  # fmt: skip
    code, _ = refused(bomb)
    assert code in {"picture_too_large", "picture_unreadable"}
    assert refused(picture(6000, 6000, "PNG")) == ("picture_too_large", "6000 × 6000")


def test_what_is_no_picture_is_said_to_be_none() -> None:
    whole = picture()
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    for content in (b"", b"hello", svg, whole[: len(whole) // 2], whole[:30], picture(kind="GIF")):
        assert refused(content) == ("picture_unreadable", "")
    assert refused(picture(1, 1)) == ("picture_too_small", "1 × 1")
    assert refused(bytes(MAX_BYTES + 1)) == ("picture_too_large", "16 MB")


def test_whatever_damage_a_file_has_it_is_a_picture_or_a_fault() -> None:
    whole = bytearray(picture(200, 300, "PNG", "navy"))
    for place in range(0, len(whole), max(1, len(whole) // 60)):
        damaged = whole.copy()
        damaged[place] ^= 0xFF
        assert isinstance(picture_of(bytes(damaged)), Picture | Fault)
    jpeg = io.BytesIO(picture())
    assert isinstance(picture_of(jpeg.getvalue().replace(b"\xff\xda", b"\xff\xd9")), Fault)
