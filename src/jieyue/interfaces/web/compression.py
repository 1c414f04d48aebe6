"""Answers are sent compressed: pages as they are made, static files once and then from memory.

Decision 10 says what is not, and why.
"""

import gzip
import re
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.text import compress_string

WORTH_IT: Final = 1_000  # bytes; less fits one packet anyway
RANDOM_BYTES: Final = 100  # at most, so that lengths tell little (Heal the BREACH)
KEPT_FILES: Final = 200
KINDS: Final = re.compile(
    r"text/(?!event-stream)|image/svg|application/(json|javascript|manifest\+json|xml)"
)
_GZIP: Final = re.compile(r"\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))")


class CompressionMiddleware:
    """Compress what is worth it and reveals nothing by its length."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._files: OrderedDict[tuple[str, str], bytes] = OrderedDict()
        self._lock = Lock()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, compressed if the browser takes it."""
        response: HttpResponseBase = self.get_response(request)
        is_kind = KINDS.match(response.headers.get("Content-Type", "")) is not None
        if not is_kind or response.has_header("Content-Encoding"):
            return response
        is_file = response.streaming and request.path.startswith(settings.STATIC_URL)
        if response.streaming and not is_file:
            return response
        patch_vary_headers(response, ("Accept-Encoding",))
        if not _GZIP.search(request.headers.get("Accept-Encoding", "")):
            return response
        if is_file:
            return self._file(request, response) if response.status_code == 200 else response
        if isinstance(response, HttpResponse) and not may_be_probed(request):
            _compress(response)
        return response

    def _file(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Return a static file compressed; each of its versions is read and compressed once."""
        if request.method != "GET":
            return response
        known_by = (request.path, response.headers.get("ETag", ""))
        with self._lock:
            content = self._files.get(known_by)
        if content is None:
            content = gzip.compress(b"".join(response), 9, mtime=0)
            with self._lock:
                self._files[known_by] = content
                while len(self._files) > KEPT_FILES:
                    self._files.popitem(last=False)
        # Not response.close(): that says the request is over.
        opened = getattr(response, "file_to_stream", None)
        if opened is not None:
            opened.close()
        headers = dict(response.headers) | {
            "Content-Encoding": "gzip",
            "Content-Length": str(len(content)),
        }
        return HttpResponse(content, headers=headers)


def may_be_probed(request: HttpRequest) -> bool:
    """Say whether another site had somebody's own page fetched: its length would tell it things."""
    is_signed_in = settings.SESSION_COOKIE_NAME in request.COOKIES
    return is_signed_in and request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site")


def _compress(response: HttpResponse) -> None:
    if len(response.content) < WORTH_IT:
        return
    content = compress_string(response.content, max_random_bytes=RANDOM_BYTES)
    if len(content) >= len(response.content):
        return
    response.content = content
    response["Content-Length"] = str(len(content))
    response["Content-Encoding"] = "gzip"
