"""What stands on a reader's own page. To add an entry, add a line; see `Entry`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jieyue.interfaces.web import session
from jieyue.interfaces.web.access import LibraryRequest, signed_in_reader

When = Literal["reader", "several", "nobody", "always"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the list: for whom, the page's url name, a picture of the sprite, the words.

    A name that no page has yet does not show.
    """

    when: When
    url: str
    icon: str
    words: str | Promise


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry with its address, and how many wait there."""

    address: str
    icon: str
    words: str
    badge: int


MINE: Final = (
    Entry("reader", "reader:card", "id-card", _("My card")),
    Entry("reader", "reader:loans", "book-open", _("My loans")),
    Entry("reader", "reader:holds", "bookmark", _("My reservations")),
    Entry("reader", "reader:fees", "wallet", _("My fees")),
    Entry("reader", "reader:history", "history", _("History")),
    Entry("reader", "reader:calendar", "calendar", _("Due dates in my calendar")),
    Entry("reader", "reader:notices", "mail", _("Messages")),
    Entry("reader", "voice:wishes", "book-plus", _("Purchase wishes")),
    Entry("always", "voice:activities", "calendar", _("Activities")),
    Entry("reader", "voice:mine", "heart", _("Write to the library")),
    Entry("nobody", "voice:write", "heart", _("Write to the library")),
    Entry("reader", "family:home", "users-round", _("Family and helpers")),
)
SETTINGS: Final = (
    Entry("several", "site:change_reader", "users", _("For whom?")),
    Entry("reader", "site:account", "shield-check", _("Sign-in and security")),
    Entry("always", "library:about", "map-pin", _("Opening hours, rules, where we are")),
    Entry("always", "library:help", "circle-help", _("Help for the first visit")),
    Entry("always", "reader:install", "square-plus", _("Put it on my phone")),
)
OF_CARD: Final = (
    Entry("several", "site:change_reader", "users", _("Another card of the family")),
    Entry("reader", "site:account", "triangle-alert", _("Lost the card? Stop it at once")),
)
OFFLINE: Final = (
    Entry("always", "reader:card", "id-card", _("My card")),
    Entry("always", "reader:loans", "book-open", _("My loans")),
    Entry("always", "reader:holds", "bookmark", _("My reservations")),
    Entry("always", "reader:home", "house", _("Home")),
)


def shown(
    request: LibraryRequest, entries: Iterable[Entry], badges: Mapping[str, int] | None = None
) -> list[Shown]:
    """Return what of a list this person sees; `badges`: how many wait at a url."""
    here = "nobody" if signed_in_reader(request) is None else "reader"
    family = session.proved(request, request.library.id)
    several = ("several",) if here == "reader" and len(family) > 1 else ()
    found = []
    for one in entries:
        if one.when not in (here, "always", *several):
            continue
        try:
            address = reverse(one.url, args=[request.library.slug])
        except NoReverseMatch:
            continue
        badge = (badges or {}).get(one.url, 0)
        found.append(Shown(address, one.icon, str(one.words), badge))
    return found
