"""The library in scope: whose rows a query may see (design §4)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, TypeVar

from django.db import models

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_library_id: ContextVar[int | None] = ContextVar("jieyue_library_id", default=None)
M = TypeVar("M", bound=models.Model)


class NoLibraryScopeError(RuntimeError):
    """A query on a library's rows was made without saying which library."""


@contextmanager
def library_scope(library_id: int) -> Iterator[None]:
    """Make `library_id` the only library that queries inside the block can see."""
    token = _library_id.set(library_id)
    try:
        yield
    finally:
        _library_id.reset(token)


def current_library_id() -> int:
    """Return the library in scope.

    Raises:
        NoLibraryScopeError: nobody said which; guessing would open a wall.

    """
    library_id = _library_id.get()
    if library_id is None:
        raise NoLibraryScopeError("wrap this work in library_scope(library.id)")
    return library_id


class ScopedManager(models.Manager[M]):
    """The manager of every library-owned model: its queries see the library in scope only."""

    def get_queryset(self) -> models.QuerySet[M]:
        """Return the library's own rows. Raises NoLibraryScopeError without a scope."""
        return super().get_queryset().filter(library_id=current_library_id())


class CrossLibraryManager(models.Manager[M]):
    """Sees every library's rows; only the modules listed in tests/shape/test_walls.py use it."""


class NoScopeMiddleware:
    """Set the scope to none before and after each request.

    An abandoned generator once leaked its scope into the thread's next request.
    """

    def __init__(self, get_response: "Callable[[HttpRequest], HttpResponse]") -> None:
        self.get_response = get_response

    def __call__(self, request: "HttpRequest") -> "HttpResponse":
        """Run the request without a scope left over from another."""
        _library_id.set(None)
        try:
            return self.get_response(request)
        finally:
            _library_id.set(None)
