"""Feedback as its writer and as staff see it, and its picture."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Q, QuerySet

from jieyue.catalog.covers import Sent
from jieyue.catalog.models import Title
from jieyue.community.models import Feedback, FeedbackLine, FeedbackPicture
from jieyue.libraries.desk import Desk
from jieyue.libraries.models import Staff
from jieyue.libraries.queries import staff_names

PAGE: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """What was said afterwards: answer, follow_up or note; `staff` is a name, for staff only."""

    kind: str
    text: str
    staff: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackView:
    """Feedback with everything said of it. `picture` is its digest, empty if there is none.

    `patron` and `patron_name` are empty of a visitor's, `contact` of everybody else's.
    """

    public_id: str
    kind: str
    text: str
    state: str
    about_title: str
    title_name: str
    about_page: str
    branch: str
    patron: str
    patron_name: str
    contact: str
    assigned_to: int | None
    assigned_name: str
    picture: str
    created_at: datetime
    changed_at: datetime
    lines: tuple[LineView, ...] = ()

    @property
    def may_follow_up(self) -> bool:
        """Say whether its writer may say something more."""
        kinds = [line.kind for line in self.lines]
        return "answer" in kinds and "follow_up" not in kinds


def feedback_waiting(desk: Desk) -> int:
    """Return how many wait for the library. One statement."""
    count: int = Feedback.objects.filter(_within(desk), state="new").count()
    return count


def feedback_list(
    desk: Desk, *, state: str = "", limit: int = PAGE, offset: int = 0
) -> list[FeedbackView]:
    """Return feedback for staff: what waits longest first, or what was answered last.

    Four statements.
    """
    found = Feedback.objects.filter(_within(desk))
    if state:
        found = found.filter(state=state)
    order = ("changed_at", "id") if state == "new" else ("-changed_at", "-id")
    return _views(found.order_by(*order)[offset : offset + limit])


def feedback_of(patron_id: int, *, limit: int = PAGE) -> list[FeedbackView]:
    """Return what a reader wrote, the latest first, with the answers. Five statements."""
    found = Feedback.objects.filter(patron_id=patron_id).order_by("-created_at", "-id")
    return _views(found[:limit], with_lines=True)


def feedback_for(desk: Desk | None, public_id: str) -> FeedbackView | None:
    """Return one for whoever wrote it: the reader, or who has a visitor's link. Five statements."""
    mine = desk.patron_id if desk is not None else None
    asked = Feedback.objects.filter(Q(patron_id=mine) | Q(patron_id=None), public_id=public_id)
    return next(iter(_views(asked[:1], with_lines=True)), None)


def feedback_by_id(desk: Desk, public_id: str) -> FeedbackView | None:
    """Return one for staff, with notes; None at another branch. Five statements."""
    asked = Feedback.objects.filter(_within(desk), public_id=public_id)
    return next(iter(_views(asked[:1], with_lines=True)), None)


def feedback_picture(feedback: str, size: str) -> Sent | None:
    """Return its picture. One statement."""
    column = "large" if size == "large" else "small"
    rows = FeedbackPicture.objects.filter(feedback__public_id=feedback)
    found = rows.values_list("digest", column).first()
    return Sent(found[0], bytes(found[1])) if found else None


def colleagues() -> list[tuple[int, str]]:
    """Return who works here, to be chosen from. One statement."""
    return list(Staff.objects.filter(is_active=True).order_by("name").values_list("pk", "name"))


def _within(desk: Desk) -> Q:
    return Q() if desk.branch_ids is None else Q(branch_id__in=desk.branch_ids)


def _views(found: "QuerySet[Feedback]", *, with_lines: bool = False) -> list[FeedbackView]:
    rows: list[Any] = list(found.select_related("branch", "patron"))
    ids = [row.pk for row in rows]
    pictures = dict(
        FeedbackPicture.objects.filter(feedback_id__in=ids).values_list("feedback_id", "digest")
    )
    lines = list(FeedbackLine.objects.filter(feedback_id__in=ids).order_by("id")) if (
        with_lines
    ) else []  # fmt: skip
    names = staff_names([*(row.assigned_to_id for row in rows), *(one.staff_id for one in lines)])
    asked = {row.about.removeprefix("title:") for row in rows if row.about.startswith("title:")}
    titles = dict(Title.objects.filter(public_id__in=asked).values_list("public_id", "name"))
    said: dict[int, list[LineView]] = {}
    for one in lines:
        view = LineView(
            kind=one.kind, text=one.text, staff=names.get(one.staff_id or 0, ""), at=one.at
        )
        said.setdefault(one.feedback_id, []).append(view)
    return [_view(row, pictures, names, titles, said) for row in rows]


def _view(row: Any, pictures: Any, names: Any, titles: Any, said: Any) -> FeedbackView:
    what, _, of = row.about.partition(":")
    return FeedbackView(
        public_id=row.public_id,
        kind=row.kind,
        text=row.text,
        state=row.state,
        about_title=of if what == "title" and of in titles else "",
        title_name=titles.get(of, ""),
        about_page=of if what == "page" else "",
        branch=row.branch.name if row.branch else "",
        patron=row.patron.public_id if row.patron else "",
        patron_name=row.patron.name if row.patron else "",
        contact=row.contact,
        assigned_to=row.assigned_to_id,
        assigned_name=names.get(row.assigned_to_id or 0, ""),
        picture=pictures.get(row.pk, ""),
        created_at=row.created_at,
        changed_at=row.changed_at,
        lines=tuple(said.get(row.pk, ())),
    )
