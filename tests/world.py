"""One stocked library for tests; builders go through the same rows and actions as the product."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from jieyue.accounts.models import Account
from jieyue.catalog.models import Copy, ItemType, Title
from jieyue.catalog.search.indexing import index_again
from jieyue.circulation.models import Hold, LoanPolicy
from jieyue.kit.ids import public_id
from jieyue.kit.scope import library_scope
from jieyue.libraries.desk import Desk, Door
from jieyue.libraries.models import Branch, Library, OpeningHours, Role, Staff
from jieyue.libraries.rules.permissions import OWNER, READER, Permission
from jieyue.patrons.models import Card, Patron, PatronCategory

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)  # a Monday, 12:00 in Shanghai
_numbers = count(1)


@dataclass
class World:
    """A library with one branch, one card type, one item type and the default policy.

    The scope is the test's business: use `with library_scope(world.library.pk)` or the fixtures.
    """

    slug: str = "northfield"
    zone: str = "Asia/Shanghai"
    now: datetime = NOON
    library: Library = field(init=False)
    branch: Branch = field(init=False)
    category: PatronCategory = field(init=False)
    item_type: ItemType = field(init=False)
    staff: Staff = field(init=False)

    def __post_init__(self) -> None:
        self.library = Library.objects.create(
            slug=self.slug, name=f"书馆 {self.slug}", kind="public", time_zone=self.zone,
            created_at=self.now,
        )  # fmt: skip
        with library_scope(self.library.pk):
            self._stock()

    def _stock(self) -> None:
        mine = {"library": self.library}
        self.branch = Branch.across_libraries.create(
            **mine, code="main", name="总馆", created_at=self.now
        )
        self.category = PatronCategory.across_libraries.create(
            **mine, code="adult", name="成人", is_default=True
        )
        self.item_type = ItemType.across_libraries.create(
            **mine, code="book", name="图书", is_default=True
        )
        LoanPolicy.across_libraries.create(
            **mine, may_borrow=True, max_loans=5, loan_days=30, max_renewals=2, renewal_days=30,
            max_holds=5, max_overdue=0, max_owed_cents=0, closed_days="next_open",
        )  # fmt: skip
        role = Role.across_libraries.create(
            **mine, code="owner", name="馆长", permissions=sorted(OWNER)
        )
        account = Account.objects.create(
            login=f"owner-{self.slug}", name="陈静", created_at=self.now
        )
        account.set_password("correct horse")
        account.save()
        self.staff = Staff.across_libraries.create(
            **mine, account=account, role=role, name="陈静", created_at=self.now
        )

    def desk(self, **changes: Any) -> Desk:
        """Return the owner's desk at the branch; any field can be given."""
        values: dict[str, Any] = {
            "library_id": self.library.pk,
            "slug": self.library.slug,
            "branch_id": self.branch.pk,
            "zone": ZoneInfo(self.library.time_zone),
            "door": Door.DESK,
            "now": self.now,
            "permissions": OWNER,
            "caller": f"staff:{self.staff.pk}",
            "staff_id": self.staff.pk,
        }
        return Desk(**(values | changes))

    def reader_desk(self, patron: Patron, **changes: Any) -> Desk:
        """Return the desk of a reader who signed in."""
        return self.desk(
            permissions=READER, caller=f"patron:{patron.pk}", staff_id=None, patron_id=patron.pk,
            door=Door.READER, **changes,
        )  # fmt: skip

    def policy(self, **terms: Any) -> LoanPolicy:
        """Change the default policy; keys make a more specific row."""
        keys = {k: terms.pop(k) for k in ("branch", "category", "item_type") if k in terms}
        if keys:
            row = LoanPolicy.across_libraries.create(library=self.library, **keys, **terms)
        else:
            row = LoanPolicy.across_libraries.get(
                library=self.library, branch=None, category=None, item_type=None
            )
            for name, value in terms.items():
                setattr(row, name, value)
            row.save()
        self.rules_changed()
        return row

    def rules_changed(self) -> None:
        """Bump the version as every settings action does."""
        self.library.rules_version += 1
        self.library.save(update_fields=["rules_version"])

    def opens_on_weekdays(self) -> None:
        """Open the branch from Monday to Friday, 9 to 17."""
        for weekday in range(5):
            OpeningHours.objects.create(
                library=self.library, branch=self.branch, weekday=weekday,
                opens_at_time=time(9), closes_at_time=time(17),
            )  # fmt: skip
        self.rules_changed()

    def title(self, name: str = "红楼梦", **values: Any) -> Title:
        """Add a title."""
        made = Title.across_libraries.create(
            library=self.library, public_id=public_id(), name=name, created_at=self.now,
            updated_at=self.now, **values,
        )  # fmt: skip
        with library_scope(self.library.pk):
            index_again([made.pk])
        return made

    def copy(self, title: Title | None = None, **values: Any) -> Copy:
        """Add a copy, with a barcode of its own unless given."""
        number = next(_numbers)
        defaults = {
            "title": title or self.title(f"书 {number}"),
            "barcode": f"3{number:08d}",
            "branch": self.branch,
            "item_type": self.item_type,
        }
        return Copy.across_libraries.create(
            library=self.library, public_id=public_id(), added_at=self.now, **(defaults | values)
        )

    def patron(self, name: str = "林晓雨", *, card: str | None = None, **values: Any) -> Patron:
        """Add a patron with a current card; its barcode is `patron.card`."""
        number = next(_numbers)
        patron = Patron.across_libraries.create(
            library=self.library, public_id=public_id(), name=name, created_at=self.now,
            **({"category": self.category, "branch": self.branch} | values),
        )  # fmt: skip
        made = Card.across_libraries.create(
            library=self.library, patron=patron, barcode=card or f"2{number:08d}",
            issued_at=self.now,
        )  # fmt: skip
        patron.card = made.barcode
        return patron

    def east(self) -> Branch:
        """Return a second branch, made when first asked for."""
        found = Branch.across_libraries.filter(library=self.library, code="east").first()
        return found or Branch.across_libraries.create(
            library=self.library, code="east", name="东馆", created_at=self.now
        )

    def hold(self, patron: Patron, title: Title, **values: Any) -> Hold:
        """Add a waiting hold, to be fetched at the branch."""
        defaults = {
            "pickup_branch": self.branch,
            "queue_class": patron.category.queue_class,
            "queued_at": self.now,
            "placed_at": self.now,
        }
        return Hold.across_libraries.create(
            library=self.library, public_id=public_id(), patron=patron, title=title,
            **(defaults | values),
        )  # fmt: skip

    def days_later(self, days: int) -> Desk:
        """Return the owner's desk `days` days after `now`, at the same UTC time."""
        return self.desk(now=self.now + timedelta(days=days))


def day(text: str) -> date:
    """Return a date written as 2026-03-02."""
    return date.fromisoformat(text)


__all__ = ["NOON", "SHANGHAI", "Permission", "World", "day"]
