"""Whom I act for, what they have, and renewing or cancelling for them; who acts for me."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from jieyue.circulation.actions.hold_outcomes import HoldRefused
from jieyue.circulation.actions.holds import cancel_hold
from jieyue.circulation.actions.renew import NotRenewed, Renewals, renew
from jieyue.circulation.queries.holds import holds_of
from jieyue.circulation.queries.loans import loans_of
from jieyue.circulation.rules.reasons import Reason
from jieyue.fees.queries import owed_cents
from jieyue.interfaces.web import session
from jieyue.interfaces.web.access import ReaderRequest, elsewhere, reader_page
from jieyue.interfaces.web.family.words import ALLOWS, KINDS, fault_words
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.site.addresses import local_address
from jieyue.interfaces.web.words import to_reader
from jieyue.kit.ids import public_id
from jieyue.libraries.actions import ForbiddenError
from jieyue.libraries.desk import Desk
from jieyue.patrons.linking import (
    Allows,
    LinkFault,
    LinkRefused,
    LinkSaved,
    answer_link,
    ask_link,
    end_link,
    share_titles,
)
from jieyue.patrons.links import (
    ActingFor,
    acting_for,
    desk_for,
    family_choice,
    links_of,
    people_for,
)


@require_GET
@reader_page
def family(request: ReaderRequest) -> HttpResponse:
    """GET whom I act for, with how many books each has, and who acts for me."""
    return _home(request)


@require_POST
@reader_page
def ask(request: ReaderRequest) -> HttpResponse:
    """POST `number` and `name` of whom I want to act for, and as what."""
    kind = request.POST.get("kind", "")
    if kind not in dict(KINDS):
        raise Http404("no such kind")
    number, name = request.POST.get("number", "")[:40], request.POST.get("name", "")[:100]
    outcome = ask_link(request.desk, number=number, name=name, kind=kind, allows=Allows())
    if isinstance(outcome, LinkRefused):
        return _home(request, fault=fault_words(outcome.faults), status=409)
    messages.success(
        request, _("Asked. It counts as soon as they, or the library, have confirmed it.")
    )
    return elsewhere(request, _address(request))


@require_POST
@reader_page
def choose(request: ReaderRequest) -> HttpResponse:
    """POST `reader`: for whom I reserve and borrow from now on; empty for myself."""
    fallback = _address(request)
    back = local_address(request, request.POST.get("next", ""), fallback)
    reader = request.POST.get("reader", "")[:12]
    if reader and acting_for(_me(request), reader, request.desk.today) is None:
        messages.error(request, fault_words([LinkFault.LINK_UNKNOWN]))
        reader = ""
    session.choose_acting(request, _me(request), reader)
    return elsewhere(request, back)


@require_POST
@reader_page
def answer(request: ReaderRequest, link: str) -> HttpResponse:
    """POST `agrees`: whether somebody may act for me."""
    agrees = request.POST.get("agrees") == "1"
    outcome = answer_link(request.desk, link=link, agrees=agrees)
    done = _("They may act for you now.") if agrees else _("Declined.")
    return _said(request, outcome, done)


@require_POST
@reader_page
def end(request: ReaderRequest, link: str) -> HttpResponse:
    """POST: it ends at once, whichever side says so."""
    return _said(request, end_link(request.desk, link=link), _("Ended."))


@require_POST
@reader_page
def share(request: ReaderRequest, link: str) -> HttpResponse:
    """POST `shares`: whether who acts for me sees what I read."""
    shares = request.POST.get("shares") == "1"
    done = _("They see your titles now.") if shares else _("They no longer see your titles.")
    return _said(request, share_titles(request.desk, link=link, shares=shares), done)


@require_GET
@reader_page
def person(request: ReaderRequest, reader: str) -> HttpResponse:
    """GET what somebody I act for has: loans, reservations, and dues if the link says so."""
    whom, desk = _whom(request, reader)
    loans = loans_of(desk, whom.reader_id)
    holds = holds_of(desk, whom.reader_id)
    owed = owed_cents([whom.reader_id]).get(whom.reader_id, 0) if whom.may_settle else 0
    context = {
        "page_active": "loans",
        "whom": whom,
        "family": people_for(_me(request), request.desk.today),
        "loans": [
            {
                "loan": loan,
                "why": to_reader(loan.reasons[0], request.desk.today) if loan.reasons else None,
            }
            for loan in loans
        ],
        "holds": holds,
        "owed_cents": owed,
        "renewable": sum(loan.renewed_on is not None for loan in loans),
        "key": public_id(),
    }
    return draw(request, "family/person.html", context)


@require_POST
@reader_page
def renew_one(request: ReaderRequest, reader: str, loan: str) -> HttpResponse:
    """POST: renew a loan of theirs; any other is not there."""
    whom, desk = _whom(request, reader)
    try:
        outcome = renew(desk, loans=(loan,))
    except ForbiddenError as error:
        raise Http404("not allowed by the link") from error
    [result] = outcome.results
    if isinstance(result, NotRenewed) and result.reasons[0].code is Reason.LOAN_UNKNOWN:
        raise Http404("no such loan")
    return _renewed(request, whom, outcome)


@require_POST
@reader_page
def renew_all(request: ReaderRequest, reader: str) -> HttpResponse:
    """POST: renew what of theirs can be renewed."""
    whom, desk = _whom(request, reader)
    if not whom.may_renew:
        raise Http404("not allowed by the link")
    found = loans_of(desk, whom.reader_id)
    chosen = tuple(loan.loan for loan in found if loan.renewed_on is not None)
    if not chosen:
        messages.warning(request, _("Nothing can be renewed now. The reason stands at each book."))
        return elsewhere(request, _address(request, whom))
    return _renewed(request, whom, renew(desk, loans=chosen))


@require_POST
@reader_page
def cancel(request: ReaderRequest, reader: str, hold: str) -> HttpResponse:
    """POST: cancel a reservation of theirs; any other is not there."""
    whom, desk = _whom(request, reader)
    try:
        outcome = cancel_hold(desk, hold=hold)
    except ForbiddenError as error:
        raise Http404("not allowed by the link") from error
    if isinstance(outcome, HoldRefused):
        if any(why.code is Reason.HOLD_UNKNOWN for why in outcome.reasons):
            raise Http404("no such hold")
        for why in outcome.reasons:
            words = to_reader(why, request.desk.today)
            messages.error(request, f"{words.text} {words.help}".strip())
    else:
        messages.success(request, _("The reservation is cancelled."))
    return elsewhere(request, _address(request, whom))


def _home(request: ReaderRequest, *, fault: str = "", status: int = 200) -> HttpResponse:
    today = request.desk.today
    links = links_of(_me(request), today)
    context: dict[str, Any] = {
        "page_active": "me",
        "mine": [link for link in links if link.is_mine],
        "others": [link for link in links if not link.is_mine],
        "kinds": KINDS,
        "kind_words": dict(KINDS),
        "allows": ALLOWS,
        "may_ask": family_choice().readers_may_ask,
        "fault": fault,
        "number": request.POST.get("number", ""),
        "name": request.POST.get("name", ""),
        "key": public_id(),
    }
    return draw(request, "family/home.html", context, status=status)


def _me(request: ReaderRequest) -> int:
    assert request.desk.patron_id is not None
    return request.desk.patron_id


def _whom(request: ReaderRequest, reader: str) -> tuple[ActingFor, Desk]:
    """Return whom this is about, and the desk at which I act for them; 404 for anybody else."""
    whom = acting_for(_me(request), reader, request.desk.today)
    if whom is None:
        raise Http404("nobody I act for")
    return whom, desk_for(request.desk, whom)


def _address(request: ReaderRequest, whom: ActingFor | None = None) -> str:
    if whom is None:
        return reverse("family:home", args=[request.library.slug])
    return reverse("family:person", args=[request.library.slug, whom.reader])


def _said(request: ReaderRequest, outcome: LinkSaved | LinkRefused, done: str) -> HttpResponse:
    if isinstance(outcome, LinkRefused):
        if LinkFault.LINK_UNKNOWN in outcome.faults:
            raise Http404("no link of mine")
        messages.error(request, fault_words(outcome.faults))
    else:
        messages.success(request, done)
    return elsewhere(request, _address(request))


def _renewed(request: ReaderRequest, whom: ActingFor, outcome: Renewals) -> HttpResponse:
    done = sum(result.type == "renewed" for result in outcome.results)
    if done:
        text = ngettext("%(n)s book renewed.", "%(n)s books renewed.", done)
        messages.success(request, text % {"n": done})
    for result in outcome.results:
        if isinstance(result, NotRenewed):
            words = " ".join(to_reader(why, request.desk.today).text for why in result.reasons)
            title = f"{result.title} " if whom.shows_titles else ""
            messages.error(request, f"{title}{words}".strip())
    return elsewhere(request, _address(request, whom))
