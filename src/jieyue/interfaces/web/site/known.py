"""Browsers that have proved an address before: what strangers ask for it keeps them not waiting.

The cookie holds a name of the browser and keyed hashes of what it proved, signed. It signs nobody
in: it only has codes counted apart, so that nobody uses up a reader's by asking for their number.
"""

import secrets
from typing import Final

from django.conf import settings
from django.core import signing
from django.http import HttpResponse

from jieyue.interfaces.web.access import LibraryRequest
from jieyue.kit.encryption import keyed_hash
from jieyue.patrons.codes import plain_address

COOKIE: Final = "jieyue_known"
SALT: Final = "jieyue.known"
MOST: Final = 4  # addresses of one browser: a family's phone
YEAR: Final = 365 * 24 * 3600  # seconds


def device_of_address(request: LibraryRequest, way: str, address: str) -> str:
    """Return the browser's name if it has proved this address here before; else ""."""
    name, proved = _read(request)
    number = plain_address(way, address)
    return name if number and keyed_hash(number) in proved else ""


def remember(request: LibraryRequest, response: HttpResponse, address_hash: str) -> None:
    """Remember that this browser has proved an address."""
    name, proved = _read(request)
    kept = [address_hash, *(one for one in proved if one != address_hash)][:MOST]
    response.set_cookie(
        COOKIE,
        signing.dumps([request.library.id, name or secrets.token_urlsafe(9), kept], salt=SALT),
        max_age=YEAR,
        path=f"/{request.library.slug}/",
        secure=bool(settings.SESSION_COOKIE_SECURE),
        httponly=True,
        samesite="Lax",
    )


def _read(request: LibraryRequest) -> tuple[str, list[str]]:
    try:
        library, name, proved = signing.loads(
            request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=YEAR
        )
    except (signing.BadSignature, ValueError, TypeError):
        return "", []
    return (name, proved) if library == request.library.id else ("", [])
