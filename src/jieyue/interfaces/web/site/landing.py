"""The installation's front page, and the language of every page."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from jieyue.interfaces.web.access import elsewhere
from jieyue.interfaces.web.rendering import draw
from jieyue.libraries.queries import some_libraries


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Where one goes from here: to one's library, or to open a new one."""
    return draw(request, "site/home.html", {"libraries": some_libraries()})


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Change the language, remembered on this computer, and go back."""
    response = elsewhere(request, local_address(request, request.POST.get("next", "")))
    if request.POST.get("language") in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            request.POST["language"],
            max_age=settings.LANGUAGE_COOKIE_AGE,
            samesite="Lax",
        )
    return response


def local_address(request: HttpRequest, address: str, fallback: str = "/") -> str:
    """Return the address if it is one of ours, so that no link leads a person elsewhere."""
    is_ours = address.startswith("/") and url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if is_ours else fallback
