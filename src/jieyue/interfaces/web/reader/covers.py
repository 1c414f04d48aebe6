"""Pictures of covers: kept by browsers and proxies for good, since a new one has a new address."""

from typing import Final

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from jieyue.catalog.covers import SIZES, picture_to_send
from jieyue.interfaces.web.access import LibraryRequest, elsewhere

FOR_GOOD: Final = "public, max-age=31536000, immutable"
_ALONE: Final = "default-src 'none'; sandbox"  # opened by itself it is a picture and nothing else


@require_safe
def cover(request: LibraryRequest, title: str, digest: str, size: str) -> HttpResponse:
    """Send a title's picture; an old address leads to the picture there is now."""
    wanted = next((one for one in SIZES if one == size), None)
    found = picture_to_send(title, wanted) if wanted else None
    if found is None:
        raise Http404("no such picture")
    if found.digest != digest:
        now = reverse("reader:cover", args=[request.library.slug, title, found.digest, size])
        return elsewhere(request, now)
    answer = HttpResponse(found.content, content_type="image/webp")
    answer["Cache-Control"] = FOR_GOOD
    answer["Content-Security-Policy"] = _ALONE
    return answer
