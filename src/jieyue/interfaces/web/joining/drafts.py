"""What somebody has typed so far, kept in their session, encrypted; nothing is lost on the way."""

import json
import secrets
from dataclasses import dataclass, field
from typing import Any, Final

from django.http import HttpRequest
from django.utils.translation import get_language

from jieyue.accounts.counting import is_too_often
from jieyue.accounts.rules.devices import source_of
from jieyue.interfaces.web import session
from jieyue.interfaces.web.access import LibraryRequest, signed_in_reader
from jieyue.interfaces.web.site.addresses import client_address
from jieyue.kit import clock
from jieyue.kit.encryption import UnreadableSecretError, decrypt, encrypt, keyed_hash
from jieyue.libraries.desk import Desk, Door
from jieyue.patrons.joining.applications import Filled
from jieyue.patrons.rules.joining.answers import Answers

SESSION: Final = "joining"  # {library id: encrypted draft}
MAX_KEPT: Final = 11_000  # characters of an answer: more than any may have, so that it is not lost
MAX_DRAFT: Final = 24_000  # characters of all answers: no form asks for half as much
MOST_BEGUN: Final = 300  # an hour, from a network: a school goes out by one
MAX_OWN: Final = 5


@dataclass(slots=True)
class Draft:
    """An application being filled in. `rev` is new with every change: a repeat is known by it."""

    id: str = field(default_factory=lambda: secrets.token_urlsafe(9))
    rev: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    own: list[str] = field(default_factory=list)
    under_14: str = ""
    category: str = ""
    branch: str = ""
    invitation: str = ""
    verified: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)  # field → {code, address}
    consents: dict[str, int] = field(default_factory=dict)
    account: int = 0  # whose sign-in it shall be, if somebody signed in said so
    again: str = ""  # the application whose answers are changed
    sent: str = ""  # the one that was sent with it

    def answers(self) -> Answers:
        """Return the answers as the rules read them."""
        return Answers(
            texts=dict(self.texts),
            own=tuple(self.own),
            under_14=self.under_14,
            category=self.category,
            branch=self.branch,
            invitation=self.invitation,
            verified=frozenset(self.verified),
        )

    def filled(self) -> Filled:
        """Return the form as it is sent."""
        consents = tuple(sorted(self.consents.items()))
        return Filled(self.answers(), consents, get_language() or "zh-hans")


def draft_of(request: LibraryRequest) -> Draft | None:
    """Return what was typed so far at this library, if anything."""
    kept = request.session.get(SESSION, {}).get(str(request.library.id))
    if not kept:
        return None
    try:
        known: dict[str, Any] = json.loads(decrypt(kept))
        return Draft(**known)
    except (UnreadableSecretError, TypeError, ValueError):
        return None


def keep(request: LibraryRequest, draft: Draft) -> None:
    """Keep a draft, changed: for three days of rest, one that was sent for two weeks."""
    draft.rev = secrets.token_urlsafe(9)
    _cut(draft)
    session.keep_short(request, days=14 if draft.sent else 3)
    values = {name: getattr(draft, name) for name in Draft.__slots__}
    mine = {str(request.library.id): encrypt(json.dumps(values, ensure_ascii=False))}
    request.session[SESSION] = request.session.get(SESSION, {}) | mine


def _cut(draft: Draft) -> None:
    """Cut what nobody needs to type, so that sessions stay small."""
    left = MAX_DRAFT
    for name, text in draft.texts.items():
        draft.texts[name] = text[:left]
        left -= len(draft.texts[name])
    for number, text in enumerate(draft.own):
        draft.own[number] = text[:left]
        left -= len(draft.own[number])


def may_begin(request: LibraryRequest) -> bool:
    """Count a form begun; False if there were too many from this network within the hour."""
    return not is_too_often("join", client_address(request), most=MOST_BEGUN, now=clock.now())


def forget(request: LibraryRequest) -> None:
    """Forget the draft of this library."""
    kept = dict(request.session.get(SESSION, {}))
    kept.pop(str(request.library.id), None)
    request.session[SESSION] = kept


def read_text(request: HttpRequest, name: str) -> str:
    """Return what was typed into a field, cut to what is kept."""
    return str(request.POST.get(name, ""))[:MAX_KEPT]


def outside_desk(request: LibraryRequest, *, caller: str, key: str | None = None) -> Desk:
    """Return the desk of whoever applies: no rights, whoever they are elsewhere."""
    places: Any = request.page.get("branches") or []
    reader = signed_in_reader(request)
    return Desk(
        library_id=request.library.id,
        slug=request.library.slug,
        branch_id=reader.branch_id if reader else places[0].id if places else 0,
        zone=request.library.zone,
        door=Door.READER,
        now=clock.now(),
        permissions=frozenset(),
        caller=f"applicant:{caller}"[:40],
        key=key,
    )


def network_hash(request: HttpRequest) -> str:
    """Return what stands for the network address an application comes from."""
    return keyed_hash(f"applies-from:{source_of(client_address(request))}")
