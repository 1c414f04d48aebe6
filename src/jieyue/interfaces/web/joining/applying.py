"""The page for people without a card (我要办证): a few short steps, then where it stands."""

from datetime import date
from typing import Any, Final, cast

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from jieyue.fees.joining import send_again, send_application
from jieyue.interfaces.web.access import LibraryRequest, elsewhere
from jieyue.interfaces.web.joining.codes import code_faults, code_notes, send_code
from jieyue.interfaces.web.joining.drafts import (
    Draft,
    draft_of,
    keep,
    may_begin,
    network_hash,
    outside_desk,
)
from jieyue.interfaces.web.joining.steps import step_form, steps_of, take_step
from jieyue.interfaces.web.joining.words import CONSENT_WORDS, fault_words
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.site.landing import account_of
from jieyue.patrons.codes import ways_offered
from jieyue.patrons.joining.applications import token_of
from jieyue.patrons.joining.consents import texts
from jieyue.patrons.joining.form import form_now
from jieyue.patrons.joining.invitations import invited_by
from jieyue.patrons.joining.outcomes import ApplicationRefused
from jieyue.patrons.queries import categories
from jieyue.patrons.rules.joining.answers import (
    contact_step_faults,
    guardian_faults,
    is_child,
    person_faults,
)
from jieyue.patrons.rules.joining.form import Fault, Form, JoiningFault

STEPS: Final = ("who", "reach", "guardian", "check")
CONSENTS: Final = ("privacy", "guardian", "messages", "history")
OWN_TO_GIVE: Final = ("messages", "history")  # freely; nothing hangs on them
STEP_OF: Final = {
    **dict.fromkeys(("name", "born_on", "under_14", "student_number", "group_name"), "who"),
    **dict.fromkeys(("category", "branch"), "who"),
    **dict.fromkeys(("phone", "email", "address", "remark"), "reach"),
    **dict.fromkeys(("guardian_name", "guardian_phone"), "guardian"),
}


@require_http_methods(["GET", "POST"])
def start(request: LibraryRequest) -> HttpResponse:
    """GET what a card is and what is asked for, `?code=` an invitation; POST begins."""
    form, today = form_now(), _today(request)
    given = request.POST.get("code", request.GET.get("code", ""))[:60]
    invited = invited_by(given, today) if given.strip() else None
    fault = None
    if given.strip():
        fault = invited.fault if invited else JoiningFault.INVITATION_UNKNOWN
    account = account_of(request)
    context: dict[str, Any] = {
        "form": form,
        "code": given,
        "invited": None if fault else invited,
        "error": fault_words(Fault("invitation", fault)) if fault else "",
        "account": account,
        "going_on": _going_on(request, form),
    }
    if request.method == "GET" or fault or not form.is_open:
        status = 422 if fault and request.method == "POST" else 200
        return draw(request, "joining/start.html", context, status=status)
    if draft_of(request) is None and not may_begin(request):
        context["refused"] = fault_words(Fault("", JoiningFault.TOO_MANY))
        return draw(request, "joining/start.html", context, status=429)
    draft = Draft(invitation=given.strip())
    if account is not None and request.POST.get("as") == "me":
        draft.texts["name"], draft.account = account.name, account.id
    if invited is not None and invited.group_name:
        draft.texts["group_name"] = invited.group_name
    keep(request, draft)
    return elsewhere(request, reverse("joining:step", args=[request.library.slug, "who"]))


def _today(request: LibraryRequest) -> date:
    day: Any = request.page["today"]
    return cast("date", day)


def _going_on(request: LibraryRequest, form: Form) -> str:
    """Return where to go on with what was typed before; empty if nothing was."""
    draft = draft_of(request)
    if draft is None or draft.again or not (draft.sent or form.is_open):
        return ""
    if draft.sent:
        return standing_address(request, draft.sent)
    return reverse("joining:step", args=[request.library.slug, "who"])


@require_http_methods(["GET", "POST"])
def step(request: LibraryRequest, name: str) -> HttpResponse:
    """GET a step; POST keeps what was typed and goes on, sends a code, or shows what is wrong."""
    if name not in STEPS:
        raise Http404("no such step")
    draft, form = draft_of(request), form_now()
    if draft is None or (not form.is_open and not draft.again):
        return elsewhere(request, reverse("joining:start", args=[request.library.slug]))
    if draft.sent:
        return elsewhere(request, standing_address(request, draft.sent))
    steps = steps_of(form, draft, _today(request))
    if name not in steps:  # a guardian is not needed any more
        return elsewhere(request, reverse("joining:step", args=[request.library.slug, "check"]))
    if name == "check":
        return _check(request, draft, form)
    faults: list[Fault] = []
    told: dict[str, str] = {}
    if request.method == "POST":
        take_step(request, name, draft, form)
        wanted = request.POST.get("do", "")
        if wanted.startswith("code:"):
            told = send_code(request, draft, wanted.removeprefix("code:"))
        else:
            told = code_faults(request, draft, name)
            faults = _step_faults(request, name, form, draft)
        keep(request, draft)
        if not wanted.startswith("code:") and not faults and not told:
            after = steps_of(form, draft, _today(request))
            address = reverse(
                "joining:step", args=[request.library.slug, after[after.index(name) + 1]]
            )
            return elsewhere(request, address)
    return _draw_step(request, name, draft, form, faults, told)


def _step_faults(request: LibraryRequest, name: str, form: Form, draft: Draft) -> list[Fault]:
    today = _today(request)
    if name == "who":
        return person_faults(form, draft.answers(), today)
    if name == "reach":
        return contact_step_faults(form, draft.answers(), ways=frozenset(ways_offered()))
    return guardian_faults(form, draft.answers(), today)


def _draw_step(
    request: LibraryRequest,
    name: str,
    draft: Draft,
    form: Form,
    faults: list[Fault],
    told: dict[str, str],
) -> HttpResponse:
    today = _today(request)
    child = is_child(draft.answers(), today)
    made = step_form(name, form, draft, choices=_choices(request, form, draft), child=child)
    rest = made.blame(faults, form)
    steps = steps_of(form, draft, today)
    contacts = code_notes(draft, name, told, ways=ways_offered())
    context = {
        "form": made,
        "step": name,
        "number": steps.index(name) + 1,
        "last": len(steps),
        "back": _back(request, steps, name),
        "errors": rest,
        "contacts": contacts,
        "is_child": child,
        "has_sms": "sms" in ways_offered(),
    }
    bad = bool(faults or any(note.get("error") for note in contacts.values()))
    status = 422 if bad and request.method == "POST" else 200
    return draw(request, "joining/step.html", context, status=status)


def _back(request: LibraryRequest, steps: list[str], name: str) -> str:
    slug, at = request.library.slug, steps.index(name)
    if at:
        return reverse("joining:step", args=[slug, steps[at - 1]])
    return reverse("joining:start", args=[slug])


def _choices(request: LibraryRequest, form: Form, draft: Draft) -> dict[str, list[tuple[str, str]]]:
    """Return card types and branches to choose from; none where there is no choice."""
    today = _today(request)
    invited = invited_by(draft.invitation, today) if draft.invitation else None
    found = {}
    offered = [(one.code, one.name) for one in categories() if one.code in form.offered]
    if len(offered) > 1 and not (invited and invited.category):
        found["category"] = offered
    places: Any = request.page["branches"]
    if len(places) > 1 and not (invited and invited.branch):
        found["branch"] = [(place.code, place.name) for place in places]
    return found


# --- The last step --------------------------------------------------------------------------------


def _check(request: LibraryRequest, draft: Draft, form: Form) -> HttpResponse:
    """GET everything once more with what is agreed to; POST sends it."""
    if request.method == "GET":
        return _draw_check(request, draft, form, [])
    draft.consents = {
        kind: int(version)
        for kind in CONSENTS
        if (version := request.POST.get(f"consent_{kind}", "")).isdecimal() and len(version) < 9
    }
    desk = outside_desk(request, caller=draft.id, key=f"{draft.rev}:{hash_of(draft)}"[:100])
    ways = tuple(ways_offered())
    if draft.again:
        outcome = send_again(desk, application=draft.again, filled=draft.filled(), ways=ways)
    else:
        account = account_of(request)
        outcome = send_application(
            desk,
            filled=draft.filled(),
            account_id=account.id if account and account.id == draft.account else None,
            from_hash=network_hash(request),
            ways=ways,
        )
    if isinstance(outcome, ApplicationRefused):
        return _draw_check(request, draft, form, list(outcome.faults))
    keep(request, Draft(id=draft.id, sent=outcome.application))
    return elsewhere(request, standing_address(request, outcome.application))


def hash_of(draft: Draft) -> str:
    """Return what stands for the ticks made: other ticks are another try."""
    return str(draft.filled())[:32]


def _draw_check(
    request: LibraryRequest, draft: Draft, form: Form, faults: list[Fault]
) -> HttpResponse:
    today = _today(request)
    child, answers = is_child(draft.answers(), today), draft.answers()
    steps, now = steps_of(form, draft, today), texts()
    wanted = [kind for kind in CONSENTS if kind != "guardian" or child]
    wrong = {fault.field: fault_words(fault, form) for fault in faults}
    language = get_language() or "zh-hans"
    consents = [
        {
            "kind": kind,
            "label": CONSENT_WORDS[kind],
            "words": now[kind].words(language, request.library.name),
            "version": now[kind].version,
            "is_needed": kind not in OWN_TO_GIVE,
            "is_ticked": draft.consents.get(kind) == now[kind].version,
            "error": wrong.pop(kind, ""),
        }
        for kind in wanted
    ]
    shown = [
        {"field": name, "step": STEP_OF[name], "text": answers.text(name)}
        for name in STEP_OF
        if name in draft.texts and answers.text(name)
    ]
    context = {
        "shown": shown,
        "own": [(q.label, t) for q, t in zip(form.questions, draft.own, strict=False) if t.strip()],
        "consents": consents,
        "errors": [(words, STEP_OF.get(name, "")) for name, words in wrong.items()],
        "number": len(steps),
        "last": len(steps),
        "back": _back(request, steps, "check"),
        "is_child": child,
        "again": draft.again,
        "rev": draft.rev,
    }
    return draw(request, "joining/check.html", context, status=409 if faults else 200)


def standing_address(request: LibraryRequest, application: str) -> str:
    """Return an application's link, with its token."""
    args = [request.library.slug, application, token_of(application)]
    return reverse("joining:standing", args=args)
