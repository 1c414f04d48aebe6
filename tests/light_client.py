"""Django's test client without what no test asks for, a tenth of what a page costs here."""

from typing import Any

import django.test.utils
from django.core.signals import setting_changed
from django.template.base import Template
from django.template.context import Context, RequestContext
from django.test.client import ClientHandler
from django.test.signals import template_rendered

CHAIN = (
    "_view_middleware",
    "_template_response_middleware",
    "_exception_middleware",
    "_middleware_chain",
)
_load = ClientHandler.load_middleware
_loaded: dict[str, Any] = {}


def load_middleware_once(handler: ClientHandler, is_async: bool = False) -> None:
    """Give each client the same middleware: whitenoise looks at every file of ours for its own."""
    if not _loaded:
        _load(handler, is_async)
        _loaded.update({name: getattr(handler, name) for name in CHAIN})
    handler.__dict__.update(_loaded)


def render_page(template: Template, context: Context) -> str:
    """Render, and tell the client the values of the page, but not of its hundred parts."""
    if context.template is template and isinstance(context, RequestContext):
        template_rendered.send(sender=template, template=template, context=context)
    return template.nodelist.render(context)


def make_clients_light() -> None:
    """Have it so for the whole run."""
    ClientHandler.load_middleware = load_middleware_once  # type: ignore[method-assign, assignment]
    setting_changed.connect(lambda **_: _loaded.clear(), weak=False)
    # What Django puts in the place of Template._render as the run begins.
    django.test.utils.instrumented_test_render = render_page
