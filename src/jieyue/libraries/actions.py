"""`@action`: rights, one transaction, the idempotency key and the journal of everything done.

An action is a function of a `Desk` and keyword inputs (plain values) that returns a frozen
dataclass of plain values with a `type` tag. It runs like this, in one durable transaction:

    take the key → (a repeat: return the stored outcome) → the body → journal, outcome, own writes

The last step is one list of write statements, folded into one round trip on PostgreSQL; a body on
the hot path hands its own statements over with `Written` to join them.
"""

import functools
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import (
    Any,
    Concatenate,
    Final,
    Generic,
    ParamSpec,
    Protocol,
    TypeVar,
    cast,
    get_type_hints,
    overload,
)

from pydantic import TypeAdapter

from jieyue.audit import journal
from jieyue.kit import sql
from jieyue.kit.scope import library_scope
from jieyue.kit.transactions import in_transaction
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission

P = ParamSpec("P")
R = TypeVar("R")

MAX_KEY_LENGTH: Final = 100

TAKE_KEY: Final = """
INSERT INTO libraries_idempotencykey (library_id, caller, key, fingerprint, created_at)
VALUES (<library:bigint>, <caller:text>, <key:text>, <fingerprint:text>, <now:timestamptz>)
ON CONFLICT (library_id, caller, key) DO NOTHING RETURNING id
"""
READ_KEY: Final = """
SELECT fingerprint, outcome FROM libraries_idempotencykey
 WHERE library_id = <library:bigint> AND caller = <caller:text> AND key = <key:text>
"""
KEEP_OUTCOME: Final = """
UPDATE libraries_idempotencykey SET outcome = <stored_outcome:text>
 WHERE library_id = <library:bigint> AND id = <key_id:bigint>
"""


class ForbiddenError(PermissionError):
    """Whoever is at the desk lacks a right."""

    def __init__(self, permission: Permission) -> None:
        super().__init__(permission.value)
        self.permission = permission


class OtherBranchError(PermissionError):
    """Whoever is at the desk works at single branches, and this is another's or the library's."""


def need_branch(desk: Desk, branch_id: int | None) -> None:
    """Refuse whoever does not work at the branch; None is what holds for the whole library.

    Raises OtherBranchError.
    """
    if not desk.works_at(branch_id):
        raise OtherBranchError(branch_id)


class KeyReusedError(ValueError):
    """The same idempotency key came with other input: the caller has a fault (HTTP 422)."""


@dataclass(frozen=True, slots=True)
class Written(Generic[R]):
    """An outcome with write statements (for `kit.sql.write`) that belong to it.

    Parameter names must not be those of the journal or the key (`at`, `action`, `notes`, …).
    """

    outcome: R
    statements: tuple[str, ...] = ()
    params: dict[str, Any] = field(default_factory=dict)


def _fingerprint(name: str, inputs: dict[str, Any]) -> str:
    text = json.dumps([name, inputs], sort_keys=True, default=_plain, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    return str(value)


class _Decorator(Protocol):
    """What `@action(...)` makes of a function; callers never see `Written`."""

    @overload
    def __call__(
        self, fn: Callable[Concatenate[Desk, P], Written[R]]
    ) -> Callable[Concatenate[Desk, P], R]: ...

    @overload
    def __call__(
        self, fn: Callable[Concatenate[Desk, P], R]
    ) -> Callable[Concatenate[Desk, P], R]: ...


def action(*, needs: Permission | None, whole_library: bool = False) -> _Decorator:
    """Make a function one action. `needs=None` only where the body itself decides who may.

    `whole_library`: what it changes holds at every branch, so whoever works at some may not.

    Raises (when called):
        ForbiddenError: the desk lacks the right; nothing was read or written.
        OtherBranchError: the right does not reach that far.
        KeyReusedError: the desk's key was used for other input.

    """

    def decorate(fn: Callable[..., Any]) -> Callable[..., Any]:
        name = fn.__name__.removeprefix("_")  # one behind a function that prepares its input

        @functools.wraps(fn)
        def run(desk: Desk, /, *args: Any, **kwargs: Any) -> Any:
            if needs is not None and needs not in desk.permissions:
                raise ForbiddenError(needs)
            if whole_library:
                need_branch(desk, None)
            with library_scope(desk.library_id):
                return in_transaction(lambda: _run_once(desk, name, adapter(), fn, args, kwargs))

        @functools.cache
        def adapter() -> TypeAdapter[Any]:
            return TypeAdapter(outcome_type(fn))

        return run

    return cast("_Decorator", decorate)


def outcome_type(fn: Callable[..., Any]) -> Any:
    """Return the outcome (or union of outcomes) an action's annotation names, `Written` off."""
    returns = get_type_hints(fn)["return"]
    return returns.__args__[0] if getattr(returns, "__origin__", None) is Written else returns


def _run_once(
    desk: Desk,
    name: str,
    adapter: TypeAdapter[Any],
    fn: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Any:
    key_id = None
    if desk.key is not None:
        fingerprint = _fingerprint(name, kwargs)
        taken = sql.rows(
            TAKE_KEY,
            caller=desk.caller,
            key=desk.key[:MAX_KEY_LENGTH],
            fingerprint=fingerprint,
            now=desk.now,
        )
        if not taken:
            return _repeat(desk, adapter, fingerprint)
        key_id = taken[0]["id"]
    journal.start()
    result = fn(desk, *args, **kwargs)
    written = result if isinstance(result, Written) else Written(result)
    outcome = cast("Any", written.outcome)
    statements = [*written.statements, journal.INSERT]
    params: dict[str, Any] = {
        "at": desk.now,
        "action": name,
        "door": desk.door.value,
        "branch": desk.branch_id,
        "staff": desk.staff_id,
        "acting": desk.acting_patron_id,
        "on_behalf": desk.on_behalf or None,
        "notes": journal.finish(outcome.type),
    }
    if key_id is not None:
        statements.append(KEEP_OUTCOME)
        params["key_id"] = key_id
        params["stored_outcome"] = adapter.dump_json(outcome).decode()
    sql.write(statements, **params, **written.params)
    return outcome


def _repeat(desk: Desk, adapter: TypeAdapter[Any], fingerprint: str) -> Any:
    [stored] = sql.rows(READ_KEY, caller=desk.caller, key=(desk.key or "")[:MAX_KEY_LENGTH])
    if stored["fingerprint"] != fingerprint:
        raise KeyReusedError(desk.key)
    return adapter.validate_json(stored["outcome"])
