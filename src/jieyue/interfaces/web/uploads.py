"""Files that come with forms: refused before a byte is read if too large, never in memory.

What is not small lies without a name in the data folder while it is read: it may be about readers.
"""

import re
from typing import IO, Any, Final

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from jieyue.imports.keeping import nameless_file
from jieyue.imports.rules.runs import MAX_FILE
from jieyue.interfaces.web import session

MAX_ELSEWHERE: Final = 16 * 1024 * 1024  # bytes; a photo of a cover
_FORM: Final = 256 * 1024  # bytes of what else is in the form
_LARGE: Final = re.compile(r"/[^/]+/staff/imports/")


class SizeLimit(FileUploadHandler):
    """Refuses what is too large: lists may be large, where staff bring them in."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803 - Django's name
        content_length: int,
        boundary: Any,
        encoding: Any = None,
    ) -> None:
        """Look at the length that the request declares; no more than that is ever read.

        Raises:
            RequestDataTooBig: it is larger than what may come here.

        """
        request: Any = self.request
        may_be_large = _LARGE.match(request.path) and session.ACCOUNT in request.session
        if content_length > (MAX_FILE if may_be_large else MAX_ELSEWHERE) + _FORM:
            raise RequestDataTooBig(f"{content_length} bytes")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Leave the keeping to the next handler."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the next handler."""


class OnDisk(FileUploadHandler):
    """Keeps files that are too large for memory where nobody else can read them."""

    kept: IO[bytes]

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file; nothing of it stays if this process is killed."""
        super().new_file(*args, **kwargs)
        self.kept = nameless_file()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write what has come."""
        self.kept.write(raw_data)

    def file_complete(self, file_size: int) -> "UploadedFile[Any]":
        """Hand the file out, whole; it goes with the request."""
        self.kept.flush()
        self.kept.seek(0)
        return UploadedFile(self.kept, self.file_name, self.content_type, file_size, self.charset)

    def upload_interrupted(self) -> None:
        """Let go of what came of it."""
        if hasattr(self, "kept"):
            self.kept.close()
