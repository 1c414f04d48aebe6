"""What the library asks of who wants a card, which rules approve, and the words agreed to."""

from typing import Any, Final
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods

from jieyue.interfaces.web.access import StaffRequest, elsewhere, staff_page
from jieyue.interfaces.web.joining.drafts import Draft
from jieyue.interfaces.web.joining.steps import step_form
from jieyue.interfaces.web.joining.words import CONSENT_WORDS, FIELD_WORDS, fault_words
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.settings.words import trouble_words
from jieyue.libraries.rules.permissions import Permission
from jieyue.libraries.settings.outcomes import Saved
from jieyue.patrons.codes import ways_offered
from jieyue.patrons.joining.consents import KINDS, edit_consent_text, texts
from jieyue.patrons.joining.form import edit_joining, form_now
from jieyue.patrons.joining.outcomes import JoiningSaved
from jieyue.patrons.queries import categories
from jieyue.patrons.rules.joining.form import (
    ALWAYS,
    ASKS,
    FIELDS,
    MAX_QUESTIONS,
    OFF,
    OPTIONAL,
    WITH_PATTERN,
    Ask,
    Form,
    Question,
    Rule,
)

ASK_WORDS: Final = {
    "off": lazy("not asked"),
    "optional": lazy("may be left out"),
    "required": lazy("must be given"),
}
RULE_WORDS: Final = {
    Rule.ROSTER: (
        lazy("Who is on the roster"),
        lazy("A reader you imported without a sign-in, of the same number and name"),
    ),
    Rule.INVITED: (lazy("Who has an invitation"), lazy("A code or slip you gave out")),
    Rule.DOMAIN: (
        lazy("Who has an e-mail address of ours"),
        lazy("Proved by a code; for companies and universities"),
    ),
    Rule.EVERYBODY: (lazy("Everybody"), lazy("Nobody looks; whoever fills in the form has a card")),
}
MAX_TEXT: Final = 11_000


@staff_page(Permission.SETTINGS)
@require_http_methods(["GET", "POST"])
def form(request: StaffRequest) -> HttpResponse:
    """GET the form's settings; POST saves them, `do=preview` only shows the form as it would be."""
    if request.method == "GET":
        return _draw(request, form_now(), {})
    given = _read(request)
    if request.POST.get("do") == "preview":
        return draw(request, "joining/preview.html", _preview(given))
    outcome = edit_joining(request.desk, form=given)
    if isinstance(outcome, JoiningSaved):
        messages.success(request, _("The form is saved."))
        return elsewhere(request, reverse("applications:form", args=[request.library.slug]))
    return _draw(request, given, {one.field: fault_words(one) for one in outcome.faults})


def _read(request: StaffRequest) -> Form:
    given = request.POST

    def text(name: str) -> str:
        return str(given.get(name, ""))[:MAX_TEXT].replace("\r\n", "\n")

    def asked(name: str) -> str:
        return text(name) if text(name) in ASKS else OFF

    fields = {
        name: Ask(
            ask="required" if name == ALWAYS else asked(f"{name}_ask"),
            pattern=text(f"{name}_pattern").strip(),
            hint=text(f"{name}_hint").strip(),
        )
        for name in FIELDS
    }
    questions = [
        Question(label=text(f"own_{n}").strip(), ask=asked(f"own_{n}_ask"))
        for n in range(MAX_QUESTIONS)
        if text(f"own_{n}").strip()
    ]
    return Form(
        is_open=given.get("is_open") == "1",
        welcome=text("welcome").strip(),
        fields=fields,
        questions=tuple(questions),
        category=text("category")[:20],
        offered=tuple(code[:20] for code in given.getlist("offered")[:50]),
        rules=tuple(rule for rule in Rule if rule.value in given.getlist("rules")),
        domains=tuple(text("domains").split()),
        roster_phone=given.get("roster_phone") == "1",
    )


def _preview(form_: Form) -> dict[str, Any]:
    empty: dict[str, list[tuple[str, str]]] = {}
    made = [
        step_form(step, form_, Draft(), choices=empty, child=True)
        for step in ("who", "reach", "guardian")
    ]
    return {"welcome": form_.welcome, "steps": made, "is_open": form_.is_open}


def _draw(request: StaffRequest, now: Form, wrong: dict[str, str]) -> HttpResponse:
    rows = [
        {
            "name": name,
            "label": FIELD_WORDS[name],
            "ask": now.ask(name),
            "has_pattern": name in WITH_PATTERN,
            "is_always": name == ALWAYS,
            "error": wrong.pop(name, "")
            or wrong.pop(f"{name}_pattern", "")
            or wrong.pop(f"{name}_hint", ""),
        }
        for name in FIELDS
    ]
    questions = [
        {"n": n, "one": one, "error": wrong.pop(f"own_{n}", "")}
        for n in range(MAX_QUESTIONS)
        for one in [now.questions[n] if n < len(now.questions) else Question(label="")]
    ]
    context = {
        "page_active": "settings",
        "now": now,
        "rows": rows,
        "questions": questions,
        "asks": ASK_WORDS.items(),
        "optional": OPTIONAL,
        "rules": [
            {"code": rule.value, "label": words[0], "hint": words[1], "is_on": rule in now.rules}
            for rule, words in RULE_WORDS.items()
        ],
        "types": categories(),
        "domains": "\n".join(now.domains),
        "domains_error": wrong.pop("domains", ""),
        "errors": list(wrong.values()),
        "is_wrong": bool(wrong) or any(row["error"] for row in rows),
        "kinds": [(kind, CONSENT_WORDS[kind]) for kind in KINDS],
        "ways": ways_offered(),
        "may_change": request.desk.works_at(None),
        "key": uuid4().hex,
    }
    status = 409 if request.method == "POST" else 200
    return draw(request, "joining/form.html", context | _preview(now), status=status)


@staff_page(Permission.SETTINGS)
@require_http_methods(["GET", "POST"])
def words(request: StaffRequest, kind: str) -> HttpResponse:
    """GET the words of a kind of consent; POST puts others in use, empty the installation's."""
    if kind not in KINDS:
        raise Http404("no such kind")
    now, trouble = texts()[kind], ""
    given = {"words_zh": now.words_zh, "words_en": now.words_en}
    if request.method == "POST":
        given = {name: request.POST.get(name, "")[:MAX_TEXT] for name in given}
        if request.POST.get("do") == "built_in":
            given = dict.fromkeys(given, "")
        outcome = edit_consent_text(request.desk, kind=kind, **given)
        if isinstance(outcome, Saved):
            messages.success(request, _("These words are in use now."))
            address = reverse("applications:words", args=[request.library.slug, kind])
            return elsewhere(request, address)
        trouble = trouble_words(outcome.trouble)
    context = {
        "page_active": "settings",
        "label": CONSENT_WORDS[kind],
        "kind": kind,
        "now": now,
        "given": given,
        "trouble": trouble,
        "may_change": request.desk.works_at(None),
        "key": uuid4().hex,
    }
    return draw(request, "joining/words.html", context, status=409 if trouble else 200)
