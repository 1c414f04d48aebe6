"""What a browser keeps of having been at the door or at a return point: a signed cookie each.

Not in the session, which signing in throws away: one scans the code first and signs in then. The
cookie belongs to this browser and ends by itself, so a photo of the code sent home soon fails.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

from django.core import signing
from django.http import HttpResponse

from jieyue.circulation.queries.self_service import branch_of_network, self_rules
from jieyue.circulation.rules.self_service import SelfRules
from jieyue.interfaces.web.access import LibraryRequest
from jieyue.interfaces.web.site.addresses import client_address
from jieyue.libraries.desk import Presence

HERE: Final = "jieyue_here"
POINT: Final = "jieyue_point"
SALT: Final = "jieyue.selfservice.presence"
NETWORK_MINUTES: Final = 10  # it is asked anew with every request


def remember(
    response: HttpResponse, request: LibraryRequest, rules: SelfRules, how: str, point: str,
    now: datetime,
) -> None:  # fmt: skip
    """Have the browser keep for the branch's minutes that it was here."""
    until = now + timedelta(minutes=rules.minutes)
    ends = int(until.timestamp())
    kept = [request.library.id, rules.branch_id, how, ends, point, rules.generation]
    response.set_cookie(
        POINT if how == "point" else HERE,
        signing.dumps(kept, salt=SALT, compress=False),
        max_age=rules.minutes * 60,
        path=f"/{request.library.slug}/",
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )


def presence_of(request: LibraryRequest, *, to_return: bool, now: datetime) -> Presence | None:
    """Return how this browser proved to be here, by cookie or network; None: it did not."""
    kept, generation = _kept(request, POINT if to_return else HERE)
    if kept is not None and (to_return or kept.until >= now):
        rules = self_rules(kept.branch_id)
        if rules is None or rules.generation != generation:
            kept = None  # there are new signs since, or a new screen
        elif rules.proves(kept.how):
            return kept
    if to_return:
        return None
    found = branch_of_network(client_address(request))
    if found is None:
        return kept
    until = now + timedelta(minutes=NETWORK_MINUTES)
    return Presence(branch_id=found.branch_id, how="network", until=until)


def _kept(request: LibraryRequest, name: str) -> tuple[Presence | None, str]:
    cookie = request.COOKIES.get(name, "")
    try:
        library, branch, how, until, point, generation = signing.loads(cookie, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None, ""
    if library != request.library.id:
        return None, ""
    moment = datetime.fromtimestamp(until, tz=UTC)
    return Presence(branch_id=branch, how=how, until=moment, point=point), generation
