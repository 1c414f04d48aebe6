"""Showing that an address is a class teacher's own, before a message with names goes there.

The first message to an address names nobody: it has a link and a code. Whoever follows the link, or
enters the code, reads what arrives there.
"""

import hmac
from typing import Final

from django.core import signing
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from jieyue.kit.encryption import keyed_hash
from jieyue.notices.channels.base import Message
from jieyue.notices.weekly_leaving import leaving_address
from jieyue.patrons.rules.names import normal_email

SALT: Final = "jieyue.notices.weekly.prove"
DIGITS: Final = 8
ASKED: Final = "asked"  # `TeacherDigest.code` of a message that only asked. Stored: never rename


def address_hash(address: str) -> str:
    """Return by what an address is remembered as shown to be theirs; empty for none."""
    return keyed_hash(normal_email(address))


def proving_code(slug: str, login: str, address: str) -> str:
    """Return eight digits that stand for this colleague and address, and for no other."""
    mixed = keyed_hash(f"{SALT}:{slug}:{login}:{normal_email(address)}")
    return f"{int(mixed, 16) % 10**DIGITS:0{DIGITS}}"


def is_code(given: str, code: str) -> bool:
    """Say whether somebody typed the code, with or without blanks."""
    typed = "".join(given.split())
    return typed.isascii() and hmac.compare_digest(typed, code)


def proving_token(slug: str, login: str, address: str) -> str:
    """Return a token that only we can make. It holds no address, and ends with it."""
    return signing.dumps([slug, login, address_hash(address)], salt=SALT)


def prover_of(slug: str, token: str) -> tuple[str, str]:
    """Return sign-in name and the hash of the address; empty if it is not ours, or not for here."""
    try:
        library, login, hashed = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return "", ""
    return (str(login), str(hashed)) if library == slug else ("", "")


def asking_message(
    *, slug: str, login: str, name: str, address: str, library: str, site: str, language: str,
    message_id: str,
) -> Message:  # fmt: skip
    """Return the message that asks whether the address is theirs; it names no reader."""
    code = proving_code(slug, login, address)
    link = ""
    if site:
        path = reverse("reader:prove_weekly", args=[slug, proving_token(slug, login, address)])
        link = f"{site}{path}"
    values = {"name": name, "library": library, "code": f"{code[:4]} {code[4:]}"}
    with translation.override(language):
        blocks = [
            _("Hello %(name)s,") % values,
            _(
                "%(library)s wants to write to you here once a week about the books of your "
                "classes. The message names children, so please confirm first that this address "
                "is yours."
            )
            % values,
        ]
        links: tuple[tuple[str, str], ...] = ()
        if link:
            words = _("Confirm here: ")
            links = ((words, link),)
            blocks.append(f"{words}{link}")
        blocks += [
            _("Or enter this code on your own page, or tell it to the library: %(code)s") % values,
            _("If you do not know what this is about, do nothing: no names are sent then."),
            library,
        ]
        return Message(
            id=message_id,
            subject=_("%(library)s: is this your address?") % values,
            text="\n\n".join(blocks),
            links=links,
            unsubscribe=leaving_address(site, slug, login),
            language=language,
        )
