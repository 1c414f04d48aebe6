"""Building the demo: two libraries with books, readers and months of lending, in seconds."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction

from jieyue.circulation.queries.rulebook import forget_rulebooks, rulebook
from jieyue.interfaces.cli.demo.events import insert_events
from jieyue.interfaces.cli.demo.family import make_family
from jieyue.interfaces.cli.demo.folder import is_demo, mark, refuse_real_library
from jieyue.interfaces.cli.demo.history import History, Place, rows
from jieyue.interfaces.cli.demo.house import House, open_house
from jieyue.interfaces.cli.demo.paper import tell_on_paper
from jieyue.interfaces.cli.demo.plans import PLANS, LibraryPlan
from jieyue.interfaces.cli.demo.progress import Progress
from jieyue.interfaces.cli.demo.readers import insert_readers
from jieyue.interfaces.cli.demo.shelves import Shelved, curated, insert_copies, insert_titles
from jieyue.interfaces.cli.demo.shelves import public_id as made_id
from jieyue.interfaces.cli.demo.teachers import teach
from jieyue.interfaces.cli.demo.today import liven
from jieyue.interfaces.cli.words import _
from jieyue.kit import clock
from jieyue.kit.loading import insert
from jieyue.kit.scope import library_scope

SEED: Final = 20260117
DAYS: Final = 274
ZONE: Final = ZoneInfo("Asia/Shanghai")
Show = Callable[[float, str], None]


def build_unless_there() -> None:
    """Build the demo, or keep the one that is there. Raises TroubleError in a real library."""
    if is_demo():
        print(_("  demo     the data of last time is kept (--fresh makes it anew)"), flush=True)
        return
    refuse_real_library()
    progress = Progress()
    now = clock.now()
    counts = build(now, progress.show)
    mark()
    make_family(PLANS[1].slug, now)
    liven(PLANS[0].slug, now)
    tell_on_paper(PLANS[1].slug, now)
    teach(PLANS[1].slug, now)
    progress.done(
        _("{titles} titles, {copies} copies, {readers} readers, {loans} loans").format(**counts)
    )


def build(now: datetime, show: Show) -> dict[str, int]:
    """Build both libraries in one transaction; the same every time but for the dates.

    Returns how many titles, copies, readers and loans there are.
    """
    totals = {"titles": 0, "copies": 0, "readers": 0, "loans": 0}
    shares = ((0.0, 0.8), (0.8, 1.0))
    with transaction.atomic():
        for plan, (start, end) in zip(PLANS, shares, strict=True):

            def part(share: float, what: str, start: float = start, end: float = end) -> None:
                show(start + share * (end - start), what)

            for name, number in _build_library(plan, now, part).items():
                totals[name] += number
    forget_rulebooks()
    show(1.0, _("the demo is made"))
    return totals


def _build_library(plan: LibraryPlan, now: datetime, show: Show) -> dict[str, int]:
    random = Random(f"{SEED}-{plan.slug}")  # noqa: S311 (no secret here)
    began = now - timedelta(days=DAYS)
    show(0.0, plan.name)
    house = open_house(plan, began - timedelta(days=30), now, ZONE)
    with library_scope(house.library_id):
        show(0.08, _("making readers"))
        borrowers = insert_readers(random, house, began, now)
        show(0.2, _("putting books on the shelves"))
        titles, copies, copies_made = _stock(random, house, began)
        show(0.5, _("months of lending"))
        history = History(
            random=random,
            zone=ZONE,
            book=rulebook(1),
            places=[
                Place(
                    id=house.branch_ids[branch.code],
                    opens=branch.opens,
                    closes=branch.closes,
                    loans_a_day=branch.loans_a_day,
                )
                for branch in plan.branches
            ],
            borrowers=borrowers,
            copies=copies,
            now=now,
        )
        for share in history.make(DAYS):
            show(0.5 + 0.3 * share, _("months of lending"))
        _count_on(len(borrowers), copies_made)
        made = rows(history.loans, _public_ids(random))
        insert("circulation.Loan", made)
        show(0.9, _("writing the journal"))
        insert_events(random, house, history.loans, made, now)
    forget_rulebooks()
    return {
        "titles": titles, "copies": copies_made, "readers": len(borrowers), "loans": len(made),
    }  # fmt: skip


def _stock(random: Random, house: House, began: datetime) -> tuple[int, list[Shelved], int]:
    """Insert titles and copies, most of them before the first loan, some on the way."""
    books = curated(house.plan.audiences)
    added_at = {
        book["isbn"]: began
        + timedelta(
            days=random.choices((-20, random.randrange(0, 240)), (88, 12))[0],
            minutes=random.randrange(600),
        )
        for book in books
    }
    # In the order they came: what is new stands last in every list that goes by number.
    books.sort(key=lambda book: added_at[book["isbn"]])
    title_ids = insert_titles(random, books, added_at)
    copies, made = insert_copies(
        random,
        house.plan,
        books,
        title_ids=title_ids,
        branch_ids=house.branch_ids,
        item_type_ids=house.item_type_ids,
        added_at=added_at,
    )
    return len(books), copies, made


def _count_on(readers: int, copies: int) -> None:
    """Have the library's own numbers go on where the demo's end."""
    last = {"card": readers, "copy": copies, "accession": copies}
    insert("libraries.Counter", [{"name": n, "next_value": v + 1} for n, v in last.items()])


def _public_ids(random: Random) -> Iterator[str]:
    while True:
        yield made_id(random)
