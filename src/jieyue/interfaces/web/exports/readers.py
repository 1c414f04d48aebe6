"""Writing the readers into a file: which readers, which kind of file."""

from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jieyue.catalog.exporting import SUFFIXES, ExportFormat
from jieyue.interfaces.web.access import StaffRequest, staff_page
from jieyue.interfaces.web.downloads import download, new_file
from jieyue.interfaces.web.patrons.words import group_word
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.settings.fields import offer, pick
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.exporting import ReadersChoice, ReadersFormat, export_readers
from jieyue.patrons.queries import categories, groups

KIND_WORDS: Final = {
    ReadersFormat.XLSX: (
        gettext_lazy("Excel"),
        gettext_lazy("A row for each reader. Can be changed and imported again."),
    ),
    ReadersFormat.CSV: (
        gettext_lazy("CSV"),
        gettext_lazy("The same as plain text, for any other program."),
    ),
}


class ReadersForm(forms.Form):
    """Which readers, and as what."""

    branch = pick(gettext_lazy("Branch"), required=False)
    category = pick(gettext_lazy("Card type"), required=False)
    group = pick("", required=False)
    kind = pick(gettext_lazy("File"))

    def __init__(self, *args: Any, branches: Any, library_kind: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["group"].label = group_word(library_kind)
        kinds_of_card = categories(active_only=False)
        offer(
            self,
            branch=[("", _("All branches")), *((one.code, one.name) for one in branches)],
            category=[
                ("", _("All card types")),
                *((one.code, one.name) for one in kinds_of_card),
            ],
            group=[("", _("All readers")), *((name, name) for name in groups())],
            kind=[(kind.value, words) for kind, (words, _help) in KIND_WORDS.items()],
        )

    def choice(self) -> ReadersChoice:
        """Return which readers were chosen."""
        return ReadersChoice(**{k: self.cleaned_data[k] for k in ("branch", "category", "group")})

    def kinds(self) -> list[dict[str, Any]]:
        """Return the kinds of file as the page shows them."""
        now = self["kind"].value() or ReadersFormat.XLSX.value
        return [
            {"value": kind.value, "words": words, "help": text, "is_chosen": kind.value == now}
            for kind, (words, text) in KIND_WORDS.items()
        ]


@staff_page(Permission.PATRON_EDIT)
@require_http_methods(["GET", "POST"])
def readers(request: StaffRequest) -> HttpResponse:
    """GET what can be written out, `?category=` and `?group=` as the list has them; POST: do it."""
    given = request.POST if request.method == "POST" else None
    form = ReadersForm(
        given,
        initial={name: request.GET.get(name, "")[:60] for name in ("category", "group")},
        branches=request.page["branches"],
        library_kind=request.library.kind,
    )
    if given is None or not form.is_valid():
        return _page(request, form, status=200 if given is None else 422)
    file = new_file()
    kind = ReadersFormat(form.cleaned_data["kind"])
    exported = export_readers(
        request.desk,
        file,
        form.choice(),
        kind=kind,
        language="zh" if (get_language() or "zh").startswith("zh") else "en",
    )
    if not exported.readers:
        file.close()
        return _page(request, form, error=_("There is no reader with this choice."), status=409)
    suffix, media = SUFFIXES[ExportFormat(kind.value)]
    return download(file, f"{request.library.slug}-readers-{request.desk.today}.{suffix}", media)


def _page(
    request: StaffRequest, form: ReadersForm, *, error: str = "", status: int = 200
) -> HttpResponse:
    has_groups = len(form.fields["group"].choices) > 1  # type: ignore[attr-defined]
    context = {
        "page_active": "patrons",
        "form": form,
        "error": error,
        "has_groups": has_groups,
    }
    return draw(request, "exports/readers.html", context, status=status)
