"""A server on this machine that speaks like the services books are looked up at.

What it answers is in `answers.py`. `mode` makes it misbehave in the ways seen in the wild. Run it
by hand: `python -m tests.sources.server 8900`.
"""

import gzip
import json
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

from tests.sources.answers import BOOK, JSON_PATHS, OTHER_ISBN, XML_PATHS, Book


class FakeSources:
    """The server, running while the `with` block does.

    `mode`: ok, slow (answers after `delay`), drip (a byte every 50 ms), drip_head, hang, reset,
    http_<status>, garbage, html, huge, endless, gzip, bomb,
    packed_twice, wrong_isbn, error_title, redirect (to `redirect_to`), raw (answers `raw`).
    """

    def __init__(self, port: int = 0) -> None:
        self.mode = "ok"
        self.delay = 0.3
        self.raw = b""
        self.redirect_to = ""
        self.books = {BOOK.isbn: BOOK}
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.stopping = threading.Event()
        outer = self

        class Bound(_Handler):
            sources = outer

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Bound)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def wrap_tls(self, certificate: Path) -> None:
        """Speak TLS from the next connection on, with this certificate and key."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    sources: FakeSources
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 # its name there
        """Keep quiet."""

    def do_POST(self) -> None:
        length = int(self.headers.get("content-length", "0"))
        form = self.rfile.read(length).decode()
        self._serve(form)

    def do_GET(self) -> None:
        self._serve("")

    def _serve(self, form: str) -> None:
        server = self.sources
        server.requests.append((self.path + (f" {form}" if form else ""), dict(self.headers)))
        self.close_connection = True
        mode = server.mode
        if mode == "slow":
            server.stopping.wait(server.delay)
        if mode == "hang":
            server.stopping.wait(20)
        elif mode == "reset":
            linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"  # close with RST, not FIN
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.connection.close()
        elif mode == "drip_head":
            self._drip(b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * 10_000)
        elif mode == "redirect":
            self._send(b"", status=302, headers={"Location": server.redirect_to})
        elif mode.startswith("http_"):
            self._send(b"{}", status=int(mode.removeprefix("http_")))
        else:
            self._body(mode, form)

    def _body(self, mode: str, form: str) -> None:
        canned = {
            "garbage": b"\x00\xff\x13}{][",
            "html": b"<!DOCTYPE html><html><body>503 - WAF</body></html>",
            "huge": b"[" + b'"x",' * 800_000 + b"0]",
            "raw": self.sources.raw,
        }
        if mode in canned:
            self._send(canned[mode])
        elif mode == "endless":
            self.send_response(200)
            self.end_headers()
            self._until_gone(lambda: b"x" * 65_536, pause=0)
        elif mode == "drip":
            self.send_response(200)
            self.end_headers()
            self._drip(self._answer(form))
        elif mode in {"gzip", "bomb"}:
            body = self._answer(form) if mode == "gzip" else b" " * 50_000_000
            self._send(gzip.compress(body), headers={"Content-Encoding": "gzip"})
        elif mode == "packed_twice":
            body = gzip.compress(gzip.compress(b"{}"))
            self._send(body, headers={"Content-Encoding": "gzip, gzip"})
        else:
            self._send(self._answer(form))

    def _answer(self, form: str) -> bytes:
        parts = urlsplit(self.path)
        text = unquote(parts.path + "?" + parts.query) + "&" + form
        asked = next((isbn for isbn in self.sources.books if isbn in text), None)
        book = self.sources.books[asked] if asked else None
        if book is not None and self.sources.mode == "wrong_isbn":
            book = Book(isbn=OTHER_ISBN)
        if book is not None and self.sources.mode == "error_title":
            book = Book(isbn=book.isbn, title="请求过快，请稍后再试", author="")
        for prefix, answer in JSON_PATHS.items():
            if parts.path.startswith(prefix):
                return json.dumps(answer(book), ensure_ascii=False).encode()
        for prefix, render in XML_PATHS.items():
            if parts.path.startswith(prefix):
                assert parse_qs(parts.query)["operation"] == ["searchRetrieve"]
                return render(book).encode()
        return b"{}"

    def _send(
        self, body: bytes, *, status: int = 200, headers: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        with suppress(OSError):  # the client may have heard enough
            self.wfile.write(body)

    def _drip(self, data: bytes) -> None:
        left = iter(data)
        self._until_gone(lambda: bytes([next(left, 32)]), pause=0.05)

    def _until_gone(self, make: Callable[[], bytes], *, pause: float) -> None:
        ends_at = time.monotonic() + 20
        while not self.sources.stopping.is_set() and time.monotonic() < ends_at:
            try:
                self.wfile.write(make())
                self.wfile.flush()
            except OSError:
                return
            time.sleep(pause)


if __name__ == "__main__":
    with FakeSources(int(sys.argv[1]) if len(sys.argv) > 1 else 0) as running:
        print(running.url)
        running.stopping.wait()
