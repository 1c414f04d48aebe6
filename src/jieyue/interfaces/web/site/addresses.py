"""Where to next, and who asks: what every page of signing in and out needs."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def local_address(request: HttpRequest, address: str, fallback: str = "/") -> str:
    """Return the address if it is one of ours, so that no link leads a person elsewhere."""
    is_ours = address.startswith("/") and url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if is_ours else fallback


def client_address(request: HttpRequest) -> str:
    """Return the network address that asks; behind our own proxy, the one it saw."""
    direct = str(request.META.get("REMOTE_ADDR", ""))
    if not settings.BEHIND_HTTPS:
        return direct
    return request.headers.get("X-Forwarded-For", "").rsplit(",", maxsplit=1)[-1].strip() or direct
