"""Fixtures of the API's tests."""

import pytest


@pytest.fixture
def api(world):
    """A program with every right at the world's library."""
    from tests.doors.api.program import program

    return program(world)
