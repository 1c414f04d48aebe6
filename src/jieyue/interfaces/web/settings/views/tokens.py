"""Keys for other programs."""

from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from jieyue.interfaces.web.access import StaffRequest, staff_page
from jieyue.interfaces.web.settings.answers import done, show, to
from jieyue.interfaces.web.settings.fields import rights_in, rights_offered
from jieyue.interfaces.web.settings.places import Reach
from jieyue.interfaces.web.settings.staff_forms import TokenForm
from jieyue.interfaces.web.settings.words import TOKEN_TROUBLES, right_words
from jieyue.libraries import tokens as keys
from jieyue.libraries.queries import branches
from jieyue.libraries.rules.permissions import Permission


@staff_page(Permission.SETTINGS)
@require_http_methods(["GET", "POST"])
def tokens(request: StaffRequest) -> HttpResponse:
    """GET the keys with a form for one more; POST it. The secret is shown in this one answer."""
    own = request.staff.branch_ids
    form = TokenForm(
        request.POST or None,
        branches=[b for b in branches() if own is None or b.id in own],
        everywhere=request.desk.works_at(None),
        rights=rights_offered(request.desk.permissions),
    )
    if request.method == "GET":
        return show(request, "tokens.html", _rows(request) | {"form": form})
    if not form.is_valid():
        return show(request, "tokens.html", _rows(request) | {"form": form}, status=422)
    outcome = keys.issue_token(
        request.desk,
        name=form.cleaned_data["name"],
        branch=form.cleaned_data["branch"],
        all_branches=form.cleaned_data.get("all_branches", False),
        permissions=rights_in(form, "permissions"),
    )
    if isinstance(outcome, keys.TokenRefused):
        trouble = TOKEN_TROUBLES.get(outcome.reason, outcome.reason)
        context = _rows(request) | {"form": form, "trouble": trouble}
        return show(request, "tokens.html", context, status=409)
    answer = show(request, "tokens.html", _rows(request) | {"issued": outcome}, status=201)
    # The one page with a secret on it: no cache keeps it.
    answer.headers["Cache-Control"] = "no-store"
    return answer


@staff_page(Permission.SETTINGS)
@require_POST
def revoke(request: StaffRequest) -> HttpResponse:
    """POST: the key opens nothing any more."""
    outcome = keys.revoke_token(request.desk, name=request.POST.get("token", ""))
    if not outcome.was_known:
        raise Http404("no such key")
    return done(request, _("The key opens nothing any more."), to(request, "tokens"))


def _rows(request: StaffRequest) -> dict[str, Any]:
    rows: list[dict[str, Any]] = []
    revoked: list[dict[str, Any]] = []
    reach = Reach(request.desk)
    for token in keys.tokens():
        row = {
            "token": token,
            "rights": [right_words(right) for right in token.permissions],
            "may_change": ("" if token.all_branches else token.branch) in reach,
        }
        (rows if token.revoked_at is None else revoked).append(row)
    return {"rows": rows, "revoked": revoked, "may_change": True}
