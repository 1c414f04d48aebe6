"""Response headers: four content security policies, chosen by the view, and the usual locks."""

from collections.abc import Callable
from typing import Any, Final, Literal, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware

Profile = Literal["site", "scan", "reader", "print"]
V = TypeVar("V", bound=Callable[..., HttpResponse])

_SITE: Final = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
_PROFILES: Final[dict[str, dict[str, str]]] = {
    "site": _SITE,
    # The camera's decoder is WebAssembly; only scanning pages may compile it.
    "scan": _SITE | {"script-src": "'self' 'wasm-unsafe-eval'", "worker-src": "'self' blob:"},
    # Books are shown in a same-origin frame: the policy is the only wall around their scripts.
    "reader": _SITE
    | {
        "style-src": "'self' blob: 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data: blob:",
        "media-src": "blob:",
        "connect-src": "'self' blob:",
        "frame-src": "blob:",
        "child-src": "blob:",
        "worker-src": "'self' blob:",
        "form-action": "'none'",
    },
    # A sheet needs its print button and nothing else.
    "print": _SITE | {"connect-src": "'none'", "form-action": "'none'"},
}
POLICIES: Final = {
    name: "; ".join(f"{key} {value}" for key, value in rules.items())
    for name, rules in _PROFILES.items()
}
HEADERS: Final = {
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}
CAMERA: Final = "camera=({}), microphone=(), geolocation=(), payment=(), usb=()"


def csp(profile: Profile) -> Callable[[V], V]:
    """Give a view's answers another profile than `site`."""

    def decorate(view: V) -> V:
        view.csp_profile = profile  # type: ignore[attr-defined]
        return view

    return decorate


class SecurityHeadersMiddleware:
    """Put the policy of the view's profile, and the other headers, on every answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the headers set."""
        response = self.get_response(request)
        profile = getattr(request, "csp_profile", "site")
        response.headers.setdefault("Content-Security-Policy", POLICIES[profile])
        response.headers.setdefault(
            "Permissions-Policy", CAMERA.format("self" if profile == "scan" else "")
        )
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> None:
        """Remember the profile the view chose."""
        request.csp_profile = getattr(view, "csp_profile", "site")  # type: ignore[attr-defined]


class CsrfMiddleware(CsrfViewMiddleware):
    """Django's, but a browser is not given again the token that it sent.

    Django renews the cookie with each page. A page fetched meanwhile, such as what the service
    worker keeps for later, then brings back the token from before somebody signed in, and the
    form on the screen is refused.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Set the cookie where it is new to the browser."""
        if request.COOKIES.get(settings.CSRF_COOKIE_NAME) == request.META.get("CSRF_COOKIE"):
            return response
        return super().process_response(request, response)
