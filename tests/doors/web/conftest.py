"""What tests of pages share."""

from contextvars import copy_context

import pytest
from django.test import Client

from tests.doors.web.both_engines import ALL, BOTH


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests of pages as looked at once, but those whose statements come from nowhere else."""
    for item in items:
        if item.path.parent.name == "web" and isinstance(item, pytest.Function):
            both = BOTH.get(item.path.name, "")
            if both != ALL and item.originalname not in both.split():
                item.add_marker(pytest.mark.once)


@pytest.fixture(autouse=True)
def _the_scope_of_a_test_outlives_its_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request ends without a library's scope, as it should; the test goes on in its own."""
    send = Client.request
    monkeypatch.setattr(
        Client, "request", lambda self, **request: copy_context().run(send, self, **request)
    )
