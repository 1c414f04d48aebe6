"""The way back to the page a link was on."""

from urllib.parse import urlsplit

from jieyue.interfaces.web.access import LibraryRequest


def way_back(request: LibraryRequest, otherwise: str) -> str:
    """Return the address somebody came from, if it is another page of this library."""
    came = urlsplit(request.headers.get("Referer", ""))
    is_ours = came.netloc == request.get_host()
    if not is_ours or not came.path.startswith(f"/{request.library.slug}/"):
        return otherwise
    if came.path == request.path:  # it was reloaded, or its language switched
        return otherwise
    return f"{came.path}?{came.query}" if came.query else came.path
