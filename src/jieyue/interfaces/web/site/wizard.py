"""Opening a library: what kind, what it is called, who runs it; a look at it all, and open.

What was typed is kept in the session until the last step, so that going back loses nothing. The
last form carries everything itself, sealed: when it comes twice, the session of the first is gone,
and the second gets the same library again.
"""

import json
import secrets
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from jieyue.accounts.passwords import NewSecret, new_secret
from jieyue.accounts.sign_in import account_of_login, signed_in
from jieyue.circulation.opening import (
    LibraryOpened,
    NewLibrary,
    NewOwner,
    OpeningRefused,
    free_slug,
    open_library,
)
from jieyue.interfaces.web import session
from jieyue.interfaces.web.access import StaffRequest, elsewhere, staff_page
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.site.landing import account_of
from jieyue.interfaces.web.site.set_up import set_up_words
from jieyue.interfaces.web.site.wizard_forms import (
    KINDS,
    AddressForm,
    LibraryForm,
    OwnerForm,
    fault_words,
)
from jieyue.kit import clock
from jieyue.kit.encryption import UnreadableSecretError, decrypt, encrypt
from jieyue.libraries.rules.kinds import STARTS

KEPT: Final = "new_library"
SEALED_SECONDS: Final = 2 * 3600
# Which step asks for a field that was refused.
STEPS: Final = {
    "kind": "site:new",
    "owner_name": "site:new_owner",
    "owner_login": "site:new_owner",
    "owner": "site:new_owner",
}

Draft = dict[str, Any]


@require_http_methods(["GET", "POST"])
def kind(request: HttpRequest) -> HttpResponse:
    """Step 1: what kind of library."""
    if request.method == "POST" and request.POST.get("kind") in STARTS:
        _keep(request, kind=request.POST["kind"])
        return elsewhere(request, reverse("site:new_library"))
    error = request.method == "POST"
    context = {"kinds": KINDS, "chosen": _kept(request).get("kind", ""), "error": error, "step": 1}
    return draw(request, "site/new_kind.html", context, status=422 if error else 200)


@require_http_methods(["GET", "POST"])
def library(request: HttpRequest) -> HttpResponse:
    """Step 2: its name and contact."""
    if "kind" not in _kept(request):
        return elsewhere(request, reverse("site:new"))
    form = LibraryForm(request.POST or None, initial=_kept(request))
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["name"] != _kept(request).get("name"):
            request.session[KEPT].pop("slug", None)  # it was made of the name
        _keep(request, **form.cleaned_data)
        return elsewhere(request, reverse("site:new_owner"))
    context = {"form": form, "step": 2}
    return draw(request, "site/new_library.html", context, status=_status(request))


@require_http_methods(["GET", "POST"])
def owner(request: HttpRequest) -> HttpResponse:
    """Step 3: who runs it: a new sign-in, or the account that is signed in."""
    kept = _kept(request)
    if "name" not in kept:
        return elsewhere(request, reverse("site:new"))
    account = account_of(request)
    if request.method == "POST" and request.POST.get("me") and account is not None:
        _keep(request, is_me=True)
        return elsewhere(request, reverse("site:new_review"))
    first = {"owner_name": kept.get("contact_name", "")} | kept
    form = OwnerForm(request.POST or None, initial=first, has_password="stored" in kept)
    if request.method == "POST" and form.is_valid():
        answers = {name: form.cleaned_data[name] for name in ("owner_name", "owner_login")}
        if form.cleaned_data["password"]:
            secret = new_secret(form.cleaned_data["password"])
            answers |= {"stored": secret.stored, "proof": secret.proof}
        _keep(request, is_me=False, **answers)
        return elsewhere(request, reverse("site:new_review"))
    context = {"form": form, "step": 3, "kept": kept, "account": account}
    return draw(request, "site/new_owner.html", context, status=_status(request))


@require_http_methods(["GET", "POST"])
def review(request: HttpRequest) -> HttpResponse:
    """Step 4: what is set up, and the library opens."""
    sealed = _unsealed(request.POST.get("sealed", "")) if request.method == "POST" else None
    draft = sealed or _kept(request)
    if not _is_complete(request, draft):
        return elsewhere(request, reverse("site:new"))
    if request.method == "GET":
        form = AddressForm(initial={"slug": draft.get("slug") or free_slug(draft["name"])})
        return _review_page(request, draft, form)
    form = AddressForm(request.POST)
    if sealed is None or not form.is_valid():
        return _review_page(request, draft, form, status=422)
    outcome = _open(request, draft, form.cleaned_data["slug"])
    if isinstance(outcome, OpeningRefused):
        return _refused(request, draft, form, outcome)
    return _welcome(request, draft, outcome)


def _review_page(
    request: HttpRequest, draft: Draft, form: AddressForm, *, status: int = 200
) -> HttpResponse:
    account = account_of(request) if draft["is_me"] else None
    sealed = {"at": int(clock.now().timestamp()), "key": secrets.token_hex(16)} | draft
    sealed["me"] = account.id if account else 0
    context = {
        "form": form,
        "step": 4,
        "draft": draft,
        "owner_name": account.name if account else draft["owner_name"],
        "kind_name": next(name for code, _icon, name, _text in KINDS if code == draft["kind"]),
        "set_up": set_up_words(draft["kind"], draft["time_zone"], clock.now()),
        "sealed": encrypt(json.dumps(sealed)),
        "host": request.get_host(),
    }
    return draw(request, "site/new_review.html", context, status=status)


def _refused(
    request: HttpRequest, draft: Draft, form: AddressForm, outcome: OpeningRefused
) -> HttpResponse:
    """Show what is wrong with the address here, with another field at the step that asks for it."""
    for field, fault in outcome.reasons:
        form.add_error("slug" if field == "slug" else None, fault_words(fault))
    elsewhere_asked = [STEPS[field] for field, _fault in outcome.reasons if field in STEPS]
    if elsewhere_asked == ["site:new_owner"] and not draft["is_me"]:
        again = OwnerForm(
            {"owner_name": draft["owner_name"], "owner_login": draft["owner_login"]},
            has_password=True,
        )
        again.full_clean()  # asks the database, so not while drawing
        context = {"form": again, "step": 3, "kept": draft, "account": None}
        return draw(request, "site/new_owner.html", context, status=409)
    return _review_page(request, draft, form, status=409)


def _open(request: HttpRequest, draft: Draft, slug: str) -> LibraryOpened | OpeningRefused:
    fields = ("kind", "name", "contact_name", "contact_phone", "address", "time_zone")
    who: NewOwner | int = draft.get("me", 0)
    if not draft["is_me"]:
        secret = NewSecret(draft["stored"], draft["proof"])
        who = NewOwner(name=draft["owner_name"], login=draft["owner_login"], password=secret)
    return open_library(
        library=NewLibrary(slug=slug, **{field: draft[field] for field in fields}),
        owner=who,
        now=clock.now(),
        key=draft["key"],
    )


def _welcome(request: HttpRequest, draft: Draft, opened: LibraryOpened) -> HttpResponse:
    """Sign the owner in, and go on to the first book."""
    if draft["is_me"]:
        request.session.pop(KEPT, None)
    else:
        account_id = account_of_login(draft["owner_login"])
        one = signed_in(account_id) if account_id else None
        if one is not None:
            session.sign_in_account(request, one, how="password", now=clock.now())
    return elsewhere(request, reverse("site:welcome", args=[opened.slug]))


@require_GET
@staff_page()
def welcome(request: StaffRequest) -> HttpResponse:
    """The library is open: the way to its first book, and what may come then."""
    return draw(request, "site/welcome.html", {"host": request.get_host()})


def _is_complete(request: HttpRequest, draft: Draft) -> bool:
    has_owner = draft.get("is_me") or {"owner_name", "owner_login", "stored"} <= draft.keys()
    if draft.get("is_me"):
        account = account_of(request)
        if account is None or draft.get("me", account.id) != account.id:
            return False
    return bool({"kind", "name", "time_zone", "is_me"} <= draft.keys() and has_owner)


def _unsealed(text: str) -> Draft | None:
    """Return what the last form carried; None if it is not ours, or from long ago."""
    try:
        draft: Draft = json.loads(decrypt(text)) if text else {}
    except (UnreadableSecretError, ValueError):
        return None
    is_fresh = draft.get("at", 0) + SEALED_SECONDS > clock.now().timestamp()
    return draft if is_fresh else None


def _status(request: HttpRequest) -> int:
    return 422 if request.method == "POST" else 200


def _kept(request: HttpRequest) -> Draft:
    kept: Draft = request.session.get(KEPT, {})
    return kept


def _keep(request: HttpRequest, **answers: Any) -> None:
    request.session[KEPT] = _kept(request) | answers
