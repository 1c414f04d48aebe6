"""A small library in which the sentences of docs/circulation.md are acted out.

Two branches, Main and East, open every day unless a row says otherwise. Copies A1 and A2 (of one
title) and B1 belong to Main, C1 to East. Readers get a card when they are first named; Zhou's card
type is served first. It is Monday, 2 March 2026, noon; terms are those of `TERMS` below.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from jieyue.catalog.models import Copy, Title
from jieyue.circulation.actions.self_rules import add_return_point
from jieyue.circulation.models import Assessment, Block, Hold, Loan, ReturnPoint, Transit
from jieyue.circulation.rules.policies import TERMS as ALL_TERMS
from jieyue.fees.models import DepositLine, LedgerLine
from jieyue.libraries.desk import Presence
from jieyue.libraries.models import Branch
from jieyue.patrons.models import Patron, PatronCategory
from tests.self_service import allow
from tests.world import World

TERMS = {
    "max_loans": 3, "loan_days": 14, "max_renewals": 2, "renewal_days": 14, "max_holds": 3,
    "max_overdue": 0, "max_owed_cents": 0, "closed_days": "next_open", "hold_days": 3,
}  # fmt: skip
HOMES = {"A1": "Main", "A2": "Main", "B1": "Main", "C1": "East"}
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
DAY = rf"\d{{1,2}} (?:{'|'.join(MONTHS)})(?: \d{{4}})?"
WHEN = re.compile(rf"(?P<day>{DAY})(?: (?P<hour>\d\d:\d\d))?: (?P<rest>.*)")
STANDINGS = {"in use": "in_use", "in repair": "repair", "for reading here": "reference"}
ROWS = (Loan, Hold, Transit, LedgerLine, DepositLine, Assessment, Block)


class NotUnderstoodError(ValueError):
    """A sentence of the table that no step knows."""


@dataclass
class Scene:
    """What a row is acted out in. `outcome` is what the last step answered."""

    world: World
    now: datetime = field(init=False)
    people: dict[str, Patron] = field(default_factory=dict)
    branches: dict[str, Branch] = field(default_factory=dict)
    outcome: Any = None
    before: Any = None  # the rows as they were before the last step

    def __post_init__(self) -> None:
        self.now = self.world.now
        self.world.policy(**TERMS)
        Branch.objects.filter(pk=self.world.branch.pk).update(name="Main")
        east = Branch.objects.create(
            library_id=self.world.library.pk, code="east", name="East", created_at=self.now
        )
        self.branches = {"Main": self.world.branch, "East": east}
        titles: dict[str, Title] = {}
        for barcode, home in HOMES.items():
            name = barcode[0]
            titles[name] = titles.get(name) or self.world.title(name)
            self.world.copy(titles[name], barcode=barcode, branch=self.branches[home])

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.world.library.time_zone)

    def desk(self, branch: str | None = None, **more):
        place = self.branches[branch or "Main"]
        return self.world.desk(now=self.now, branch_id=place.pk, zone=self.zone, **more)

    def reader_desk(self, name: str):
        return self.world.reader_desk(self.reader(name), now=self.now, zone=self.zone)

    def return_point_desk(self, name: str):
        """The desk of a reader who has just scanned the sign of Main's return point."""
        if not ReturnPoint.objects.exists():
            allow(self.world)
            add_return_point(self.world.desk(), branch="main", name="还书架", says="")
        main = self.branches["Main"].pk
        point = ReturnPoint.objects.get().public_id
        here = Presence(branch_id=main, how="point", until=self.now, point=point)
        return replace(self.reader_desk(name), branch_id=main, presence=here)

    def reader(self, name: str) -> Patron:
        if name not in self.people:
            category = self.world.category
            if name == "Zhou":
                category = PatronCategory.objects.create(
                    library_id=self.world.library.pk, code="first", name="教师", queue_class=1
                )
            self.people[name] = self.world.patron(name, card=f"R-{name}", category=category)
        return self.people[name]

    def title(self, name: str) -> str:
        return Title.objects.get(name=name).public_id

    def copy(self, barcode: str) -> Copy:
        return Copy.objects.get(barcode=barcode)

    def loan(self, barcode: str) -> str:
        """The newest loan of a copy."""
        newest = Loan.objects.filter(copy__barcode=barcode).order_by("-id").first()
        assert newest is not None, f"{barcode} was never lent"
        return newest.public_id

    def hold(self, name: str, title: str) -> Hold:
        found = Hold.objects.filter(patron=self.reader(name), title__name=title).order_by("-id")
        made = found.first()
        assert made is not None, f"{name} never reserved {title}"
        return made

    def local(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def moment(self, day: date, hour: str | None) -> datetime:
        at = time.fromisoformat(hour) if hour else time(12)
        return datetime.combine(day, at, self.zone)

    def rows(self) -> Any:
        return {model.__name__: list(model.objects.order_by("pk").values()) for model in ROWS}


def as_day(text: str) -> date:
    """Return the day of `9 March` (2026) or `9 March 2027`."""
    day, month, *year = text.split()
    return date(int(year[0]) if year else 2026, MONTHS.index(month) + 1, int(day))


Step = Callable[..., Any]
PLACES = {
    "day": DAY, "until": DAY, "since": DAY, "reader": r"[A-Z][a-z]+", "copy": r"[A-Z]\d",
    "copies": r"[A-Z]\d(?:, [A-Z]\d)*", "title": r"[A-Z]", "branch": "Main|East",
    "codes": r"[a-z_]+(?:, [a-z_]+)*", "cents": r"\d+", "days": r"\d+", "word": r"[a-z_]+",
    "term": "|".join(ALL_TERMS),
    "standing": "missing|lost|withdrawn|in use|in repair|for reading here",
    "name": r"[\w/]+", "hour": r"\d\d:\d\d",
}  # fmt: skip


class Phrases:
    """The sentences that are understood, each with what it does."""

    def __init__(self) -> None:
        self.known: list[tuple[re.Pattern[str], str, Step]] = []

    def says(self, sentence: str) -> Callable[[Step], Step]:
        """Teach a sentence: `<reader> borrows <copies>[ at <branch>]`; brackets may be left out."""

        def learn(step: Step) -> Step:
            pattern = re.escape(sentence).replace(r"\ ", " ")
            pattern = pattern.replace(r"\[", "(?:").replace(r"\]", ")?")
            pattern = re.sub(r"<(\w+)>", lambda m: f"(?P<{m[1]}>{PLACES[m[1]]})", pattern)
            self.known.append((re.compile(pattern), sentence, step))
            return step

        return learn

    def act(self, scene: Scene, sentence: str) -> None:
        """Do what a sentence says. Raises NotUnderstoodError."""
        plain = sentence.replace("`", "")
        for pattern, _, step in self.known:
            found = pattern.fullmatch(plain)
            if found:
                step(scene, **found.groupdict())
                return
        raise NotUnderstoodError(sentence)
