"""Asking for a one-time code and typing it: what signing in, resetting and changing share.

The session keeps the code's public id and what it is for, never an address: that stands encrypted
in the code's row until it is used or over.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from jieyue.interfaces.web.access import LibraryRequest, elsewhere
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.site.addresses import client_address
from jieyue.interfaces.web.site.known import device_of_address
from jieyue.patrons.codes import (
    CodeAsked,
    CodeOver,
    CodeRefused,
    CodeRight,
    CodeView,
    CodeWrong,
    WhyNot,
    check_code,
    code_view,
    new_code,
    plain_address,
)

ASKED: Final = "asked_code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What this browser asked a code for. `again` is where it asks anew, `check` takes it."""

    code: str
    purpose: str
    way: str
    next: str = ""
    is_shared: bool = False


def ask(
    request: LibraryRequest,
    *,
    purpose: str,
    way: str,
    address: str,
    now: datetime,
    link: str = "",
) -> str:
    """Have a code sent and remember it; returns why not in words, or "" if the page may follow.

    Whoever asks twice for the same address gets the page of the first code.
    """
    outcome = new_code(
        purpose=purpose,
        way=way,
        address=address,
        asker=client_address(request),
        language=get_language() or "",
        now=now,
        link=request.build_absolute_uri(link) if link else "",
        device=device_of_address(request, way, address),
    )
    before = under_way(request, purpose)
    if isinstance(outcome, CodeAsked):
        was_shared = "again" in request.POST and before is not None and before.is_shared
        request.session[ASKED] = {
            "code": outcome.code,
            "purpose": purpose,
            "way": way,
            "next": request.POST.get("next", ""),
            "shared": "shared" in request.POST or was_shared,
        }
        return ""
    view = code_view(code=before.code, now=now) if before else None
    if outcome.why == WhyNot.TOO_SOON and view and view.address == plain_address(way, address):
        if "shared" in request.POST:  # ticked the second time
            request.session[ASKED] = request.session[ASKED] | {"shared": True}
        return ""
    return refusal_words(outcome, way)


def under_way(request: LibraryRequest, *purposes: str) -> Asked | None:
    """Return what this browser asked a code for, if it is for one of these."""
    kept: dict[str, Any] = request.session.get(ASKED, {})
    if kept.get("purpose") not in purposes:
        return None
    return Asked(
        code=kept["code"],
        purpose=kept["purpose"],
        way=kept["way"],
        next=kept["next"],
        is_shared=kept["shared"],
    )


def digits_page(
    request: LibraryRequest,
    asked: Asked,
    *,
    page: dict[str, Any],
    now: datetime,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    """Draw the page that takes the digits; to `page["back"]` when the code is over."""
    view = code_view(code=asked.code, now=now)
    if view is None:
        return elsewhere(request, page["back"])
    context = page | {
        "way": view.way,
        "masked": view.masked,
        "wait": max(0, int((view.again_after - now).total_seconds()) + 1),
        "error": error,
        "next": asked.next,
    }
    return draw(request, "site/digits.html", context, status=status)


def view_of(code: str, now: datetime) -> CodeView | None:
    """Return a code under way by its public id."""
    return code_view(code=code, now=now)


def tried(asked: Asked, typed: str, now: datetime) -> CodeRight | str:
    """Check what was typed: the proof, or what to say."""
    match check_code(code=asked.code, purpose=asked.purpose, typed=typed, now=now):
        case CodeRight() as right:
            return right
        case CodeWrong(left=left) if left:
            return ngettext(
                "That is not the code. You have %(n)s try left.",
                "That is not the code. You have %(n)s tries left.",
                left,
            ) % {"n": left}
        case CodeWrong() | CodeOver():
            return _("This code is no longer good. Please ask for a new one.")


def refusal_words(outcome: CodeRefused, way: str) -> str:
    """Say why no code is sent, and what to do."""
    minutes = -(-outcome.seconds // 60)
    match outcome.why:
        case WhyNot.ADDRESS_BAD if way == "sms":
            return _("This is no mobile number. It has 11 digits, such as 138 0013 8000.")
        case WhyNot.ADDRESS_BAD:
            return _("This is no e-mail address. It looks like name@example.com.")
        case WhyNot.COUNTRY:
            return country_words(outcome.countries)
        case WhyNot.NO_GATEWAY:
            return _("This library does not send codes this way. Please sign in with a password.")
        case WhyNot.TOO_SOON:
            return ngettext(
                "A code was sent just now. Another can be sent in %(n)s second.",
                "A code was sent just now. Another can be sent in %(n)s seconds.",
                outcome.seconds,
            ) % {"n": outcome.seconds}
        case WhyNot.TOO_MANY:
            return ngettext(
                "Too many codes. Please wait %(n)s minute, or ask at the desk.",
                "Too many codes. Please wait %(n)s minutes, or ask at the desk.",
                minutes,
            ) % {"n": minutes}
        case WhyNot.LIBRARY_LIMIT:
            return _(
                "The library has sent as many codes as it may today. Please sign in with a "
                "password, or ask at the desk."
            )


def country_words(countries: tuple[str, ...]) -> str:
    """Say to numbers of which countries codes go, and what to do with another."""
    codes = _(", ").join(f"+{code}" for code in ("86", *countries))
    return _(
        "This library sends codes only to numbers with %(codes)s. Please use such a number, or "
        "ask at the desk."
    ) % {"codes": codes}


def address_of(request: LibraryRequest, name: str) -> str:
    """Return the address of a page of this library's sign-in."""
    return reverse(f"site:{name}", args=[request.library.slug])
