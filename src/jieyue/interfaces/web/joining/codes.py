"""Proving a phone number or an e-mail address by a code, inside the steps of the form."""

from typing import Any, Final

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from jieyue.interfaces.web.access import LibraryRequest
from jieyue.interfaces.web.joining.drafts import Draft
from jieyue.interfaces.web.site.addresses import client_address
from jieyue.interfaces.web.site.asking import country_words
from jieyue.kit import clock
from jieyue.patrons.codes import (
    CodeAsked,
    CodeRight,
    CodeWrong,
    WhyNot,
    check_code,
    new_code,
)
from jieyue.patrons.rules.joining.answers import normal

# Field → how a code goes there, and what it is for.
CONTACTS: Final = {
    "phone": ("sms", "apply"),
    "email": ("email", "apply"),
    "guardian_phone": ("sms", "guardian"),
}
OF_STEP: Final = {"reach": ("phone", "email"), "guardian": ("guardian_phone",)}


def send_code(request: LibraryRequest, draft: Draft, field: str) -> dict[str, str]:
    """Have a code sent to what was typed; return what to say if none is."""
    if field not in CONTACTS:
        return {}
    way, purpose = CONTACTS[field]
    asked = new_code(
        purpose=purpose,
        way=way,
        address=draft.texts.get(field, ""),
        asker=client_address(request),
        language=get_language() or "zh-hans",
        now=clock.now(),
    )
    if isinstance(asked, CodeAsked):
        address = normal(field, draft.texts.get(field, ""))
        draft.codes[field] = {"code": asked.code, "address": address}
        return {}
    if asked.why is WhyNot.COUNTRY:
        return {field: country_words(asked.countries)}
    return {field: _why_words(asked.why, asked.seconds, way)}


def code_faults(request: LibraryRequest, draft: Draft, step: str) -> dict[str, str]:
    """Check the codes that were typed in a step; return what is wrong, by field."""
    wrong = {}
    for field in OF_STEP.get(step, ()):
        typed = request.POST.get(f"digits_{field}", "").strip()[:20]
        sent = draft.codes.get(field)
        address = normal(field, draft.texts.get(field, ""))
        if not typed or sent is None or sent["address"] != address or address in draft.verified:
            continue
        found = check_code(
            code=sent["code"], purpose=CONTACTS[field][1], typed=typed, now=clock.now()
        )
        if isinstance(found, CodeRight):
            draft.verified.append(address)
            draft.codes.pop(field)
        elif isinstance(found, CodeWrong) and found.left:
            wrong[field] = ngettext(
                "That is not the code. You can try %(n)s more time.",
                "That is not the code. You can try %(n)s more times.",
                found.left,
            ) % {"n": found.left}
        else:
            draft.codes.pop(field)
            wrong[field] = _("This code is over. Please have a new one sent.")
    return wrong


def code_notes(
    draft: Draft, step: str, told: dict[str, str], *, ways: list[str]
) -> dict[str, dict[str, Any]]:
    """Return for each field of a step how its code stands; none where none can be sent."""
    notes = {}
    for field in OF_STEP.get(step, ()):
        if CONTACTS[field][0] not in ways:
            continue
        address = normal(field, draft.texts.get(field, ""))
        sent = draft.codes.get(field)
        notes[field] = {
            "is_verified": bool(address) and address in draft.verified,
            "is_sent": sent is not None and sent["address"] == address,
            "error": told.get(field, ""),
        }
    return notes


def _why_words(why: WhyNot, seconds: int, way: str) -> str:
    if why is WhyNot.ADDRESS_BAD:
        if way == "sms":
            return _("A code can only go to a mobile number. Please check its digits.")
        return _("This is no e-mail address. Please check it.")
    if why is WhyNot.TOO_SOON:
        return ngettext(
            "A code is on its way. You can have another one in %(n)s second.",
            "A code is on its way. You can have another one in %(n)s seconds.",
            seconds,
        ) % {"n": seconds}
    if why is WhyNot.NO_GATEWAY:
        return _("This library cannot send codes. Please come to the desk.")
    return _("Too many codes were sent just now. Please try again later, or come to the desk.")
