"""The link in a mail that stops such mails, without signing in."""

from dataclasses import dataclass
from typing import Final

from django.core import signing
from django.urls import reverse

SALT: Final = "jieyue.notices.unsubscribe"
BY_MAIL: Final = ("email",)  # a text message has no room for it, and other ways have their own


@dataclass(frozen=True, slots=True)
class Leaver:
    """Which reader (public id) leaves which channel."""

    patron: str
    channel: str


def unsubscribe_address(site: str, slug: str, patron: str, channel: str) -> str:
    """Return the whole address, or nothing where the channel needs none or we know no address."""
    if channel not in BY_MAIL or not site:
        return ""
    return (
        f"{site}{reverse('reader:unsubscribe', args=[slug, leaving_token(slug, patron, channel)])}"
    )


def leaving_token(slug: str, patron: str, channel: str) -> str:
    """Return a token that only we can make. It holds no address, and is good for ever."""
    return signing.Signer(salt=SALT).sign(f"{slug}.{channel}.{patron}")


def leaver_of(slug: str, token: str) -> Leaver | None:
    """Return who leaves, if the token is ours and of this library."""
    try:
        library, channel, patron = signing.Signer(salt=SALT).unsign(token).split(".")
    except (signing.BadSignature, ValueError):
        return None
    return Leaver(patron, channel) if library == slug else None
