"""What every page has, whoever made it: headers, errors in plain words, components that escape."""

import re
from pathlib import Path

import pytest
from django import forms
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.utils import translation

import jieyue
from jieyue.interfaces.web import errors
from jieyue.interfaces.web.message_words import CHANNEL_ICONS
from jieyue.interfaces.web.reader.notices import ICONS
from jieyue.interfaces.web.security import Profile, SecurityHeadersMiddleware, csp
from jieyue.interfaces.web.templatetags.ui import short_title

GET = RequestFactory().get("/x/")


def drawn(source: str, **values: object) -> str:
    """Draw a template that has our tags."""
    return Template("{% load ui %}" + source).render(Context(values))


def headers_of(profile: Profile | None) -> dict[str, str]:
    """Return the headers of an answer by a view with the profile."""

    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    request = RequestFactory().get("/")
    middleware = SecurityHeadersMiddleware(view)
    middleware.process_view(request, csp(profile)(view) if profile else view, (), {})
    return dict(middleware(request).headers)


@pytest.mark.parametrize("profile", [None, "scan", "reader", "print"])
def test_no_profile_lets_scripts_or_frames_of_others_in(profile: Profile | None) -> None:
    headers = headers_of(profile)
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    scripts = re.search(r"script-src ([^;]*)", policy)
    assert scripts is not None
    assert set(scripts[1].split()) <= {"'self'", "'wasm-unsafe-eval'"}
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_only_scanning_pages_may_use_the_camera() -> None:
    assert "camera=(self)" in headers_of("scan")["Permissions-Policy"]
    assert "camera=()" in headers_of(None)["Permissions-Policy"]


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (errors.bad_request(GET), 400),
        (errors.bad_request(GET, RequestDataTooBig()), 413),
        (errors.forbidden(GET), 403),
        (errors.csrf_failure(GET), 403),
        (errors.not_found(GET), 404),
        (errors.conflict(GET), 409),
        (errors.server_error(GET), 500),
    ],
)
def test_every_error_is_a_page_with_a_way_out_and_needs_no_database(
    answer: HttpResponse, status: int
) -> None:
    assert answer.status_code == status
    html = answer.content.decode()
    assert '<a class="btn btn-primary" href="/">' in html
    assert "<h1" in html


def test_a_broken_error_page_still_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> str:
        raise RuntimeError

    monkeypatch.setattr(errors, "render_to_string", fail)
    answer = errors.server_error(GET)
    assert answer.status_code == 500
    assert "出了点问题" in answer.content.decode()


def test_an_unknown_address_says_so_in_both_languages(client: Client) -> None:
    assert "<h1" in client.get("/no/such/place").content.decode()
    with translation.override("en"):
        assert "There is nothing here." in errors.not_found(GET).content.decode()


def test_components_escape_what_they_show() -> None:
    evil = "<b>&\"'"
    html = drawn(
        '{% cover t "I" %}{% icon t %}'
        '{% include "components/notice.html" with kind="done" text=t help=t %}'
        '{% include "components/empty.html" with icon_name="x" title=t text=t %}',
        t=evil,
    )
    assert "<b>" not in html


@pytest.mark.parametrize(
    ("title", "slip"),
    [
        ("置身事内：中国政府与经济发展", "置身事内"),
        ("红楼梦（上）", "红楼梦"),
        ("深入理解计算机系统", "深入理解计算机系"),
        ("The Great Gatsby", "The Great Gatsby"),
        ("Harry Potter and the Philosopher's Stone", "Harry Potter and"),
        ("（无题）", "（无题）"),
        ("", ""),
    ],
)
def test_a_slip_shows_what_fits_of_a_title(title: str, slip: str) -> None:
    assert short_title(title) == slip


def test_a_field_ties_label_hint_and_error_together() -> None:
    class NameForm(forms.Form):
        name = forms.CharField(
            label="Name", help_text="As on the card", widget=forms.TextInput({"class": "code"})
        )

    html = drawn("{% field form.name %}", form=NameForm({"name": ""}))
    assert 'aria-describedby="id_name-hint id_name-error"' in html
    assert 'aria-invalid="true"' in html
    assert 'class="input code w-full input-error"' in html
    assert {"id_name", "id_name-hint", "id_name-error"} <= set(re.findall(r'id="([^"]*)"', html))


def test_pictures_of_messages_are_in_the_sprite() -> None:
    """An icon that is named in Python and not drawn leaves a hole in the page."""
    sprite = Path(jieyue.__file__).parent / "interfaces/web/static/jieyue/icons.svg"
    there = set(re.findall(r'id="([a-z0-9-]+)"', sprite.read_text("utf-8")))
    assert {*CHANNEL_ICONS.values(), *ICONS.values()} - there == set()
