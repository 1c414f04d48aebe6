"""A mail server on this machine: keeps what it is sent, and misbehaves when told to.

By hand: `python -m tests.servers.smtp 2525` prints every mail.
"""

import asyncio
import email
import socket
import ssl
import sys
import threading
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass
class Mail:
    """A mail as it came: the envelope, and the letter in it."""

    sender: str
    recipients: list[str]
    letter: EmailMessage

    @property
    def text(self) -> str:
        """The plain part."""
        part = self.letter.get_body(("plain",))
        assert part is not None
        return str(part.get_content()).replace("\r\n", "\n")

    @property
    def html(self) -> str:
        """The HTML part."""
        part = self.letter.get_body(("html",))
        assert part is not None
        return str(part.get_content()).replace("\r\n", "\n")


@dataclass
class MailServer:
    """Runs while the `with` block does. `mails` holds what it took, `connections` counts.

    `refuses`: what it answers to RCPT, by address, such as "550 5.1.1 No such user". `answers`:
    what it says to the next letters instead of taking them. `drops_after`: it hangs up before
    answering this many-th letter of a connection (and takes it not). `delay`: seconds before each
    answer to RCPT. With `user`, one has to sign in; with `certificate`, it speaks TLS, from the
    first byte (`tls`) or after STARTTLS.
    """

    user: str = ""
    password: str = ""
    certificate: Path | None = None
    tls: bool = False
    port: int = 0
    delay: float = 0.0
    drops_after: int = 0
    refuses: dict[str, str] = field(default_factory=dict)
    answers: list[str] = field(default_factory=list)
    mails: list[Mail] = field(default_factory=list)
    connections: int = 0
    _arrived: threading.Condition = field(default_factory=threading.Condition)

    def __enter__(self) -> Self:
        context = None
        if self.certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.certificate)
        self._controller = _Controller(
            _Handler(self),
            hostname="127.0.0.1",
            port=self.port,
            ssl_context=context if self.tls else None,
            tls_context=None if self.tls else context,
            require_starttls=context is not None and not self.tls,
            auth_required=bool(self.user),
            auth_require_tls=False,
            authenticator=self._knows if self.user else None,
        )
        self._controller.start()
        assert self._controller.server is not None
        self.port = self._controller.server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    @property
    def settings(self) -> dict[str, Any]:
        """What a gateway has to know to use it, unencrypted."""
        return {
            "host": "127.0.0.1",
            "port": self.port,
            "security": "none",
            "user": self.user,
            "password": self.password,
            "sender": "library@example.org",
        }

    def wait_for(self, count: int, seconds: float = 10.0) -> list[Mail]:
        """Return the mails once there are `count`; for senders in another process."""
        with self._arrived:
            self._arrived.wait_for(lambda: len(self.mails) >= count, timeout=seconds)
        return list(self.mails)

    def keep(self, mail: Mail) -> None:
        """Note a mail that was taken."""
        with self._arrived:
            self.mails.append(mail)
            self._arrived.notify_all()

    def _knows(self, _server: object, _s: object, _e: object, _m: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        is_right = (data.login.decode(), data.password.decode()) == (self.user, self.password)
        return AuthResult(success=is_right, handled=is_right)


class _Controller(Controller):
    """aiosmtpd's, which knocks at the port it was given to see whether it runs: 0 is none."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        address = self.server.sockets[0].getsockname()
        socket.create_connection(address, timeout=5).close()

    def factory(self) -> SMTP:
        return SMTP(self.handler, **self.SMTP_kwargs)


class _Handler:
    def __init__(self, server: MailServer) -> None:
        self._server = server

    async def handle_EHLO(  # noqa: N802 # its name there
        self, _smtp: SMTP, session: Session, _e: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        if not hasattr(session, "letters"):
            self._server.connections += 1
            session.letters = 0
        session.host_name = hostname
        return responses

    async def handle_RCPT(  # noqa: N802
        self, _smtp: SMTP, _s: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        await asyncio.sleep(self._server.delay)
        if said := self._server.refuses.get(address):
            return said
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, smtp: SMTP, session: Session, envelope: Envelope
    ) -> str:
        server = self._server
        session.letters = getattr(session, "letters", 0) + 1
        if server.drops_after and session.letters >= server.drops_after:
            assert smtp.transport is not None
            smtp.transport.abort()
            return "421 Gone"
        if server.answers:
            return server.answers.pop(0)
        assert isinstance(envelope.content, bytes)
        letter = email.message_from_bytes(envelope.content, policy=default)
        assert isinstance(letter, EmailMessage)
        server.keep(Mail(envelope.mail_from or "", list(envelope.rcpt_tos), letter))
        return "250 2.0.0 Taken"


if __name__ == "__main__":
    with MailServer(port=int(sys.argv[1]) if len(sys.argv) > 1 else 0) as running:
        print(f"smtp+plain://127.0.0.1:{running.port}", flush=True)
        shown = 0
        while True:
            for mail in running.wait_for(shown + 1, 3600)[shown:]:
                print(mail.recipients, mail.letter["Subject"], mail.text, sep="\n", flush=True)
                shown += 1
