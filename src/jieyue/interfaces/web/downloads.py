"""Files to take away: written into one that lasts until it is sent, never whole in memory."""

import tempfile
from typing import IO, Final, cast

from django.http import FileResponse, HttpResponse

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_IN_MEMORY: Final = 1 << 20  # bytes of a file that needs no disk


def new_file() -> IO[bytes]:
    """Return a file to write into; the answer closes it."""
    return cast("IO[bytes]", tempfile.SpooledTemporaryFile(_IN_MEMORY))


def download(file: IO[bytes], name: str, media: str) -> HttpResponse:
    """Answer with what was written into the file."""
    file.seek(0)
    headers = {"Content-Type": media, "Cache-Control": "no-store"}
    answer = FileResponse(file, as_attachment=True, filename=name, headers=headers)
    return cast("HttpResponse", answer)  # of the same protocol, read piece by piece
