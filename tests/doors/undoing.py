"""What is tried one after the other, each as if nothing had been before it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction


@contextmanager
def undone() -> Iterator[None]:
    """Take back what the block did to the database, though it thinks that it is kept."""
    block = transaction.atomic()
    block._from_testcase = True  # requests in it may open durable transactions
    with block:
        yield
        transaction.set_rollback(True)
