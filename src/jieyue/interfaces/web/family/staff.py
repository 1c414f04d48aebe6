"""What staff do about links: make, confirm, end; whose class is whose; the family rules."""

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jieyue.interfaces.web.access import StaffRequest, elsewhere, staff_page
from jieyue.interfaces.web.family.words import ALLOWS, KINDS, fault_words
from jieyue.interfaces.web.rendering import draw
from jieyue.kit.ids import public_id
from jieyue.libraries.rules.permissions import Permission
from jieyue.libraries.settings.queries import colleagues
from jieyue.patrons.groups import classes, groups_by_staff
from jieyue.patrons.linking import (
    Allows,
    LinkFault,
    LinkRefused,
    LinkSaved,
    answer_link,
    change_link,
    end_link,
    make_link,
    set_family_rules,
)
from jieyue.patrons.links import family_choice, links_of
from jieyue.patrons.queries import PatronView, find_patrons, patron_by_card, patron_by_id
from jieyue.patrons.rules.family import MAX_AGE, Reminds
from jieyue.patrons.teaching import StaffGroupsRefused, set_staff_groups

REMINDS: Final[tuple[tuple[str, Any], ...]] = (
    (Reminds.NO_PHONE.value, lazy("When nothing reaches the child itself")),
    (Reminds.ALWAYS.value, lazy("Always, beside the child")),
    (Reminds.NEVER.value, lazy("Never")),
)


@require_GET
@staff_page(Permission.PATRON_EDIT)
def of_reader(request: StaffRequest, patron: str) -> HttpResponse:
    """GET a reader's links in both directions, and a form to make one."""
    return _page(request, _reader(patron))


@require_POST
@staff_page(Permission.PATRON_EDIT)
def make(request: StaffRequest, patron: str) -> HttpResponse:
    """POST `who` (card, number or name) and `kind`: they act for this reader from now on."""
    reader = _reader(patron)
    text = request.POST.get("who", "").strip()[:100]
    kind = request.POST.get("kind", "")
    if kind not in dict(KINDS):
        raise Http404("no such kind")
    found = [one.public_id for one in find_patrons(text, limit=2)] if text else []
    by_card = patron_by_card(text[:40]) if text else None
    if by_card is not None:
        found = [by_card.public_id]
    if len(found) != 1:
        several = _("Several readers fit. Enter the card or student number.")
        fault = several if found else fault_words([LinkFault.READER_UNKNOWN])
        return _page(request, reader, fault=fault, who=text, status=409)
    outcome = make_link(
        request.desk, actor=found[0], reader=reader.public_id, kind=kind, allows=_allowed(request)
    )
    if isinstance(outcome, LinkRefused):
        return _page(request, reader, fault=fault_words(outcome.faults), who=text, status=409)
    messages.success(request, _("The link is made."))
    return elsewhere(request, _address(request, "links:reader", patron))


@require_POST
@staff_page(Permission.PATRON_EDIT)
def change(request: StaffRequest, patron: str, link: str) -> HttpResponse:
    """POST `do`: confirm, decline, end, or what is allowed by a link of this reader."""
    reader = _reader(patron)
    if link not in {view.link for view in links_of(reader.id, request.desk.today)}:
        raise Http404("no link of this reader")
    outcome: LinkSaved | LinkRefused
    if (do := request.POST.get("do", "")) in ("confirm", "decline"):
        outcome = answer_link(request.desk, link=link, agrees=do == "confirm")
    elif do == "allow":
        outcome = change_link(request.desk, link=link, allows=_allowed(request))
    else:
        outcome = end_link(request.desk, link=link)
    if isinstance(outcome, LinkRefused):
        messages.error(request, fault_words(outcome.faults))
    else:
        text = _("Ended.") if outcome.is_ended else _("Confirmed.")
        text = _("Saved.") if do == "allow" else text
        messages.success(request, text)
    if request.POST.get("from") == "waiting":
        return elsewhere(request, reverse("links:waiting", args=[request.library.slug]))
    return elsewhere(request, _address(request, "links:reader", patron))


@require_http_methods(["GET", "POST"])
@staff_page(Permission.SETTINGS)
def rules(request: StaffRequest) -> HttpResponse:
    """GET what guardians may see and hear; POST another choice."""
    chosen = family_choice()
    context: dict[str, Any] = {
        "page_active": "settings",
        "reminds": REMINDS,
        "max_age": MAX_AGE,
        "titles": chosen.titles_until_age,
        "guardians": chosen.guardians_until_age,
        "remind": chosen.reminds.value,
        "may_ask": chosen.readers_may_ask,
        "key": public_id(),
    }
    if request.method == "GET":
        return draw(request, "family/rules.html", context)
    titles, guardians = (_age(request, name) for name in ("titles", "guardians"))
    remind, may_ask = request.POST.get("remind", ""), request.POST.get("may_ask") == "1"
    if remind not in set(Reminds):
        raise Http404("no such way")
    outcome = set_family_rules(
        request.desk,
        titles_until_age=titles,
        guardians_until_age=guardians,
        reminds=remind,
        readers_may_ask=may_ask,
    )
    if isinstance(outcome, LinkRefused):
        context |= {"fault": fault_words(outcome.faults), "remind": remind, "may_ask": may_ask}
        context |= {"titles": request.POST.get("titles"), "guardians": request.POST["guardians"]}
        return draw(request, "family/rules.html", context, status=409)
    messages.success(request, _("Saved."))
    return elsewhere(request, reverse("links:rules", args=[request.library.slug]))


@require_http_methods(["GET", "POST"])
@staff_page(Permission.STAFF)
def teachers(request: StaffRequest) -> HttpResponse:
    """GET which colleague looks after which classes; POST those of one."""
    if request.method == "POST":
        outcome = set_staff_groups(
            request.desk,
            login=request.POST.get("login", "")[:150],
            groups=tuple(request.POST.getlist("group")),
        )
        if isinstance(outcome, StaffGroupsRefused):
            if outcome.reason == "colleague_unknown":
                raise Http404("no such colleague")
            messages.error(request, _("Those are too many classes for one colleague."))
        else:
            messages.success(request, _("Saved."))
        return elsewhere(request, reverse("links:teachers", args=[request.library.slug]))
    have = groups_by_staff()
    context = {
        "page_active": "settings",
        "people": [
            {"person": one, "groups": have.get(one.login, ())} for one in colleagues() if one.login
        ],
        "classes": [view.name for view in classes(request.desk.today)],
        "key": public_id(),
    }
    return draw(request, "family/teachers.html", context)


def _allowed(request: StaffRequest) -> Allows:
    given = {name.removeprefix("may_"): request.POST.get(name) == "1" for name, _words in ALLOWS}
    return Allows(**given)


def _age(request: StaffRequest, name: str) -> int:
    text = request.POST.get(name, "").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else -1


def _reader(patron: str) -> PatronView:
    found = patron_by_id(patron)
    if found is None:
        raise Http404("no such reader")
    return found


def _address(request: StaffRequest, name: str, patron: str) -> str:
    return reverse(name, args=[request.library.slug, patron])


def _page(
    request: StaffRequest, reader: PatronView, *, fault: str = "", who: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "page_active": "patrons",
        "reader": reader,
        "links": [
            {
                "link": link,
                "allows": [(name, words, getattr(link, name)) for name, words in ALLOWS],
                "said": [str(words) for name, words in ALLOWS if getattr(link, name)],
            }
            for link in links_of(reader.id, request.desk.today)
        ],
        "kinds": KINDS,
        "allows": [(name, words, name in ("may_renew", "may_reserve")) for name, words in ALLOWS],
        "fault": fault,
        "who": who,
        "key": public_id(),
    }
    return draw(request, "family/staff.html", context, status=status)
