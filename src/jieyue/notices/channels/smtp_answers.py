"""What a mail server's answers mean to us."""

import smtplib
import ssl
from typing import Final

from jieyue.notices.channels.base import Failed
from jieyue.notices.channels.told import told

# Sign in first; the way to sign in is too weak; wrong name or password; encryption needed.
_SIGN_IN: Final = frozenset({530, 534, 535, 538})
# The three-part codes of RFC 3463 for a mailbox or domain that is not there.
_GONE: Final = frozenset({"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1", "5.4.4"})


def failure(error: Exception, *secrets: str) -> Failed:
    """Return what smtplib's or the network's error comes to. `secrets` are never repeated."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            [(code, text)] = error.recipients.values()
            return _of_address(code, told(text, *secrets))
        case smtplib.SMTPResponseException():
            return _of_answer(error, told(error.smtp_error, *secrets))
        case smtplib.SMTPServerDisconnected():
            return Failed(scope="service", code="connection_lost")
        case smtplib.SMTPNotSupportedError():
            return Failed(scope="setup", code="no_sign_in", detail=told(error, *secrets))
        case ssl.SSLCertVerificationError():
            return Failed(scope="setup", code="bad_certificate", detail=told(error.verify_message))
        case ssl.SSLError():
            return Failed(scope="setup", code="wrong_security")
        case TimeoutError():
            return Failed(scope="service", code="timeout")
        case _:
            return Failed(scope="service", code="unreachable")


def _of_answer(error: smtplib.SMTPResponseException, text: str) -> Failed:
    """Return what an answer to anything but the reader's address means."""
    code, detail = error.smtp_code, f"{error.smtp_code} {text}"
    if code in _SIGN_IN:
        return Failed(scope="setup", code="password_refused", detail=detail)
    if code < 500:
        return Failed(scope="service", code="try_later", detail=detail)
    match error:
        case smtplib.SMTPAuthenticationError():
            return Failed(scope="setup", code="password_refused", detail=detail)
        case smtplib.SMTPSenderRefused():
            return Failed(scope="setup", code="sender_refused", detail=detail)
        case smtplib.SMTPDataError():
            return Failed(scope="message", code="refused", detail=detail)
        case _:
            return Failed(scope="service", code="try_later", detail=detail)


def _of_address(code: int, text: str) -> Failed:
    """Return what an answer to the reader's address means."""
    detail = f"{code} {text}"
    status = text.split(" ", 1)[0]
    if code in _SIGN_IN:
        return Failed(scope="setup", code="password_refused", detail=detail)
    if code < 500:  # 421, 450 mailbox busy or greylisted, 451, 452 full
        return Failed(scope="service", code="try_later", detail=detail)
    if status.startswith("5.7"):  # policy: about the sender or the content
        return Failed(scope="message", code="policy", detail=detail)
    if status.startswith(("5.2.2", "5.3")) or code == 552:
        return Failed(scope="message", code="mailbox_full", detail=detail)
    if status in _GONE or code in {550, 551, 553}:
        return Failed(scope="address", code="no_such_address", detail=detail)
    return Failed(scope="message", code="refused", detail=detail)
