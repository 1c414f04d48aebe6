"""The installation's front page, and the language of every page."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from jieyue.accounts.queries import AccountView
from jieyue.interfaces.web import session
from jieyue.interfaces.web.access import elsewhere
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.site.addresses import local_address
from jieyue.libraries.queries import some_libraries, workplaces_of


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Where one goes from here: to one's library, or to open a new one."""
    account = account_of(request)
    context = {
        "account": account,
        "workplaces": workplaces_of(account.id) if account else [],
        "libraries": some_libraries(),
    }
    return draw(request, "site/home.html", context)


def account_of(request: HttpRequest) -> AccountView | None:
    """Return who signed in, on pages of a library or outside any. One statement at most."""
    library = getattr(request, "library", None)
    return session.account_of(request, library.id if library is not None else None)


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
            secure=settings.BEHIND_HTTPS,
        )
    return response
