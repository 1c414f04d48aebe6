"""What tests of pages share."""

from contextvars import copy_context

import pytest
from django.test import Client


@pytest.fixture(autouse=True)
def _the_scope_of_a_test_outlives_its_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request ends without a library's scope, as it should; the test goes on in its own."""
    send = Client.request
    monkeypatch.setattr(
        Client, "request", lambda self, **request: copy_context().run(send, self, **request)
    )
