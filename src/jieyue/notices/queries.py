"""What a reader was told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from jieyue.catalog.models import Title
from jieyue.libraries.models import Branch
from jieyue.notices.models import Notice
from jieyue.patrons.models import PatronLink


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeView:
    """A message. `on` is the local day it speaks of: fetch by, due, suspended until.

    `facts` is all that was kept of it: what the words of apps above us are made from.
    `because`: of a moved date, `term_end` or `term_end_gone`; empty if opening days changed.
    """

    public_id: str
    kind: str
    title_id: str  # public; empty when it is about no book
    title: str
    branch: str
    on: date | None
    because: str = ""
    created_at: datetime
    is_read: bool
    facts: Mapping[str, Any] = field(default_factory=dict)
    asker: str = ""  # who asks to act for the reader


def notices_of(patron_id: int, *, limit: int = 20) -> list[NoticeView]:
    """Return a reader's latest messages, newest first. At most four statements."""
    rows = list(
        Notice.objects.filter(patron_id=patron_id).order_by("-created_at", "-id")[:limit]
    )  # fmt: skip
    asked = {row.facts.get("title", "") for row in rows}
    titles = dict(Title.objects.filter(public_id__in=asked).values_list("public_id", "name"))
    branches = dict(Branch.objects.values_list("code", "name"))
    askers = _askers({row.facts["link"] for row in rows if "link" in row.facts})
    return [_view(row, titles, branches, askers) for row in rows]


def unread_of(patron_id: int) -> int:
    """Return how many messages a reader has not seen. One statement."""
    count: int = Notice.objects.filter(patron_id=patron_id, read_at=None).count()
    return count


def _askers(links: set[str]) -> dict[str, str]:
    """Return who asked for each of the links (public ids)."""
    if not links:
        return {}
    asked = PatronLink.objects.filter(public_id__in=links, actor__isnull=False)
    return dict(asked.values_list("public_id", "actor__name"))


def _view(
    row: Notice, titles: dict[str, str], branches: dict[str, str], askers: dict[str, str]
) -> NoticeView:
    title = row.facts.get("title", "")
    on = row.facts.get("on")
    return NoticeView(
        public_id=row.public_id,
        kind=row.kind,
        title_id=title if title in titles else "",
        title=titles.get(title, ""),
        branch=branches.get(row.facts.get("branch", ""), ""),
        on=date.fromisoformat(on) if on else None,
        because=row.facts.get("because", ""),
        created_at=row.created_at,
        is_read=row.read_at is not None,
        facts=row.facts,
        asker=askers.get(row.facts.get("link", ""), ""),
    )
