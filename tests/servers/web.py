"""The frame of an HTTP service on this machine: threads, what was asked, misbehaviour."""

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Asked:
    """A request as it came; names of headers are small."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def fields(self) -> dict[str, str]:
        """The parameters of the query."""
        return dict(parse_qsl(self.query, keep_blank_values=True, strict_parsing=bool(self.query)))

    @property
    def form(self) -> dict[str, str]:
        """The fields of a form in the body."""
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    @property
    def json(self) -> Any:
        """The JSON in the body."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Answer:
    """What is answered; `body` other than bytes becomes JSON."""

    status: int = 200
    body: Any = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class WebService:
    """Answers by `answer`, in threads, while the `with` block runs.

    `says` overrules the next answers, one each.
    """

    def __init__(self, port: int = 0) -> None:
        self.asked: list[Asked] = []
        self.says: list[Answer] = []
        self._arrived = threading.Condition()
        service = self

        class Bound(_Handler):
            answers_for = service

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Bound)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def answer(self, asked: Asked) -> Answer:
        """Return what this service says."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def reply(self, asked: Asked) -> Answer:
        """Note what was asked, and answer it."""
        said = self.says.pop(0) if self.says else self.answer(asked)
        with self._arrived:
            self.asked.append(asked)
            self._arrived.notify_all()
        return said

    def wait_for(self, count: int, seconds: float = 10.0) -> list[Asked]:
        """Return what was asked once there are `count`; for senders in another process."""
        with self._arrived:
            self._arrived.wait_for(lambda: len(self.asked) >= count, timeout=seconds)
        return list(self.asked)


class _Handler(BaseHTTPRequestHandler):
    answers_for: WebService
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 # its name there
        """Keep quiet."""

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        said = self.answers_for.reply(
            Asked(
                method=self.command,
                path=parts.path,
                query=parts.query,
                headers={name.lower(): value for name, value in self.headers.items()},
                body=self.rfile.read(int(self.headers.get("content-length") or 0)),
            )
        )
        body = said.body if isinstance(said.body, bytes) else json.dumps(said.body).encode()
        self.send_response(said.status)
        for name, value in {**said.headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
