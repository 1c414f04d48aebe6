"""E-mail, through the library's own mail server or the installation's.

Settings: `host`, `port`, `security` (`tls` from the first byte, `starttls`, `none` only on this
machine), `user`, `password`, `sender` (the address it comes from), `reply_to`.
"""

import re
import smtplib
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any, Final

from django.conf import settings as installation

from jieyue.kit.net.addresses import (
    AddressRefusedError,
    UnresolvableError,
    is_public,
    public_addresses,
)
from jieyue.kit.net.deadline import TooSlowError, within
from jieyue.kit.net.http import tls_context
from jieyue.libraries.gateways import GatewayView
from jieyue.notices.channels.base import Failed, Handed, Message, Released, always
from jieyue.notices.channels.letters import letter, message_id, plain_address
from jieyue.notices.channels.smtp_answers import failure

SECONDS: Final = 15.0  # of each step: connecting, a command, an answer
MAIL_SECONDS: Final = 40.0  # of everything together
GO_ON: Final = 354
DONE: Final = 250
PORTS: Final = {"tls": 465, "starttls": 587, "none": 25}


def send(gateway: GatewayView, address: str, message: Message) -> Handed | Failed:
    """Send one mail by a connection of its own. Raises nothing."""
    with open_session(gateway) as session:
        return session.send(address, message)


@contextmanager
def open_session(gateway: GatewayView) -> "Iterator[Session]":
    """Yield a session whose one connection serves many mails and comes back when it drops."""
    session = Session(gateway)
    try:
        yield session
    finally:
        session.close()


class _SetupError(Exception):
    """The settings are such that no mail can go."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.failed = Failed(scope="setup", code=code, detail=detail)


@dataclass(frozen=True, slots=True)
class _Server:
    host: str
    port: int
    security: str
    user: str
    password: str
    sender: str
    reply_to: str


class Session:
    """Mails one after another over one connection, opened when the first is sent."""

    releases: Final = True  # `send` says when the server has a mail even if we die

    def __init__(self, gateway: GatewayView) -> None:
        """Nothing is connected yet."""
        self._gateway = gateway
        self._smtp: _Checked | _CheckedTls | None = None

    def send(self, address: str, message: Message, released: Released = always) -> Handed | Failed:
        """Hand one mail over. A connection that dropped meanwhile is made anew once.

        All of it but its last line lies with the server when `released` is called: if that says
        no, the mail is not sent; if this process dies afterwards, it is.
        """
        to = plain_address(address)
        if to is None:
            return Failed(scope="address", code="bad_address")
        try:
            server = _server(self._gateway)
        except _SetupError as error:
            return error.failed
        mail = letter(
            message,
            sender=server.sender,
            sender_name=self._gateway.sender_name,
            to=to,
            reply_to=server.reply_to,
        )
        was_open = self._smtp is not None
        result = self._send(server, mail, to, released)
        if was_open and result is not None and result.code == "connection_lost":
            result = self._send(server, mail, to, released)
        return Handed(reference=message_id(message.id)) if result is None else result

    def close(self) -> None:
        """Say goodbye, if there is somebody to say it to."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            with suppress(smtplib.SMTPException, OSError):
                smtp.quit()
            smtp.close()

    def _send(
        self, server: _Server, mail: EmailMessage, to: str, released: Released
    ) -> Failed | None:
        result = self._in_time(server, to, lambda: self._begin(server, mail, to))
        if result is not None:
            return result
        if not released():
            self._drop()
            return Failed(scope="message", code="taken_over")
        return self._in_time(server, to, self._finish)

    def _drop(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            with suppress(OSError, AttributeError):  # wakes a thread that still reads from it
                smtp.sock.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]
            smtp.close()

    def _in_time(self, server: _Server, to: str, step: Callable[[], None]) -> Failed | None:
        """Take a step, but no longer than a mail may take, however slowly the server speaks."""
        try:
            return within(MAIL_SECONDS, lambda: self._try(server, to, step))
        except TooSlowError:
            self._drop()
            return Failed(scope="service", code="timeout")

    def _try(self, server: _Server, to: str, step: Callable[[], None]) -> Failed | None:
        try:
            step()
        except _SetupError as error:
            return error.failed
        except (smtplib.SMTPException, OSError, ValueError) as error:
            failed = failure(error, to, server.user, server.password, server.sender)
            if failed.scope in {"service", "setup"}:
                self._drop()
            return failed
        return None

    def _begin(self, server: _Server, mail: EmailMessage, to: str) -> None:
        """Give the server everything but the line that ends it."""
        if self._smtp is None:
            self._smtp = _connect(server, is_trusted=self._gateway.is_installation)
        self._smtp.send_message(mail, from_addr=server.sender, to_addrs=[to])

    def _finish(self) -> None:
        assert self._smtp is not None
        self._smtp.finish()


def _server(gateway: GatewayView) -> _Server:
    """Return the settings as they are used. Raises _SetupError."""
    settings: dict[str, Any] = gateway.settings
    security = str(settings.get("security", "starttls"))
    sender = plain_address(str(settings.get("sender", "")))
    host = str(settings.get("host", "")).strip()
    if not host or security not in PORTS:
        raise _SetupError("settings_missing")
    if sender is None:
        raise _SetupError("sender_missing")
    try:
        port = int(settings.get("port") or PORTS[security])
    except (TypeError, ValueError):
        raise _SetupError("settings_missing") from None
    return _Server(
        host=host,
        port=port,
        security=security,
        user=str(settings.get("user", "")),
        password=str(settings.get("password", "")),
        sender=sender,
        reply_to=plain_address(str(settings.get("reply_to", ""))) or "",
    )


def _connect(server: _Server, *, is_trusted: bool) -> "_Checked | _CheckedTls":
    """Return a connection that is signed in. The installation's own server may be private."""
    try:
        addresses = public_addresses(
            server.host,
            server.port,
            allow_private=is_trusted or installation.CHANNELS_ALLOW_PRIVATE,
            seconds=SECONDS,
        )
    except AddressRefusedError:
        raise _SetupError("address_refused") from None
    except UnresolvableError:
        raise OSError("name has no address") from None
    if server.security == "none" and any(is_public(address) for address in addresses):
        raise _SetupError("not_encrypted")  # a password and readers' addresses in the clear
    smtp = _CheckedTls(addresses) if server.security == "tls" else _Checked(addresses)
    try:
        _open(smtp, server)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _open(smtp: smtplib.SMTP, server: _Server) -> None:
    smtp.connect(server.host, server.port)
    smtp.ehlo_or_helo_if_needed()
    if server.security == "starttls":
        if not smtp.has_extn("starttls"):
            raise _SetupError("no_starttls")
        smtp.starttls(context=tls_context())
        smtp.ehlo()
    if server.user:
        smtp.login(server.user, server.password)


class _Held(smtplib.SMTP):
    """Keeps back the line that ends a letter (RFC 5321 4.1.1.4): the server takes it with that."""

    def data(self, msg: bytes | str) -> tuple[int, bytes]:  # type: ignore[override]
        """Send the letter without its end, which `finish` sends."""
        self.putcmd("data")
        code, said = self.getreply()
        if code != GO_ON:
            raise smtplib.SMTPDataError(code, said)
        text = re.sub(rb"(?m)^\.", b"..", msg.encode("ascii") if isinstance(msg, str) else msg)
        self.send(text if text.endswith(b"\r\n") else text + b"\r\n")
        return DONE, b""

    def finish(self) -> None:
        """End the letter. Raises SMTPDataError if the server does not take it."""
        self.send(b".\r\n")
        code, said = self.getreply()
        if code != DONE:
            with suppress(smtplib.SMTPException):
                self.rset()
            raise smtplib.SMTPDataError(code, said)


class _Checked(_Held):
    """Connects to the addresses that were checked, not to what the name says a moment later."""

    def __init__(self, addresses: tuple[str, ...]) -> None:
        super().__init__(timeout=SECONDS, local_hostname="localhost")
        self._addresses = addresses
        self._ends_at = time.monotonic() + SECONDS

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        self._host = host  # its name is what a certificate is checked against
        return _reach(self._addresses, port, self._ends_at)


class _CheckedTls(_Held, smtplib.SMTP_SSL):
    """The same, encrypted from the first byte."""

    def __init__(self, addresses: tuple[str, ...]) -> None:
        super().__init__(timeout=SECONDS, local_hostname="localhost", context=tls_context())
        self._addresses = addresses
        self._ends_at = time.monotonic() + SECONDS

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        self._host = host
        plain = _reach(self._addresses, port, self._ends_at)
        try:
            return tls_context().wrap_socket(plain, server_hostname=host)
        except BaseException:
            plain.close()
            raise


def _reach(addresses: tuple[str, ...], port: int, ends_at: float) -> socket.socket:
    for place, address in enumerate(addresses, start=1):
        left = max(ends_at - time.monotonic(), 0.1) / (len(addresses) - place + 1)
        try:
            made = socket.create_connection((address, port), timeout=left)
        except OSError:
            if place == len(addresses):
                raise
        else:
            made.settimeout(SECONDS)
            # a letter's last line goes on its own: without this it waits 40 ms for an answer that
            # the server delays (Nagle's algorithm and delayed acknowledgement, RFC 9293 3.7.4)
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return made
    raise OSError("no address")
