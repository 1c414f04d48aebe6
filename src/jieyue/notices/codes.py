"""Sending one-time codes: the promise `notices.code`, kept within a second or two.

A code is of no use after ten minutes, so it waits for no quiet hours and for no digest.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final

from django.utils import translation
from django.utils.translation import gettext as _

from jieyue.libraries.desk import Desk
from jieyue.libraries.gateways import gateway
from jieyue.libraries.queries import library_by_slug
from jieyue.notices.channels.base import Failed, Message
from jieyue.notices.channels.limits import allowance
from jieyue.notices.channels.reach import learn
from jieyue.patrons.codes import (
    ON_RECORD,
    ONLY_WORDS,
    VALID,
    CodeToSend,
    code_sent,
    code_to_send,
)

LANGUAGES: Final = ("zh-hans", "en")


class TryAgainError(RuntimeError):
    """The service did not take it just now; the worker tries again while the code is good."""


def send_code(desk: Desk, payload: Mapping[str, Any]) -> str:
    """Send a code, if it still waits and its address is one to send it to. Returns its state.

    Raises TryAgainError. A worker that dies in between sends the same message again.
    """
    found = code_to_send(code=str(payload["code"]), now=desk.now)
    if found is None:
        return "over"
    if not found.is_wanted:
        code_sent(found, state="unknown")
        return "unknown"
    service = gateway(found.way)
    if service is None:
        code_sent(found, state="failed", failure="no_gateway")
        return "failed"
    if not allowance(service, desk.now, desk.zone).take(service.cost_cents):
        code_sent(found, state="failed", failure="limit")
        return "failed"
    channel = import_module(f"jieyue.notices.channels.{found.way}")
    result = channel.send(service, found.address, message_of(desk, found))
    if not isinstance(result, Failed):
        code_sent(found, state="sent")
        return "sent"
    if result.scope == "service":
        raise TryAgainError(f"{found.way}: {result.code}")
    if found.purpose in ON_RECORD:  # of others nothing is kept
        learn(found.way, found.address, result, desk.now)
    code_sent(found, state="failed", failure=result.code)
    return "failed"


def message_of(desk: Desk, found: CodeToSend) -> Message:
    """Return what is said, in the language of the page where the code was asked for."""
    library = library_by_slug(desk.slug)
    name = library.name if library is not None else desk.slug
    minutes = int(VALID.total_seconds()) // 60
    language = found.language if found.language in LANGUAGES else LANGUAGES[0]
    values = {"library": name, "code": found.code, "minutes": minutes}
    if found.purpose in ONLY_WORDS:
        return _word(found, name, language)
    with translation.override(language):
        text = (
            _(
                "%(library)s: your code is %(code)s. It is good for %(minutes)s minutes. "
                "Tell it to nobody; the library never asks for it."
            )
            % values
        )
        if found.link:
            text += "\n\n" + _("Or open this page and confirm there:") + f"\n{found.link}"
        subject = _("%(code)s is your code for %(library)s") % values
    return Message(
        id=f"code-{found.public_id}",
        subject=subject,
        text=text,
        template="code",
        params={"library": name, "code": found.code, "minutes": str(minutes)},
        language=language,
    )


def _word(found: CodeToSend, library: str, language: str) -> Message:
    """Return what a reader is told of their own record; there is nothing to type."""
    values = {"library": library}
    with translation.override(language):
        if found.purpose == "changed":
            template = "address_changed"
            text = _(
                "%(library)s: your reader's record has another phone number or e-mail address now. "
                "If you did not change it, tell the library at once."
            )
            subject = _("%(library)s: your phone number or e-mail address was changed")
        else:
            template = "passkey_made"
            text = _(
                "%(library)s: a new passkey signs in as you now. If you did not make it, remove it "
                "under “Me” → “Sign-in and security”, or tell the library at once."
            )
            subject = _("%(library)s: a new passkey was made")
    return Message(
        id=f"code-{found.public_id}",
        subject=subject % values,
        text=text % values,
        template=template,
        params={"library": library},
        language=language,
    )
