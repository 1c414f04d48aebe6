"""Template tags for what every page shows: icons, covers, due dates, short titles."""

import hashlib
from datetime import date
from functools import lru_cache
from pathlib import Path
from textwrap import shorten
from typing import Any

from django import forms, template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.forms.boundfield import BoundField
from django.template import Context
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jieyue.catalog.rules.isbn import hyphenate
from jieyue.interfaces.web.saying import told_day
from jieyue.kit.money import yuan

register = template.Library()

CLC_LETTERS = frozenset("ABCDEFGHIJKNOPQRSTUVXZ")
SLIP_LENGTH = 8  # Chinese characters that fit the cover's slip in two columns
SLIP_LATIN = 18  # Latin letters that do
register.filter("yuan", yuan)


@register.simple_tag
def asset(path: str) -> str:
    """Return a static file's address, new whenever the file is, so that no old copy is used."""
    return _address(path) if settings.DEBUG else _kept_address(path)


def _address(path: str) -> str:
    found = finders.find(path)
    content = Path(found).read_bytes() if found else b""
    return f"{static(path)}?v={hashlib.sha256(content).hexdigest()[:8]}"


_kept_address = lru_cache(maxsize=100)(_address)


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """Draw an icon of the sprite; it says nothing to a screen reader, so words stand beside it."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true"><use href="{}#{}"/></svg>',
        classes,
        asset("jieyue/icons.svg"),
        name,
    )


@register.simple_tag(takes_context=True)
def cover(
    context: Context, title: str, clc: str = "", size: str = "", *, of: str = "", digest: str = ""
) -> SafeString:
    """Draw a book's picture, or the cloth cover of one without; `size` is empty or `lg`.

    `of` is the title's public id, `digest` that of its picture.
    """
    if of and digest:
        kept = "large" if size == "lg" else "small"
        slug = context["page"]["library"].slug
        return format_html(
            '<img class="cover cover-picture{}" src="{}" alt=""{}>',
            " cover-lg" if size == "lg" else "",
            reverse("reader:cover", args=[slug, of, digest, kept]),
            "" if size == "lg" else SafeString(' loading="lazy" decoding="async"'),
        )
    slip = short_title(title)
    letter = clc[:1].upper() if clc[:1].upper() in CLC_LETTERS else ""
    kind = "latin" if slip.isascii() else "long" if len(slip) > 5 else ""
    return format_html(
        '<div class="cover{}" data-clc="{}" aria-hidden="true">{}<i>{}</i></div>',
        " cover-lg" if size == "lg" else "",
        letter,
        format_html('<span class="{}">{}</span>', kind, slip) if slip else "",
        letter,
    )


@register.filter
def short_title(title: str) -> str:
    """Return what of a title fits the slip.

    Up to the first colon or bracket; of Chinese eight characters, of Latin the whole words that
    fit two columns.
    """
    cut = title.strip()
    for mark in "：:（([【—/=":
        head = cut.split(mark)[0].strip()
        cut = head or cut
    return shorten(cut, SLIP_LATIN, placeholder="") if cut.isascii() else cut[:SLIP_LENGTH]


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


@register.filter
def said(value: date | None, today: date) -> str:
    """Return a local date as readers are told it, 12月21日 or 21 Dec; empty for none."""
    return told_day(value, today) if value else ""


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, unit: str = "", *, is_quiet: bool = False) -> dict[str, Any]:
    """Show a form's field with its label, hint and errors, tied together for screen readers.

    A unit stands behind the control; a quiet field does not say that it may be left empty.
    """
    widget = bound.field.widget
    is_group = isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple)
    described = " ".join(
        [f"{bound.auto_id}-hint"] * bool(bound.help_text)
        + [f"{bound.auto_id}-error"] * bool(bound.errors)
    )
    kind = "" if is_group else _kind_of(widget)
    classes = [kind, widget.attrs.get("class", "")]
    if kind and kind != "checkbox":
        classes.append("w-full")
    if kind and bound.errors:
        classes.append(f"{kind}-error")
    attributes: dict[str, str | bool] = {"class": " ".join(filter(None, classes))}
    if described and not is_group:
        attributes["aria-describedby"] = described
    if bound.errors:
        attributes["aria-invalid"] = "true"
    return {
        "field": bound,
        "control": bound.as_widget(attrs=attributes),
        "unit": unit,
        "is_quiet": is_quiet,
        "described": described,
        "is_check": kind == "checkbox",
        "is_group": is_group,
    }


def _kind_of(widget: forms.Widget) -> str:
    kinds: tuple[tuple[type[forms.Widget], str], ...] = (
        (forms.CheckboxInput, "checkbox"),
        (forms.Select, "select"),
        (forms.Textarea, "textarea"),
        (forms.FileInput, "file-input"),
    )
    return next((name for kind, name in kinds if isinstance(widget, kind)), "input")


@register.inclusion_tag("components/staff_item.html", takes_context=True)
def staff_item(
    context: Context, name: str, address: str, icon_name: str, words: str, key: str = ""
) -> dict[str, Any]:
    """Show an entry of the staff menu; the page named `name` is marked as the current one."""
    return _entry(context, name, address, icon_name, words) | {"key": key}


@register.inclusion_tag("components/dock_item.html", takes_context=True)
def dock_item(
    context: Context, name: str, address: str, icon_name: str, words: str
) -> dict[str, Any]:
    """Show an entry of a phone's dock."""
    return _entry(context, name, address, icon_name, words)


@register.inclusion_tag("components/nav_item.html", takes_context=True)
def nav_item(
    context: Context, name: str, address: str, icon_name: str, words: str
) -> dict[str, Any]:
    """Show an entry of the readers' menu on a PC."""
    return _entry(context, name, address, icon_name, words)


def _entry(context: Context, name: str, address: str, icon_name: str, words: str) -> dict[str, Any]:
    return {
        "is_here": context.get("page_active") == name,
        "address": address,
        "icon_name": icon_name,
        "words": words,
    }
