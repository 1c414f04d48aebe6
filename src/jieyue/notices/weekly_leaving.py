"""The link in the weekly message to a class teacher that stops it, without signing in."""

from typing import Final

from django.core import signing
from django.urls import reverse

SALT: Final = "jieyue.notices.weekly.leave"


def leaving_address(site: str, slug: str, login: str) -> str:
    """Return the whole address, or nothing where we know no address of ours."""
    if not site:
        return ""
    return f"{site}{reverse('reader:leave_weekly', args=[slug, leaving_token(slug, login)])}"


def leaving_token(slug: str, login: str) -> str:
    """Return a token that only we can make. It holds no address, and is good for ever."""
    return signing.dumps([slug, login], salt=SALT)


def leaver_of(slug: str, token: str) -> str:
    """Return the sign-in name of who leaves; empty if the token is not ours, or not for here."""
    try:
        library, login = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return str(login) if library == slug else ""
