"""The sign-in page of a library: the ways it has, the easiest for a reader first."""

from typing import Any, Final

from django.http import HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jieyue.interfaces.web.access import LibraryRequest
from jieyue.interfaces.web.rendering import draw
from jieyue.libraries.gateways import GatewayView, gateways

WAYS: Final[dict[str, tuple[str, str | Promise]]] = {
    "sms": ("phone", pgettext_lazy("way", "Phone")),
    "email": ("mail", pgettext_lazy("way", "E-mail")),
    "password": ("key-round", _("Password")),
}


def page(
    request: LibraryRequest,
    *,
    by: str = "",
    error: str = "",
    status: int = 200,
    address: str = "",
    back: str = "",
) -> HttpResponse:
    """Draw the sign-in page with the way that is asked for, else the first this library has.

    Whoever comes from a staff page starts with the password.
    """
    services = gateways()
    have = [way for way in WAYS if way == "password" or way in services]
    back = back or request.POST.get("next", request.GET.get("next", ""))
    wanted = by or request.GET.get("by", "password" if "/staff/" in back else "")
    way = wanted if wanted in have else have[0]
    context: dict[str, Any] = {
        "next": back,
        "error": error,
        "by": way,
        "ways": [{"name": name, "icon": WAYS[name][0], "words": WAYS[name][1]} for name in have],
        "name": request.POST.get("name", "")[:200] if way == "password" else "",
        "address": address,
        "is_shared": "shared" in request.POST,
        "wechat": _wechat(request, services.get("wechat")),
        "in_wechat": "micromessenger" in request.headers.get("User-Agent", "").casefold(),
        "joining": _joining(request),
    }
    return draw(request, "site/ways.html", context, status=status)


def wechat_address(request: LibraryRequest) -> str:
    """Return where WeChat's sign-in begins; empty where this browser cannot use it."""
    return _wechat(request, gateways().get("wechat"))


def _wechat(request: LibraryRequest, service: GatewayView | None) -> str:
    settings = service.settings if service else {}
    in_wechat = "micromessenger" in request.headers.get("User-Agent", "").casefold()
    name = "app_id" if in_wechat else "web_app_id"
    return reverse("site:wechat", args=[request.library.slug]) if settings.get(name) else ""


def _joining(request: LibraryRequest) -> str:
    """Return where somebody without a card applies for one; empty while there is no such page."""
    try:
        return reverse("joining:start", args=[request.library.slug])
    except NoReverseMatch:
        return ""
