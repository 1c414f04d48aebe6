"""The survey by month: how many were asked, and what they said."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Count, Q

from jieyue.community.models import SurveyAnswer, SurveyAsked, SurveyQuestion

MONTHS: Final = 12
REMARKS: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyMonth:
    """A month's answers by face."""

    month: date  # its first day
    asked: int
    unhappy: int
    so_so: int
    happy: int

    @property
    def answered(self) -> int:
        """How many answered."""
        return self.unhappy + self.so_so + self.happy


def survey_months(*, limit: int = MONTHS) -> list[SurveyMonth]:
    """Return the latest months, the newest first. Two statements."""
    asked = dict(
        SurveyAsked.objects.values_list("month").annotate(n=Count("pk")).order_by("-month")
        .values_list("month", "n")[:limit]
    )  # fmt: skip
    faces = {f"f{face}": Count("pk", filter=Q(face=face)) for face in (1, 2, 3)}
    rows = SurveyAnswer.objects.values("month").annotate(**faces).order_by("-month")[:limit]
    said = {row["month"]: (row["f1"], row["f2"], row["f3"]) for row in rows}
    found = []
    for month in sorted({*asked, *said}, reverse=True)[:limit]:
        unhappy, so_so, happy = said.get(month, (0, 0, 0))
        # Who was asked is forgotten after a year; an answer proves an asking.
        found.append(
            SurveyMonth(
                month=month, asked=max(asked.get(month, 0), unhappy + so_so + happy),
                unhappy=unhappy, so_so=so_so, happy=happy,
            )
        )  # fmt: skip
    return found


def survey_remarks(month: date) -> list[tuple[int, str, str]]:
    """Return a month's remarks as (face, remark, question), in no order of time. One statement."""
    rows = SurveyAnswer.objects.filter(month=month).exclude(remark="").order_by("face", "remark")
    return list(rows.values_list("face", "remark", "question__text")[:REMARKS])


def survey_question() -> str:
    """Return what is asked now; empty if nothing is. One statement."""
    found = SurveyQuestion.objects.filter(is_asked=True)
    return found.values_list("text", flat=True).first() or ""
