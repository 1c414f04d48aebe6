"""Online book sources: which are asked, in which order, and whether one works."""

from typing import Any, Final

from django.conf import settings as installation
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jieyue.catalog.actions.sources import (
    add_source,
    edit_source,
    move_source,
    remove_source,
    switch_source,
)
from jieyue.catalog.settings_queries import SourceView, source_to_try, source_views
from jieyue.catalog.sources.base import BadSettingsError
from jieyue.catalog.sources.chain import Breaker, look_up
from jieyue.catalog.sources.registry import KINDS, Kind, build
from jieyue.interfaces.web.access import StaffRequest, staff_page
from jieyue.interfaces.web.settings.answers import press, show, submit, to
from jieyue.interfaces.web.settings.staff_forms import SourceForm, TryForm
from jieyue.interfaces.web.settings.words import (
    SOURCES,
    TRIED,
    SourceWords,
    source_name,
    trouble_words,
)
from jieyue.kit.net.addresses import refuse_private_address
from jieyue.libraries.rules.changes import Trouble
from jieyue.libraries.rules.permissions import Permission

GRACE_SECONDS: Final = 1.0  # beyond the source's own limit, which then speaks for itself


@staff_page(Permission.SETTINGS)
@require_GET
def listing(request: StaffRequest) -> HttpResponse:
    """GET the library's sources in order, and the kinds that could be added."""
    return show(request, "sources.html", _context() | {"try": TryForm()})


@staff_page(Permission.SETTINGS)
@require_http_methods(["GET", "POST"])
def new(request: StaffRequest, kind: str) -> HttpResponse:
    """GET the form for a source of this kind, asking for what it needs; POST it."""
    if kind not in KINDS:
        raise Http404("no such kind of source")
    form = SourceForm(request.POST or None, kind=KINDS[kind])
    context = {"kind": KINDS[kind], "words": _words(kind)}
    if request.method == "GET":
        return show(request, "source.html", context | {"form": form})
    if form.is_valid() and (trouble := _address_trouble(form)):
        return _address_refused(request, form, context, trouble)

    def change() -> Any:
        values = form.values()
        return add_source(request.desk, kind=kind, **(values | {"key": values["key"] or ""}))

    return submit(
        request, form, "source.html", context, change,
        text=_("The source is switched on. Try it with a book."), address=to(request, "sources"),
    )  # fmt: skip


@staff_page(Permission.SETTINGS)
@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest) -> HttpResponse:
    """GET one source, named by `source` in the query; POST the change."""
    source = _known(request.GET.get("source", ""))
    if source.kind not in KINDS:
        raise Http404("a kind of a later version")
    form = SourceForm(request.POST or None, kind=KINDS[source.kind], source=source)
    context = {"kind": KINDS[source.kind], "words": _words(source.kind), "source": source}
    if request.method == "GET":
        return show(request, "source.html", context | {"form": form})
    moved = "base_url" in form.changed_data
    if form.is_valid() and moved and (trouble := _address_trouble(form)):
        return _address_refused(request, form, context, trouble)
    return submit(
        request,
        form,
        "source.html",
        context,
        lambda: edit_source(request.desk, source=source.name, **form.values()),
        text=_("Saved."),
        address=to(request, "sources"),
    )


@staff_page(Permission.SETTINGS)
@require_POST
def switch(request: StaffRequest) -> HttpResponse:
    """POST `on` or `off`."""
    is_on = request.POST.get("to") == "on"
    name = request.POST.get("source", "")
    return _press(
        request,
        lambda: switch_source(request.desk, source=name, is_enabled=is_on),
        _("The source is asked again.") if is_on else _("The source is left alone."),
    )


@staff_page(Permission.SETTINGS)
@require_POST
def move(request: StaffRequest) -> HttpResponse:
    """POST `up` or `down`: ask the source earlier or later."""
    name, up = request.POST.get("source", ""), request.POST.get("to") == "up"
    return _press(
        request, lambda: move_source(request.desk, source=name, up=up), _("The order is changed.")
    )


@staff_page(Permission.SETTINGS)
@require_POST
def remove(request: StaffRequest) -> HttpResponse:
    """POST: forget a source with its key."""
    name = request.POST.get("source", "")
    return _press(
        request,
        lambda: remove_source(request.desk, source=name),
        _("The source and its key are forgotten."),
    )


@staff_page(Permission.SETTINGS)
@require_POST
def trial(request: StaffRequest) -> HttpResponse:
    """POST an ISBN: ask one source for it now, and show the record or what went wrong.

    Asked outside any transaction, with a breaker of its own: trying changes nothing. 200 whatever
    the source says; 422 for what is no ISBN.
    """
    found = source_to_try(request.POST.get("source", ""))
    if found is None:
        raise Http404("no such source")
    form = TryForm(request.POST)
    if not form.is_valid():
        return show(request, "sources.html", _context() | {"try": form}, status=422)
    settings, web = found
    tried: dict[str, Any] = {"source": settings.name, "isbn": form.cleaned_data["isbn"]}
    try:
        source = build(settings, web=web)
    except BadSettingsError:
        tried["trouble"] = _("Its settings are not complete. Open it and save it again.")
        return show(request, "sources.html", _context() | {"try": form, "tried": tried})
    answer = look_up(
        form.cleaned_data["isbn"],
        [source],
        budget_seconds=settings.timeout_seconds + GRACE_SECONDS,
        this_year=request.desk.today.year,
        breaker=Breaker(),
    )
    [asked] = answer.asked
    tried["seconds"] = f"{asked.milliseconds / 1000:.1f}"
    if answer.record is not None:
        tried["record"] = answer.record
    else:
        tried["trouble"] = TRIED.get(asked.outcome, asked.outcome)
    return show(request, "sources.html", _context() | {"try": form, "tried": tried})


def _context() -> dict[str, Any]:
    mine = source_views()
    used = {source.kind for source in mine}
    return {
        "sources": [{"source": source, "words": _words(source.kind)} for source in mine],
        "kinds": [
            {"kind": kind, "words": _words(code)}
            for code, kind in sorted(KINDS.items(), key=_place)
            if code not in used or kind.takes_params
        ],
    }


def _place(entry: tuple[str, Kind]) -> int:
    """Return where a kind is offered: free and Chinese ones first, what needs a server last."""
    order = list(SOURCES)
    return order.index(entry[0]) if entry[0] in order else len(order)


def _words(kind: str) -> SourceWords:
    return SOURCES.get(kind, SourceWords(source_name(kind), ""))


def _known(name: str) -> SourceView:
    found = next((source for source in source_views() if source.name == name), None)
    if found is None:
        raise Http404("no such source")
    return found


def _address_trouble(form: SourceForm) -> str | None:
    """Say why the typed address may not be asked; resolves its name, so outside the action."""
    url = form.cleaned_data.get("base_url", "").strip()
    if not url:
        return None
    code = refuse_private_address(url, allow_private=installation.SOURCES_ALLOW_PRIVATE)
    return {
        None: None,
        "bad_address": trouble_words(Trouble.URL_BAD),
        "private_address": str(TRIED["address_refused"]),
        "unresolvable": _("Nobody knows this address. Is it spelled right?"),
    }[code]


def _address_refused(
    request: StaffRequest, form: SourceForm, context: dict[str, Any], trouble: str
) -> HttpResponse:
    form.add_error("base_url", trouble)
    return show(request, "source.html", context | {"form": form}, status=422)


def _press(request: StaffRequest, change: Any, text: str) -> HttpResponse:
    return press(
        request,
        change,
        lambda trouble, status: show(
            request,
            "sources.html",
            _context() | {"try": TryForm(), "trouble": trouble},
            status=status,
        ),
        text=text,
        address=to(request, "sources"),
    )
