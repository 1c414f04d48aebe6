"""Whose statements reach SQLite only, because tests of pages are looked at once.

bin/test loads this for the whole of SQLite's part. It notes each function of ours that asks the
database, and fails the run when one is asked by tests marked `once` alone: one of them belongs in
`tests/doors/web/both_engines.py`.
"""

import json
import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper

import jieyue
from jieyue.kit import sql
from tests.databases import SHARED

OURS = f"{Path(jieyue.__file__).parent}/"
OTHERS_ASK = (f"{OURS}kit/", f"{OURS}interfaces/")  # they carry out, and pass on
_by: dict[str, set[str]] = {}  # function → tests whose statements it has sent
_once: set[str] = set()
_now: list[str] = []


def _asks(carry_out: Callable[..., Any]) -> Callable[..., Any]:
    """Have the function that asks be noted with the test that is running."""

    @wraps(carry_out)
    def run(*arguments: Any, **more: Any) -> Any:
        frame = sys._getframe(1) if _now else None
        while frame is not None:
            file = frame.f_code.co_filename
            if file.startswith(OURS) and not file.startswith(OTHERS_ASK):
                name = f"{file.removeprefix(OURS)}:{frame.f_code.co_qualname}"
                _by.setdefault(name, set()).add(_now[0])
                break
            frame = frame.f_back
        return carry_out(*arguments, **more)

    return run


def pytest_collection_finish(session: pytest.Session) -> None:
    """Begin to note, once everything is loaded."""
    _once.update(item.nodeid for item in session.items if item.get_closest_marker("once"))
    BaseDatabaseWrapper.cursor = _asks(BaseDatabaseWrapper.cursor)  # type: ignore[method-assign]
    sql._cursor = _asks(sql._cursor)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Any:
    """Note what a test itself asks, not what its fixtures do."""
    _now[:] = [item.nodeid]
    try:
        return (yield)
    finally:
        _now.clear()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Keep a worker's notes; in the first process, put all of them together."""
    shared = Path(os.environ[SHARED])
    if worker := os.environ.get("PYTEST_XDIST_WORKER"):
        notes = {name: [min(tests), not tests <= _once] for name, tests in _by.items()}
        (shared / f"statements-{worker}.json").write_text(json.dumps(notes))
        return
    seen: dict[str, str] = {}
    elsewhere: set[str] = set()
    for file in shared.glob("statements-*.json"):
        for name, (test, is_elsewhere) in json.loads(file.read_text()).items():
            seen[name] = test
            elsewhere |= {name} if is_elsewhere else set()
        file.unlink()
    if lacking := sorted(seen.keys() - elsewhere):
        print("\nNobody asks PostgreSQL for what these ask (tests/doors/web/both_engines.py):")
        for name in lacking:
            print(f"  {name}, as in {seen[name]}")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
