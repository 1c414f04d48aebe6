"""What readers are told of all this, in the language that is active; only from what was kept."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import dateformat, translation
from django.utils.translation import gettext as _

from jieyue.community.models import MessageRecipient
from jieyue.notices.words import Words


def page_words(kind: str, facts: Mapping[str, Any]) -> tuple[str, str]:
    """Return a message's words on the reader's page, and what to do about it."""
    return _SAID[kind](facts)


def feedback_answered(facts: Mapping[str, Any], language: str) -> Words | None:
    """Return what leaves the house; the answer itself stays on the reader's page."""
    return _words("feedback_answered", facts, language)


def wish_answered(facts: Mapping[str, Any], language: str) -> Words | None:
    """Return how far a wish is."""
    return _words("wish_answered", facts, language)


def activity(facts: Mapping[str, Any], language: str) -> Words | None:
    """Return what is new of an activity."""
    return _words("activity", facts, language)


def message(facts: Mapping[str, Any], language: str) -> Words | None:  # noqa: ARG001
    """Return a message as it was written; None if the reader left meanwhile."""
    asked = MessageRecipient.objects.select_related("message")
    row = asked.filter(public_id=facts.get("message", ""), unsubscribed_at=None).first()
    return Words(row.message.name, row.message.text) if row else None


def _words(kind: str, facts: Mapping[str, Any], language: str) -> Words:
    with translation.override(language):
        text, help_ = page_words(kind, facts)
        return Words(text, f"{text} {help_}".strip())


def _feedback(_facts: Mapping[str, Any]) -> tuple[str, str]:
    return _("The library has answered your feedback."), _("Thank you for writing to us.")


def _wish(facts: Mapping[str, Any]) -> tuple[str, str]:
    name = {"name": facts.get("name") or _("a book")}
    states = {
        "considered": (
            _("Your purchase wish “%(name)s” is being considered."),
            _("You will hear what is decided."),
        ),
        "ordered": (
            _("“%(name)s”, which you wished for, is on order."),
            _("You will hear when it is there."),
        ),
        "arrived": (
            _("“%(name)s”, which you wished for, has arrived."),
            _("If you asked for it, it is being reserved for you."),
        ),
        "declined": (
            _("The library cannot get “%(name)s”, which you wished for."),
            _("The reason stands at your wish."),
        ),
    }
    text, help_ = states[facts.get("state") or "considered"]
    return text % name, help_


def _activity(facts: Mapping[str, Any]) -> tuple[str, str]:
    on = date.fromisoformat(facts.get("on") or "1970-01-01")
    figures = {
        "name": facts.get("name") or _("an activity"),
        # Translators: a Django date format, such as 12月21日 周一.
        "when": f"{dateformat.format(on, _('D j M'))} {facts.get('time', '')}".strip(),
        "place": facts.get("place", ""),
    }
    where = _("It is on %(when)s.")
    if figures["place"]:
        where = _("It is on %(when)s, %(place)s.")
    texts = {
        "signed_up": (_("You are signed up for “%(name)s”."), where),
        "waits": (
            _("You are on the waiting list for “%(name)s”."),
            _("You will hear when a place is free."),
        ),
        "moved_up": (_("A place is free: you can come to “%(name)s”."), where),
        "moved": (_("“%(name)s” is at another time or place."), where),
        "reminder": (_("Tomorrow: “%(name)s”."), where),
        "cancelled": (_("“%(name)s” is cancelled."), ""),
    }
    text, help_ = texts[facts.get("news") or "signed_up"]
    return text % figures, facts.get("why") or help_ % figures


def _message(facts: Mapping[str, Any]) -> tuple[str, str]:
    return str(facts.get("name") or _("A message from the library")), _("Tap it to read it.")


_SAID = {
    "feedback_answered": _feedback,
    "wish_answered": _wish,
    "activity": _activity,
    "message": _message,
}
