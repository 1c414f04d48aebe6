"""A message as an e-mail: headers that cannot be forged, plain text and simple HTML."""

import hashlib
import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from typing import Final

from jieyue.kit import clock
from jieyue.notices.channels.base import Message

MAX_SUBJECT: Final = 150
MAX_NAME: Final = 60
_MAIL: Final = re.compile(r"[^\s<>()\[\]\\,;:@\"]{1,64}@[^\s<>()\[\]\\,;:@\"]{1,255}")
_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,80}")
# Encoded words and base64 only: the oldest of servers passes them on.
_POLICY: Final = SMTP.clone(cte_type="7bit")


def plain_address(text: str) -> str | None:
    """Return an e-mail address fit for a header, its domain in ASCII; None if it is none.

    A name before the @ that is not ASCII is left out: hardly a server would deliver it.
    """
    text = text.strip()
    if not _MAIL.fullmatch(text) or not text.isprintable():
        return None
    name, _, domain = text.rpartition("@")
    try:
        domain = domain.encode("idna").decode()
        Address(username=name, domain=domain)
    except (UnicodeError, ValueError, IndexError):
        return None
    return f"{name}@{domain}" if name.isascii() and "." in domain.strip(".") else None


def one_line(text: str, limit: int) -> str:
    """Return a text without line breaks and control characters, cut to `limit`."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def letter(
    message: Message, *, sender: str, sender_name: str, to: str, reply_to: str = ""
) -> EmailMessage:
    """Return the mail. `sender`, `to` and `reply_to` come from `plain_address`."""
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = _address(sender, one_line(sender_name, MAX_NAME))
    mail["To"] = _address(to)
    if reply_to:
        mail["Reply-To"] = _address(reply_to)
    mail["Subject"] = one_line(message.subject, MAX_SUBJECT)
    mail["Date"] = format_datetime(clock.now())
    mail["Message-ID"] = f"<{message_id(message.id)}@{sender.rpartition('@')[2]}>"
    # No holiday reply, please (RFC 3834).
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    unsubscribe = _url(message.unsubscribe)
    if unsubscribe:
        mail["List-Unsubscribe"] = f"<{unsubscribe}>"
        if unsubscribe.startswith("https://"):  # RFC 8058 wants https
            mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(_text(message))
    mail.add_alternative(_html(message), subtype="html")
    return mail


def message_id(text: str) -> str:
    """Return the part of a Message-ID before the @: the id itself where it fits."""
    return text if _ID.fullmatch(text) else hashlib.sha256(text.encode()).hexdigest()[:32]


def _address(address: str, name: str = "") -> Address:
    user, _, domain = address.rpartition("@")
    return Address(display_name=name, username=user, domain=domain)


def _url(text: str) -> str:
    """Return a web address without anything that could end a header; else nothing."""
    is_good = text.startswith(("https://", "http://")) and not re.search(r"[\s<>\"]", text)
    return text if is_good and text.isascii() and text.isprintable() else ""


def _text(message: Message) -> str:
    parts = [message.text.strip()]
    if message.link and message.link not in message.text:
        parts.append(message.link)
    if message.unsubscribe:
        parts.append(f"—\n{_words(message, 'stop')}{message.unsubscribe}")
    return "\n\n".join(parts) + "\n"


def _html(message: Message) -> str:
    paragraphs = re.split(r"\n\s*\n", message.text.strip())
    body = [f"<p>{_linked(part.strip(), message)}</p>" for part in paragraphs if part.strip()]
    if message.link and message.link not in message.text and _url(message.link):
        body.append(f'<p><a href="{escape(message.link)}">{escape(message.link)}</a></p>')
    if _url(message.unsubscribe):
        words = escape(_words(message, "stop_link"))
        body.append(
            f'<hr><p><small><a href="{escape(message.unsubscribe)}">{words}</a></small></p>'
        )
    language = "en" if message.language.startswith("en") else "zh-CN"
    return (
        f'<!DOCTYPE html>\n<html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(one_line(message.subject, MAX_SUBJECT))}</title></head>\n"
        f"<body>\n{chr(10).join(body)}\n</body></html>\n"
    )


def _linked(text: str, message: Message) -> str:
    html = escape(text)
    named = {f"{words}{link}": (words.rstrip(" :："), link) for words, link in message.links}
    named[message.link] = (message.link, message.link)
    anchors = {
        escape(written): f'<a href="{escape(link)}">{escape(words)}</a>'
        for written, (words, link) in named.items()
        if _url(link)
    }
    if anchors:  # the longest first: one may begin as another does
        either = "|".join(re.escape(written) for written in sorted(anchors, reverse=True))
        html = re.sub(either, lambda match: anchors[match.group()], html)
    return html.replace("\n", "<br>\n")


_WORDS: Final = {
    "stop": {"zh": "不想再收到这类消息：", "en": "No more messages of this kind: "},
    "stop_link": {"zh": "不再接收这类消息", "en": "No more messages of this kind"},
}


def _words(message: Message, name: str) -> str:
    return _WORDS[name]["en" if message.language.startswith("en") else "zh"]
