"""One's own account: where one is signed in, passkeys, WeChat, phone and e-mail, the lost card."""

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from jieyue.accounts.passkeys import Site, obstacle, passkeys_of
from jieyue.accounts.queries import AccountView, has_password
from jieyue.accounts.sessions import end_session, end_sessions, sessions_of
from jieyue.accounts.wechat import identities_of
from jieyue.interfaces.web import session
from jieyue.interfaces.web.access import LibraryRequest, elsewhere, signed_in_reader, to_sign_in
from jieyue.interfaces.web.reader.for_whom import forget_here
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.saying import moment_words
from jieyue.interfaces.web.site.ways import wechat_address
from jieyue.libraries.queries import staff_member
from jieyue.libraries.settings.elsewhere import who_worked
from jieyue.notices.channels.subscriptions import forget_devices_of
from jieyue.patrons.codes import masked, ways_offered
from jieyue.patrons.queries import patron_by_id
from jieyue.patrons.readers import is_reader_elsewhere

BROWSERS: Final[dict[str, str | Promise]] = {
    "wechat": pgettext_lazy("browser", "WeChat"),
    "app": gettext_lazy("Jieyue"),
    "huawei": pgettext_lazy("browser", "Huawei browser"),
    "xiaomi": pgettext_lazy("browser", "Xiaomi browser"),
    "uc": "UC",
    "qq": "QQ",
    "edge": "Edge",
    "samsung": "Samsung Internet",
    "firefox": "Firefox",
    "chrome": "Chrome",
    "safari": "Safari",
}
SYSTEMS: Final[dict[str, str | Promise]] = {
    "harmony": pgettext_lazy("system", "HarmonyOS phone or tablet"),
    "iphone": "iPhone",
    "ipad": "iPad",
    "android": pgettext_lazy("system", "Android phone or tablet"),
    "windows": pgettext_lazy("system", "Windows computer"),
    "chromeos": "Chromebook",
    "mac": pgettext_lazy("system", "Mac computer"),
    "linux": pgettext_lazy("system", "Linux computer"),
}
HOW: Final[dict[str, str | Promise]] = {
    "password": gettext_lazy("with a password"),
    "code": gettext_lazy("with a code"),
    "passkey": gettext_lazy("with a passkey"),
    "wechat": gettext_lazy("with WeChat"),
    "pin": gettext_lazy("with a PIN"),
}


def account_or_sign_in(request: LibraryRequest) -> AccountView | HttpResponse:
    """Return who is signed in here, as staff (not locked) or as a reader; else where to go."""
    account = session.account_of(request, request.library.id)
    if account is None:
        return to_sign_in(request)
    if staff_member(account.id) is not None:
        if session.is_locked(request):
            return elsewhere(request, reverse("site:lock", args=[request.library.slug]))
        return account
    return account if signed_in_reader(request) is not None else to_sign_in(request)


def site_of(request: LibraryRequest) -> Site:
    """Return where this browser is, as passkeys know it."""
    host = request.get_host()
    name = host.rpartition(":")[0] if ":" in host and not host.endswith("]") else host
    return Site(
        origin=f"{request.scheme}://{host}", host=name.casefold(), name=request.library.name
    )


def no_stranger(request: LibraryRequest, account: AccountView) -> bool:
    """Say whether this session may add a lasting way to sign in.

    Not one that only this library's records vouch for, where the login opens another's pages, or
    opened a desk once.
    """
    if not session.is_by_record(request):
        return True
    return not (who_worked([account.id]) or is_reader_elsewhere([account.id]))


def device_words(browser: str, system: str) -> str:
    """Name a device: "Chrome, Windows computer"."""
    known = [BROWSERS.get(browser, ""), SYSTEMS.get(system, "")]
    return _(", ").join(str(words) for words in known if words) or _("An unknown device")


@require_GET
def page(request: LibraryRequest) -> HttpResponse:
    """Everything about signing in that is one's own."""
    account = account_or_sign_in(request)
    if isinstance(account, HttpResponse):
        return account
    staff = staff_member(account.id)
    desk = signed_in_reader(request)
    reader: Any = request.page.get("reader")
    zone = request.library.zone
    found = sessions_of(account.id, session.this_one(request))
    context: dict[str, Any] = {
        "account": account,
        "is_staff": staff is not None,
        "frame": "site.html" if staff is not None else "reader.html",
        "page_active": "me",
        "sessions": [
            {"one": one, "device": device_words(one.browser, one.system),
             "how": HOW.get(one.how, ""), "used": moment_words(one.last_used_at, zone)}
            for one in found
        ],
        "has_password": has_password(account.id),
        "others": sum(not one.is_this for one in found),
        "passkeys": [
            {"one": one, "made": moment_words(one.created_at, zone),
             "used": moment_words(one.last_used_at, zone) if one.last_used_at else ""}
            for one in passkeys_of(account.id)
        ],
        "wechats": [
            {"one": one, "made": moment_words(one.created_at, zone)}
            for one in identities_of(account.id)
        ],
        "wechat": wechat_address(request),
        "obstacle": obstacle(site_of(request)),
        "may_add": no_stranger(request, account),
        "patron": patron_by_id(reader.public_id) if desk and reader else None,
        "ways": ways_offered() if desk else [],
        "email_masked": "",
    }  # fmt: skip
    if context["patron"] is not None:
        context["email_masked"] = masked("email", context["patron"].email)
    return draw(request, "site/account.html", context)


@require_POST
def end(request: LibraryRequest, sign_in: str) -> HttpResponse:
    """End one session of one's own at once."""
    account = account_or_sign_in(request)
    if isinstance(account, HttpResponse):
        return account
    if not end_session(account.id, sign_in):
        raise Http404("no such session")
    if sign_in == session.this_one(request):
        request.session.flush()
        home = reverse("reader:home", args=[request.library.slug])
        return forget_here(elsewhere(request, home))
    messages.success(request, _("That device is signed out."))
    return elsewhere(request, reverse("site:account", args=[request.library.slug]))


@require_POST
def end_others(request: LibraryRequest) -> HttpResponse:
    """End every session but this one; a lost phone shows no messages any more either."""
    account = account_or_sign_in(request)
    if isinstance(account, HttpResponse):
        return account
    count = end_sessions(account.id, but=session.this_one(request))
    text = ngettext(
        "%(n)s other device is signed out.", "%(n)s other devices are signed out.", count
    )
    messages.success(request, text % {"n": count})
    if forget_devices_of(account.id):
        messages.info(
            request, _("Messages pop up on no device now. Turn them on again where you want them.")
        )
    return elsewhere(request, reverse("site:account", args=[request.library.slug]))
