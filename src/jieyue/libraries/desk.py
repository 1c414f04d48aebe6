"""Where, when, by whom and through which door an action runs."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from jieyue.libraries.rules.permissions import Permission


class Door(StrEnum):
    """The way a request came in."""

    DESK = "desk"
    READER = "reader"
    API = "api"
    WORKER = "worker"
    CLI = "cli"
    SETUP = "setup"


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """How a reader proved that they stand at a branch, until when that counts (UTC).

    `how` is door, sign, network or point; `point` the public id of a return point.
    """

    branch_id: int
    how: str
    until: datetime
    point: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Built by a door once per request; actions trust it and read no clock of their own.

    `now` is aware UTC; `zone` is the library's. `caller` names who may repeat an idempotency
    key (`staff:7`, `token:3`, `patron:12`). `key` is that request's idempotency key, if it has one.
    """

    library_id: int
    slug: str
    branch_id: int
    zone: ZoneInfo
    door: Door
    now: datetime
    permissions: frozenset[Permission]
    caller: str
    staff_id: int | None = None
    patron_id: int | None = None
    key: str | None = None
    branch_ids: frozenset[int] | None = None  # where whoever is here may act; None: everywhere
    groups: frozenset[str] | None = None  # the classes whose readers alone it serves; None: all
    acting_patron_id: int | None = None  # a reader who acts for patron_id, within their link
    on_behalf: str = ""  # why something is done for another: rules/behalf.py, or staff's words
    presence: Presence | None = None  # of a reader who borrows or returns without staff

    @property
    def today(self) -> date:
        """The local date at this desk."""
        return self.now.astimezone(self.zone).date()

    def may(self, permission: Permission) -> bool:
        """Say whether whoever is at this desk has the right."""
        return permission in self.permissions

    def works_at(self, branch_id: int | None) -> bool:
        """Say whether whoever is here may act for the branch; None is the whole library."""
        return self.branch_ids is None or branch_id in self.branch_ids
