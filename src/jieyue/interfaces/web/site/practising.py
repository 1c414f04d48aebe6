"""Practice: into the copy of the library, who and what is there, and out again."""

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from jieyue.circulation.practice import practice_stock, start_practice, stop_practice
from jieyue.interfaces.web import session
from jieyue.interfaces.web.access import StaffRequest, elsewhere, staff_page
from jieyue.interfaces.web.rendering import draw
from jieyue.kit import clock


@require_http_methods(["GET", "POST"])
@staff_page()
def practice(request: StaffRequest) -> HttpResponse:
    """GET says what practice is, or who is there to practise with; POST starts it."""
    is_there = bool(request.library.practice_of_slug)
    if request.method == "POST":
        slug = request.library.slug if is_there else start_practice(request.desk).slug
        return elsewhere(request, reverse("site:practice", args=[slug]))
    context = {"page_active": "practice", "stock": practice_stock() if is_there else None}
    return draw(request, "site/practice.html", context)


@require_POST
@staff_page()
def practice_stop(request: StaffRequest) -> HttpResponse:
    """Leave the practice library and go back to the real desk."""
    stopped = stop_practice(request.desk)
    session.touch(request, clock.now())
    return elsewhere(request, reverse("desk:home", args=[stopped.slug]))
