"""The published description."""

import json

from django.test import Client

from jieyue.interfaces.api.app import openapi_text
from jieyue.interfaces.api.door import SHORT_CUTS
from tests.doors.api.published import PUBLISHED


def test_the_committed_description_holds() -> None:
    assert PUBLISHED.read_text("utf-8") == openapi_text()


def test_it_is_published_to_everybody() -> None:
    answer = Client().get("/api/v1/openapi.json")

    assert answer.status_code == 200
    assert answer.content.decode() == openapi_text()
    assert json.loads(answer.content)["info"]["title"] == "Jieyue"


def test_every_operation_is_described_and_guarded() -> None:
    for path, methods in json.loads(openapi_text())["paths"].items():
        for method, operation in methods.items():
            where = f"{method} {path}"
            assert operation["description"], where
            assert operation["security"] == [{"Token": []}], where
            assert {"401", "403", "422"} <= operation["responses"].keys(), where
            names = [parameter["name"] for parameter in operation["parameters"]]
            # A code of WeChat is good once: a repeat is told so by WeChat itself.
            reads = method == "get" or path.endswith(("/preview", "/mini-program/sign-ins"))
            assert ("Idempotency-Key" in names) is not reads, where


def test_short_cuts_are_described_operations() -> None:
    paths = json.loads(openapi_text())["paths"]

    assert all("post" in paths[path] for path in SHORT_CUTS)
