"""The library a bench runs in: made quickly, in bulk, with months of history."""

import random
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.apps import apps
from django.core.management import call_command

from jieyue.interfaces.bench.plan import Sizes, Stock
from jieyue.kit import clock
from jieyue.kit.ids import public_id
from jieyue.kit.scope import library_scope
from jieyue.libraries.desk import Desk, Door
from jieyue.libraries.rules.permissions import OWNER
from jieyue.libraries.tokens import TokenIssued, issue_token

BATCH: Final = 2_000
SEED: Final = 20_260_101
OPEN: Final = {"returned_at": None, "returned_branch": None, "ending": None}


def stock(sizes: Sizes) -> Stock:
    """Migrate the database that the settings name and fill it."""
    call_command("migrate", verbosity=0)
    now = clock.now()
    chance = random.Random(SEED)  # noqa: S311 (the same books every time, no secret)
    library = apps.get_model("libraries", "Library").objects.create(
        slug="bench", name="测速图书馆", kind="public", time_zone="Asia/Shanghai", created_at=now
    )
    with library_scope(library.pk):
        shelf = _Shelves(library.pk, now, chance)
        shelf.house()
        shelf.rules()
        copies = shelf.books(sizes)
        cards = shelf.readers(sizes)
        shelf.history(sizes)
        shelf.queues(sizes)
        token = _token(library, shelf.branch)
    return Stock(
        library_id=library.pk, branch_id=shelf.branch.pk, token=token, copies=copies, cards=cards,
        loans=sizes.ended + sizes.lent,
    )  # fmt: skip


def _token(library: Any, branch: Any) -> str:
    desk = Desk(
        library_id=library.pk,
        slug=library.slug,
        branch_id=branch.pk,
        zone=ZoneInfo(library.time_zone),
        door=Door.CLI,
        now=clock.now(),
        permissions=OWNER,
        caller="bench",
    )
    issued = issue_token(desk, name="bench", branch=branch.code, permissions=OWNER)
    assert isinstance(issued, TokenIssued)
    return issued.secret


class _Shelves:
    """Makes rows of one library in bulk (a door imports no models, so by their names)."""

    def __init__(self, library_id: int, now: datetime, chance: random.Random) -> None:
        self.library_id = library_id
        self.now = now
        self.chance = chance
        self.branch: Any = None
        self.category: Any = None
        self.item_type: Any = None
        self.copies: list[Any] = []
        self.patrons: list[Any] = []

    def house(self) -> None:
        """A branch that is closed on Sundays and over the new year."""
        self.branch = self._one(
            "libraries", "Branch", code="main", name="总馆", created_at=self.now
        )
        hours = [
            {
                "branch": self.branch,
                "weekday": day,
                "opens_at_time": "09:00",
                "closes_at_time": "18:00",
            }
            for day in range(6)
        ]
        self._many("libraries", "OpeningHours", hours)
        self._one(
            "libraries", "SpecialDays", name="元旦", is_closed=True,
            starts_on=f"{self.now.year + 1}-01-01", ends_on=f"{self.now.year + 1}-01-03",
        )  # fmt: skip

    def rules(self) -> None:
        """A default, and rows that fall through to it."""
        self.category = self._one(
            "patrons", "PatronCategory", code="adult", name="成人", is_default=True
        )
        self.item_type = self._one("catalog", "ItemType", code="book", name="图书", is_default=True)
        self._one(
            "circulation", "LoanPolicy", may_borrow=True, max_loans=5, loan_days=14,
            max_renewals=2, renewal_days=30, max_holds=5, max_overdue=0, max_owed_cents=0,
            closed_days="next_open",
        )  # fmt: skip
        self._one("circulation", "LoanPolicy", category=self.category, max_loans=500)
        self._one("circulation", "LoanPolicy", item_type=self.item_type, loan_days=30)
        self._every_rule()

    def _every_rule(self) -> None:
        """Fines, limits, vacations and a grid of blocks: what a checkout may not cost more for."""
        self._one(
            "circulation", "LoanPolicy", branch=self.branch, settled_by="either", fine_cents=10,
            fine_grace=2, max_fine_cents=2000, max_fines_cents=5000, max_overdue_days=60,
            max_lost=1, max_no_shows=3, busy_loan_days=14, renew_window_days=7, recall_days=7,
            lost_after_days=90, auto_renews=True,
        )  # fmt: skip
        for condition in ("overdue", "owed", "lost"):
            self._one("circulation", "BlockRule", condition=condition, stops_holds=False)
        year = self.now.year
        for name, starts, ends, due in (
            ("寒假", f"{year}-01-20", f"{year}-02-20", f"{year}-02-25"),
            ("暑假", f"{year}-07-10", f"{year}-08-31", f"{year}-09-05"),
        ):
            self._one(
                "circulation", "Vacation", public_id=public_id(), name=name, starts_on=starts,
                ends_on=ends, moves="due", due_on=due, late_days="never",
            )  # fmt: skip
        self._one("circulation", "TermEnd", name="学年末", on=f"{year + 2}-07-01")

    def books(self, sizes: Sizes) -> list[str]:
        """Titles and their copies; return the barcodes."""
        titles = self._many(
            "catalog", "Title",
            [
                {
                    "public_id": public_id(), "name": f"第{n}本书", "authors": f"作者{n % 997}",
                    "isbn13": f"978{n:010d}", "created_at": self.now, "updated_at": self.now,
                }
                for n in range(sizes.titles)
            ],
        )  # fmt: skip
        self.copies = self._many(
            "catalog", "Copy",
            [
                {
                    "public_id": public_id(), "title": titles[n % len(titles)],
                    "barcode": f"3{n:08d}", "branch": self.branch, "item_type": self.item_type,
                    "added_at": self.now,
                }
                for n in range(sizes.copies)
            ],
        )  # fmt: skip
        return [copy.barcode for copy in self.copies[sizes.lent :]]

    def readers(self, sizes: Sizes) -> list[str]:
        """Readers, each with a card and a paid fee; return the cards' barcodes."""
        self.patrons = self._many(
            "patrons", "Patron",
            [
                {
                    "public_id": public_id(), "name": f"读者{n}", "category": self.category,
                    "branch": self.branch, "created_at": self.now,
                    "expires_on": (self.now + timedelta(days=400)).date(),
                }
                for n in range(sizes.readers)
            ],
        )  # fmt: skip
        cards = self._many(
            "patrons", "Card",
            [
                {"patron": patron, "barcode": f"2{n:08d}", "issued_at": self.now}
                for n, patron in enumerate(self.patrons)
            ],
        )  # fmt: skip
        lines = [
            {
                "patron": patron, "public_id": public_id(), "kind": kind, "amount_cents": cents,
                "reason": "yearly_fee", "at": self.now,
            }
            for patron in self.patrons
            for kind, cents in (("charge", 2000), ("payment", -2000))
        ]  # fmt: skip
        self._many("fees", "LedgerLine", lines)
        return [card.barcode for card in cards]

    def history(self, sizes: Sizes) -> None:
        """Loans of the past year, most of them ended, with their journal."""
        loans = [self._loan(self.chance.choice(self.copies)) for _ in range(sizes.ended)]
        loans += [self._loan(copy) | OPEN for copy in self.copies[: sizes.lent]]
        made = self._many("circulation", "Loan", loans)
        entries = [
            {
                "at": loan.lent_at, "action": "checkout", "outcome": "lent", "door": "desk",
                "branch_id": self.branch.pk, "patron_id": loan.patron_id, "copy_id": loan.copy_id,
                "data": {"loan": loan.public_id},
            }
            for loan in made
        ]  # fmt: skip
        self._many("audit", "Entry", entries)

    def queues(self, sizes: Sizes) -> None:
        """Readers who wait for copies that are lent, so that no call of the bench is refused."""
        first = {copy.title_id: copy for copy in self.copies[: sizes.lent // 4]}
        holds = [
            {
                "public_id": public_id(), "title": copy.title, "copy": copy,
                "patron": self.chance.choice(self.patrons), "pickup_branch": self.branch,
                "queue_class": 5, "queued_at": self.now, "placed_at": self.now,
            }
            for copy in first.values()
        ]  # fmt: skip
        self._many("circulation", "Hold", holds)

    def _loan(self, copy: Any) -> dict[str, Any]:
        lent_at = self.now - timedelta(days=self.chance.uniform(1, 400))
        return {
            "public_id": public_id(), "copy": copy, "patron": self.chance.choice(self.patrons),
            "branch": self.branch, "lent_at": lent_at, "due_at": lent_at + timedelta(days=430),
            "returned_at": lent_at + timedelta(days=1), "returned_branch": self.branch,
            "ending": "returned",
        }  # fmt: skip

    def _one(self, app: str, kind: str, /, **values: Any) -> Any:
        return apps.get_model(app, kind).across_libraries.create(
            library_id=self.library_id, **values
        )

    def _many(self, app: str, name: str, rows: list[dict[str, Any]]) -> list[Any]:
        model = apps.get_model(app, name)
        made = [model(library_id=self.library_id, **row) for row in rows]
        return list(model.across_libraries.bulk_create(made, batch_size=BATCH))
