"""A library's reader pages as an app: manifest, service worker, what is shown without a network."""

import hashlib
import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from jieyue.interfaces.web.access import LibraryRequest
from jieyue.interfaces.web.reader.entries import OFFLINE, shown
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.templatetags.ui import asset

ENTRIES: Final = ("app.js", "reader.js")  # modules that pages ask for; they import the others
STYLES: Final = ("jieyue/app.css", "jieyue/icons.svg", "jieyue/favicon.svg")
HTMX: Final = ("django_htmx/htmx-2.min.js", "django_htmx/django-htmx.js")
KEPT: Final = ("home", "loans", "card", "holds")  # pages of a reader that are kept for later
WORKER: Final = "jieyue/js/worker.js"
PUSH: Final = "jieyue/js/push-worker.js"
_IMPORT: Final = re.compile(r'^(?:import|export)\b[^"]*"\./([\w-]+\.js)"', re.MULTILINE)
SHORT_NAME: Final = 12  # characters a phone shows below an icon


@require_GET
def manifest(request: LibraryRequest) -> HttpResponse:
    """What a phone asks before it puts the library on its home screen."""
    slug, name = request.library.slug, request.library.name
    home = reverse("reader:home", args=[slug])
    sizes = {"icon-192": "192x192", "icon-512": "512x512", "maskable-512": "512x512"}
    answer = JsonResponse(
        {
            "id": home,
            "name": name,
            "short_name": name[:SHORT_NAME],
            "lang": "en" if get_language() == "en" else "zh-CN",
            "start_url": home,
            "scope": home,
            "display": "standalone",
            "background_color": "#f2f5f8",
            "theme_color": "#234a7d",
            "icons": [
                {
                    "src": asset(f"jieyue/app/{icon}.png"),
                    "sizes": size,
                    "type": "image/png",
                    "purpose": "maskable" if icon.startswith("maskable") else "any",
                }
                for icon, size in sizes.items()
            ],
            "shortcuts": _shortcuts(slug),
        },
        content_type="application/manifest+json",
    )
    answer["Cache-Control"] = "no-cache"
    return answer


def _shortcuts(slug: str) -> list[dict[str, str]]:
    """Return what a long press on the icon offers."""
    wanted = {
        "selfservice:scan": _("Scan to borrow"),
        "reader:card": _("My card"),
        "reader:loans": _("My loans"),
        "reader:search": _("Find books"),
    }
    found = []
    for name, words in wanted.items():
        try:
            found.append({"name": words, "url": reverse(name, args=[slug])})
        except NoReverseMatch:  # a page that is not there yet
            continue
    return found


@require_GET
def worker(request: LibraryRequest) -> HttpResponse:
    """The service worker: new whenever what it keeps is new."""
    if request.library.practice_of_slug:
        raise Http404("practice is no app")
    slug = request.library.slug
    offline = reverse("reader:offline", args=[slug])
    addresses, version = _shell() if settings.DEBUG else _kept_shell()
    config = {
        "slug": slug,
        "version": version,
        "scope": reverse("reader:home", args=[slug]),
        "staff": f"/{slug}/staff/",
        "offline": offline,
        "unsent": f"{offline}?unsent=1",
        "shell": [*addresses, offline, f"{offline}?unsent=1"],
        "kept": [reverse(f"reader:{name}", args=[slug]) for name in KEPT],
        "push": asset(PUSH) if finders.find(PUSH) else "",
    }
    source = f"const CONFIG = {json.dumps(config)};\n{_text(WORKER)}"
    answer = HttpResponse(source, content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer


@require_GET
def offline(request: LibraryRequest) -> HttpResponse:
    """What stands where a page cannot be had; `unsent`: something was to be done."""
    nobody = {name: value for name, value in request.page.items() if name != "reader"}
    context = {
        "page": nobody,  # it is kept on the phone, whoever signs in next
        "page_active": "",
        "unsent": "unsent" in request.GET,
        "entries": shown(request, OFFLINE),
    }
    answer = draw(request, "reader/offline.html", context)
    # Fetched beside another page: its token would take the place of the one that page has.
    request.META["CSRF_COOKIE_NEEDS_UPDATE"] = False
    return answer


def _shell() -> tuple[list[str], str]:
    """Return the addresses of all a page needs beside itself, and a name for this state of it."""
    modules: list[str] = list(ENTRIES)
    for name in modules:  # grows while it is walked
        found = _IMPORT.findall(_text(f"jieyue/js/{name}"))
        modules += [one for one in dict.fromkeys(found) if one not in modules]
    imported = [f"jieyue/js/{name}" for name in modules[len(ENTRIES) :]]
    addresses = [
        *(asset(path) for path in (*STYLES, *(f"jieyue/js/{name}" for name in ENTRIES))),
        *(static(path) for path in (*HTMX[:1], *imported)),
    ]
    content = "".join(_text(path) for path in (*HTMX[:1], *imported, WORKER))
    state: Any = hashlib.sha256("".join([*addresses, content]).encode())
    return addresses, state.hexdigest()[:12]


_kept_shell = lru_cache(maxsize=1)(_shell)


def _text(path: str) -> str:
    found = finders.find(path)
    return Path(found).read_text(encoding="utf-8") if isinstance(found, str) else ""
