"""Template tags for what every page shows: icons, covers, due dates, short titles."""

from datetime import date
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

import jieyue
from jieyue.catalog.rules.isbn import hyphenate
from jieyue.kit.money import yuan

register = template.Library()

CLC_LETTERS = frozenset("ABCDEFGHIJKNOPQRSTUVXZ")
SLIP_LENGTH = 8  # characters that fit the cover's slip in two columns
register.filter("yuan", yuan)


@register.simple_tag
def asset(path: str) -> str:
    """Return a static file's address, new with every version so that no old copy is used."""
    return f"{static(path)}?v={jieyue.__version__}"


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """Draw an icon of the sprite; it says nothing to a screen reader, so words stand beside it."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true"><use href="{}#{}"/></svg>',
        classes,
        asset("jieyue/icons.svg"),
        name,
    )


@register.simple_tag
def cover(title: str, clc: str = "", size: str = "") -> SafeString:
    """Draw the cloth cover of a book without a picture; `size` is empty or `lg`."""
    slip = short_title(title)
    letter = clc[:1].upper() if clc[:1].upper() in CLC_LETTERS else ""
    return format_html(
        '<div class="cover{}" data-clc="{}" aria-hidden="true"><span{}>{}</span><i>{}</i></div>',
        " cover-lg" if size == "lg" else "",
        letter,
        SafeString(' class="long"') if len(slip) > 5 else "",
        slip,
        letter,
    )


@register.filter
def short_title(title: str) -> str:
    """Return what of a title fits the slip: up to the first colon or bracket, eight characters."""
    cut = title
    for mark in "：:（([【—/=":
        head = cut.split(mark)[0].strip()
        cut = head or cut
    return cut[:SLIP_LENGTH]


@register.filter
def isbn(isbn13: str) -> str:
    """Return an ISBN as printed, with hyphens."""
    return hyphenate(isbn13) if isbn13 else ""


@register.inclusion_tag("components/due.html")
def due(days_left: int, *, is_overdue: bool) -> dict[str, Any]:
    """Show how long a loan still runs, in words and colour."""
    if is_overdue:
        days = max(1, -days_left)
        words = ngettext("%(days)s day overdue", "%(days)s days overdue", days) % {"days": days}
        return {"state": "over", "words": words}
    if days_left == 0:
        return {"state": "soon", "words": _("due today")}
    words = ngettext("%(days)s day left", "%(days)s days left", days_left) % {"days": days_left}
    return {"state": "soon" if days_left <= 3 else "ok", "words": words}


@register.filter
def day(value: date | None) -> str:
    """Return a local date as 2026-12-21; empty for none."""
    return value.isoformat() if value else ""


@register.inclusion_tag("components/field.html")
def field(bound: Any, icon_name: str = "") -> dict[str, Any]:
    """Show a form's field with its label, hint and errors, tied together for screen readers."""
    described = []
    if bound.help_text:
        described.append(f"{bound.auto_id}-hint")
    if bound.errors:
        described.append(f"{bound.auto_id}-error")
    kind = bound.field.widget.__class__.__name__
    classes = {
        "Select": "select w-full",
        "Textarea": "textarea w-full",
        "CheckboxInput": "checkbox",
        "CheckboxSelectMultiple": "",
        "RadioSelect": "",
        "FileInput": "file-input w-full",
    }.get(kind, "input w-full")
    if bound.errors and classes:
        classes += f" {classes.split()[0]}-error"
    attributes = {"class": classes}
    if described:
        attributes["aria-describedby"] = " ".join(described)
    if bound.errors:
        attributes["aria-invalid"] = "true"
    return {
        "field": bound,
        "control": bound.as_widget(attrs=attributes),
        "is_check": kind == "CheckboxInput",
        "is_group": kind in ("CheckboxSelectMultiple", "RadioSelect"),
        "icon_name": icon_name,
    }
