"""A client with a token, and what it sends."""

import json
from collections.abc import Iterable
from contextvars import copy_context
from dataclasses import dataclass
from itertools import count
from typing import Any

from django.test import Client

from jieyue.kit.scope import library_scope
from jieyue.libraries.rules.permissions import OWNER, Permission
from jieyue.libraries.tokens import TokenIssued, issue_token
from tests.world import World

_numbers = count(1)


@dataclass
class Program:
    """Another program that calls the API with a token."""

    client: Client
    secret: str

    @property
    def bearer(self) -> str:
        """The header that opens the door."""
        return f"Bearer {self.secret}"

    def call(self, method: str, path: str, body: Any = None, **headers: str):
        """Send a JSON body (text and bytes go as they are) and return the response.

        In a context of its own, as in a server's thread: the scope closes with each request.
        """
        content = body if isinstance(body, str | bytes) else json.dumps(body)
        return copy_context().run(
            self.client.generic,
            method,
            path if path.startswith("/api/") else f"/api/v1/{path}",
            content if body is not None else b"",
            content_type="application/json",
            headers={"Authorization": self.bearer} | headers,
        )

    def post(self, path: str, body: Any = None, key: str | None = None):
        return self.call("POST", path, body, **({"Idempotency-Key": key} if key else {}))

    def get(self, path: str):
        return self.call("GET", path)


def program(
    world: World, permissions: Iterable[Permission] = OWNER, *, all_branches: bool = False
) -> Program:
    """Issue a token with the rights and return a client that uses it."""
    name = f"token {next(_numbers)}"
    with library_scope(world.library.pk):
        issued = issue_token(
            world.desk(),
            name=name,
            branch="main",
            permissions=frozenset(permissions),
            all_branches=all_branches,
        )
    assert isinstance(issued, TokenIssued)
    return Program(Client(raise_request_exception=False), issued.secret)
